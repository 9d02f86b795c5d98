//! Canaries: known keys, passwords, tokens and links are looked for wherever they must not be.

use crate::answer::Answer;
use crate::examples::{Examples, KVM, OTHER_ROOT_PASSWORD};
use crate::log::Log;
use crate::panel::{ADMIN, MANAGER, PASSWORD, Panel, VIEWER};
use crate::site;
use crate::snapshots;
use crate::visitor::Visitor;
use kiwideck::actions;
use kiwideck::kiwivm::calls::{CALLS, find};
use kiwideck::model::vps::Vps;
use kiwideck::simulator::{Machine, Misbehaviour};

const KEY: &str = "private_TESTcanaryCanaryCanary01";
const WRONG_KEY: &str = "private_TESTcanaryCanaryCanary02";
const NEW_KEY: &str = "private_TESTcanaryCanaryCanary03";
const IMPORTED_KEY: &str = "private_TESTcanaryCanaryCanary04";

/// Where none of the canaries may be.
struct Places {
    panel: Panel,
    log: Log,
    answers: Vec<Answer>,
}

impl Places {
    /// Looks everywhere; says the place and the canary's name, never the canary.
    async fn must_not_hold(&self, canaries: &[(&str, String)]) {
        let copy = self.panel.folder().join("copy.db");
        self.panel.app.db.copy_to(&copy).await.unwrap();
        let files = ["kiwideck.db", "kiwideck.db-wal", "copy.db", "master.key"];
        let mut places: Vec<(String, Vec<u8>)> = files
            .iter()
            .map(|name| {
                (
                    (*name).to_owned(),
                    std::fs::read(self.panel.folder().join(name)).unwrap(),
                )
            })
            .collect();
        places.push(("the log".to_owned(), self.log.text().into_bytes()));
        for answer in &self.answers {
            let whole = format!("{:?}{}", answer.headers, answer.body);
            places.push((answer.asked.clone(), whole.into_bytes()));
        }
        for (name, canary) in canaries {
            assert!(canary.len() >= 8, "{name} is too short to be looked for");
            for (place, bytes) in &places {
                assert!(!holds(bytes, canary), "{name} is in {place}");
            }
        }
    }
}

fn holds(bytes: &[u8], canary: &str) -> bool {
    bytes
        .windows(canary.len())
        .any(|part| part == canary.as_bytes())
}

#[tokio::test]
async fn t_secret_leak_no_key_is_in_a_page_a_log_line_an_audit_row_or_the_database() {
    let (log, _guard) = Log::begin();
    let panel = Panel::start().await;
    let admin = panel.sign_in(ADMIN).await;
    let mut answers = Vec::new();
    answers.extend(every_way_to_bring_a_key(&panel, &admin).await);
    answers.extend(every_way_to_fail(&panel, &admin).await);
    answers.extend(site::crawl(&panel, &admin).await);
    panel.settle().await;
    assert!(log.text().contains("getServiceInfo"), "nothing was logged");
    let places = Places {
        panel,
        log,
        answers,
    };
    let keys = [
        ("the key", KEY),
        ("the wrong key", WRONG_KEY),
        ("the new key", NEW_KEY),
        ("an imported key", IMPORTED_KEY),
    ];
    let mut canaries: Vec<(&str, String)> = keys.map(|(name, key)| (name, key.to_owned())).into();
    canaries.push(("a password", PASSWORD.to_owned()));
    canaries.push(("a password as it is sent", PASSWORD.replace(' ', "+")));
    places.must_not_hold(&canaries).await;
}

async fn every_way_to_bring_a_key(panel: &Panel, admin: &Visitor) -> Vec<Answer> {
    let mut machine = Machine::kvm(KVM).labelled("Web 1");
    machine.key = KEY.to_owned();
    panel.kiwivm.add(machine);
    let fields = |label, key| [("label", label), ("veid", "100001"), ("api_key", key)];
    let mut answers = vec![
        // A fault elsewhere, a key that KiwiVM does not take, the good one, and the label once more.
        admin.submit("/vps/new", &fields("", KEY)).await.expect(422),
        admin
            .submit("/vps/new", &fields("Web 1", WRONG_KEY))
            .await
            .expect(422),
        admin
            .submit("/vps/new", &fields("Web 1", KEY))
            .await
            .expect(303),
        admin
            .submit("/vps/new", &fields("Web 1", KEY))
            .await
            .expect(422),
        admin
            .submit("/vps/1/edit", &fields("Web 1", WRONG_KEY))
            .await
            .expect(422),
        admin
            .submit(
                "/vps/1/edit",
                &fields("Web 1", "two words private_TESTcanaryCanaryCanary02"),
            )
            .await
            .expect(422),
    ];
    panel
        .kiwivm
        .alter(KVM, |machine| machine.key = NEW_KEY.to_owned());
    answers.push(
        admin
            .submit("/vps/1/edit", &fields("Web 1", NEW_KEY))
            .await
            .expect(303),
    );
    let csv = format!(
        "VEID,HOSTNAME,IS_TERMINATED,API_KEY\n100009,imported,0,{IMPORTED_KEY}\nodd,odd,0,{WRONG_KEY}\n"
    );
    let preview = admin
        .upload("/vps/import", csv.as_bytes())
        .await
        .expect(200);
    let import = preview.field("/vps/import/save", "import").unwrap();
    let bad = [
        ("import", import.as_str()),
        ("take-100009", "1"),
        ("label-100009", "Web 1"),
        ("tags-100009", ""),
    ];
    answers.push(admin.submit("/vps/import/save", &bad).await.expect(422));
    let good = [
        ("import", import.as_str()),
        ("take-100009", "1"),
        ("label-100009", "imported"),
        ("tags-100009", ""),
    ];
    answers.push(admin.submit("/vps/import/save", &good).await.expect(303));
    answers.push(preview);
    panel.settle().await;
    answers
}

/// KiwiVM, or something in its place, repeats the request in what it answers.
async fn every_way_to_fail(panel: &Panel, admin: &Visitor) -> Vec<Answer> {
    let page = format!("<html><p>veid=100001&amp;api_key={NEW_KEY}</p>");
    let refusal = format!(
        "{{\"error\":700099,\"message\":\"no: api_key={NEW_KEY}\",\"api_key\":\"{NEW_KEY}\"}}"
    );
    let success = format!("{{\"error\":0,\"message\":\"done with {NEW_KEY}\",\"{NEW_KEY}\":1}}");
    let mut answers = Vec::new();
    for body in [page, refusal, success] {
        for call in ["restart", "getSshKeys", "basicShell/exec"] {
            panel
                .kiwivm
                .misbehave(call, Misbehaviour::Body(body.clone().into_bytes()));
            let sent = admin
                .submit(&format!("/vps/1/call/{call}"), &[("command", "true")])
                .await;
            answers.push(admin.follow(&sent.expect(303)).await.expect(200));
        }
        panel
            .kiwivm
            .misbehave("getLiveServiceInfo", Misbehaviour::Body(body.into_bytes()));
        answers.push(admin.submit("/vps/1/refresh", &[]).await.expect(303));
        answers.push(admin.open("/vps/1").await.expect(200));
    }
    answers
}

#[tokio::test]
async fn t_secret_leak_what_fills_a_secret_of_a_snippet_is_sent_and_written_nowhere() {
    const SECRET: &str = "private_TESTcanaryCanaryCanary05";
    let (log, _guard) = Log::begin();
    let (panel, _) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let body = "printf %s {secret:token} | wc -c; printf %s {word}";
    let snippet = [("name", "Sign in"), ("body", body), ("team", "1")];
    let mut answers = vec![admin.submit("/snippets", &snippet).await.expect(303)];
    let filled = [
        ("snippet", "1"),
        ("body", body),
        ("v-token", SECRET),
        ("v-word", "kept"),
    ];
    answers.push(admin.fill_in("/vps/1/shell", &filled).await.expect(303));
    panel.settle().await;
    let page = admin.open("/vps/1/shell").await.expect(200);
    page.must_show("32 kept").must_show("printf %s *** | wc -c");
    let heard = panel.kiwivm.heard().into_iter();
    let sent = heard.flat_map(|heard| heard.parameters);
    assert!(sent.into_iter().any(|(_, text)| text.contains(SECRET)));
    for path in ["/vps/1/shell/history", "/vps/1/shell/runs", "/audit"] {
        answers.push(admin.open(path).await.expect(200));
    }
    answers.push(page);
    assert!(log.text().contains("basicShell/exec"), "nothing was logged");
    // What is sealed is looked for as well: it must not be there when it is opened.
    let again = panel.started_again().await.unwrap();
    let session_id = again.count("SELECT id FROM session").await;
    let transcript = again.app.transcripts.find(session_id, 1);
    assert_eq!(transcript.entries.len(), 1);
    assert!(!format!("{transcript:?}").contains(SECRET));
    let places = Places {
        panel,
        log,
        answers,
    };
    let canary = ("the secret of a snippet", SECRET.to_owned());
    places.must_not_hold(&[canary]).await;
}

/// Every secret of a reply, once revealed, with the page that revealed it left out.
#[tokio::test]
async fn t_secret_leak_a_secret_of_a_reply_is_shown_once_and_is_nowhere_else() {
    let (log, _guard) = Log::begin();
    let panel = Panel::start().await;
    let examples = Examples::on(&panel).await;
    let admin = panel.sign_in(ADMIN).await;
    let mut answers = Vec::new();
    let mut canaries = vec![(
        "the other server's root password",
        OTHER_ROOT_PASSWORD.to_owned(),
    )];
    let with_secrets = CALLS.iter().filter(|call| {
        let typed = call.parameters.iter().any(|parameter| parameter.secret());
        typed || !call.secret_fields.is_empty()
    });
    for call in with_secrets {
        let vps = examples.vps_for(call);
        let path = format!("/vps/{}/call/{}", vps.id, call.name);
        let form = admin.open(&path).await.expect(200);
        let mut fields = examples.parameters(call, &form).await;
        if call.name == "snapshot/import" {
            canaries.push(("the token of another's snapshot", fields[1].1.clone()));
        }
        fields.push(("confirm_name", vps.label.clone()));
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let sent = admin.submit(&path, &fields).await.expect(303);
        let (page, revealed) = match call.name {
            "snapshot/list" => one_link(&admin, vps).await,
            _ => reveal(&admin, &sent.location()).await,
        };
        assert_eq!(
            revealed.is_empty(),
            call.secret_fields.is_empty(),
            "{}",
            call.name
        );
        canaries.extend(revealed.into_iter().map(|secret| (call.name, secret)));
        answers.extend([form, page]);
    }
    canaries.push((
        "the token of an import",
        token_between(&panel, &admin, &examples).await,
    ));
    answers.extend(site::crawl(&panel, &admin).await);
    panel.settle().await;
    assert!(canaries.len() >= 8, "only {} canaries", canaries.len());
    Places {
        panel,
        log,
        answers,
    }
    .must_not_hold(&canaries)
    .await;
}

/// The page of the snapshots, and the link that is shown for one of them; with it that over HTTP, which is
/// shown nowhere.
async fn one_link(visitor: &Visitor, vps: &Vps) -> (Answer, Vec<String>) {
    let path = format!("/vps/{}/snapshots", vps.id);
    let page = visitor.open(&path).await.expect(200);
    let form = format!("{path}/link");
    let shown = snapshots::sends(visitor, &form, &page.form(&form)).await;
    let link = shown.expect(200).inside("code").remove(0);
    let over_http = link.replace("https://203.0.113.250:8443", "http://203.0.113.250:8080");
    assert_ne!(link, over_http);
    (page, vec![link, over_http])
}

/// The token by which a snapshot went from one VPS to another in one step.
async fn token_between(panel: &Panel, visitor: &Visitor, examples: &Examples) -> String {
    let target = examples.vps_for(find("cloneFromExternalServer").unwrap());
    let source = examples.vps_for(find("snapshot/export").unwrap());
    panel.kiwivm.forget_heard();
    let (path, form) = snapshots::chooses(visitor, source, target).await;
    let sent = snapshots::sends(visitor, &path, &form).await.expect(303);
    visitor.follow(&sent).await.expect(200);
    snapshots::token(panel)
}

/// The page of an action, and the secrets that it reveals: once.
async fn reveal(visitor: &Visitor, page: &str) -> (Answer, Vec<String>) {
    let before = visitor.open(page).await.expect(200);
    let target = format!("{page}/reveal");
    if !before.addresses().contains(&target) {
        return (before, Vec::new());
    }
    before.must_show("shown once");
    // Opening the page again uses up nothing.
    visitor.open(page).await.expect(200);
    let shown = visitor.submit(&target, &[]).await.expect(200);
    shown.must_show("Shown once");
    let section = shown
        .body
        .split("<section class=\"secret\"")
        .nth(1)
        .unwrap();
    let section = section.split("</section>").next().unwrap().to_owned();
    let secrets = Answer {
        body: section,
        ..shown
    }
    .inside("code");
    let again = visitor.submit(&target, &[]).await.expect(200);
    assert!(!again.shows("Shown once") && !again.addresses().contains(&target));
    (before, secrets)
}

#[tokio::test]
async fn t_secret_leak_a_viewer_reads_a_list_without_the_links_in_it() {
    let panel = Panel::start().await;
    let examples = Examples::on(&panel).await;
    let viewer = panel.sign_in(VIEWER).await;
    let list = CALLS
        .iter()
        .find(|call| call.name == "snapshot/list")
        .unwrap();
    let vps = examples.vps_for(list);
    let id = actions::new_id().unwrap();
    let path = format!("/vps/{}/call/snapshot/list", vps.id);
    viewer.submit(&path, &[("action", &id)]).await.expect(303);
    let page = viewer.open(&format!("/actions/{id}")).await.expect(200);
    page.must_show("before upgrade").must_show("***");
    page.must_not_show("203.0.113.250")
        .must_not_show("The reply holds");
    let refused = viewer
        .submit(&format!("/actions/{id}/reveal"), &[])
        .await
        .expect(403);
    refused.must_not_show("203.0.113.250");
}

#[tokio::test]
async fn t_secret_leak_a_secret_waits_ten_minutes_for_the_session_that_asked() {
    let (panel, vps) = Panel::with_one_vps().await;
    let (_, name) = panel.person(MANAGER).await;
    let (here, there) = (panel.sign_in_as(&name).await, panel.sign_in_as(&name).await);
    let id = actions::new_id().unwrap();
    let path = format!("/vps/{}/call/resetRootPassword", vps.id);
    here.submit(&path, &[("action", &id)]).await.expect(303);
    let page = format!("/actions/{id}");
    there
        .open(&page)
        .await
        .expect(200)
        .must_not_show("The reply holds a secret");
    let elsewhere = there
        .submit(&format!("{page}/reveal"), &[])
        .await
        .expect(200);
    assert!(!elsewhere.shows("Shown once"));
    here.open(&page)
        .await
        .expect(200)
        .must_show("The reply holds a secret");
    panel.clock.turn(9 * 60);
    here.open(&page)
        .await
        .expect(200)
        .must_show("The reply holds a secret");
    panel.clock.turn(2 * 60);
    here.open(&page)
        .await
        .expect(200)
        .must_not_show("The reply holds a secret");
    here.prove().await;
    let late = here
        .submit(&format!("{page}/reveal"), &[])
        .await
        .expect(200);
    assert!(!late.shows("Shown once"));
}

#[tokio::test]
async fn t_secret_leak_the_audit_log_stars_what_was_typed_in_secret_fields() {
    let panel = Panel::start().await;
    let examples = Examples::on(&panel).await;
    let admin = panel.sign_in(ADMIN).await;
    let clone = CALLS
        .iter()
        .find(|call| call.name == "cloneFromExternalServer")
        .unwrap();
    let vps = examples.vps_for(clone);
    let path = format!("/vps/{}/call/{}", vps.id, clone.name);
    let fields = examples.parameters(clone, &admin.open(&path).await).await;
    let mut fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    fields.push(("confirm_name", &vps.label));
    admin.submit(&path, &fields).await.expect(303);
    let log = admin.open("/audit").await.expect(200);
    log.must_show("externalServerIP=203.0.113.9");
    log.must_show("externalServerRootPassword=***");
}
