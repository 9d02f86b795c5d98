//! A day's work of a first admin, from the set-up code to signing out: with JavaScript, without it,
//! and below a base path.

use super::chromium::{Scripts, until};
use super::panel::{Kiwi, Panel};
use super::person::Person;
use fantoccini::key::Key;

#[tokio::test]
async fn a_first_admin_does_a_days_work() {
    let kiwi = Kiwi::start();
    let panel = Panel::start(&kiwi.upstream);
    a_days_work(&kiwi, panel, Scripts::On).await;
}

#[tokio::test]
async fn the_same_is_done_without_javascript() {
    let kiwi = Kiwi::start();
    let panel = Panel::start(&kiwi.upstream);
    a_days_work(&kiwi, panel, Scripts::Off).await;
}

#[tokio::test]
async fn the_same_is_done_below_a_base_path() {
    let kiwi = Kiwi::start();
    let panel = Panel::start_below("/kiwi", &kiwi.upstream);
    a_days_work(&kiwi, panel, Scripts::On).await;
}

async fn a_days_work(kiwi: &Kiwi, panel: Panel, scripts: Scripts) {
    let person = Person::at(panel, scripts).await;
    person.set_up().await;
    person.add(&kiwi.vps("100101", "Web")).await;
    person.has_scripts(scripts).await;
    person.imports_two(kiwi).await;
    person.restarts("Web").await;
    person.watches_a_snapshot_of("Web").await;
    person.reinstalls("Archive").await;
    person.sees_a_root_password_once().await;
    person.works_in_the_shell_of("Tokyo").await;
    person.switches_language().await;
    person.switches_theme().await;
    person.reads_what_was_done().await;
    person.leaves_nothing_behind().await;
    person.browser.close().await;
}

impl Person {
    /// The copy buttons are there only where they can work.
    async fn has_scripts(&self, scripts: Scripts) {
        let shown = self.browser.count("[data-copy]:not([hidden])").await;
        assert_eq!(shown > 0, scripts == Scripts::On);
    }

    async fn imports_two(&self, kiwi: &Kiwi) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keys.csv");
        std::fs::write(&file, csv(kiwi)).unwrap();
        self.open("/").await;
        self.browser.click_link("Import").await;
        let path = file.to_str().unwrap();
        self.browser.write("#file", path).await;
        self.submit().await;
        self.browser.sees("terminated: skipped").await;
        self.submit().await;
        self.browser.sees("2 VPSes imported").await;
        // The page refreshes itself until both keys are checked.
        until("both keys", async || {
            let good = self.browser.count(".state.is-running").await;
            (good == 2).then_some(())
        })
        .await;
        self.is_content().await;
    }

    async fn restarts(&self, label: &str) {
        self.visit(label).await;
        self.browser.click(".power a[href$='/call/restart']").await;
        self.browser.sees("This interrupts the service").await;
        self.submit().await;
        self.browser.sees("Restart: Accepted").await;
        self.is_content().await;
    }

    async fn watches_a_snapshot_of(&self, label: &str) {
        self.visit(label).await;
        self.browser.click_link("Snapshots").await;
        self.browser.sees("before upgrade").await;
        self.browser.write("#description", "before lunch").await;
        let create = "form[action$='/call/snapshot/create'] button";
        self.browser.click(create).await;
        self.browser.sees("Create snapshot: Accepted").await;
        self.is_content().await;
        self.browser.click_link("Overview").await;
        let early = self.sees_progress_of(0).await;
        self.sees_progress_of(early + 1).await;
        self.browser.sees("Locked").await;
        self.is_content().await;
    }

    /// Looks on, while the page refreshes itself, until the lock is so far, in percent; says how far.
    async fn sees_progress_of(&self, least: u32) -> u32 {
        until("the lock's progress", async || {
            let text = self.browser.text().await;
            let (before, _) = text.split_once("% done")?;
            let number = before.rsplit([' ', '\n']).next()?;
            number.parse().ok().filter(|percent| *percent >= least)
        })
        .await
    }

    async fn reinstalls(&self, label: &str) {
        let os = "input[name=os][value='debian-13-x86_64']";
        self.visit(label).await;
        self.browser.click_link("All calls").await;
        self.browser.click("a[href$='/call/reinstallOS']").await;
        self.browser.click(os).await;
        self.browser.write("#confirm_name", "Web").await;
        self.submit().await;
        self.browser
            .sees(&format!("This is not the label {label}"))
            .await;
        let complaints = self.browser.complaints().await;
        assert!(complaints.iter().all(|line| line.contains("422")));
        assert_eq!(self.browser.count(&format!("{os}:checked")).await, 1);
        self.browser.rewrite("#confirm_name", label).await;
        self.submit().await;
        self.browser.sees("Reinstall: Accepted").await;
        self.is_content().await;
    }

    /// On the page of the reinstallation.
    async fn sees_a_root_password_once(&self) {
        let path = self.browser.url().await;
        self.browser.click("form[action$='/reveal'] button").await;
        self.browser.sees("Shown once").await;
        let password = self.browser.text_of(".secret code").await.unwrap();
        assert!(password.len() >= 8, "that is no root password");
        self.browser.reload().await;
        self.browser.sees("Accepted").await;
        assert!(!self.browser.text().await.contains(&password));
        self.browser.open(&path).await;
        self.browser.sees("Accepted").await;
        assert!(!self.browser.text().await.contains(&password));
        assert_eq!(self.browser.count(".secret").await, 0);
        self.is_content().await;
    }

    async fn works_in_the_shell_of(&self, label: &str) {
        self.visit(label).await;
        self.browser.click_link("Shell").await;
        self.runs("cd /etc", 1).await;
        let place = self.browser.text_of(".prompt-place").await.unwrap();
        assert!(place.ends_with(":/etc#"), "the prompt is {place}");
        self.runs("pwd", 2).await;
        assert_eq!(self.reads_output().await, "/etc");
        self.runs("cat <<EOF\none $((1 + 1)) three\n  四 <b>\nEOF", 3)
            .await;
        assert_eq!(self.reads_output().await, "one 2 three\n  四 <b>");
        self.runs("exit 3", 4).await;
        self.browser.sees("exit 3").await;
        assert_eq!(self.browser.text_of(".entry-exit").await.unwrap(), "exit 3");
        self.is_content().await;
    }

    /// Types a command, a line after a line, runs it, and waits for the answer to this, its `number`.
    pub(super) async fn runs(&self, command: &str, number: usize) {
        // Enter alone would send it.
        let line = [Key::Shift, Key::Enter, Key::Shift].map(char::from);
        let typed = command.replace('\n', &String::from_iter(line));
        self.browser.write("#command", &typed).await;
        self.browser.click(".prompt button").await;
        until("the answer of the shell", async || {
            let answered = self.browser.count(".entry:has(.entry-foot time)").await;
            (answered == number).then_some(())
        })
        .await;
    }

    async fn reads_output(&self) -> String {
        let last = ".entry:last-child .entry-output";
        self.browser.text_of(last).await.unwrap()
    }

    async fn switches_language(&self) {
        self.open("/").await;
        self.browser.click("button[name=language]").await;
        self.browser.sees("全部 VPS").await;
        self.browser.click("button[name=language]").await;
        self.browser.sees("VPSes").await;
        let language = self.browser.attribute("html", "lang").await;
        assert_eq!(language.as_deref(), Some("en"));
        self.is_content().await;
    }

    async fn switches_theme(&self) {
        for (button, theme) in [(".to-dark", "dark"), (".to-light", "light")] {
            self.browser.click(button).await;
            until("the theme", async || {
                let worn = self.browser.attribute("html", "data-theme").await;
                (worn.as_deref() == Some(theme)).then_some(())
            })
            .await;
        }
        self.is_content().await;
    }

    async fn reads_what_was_done(&self) {
        self.open("/").await;
        self.browser.click_link("Audit log").await;
        for words in [
            "First admin made",
            "VPS added",
            "VPS imported",
            "Restart",
            "description=before lunch",
            "Secrets shown",
            "command=exit 3",
        ] {
            self.browser.sees(words).await;
        }
        // Once: with the wrong name nothing was recorded, so nothing was sent.
        self.open("/audit?call=reinstallOS").await;
        self.browser.sees("os=debian-13-x86_64").await;
        assert_eq!(self.browser.count("tbody tr").await, 1);
        self.is_content().await;
    }

    async fn leaves_nothing_behind(&self) {
        self.open("/").await;
        self.browser.sees("Tokyo").await;
        self.sign_out().await;
        self.browser.back().await;
        self.browser.reload().await;
        self.browser.sees("Password").await;
        assert!(!self.browser.text().await.contains("Tokyo"));
        self.is_content().await;
    }
}

/// As the provider's billing site exports it, with a column of our own.
fn csv(kiwi: &Kiwi) -> String {
    let rows = [
        (kiwi.vps("100104", "Archive"), "0"),
        (kiwi.vps("100103", "Gone"), "1"),
        (kiwi.vps("100105", "Tokyo"), "0"),
    ];
    let mut csv = "VEID,API_KEY,HOSTNAME,IS_TERMINATED,LABEL\r\n".to_owned();
    for (vps, is_terminated) in rows {
        let row = [
            &*vps.veid,
            &vps.key,
            "host.example.com",
            is_terminated,
            &vps.label,
        ];
        csv.push_str(&format!("{}\r\n", row.join(",")));
    }
    csv
}
