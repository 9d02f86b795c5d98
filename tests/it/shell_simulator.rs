//! Conversations with the simulator's shell: what the demo shows is what the real shells do.

use crate::panel::{ADMIN, Panel};
use crate::visitor::Visitor;
use kiwideck::kiwivm::calls::SHELL_EXEC;
use kiwideck::kiwivm::client::Credentials;
use kiwideck::model::audit::Outcome;
use kiwideck::secret::Secret;
use kiwideck::shell::{Place, quoted, report, wrapped};
use kiwideck::simulator::{Machine, Operation};
use kiwideck::snippet::SHIPPED;
use kiwideck::transcript::{Answer, Entry, Transcript};

const PATH: &str = "/vps/1/shell";

/// Somebody at the shell of a simulated VPS.
struct Talk {
    panel: Panel,
    admin: Visitor,
    session_id: i64,
}

impl Talk {
    async fn start() -> Talk {
        let (panel, _) = Panel::with_one_vps().await;
        let admin = panel.sign_in(ADMIN).await;
        let session_id = panel.count("SELECT id FROM session").await;
        Talk {
            panel,
            admin,
            session_id,
        }
    }

    fn transcript(&self) -> Transcript {
        self.panel.app.transcripts.find(self.session_id, 1)
    }

    /// Sends a line from where the last one ended, and waits for its answer.
    async fn say(&self, line: &str) -> Answer {
        let fields = [("command", line)];
        self.admin.fill_in(PATH, &fields).await.expect(303);
        // A busy machine takes longer to read a long output than the form waits.
        self.panel.settle().await;
        let entry: Entry = self.transcript().entries.pop().unwrap();
        entry.answer.expect("it has ended")
    }

    /// Status, output, and the directory of the prompt.
    async fn told(&self, line: &str) -> (i64, String, String) {
        let answer = self.say(line).await;
        assert_eq!(answer.outcome, Outcome::Accepted, "{line}");
        let output = [answer.output.head.text(), answer.output.tail.text()].concat();
        (answer.status.unwrap(), output, self.transcript().directory)
    }
}

#[tokio::test]
async fn lines_run_where_the_prompt_says_and_move_it() {
    let talk = Talk::start().await;
    let cases = [
        ("pwd", 0, "/root\n", "/root"),
        ("cd /tmp && false", 1, "", "/tmp"),
        ("exit 3", 3, "", "/tmp"),
        ("false; cd /etc", 0, "", "/etc"),
        ("cd -", 0, "", "/tmp"),
        ("printf 'no end'", 0, "no end", "/tmp"),
        ("true", 0, "", "/tmp"),
        (
            "cat <<'END' > here\n$x `y` \\\nEND\ncat here",
            0,
            "$x `y` \\\n",
            "/tmp",
        ),
        ("cat <<END\n$((6 * 7))\nEND", 0, "42\n", "/tmp"),
        ("echo a # 'b", 0, "a\n", "/tmp"),
    ];
    for (line, status, output, directory) in cases {
        let expected = (status, output.to_owned(), directory.to_owned());
        assert_eq!(talk.told(line).await, expected, "{line}");
    }
}

#[tokio::test]
async fn directories_with_hostile_names_are_entered_and_nothing_runs_where_one_is_gone() {
    let talk = Talk::start().await;
    talk.say("cd /tmp").await;
    let names = [
        "a b",
        "'",
        "\"",
        "$(touch ran)",
        "`touch ran`",
        "-n",
        "~",
        "*",
        "a\nb",
        "\\",
        ";touch ran",
        "<b>",
        "é\u{301}",
        "\u{1b}[31m",
        "\u{202e}",
        "#",
    ];
    for name in names {
        let quoted = quoted(name);
        talk.say(&format!("mkdir -- ./{quoted}")).await;
        talk.say(&format!("cd ./{quoted}")).await;
        assert_eq!(talk.transcript().directory, format!("/tmp/{name}"));
        assert_eq!(
            talk.told("pwd").await.1,
            kiwideck::shell::plain(&format!("/tmp/{name}\n"))
        );
        talk.say("cd ..").await;
    }
    let (_, files, _) = talk.told("ls").await;
    assert!(!files.lines().any(|name| name == "ran"), "{files}");
    talk.say("mkdir gone; cd gone").await;
    talk.say("rmdir /tmp/gone").await;
    let answer = talk.say("touch /tmp/ran").await;
    assert_eq!(answer.place, Place::NotEntered);
    assert_eq!(talk.transcript().directory, "/tmp/gone");
    // A `cd` alone asks KiwiVM itself, and leads out.
    talk.say("cd /").await;
    assert_eq!(talk.transcript().directory, "/");
    let (_, files, _) = talk.told("ls /tmp").await;
    assert!(files.lines().any(|name| name == "a b"), "{files}");
    assert!(!files.lines().any(|name| name == "ran"), "{files}");
}

#[tokio::test]
async fn long_binary_and_colourful_outputs_and_the_wrappers_own_mark_are_shown() {
    let talk = Talk::start().await;
    let long = talk.say("x=xxxxxxxxxx; x=$x$x$x$x$x$x$x$x$x$x; x=$x$x$x$x$x$x$x$x$x$x; for i in $(seq 1 5000); do printf %s $x; done").await;
    assert_eq!(long.whole.map(|whole| whole.len()), Some(5_000_000));
    let (_, binary, _) = talk.told("printf 'a\\000\\001b'").await;
    assert_eq!(binary, "ab");
    let (_, letters, _) = talk.told("printf '\\377\\376a\\000\\001b\\303'").await;
    assert_eq!(letters, "\u{fffd}\u{fffd}ab\u{fffd}");
    let colours =
        "i=16; while [ $i -lt 216 ]; do printf '\\033[38;5;%dm<%d>' $i $i; i=$((i+1)); done";
    let colourful = talk.say(colours).await;
    assert_eq!(colourful.output.head.pieces().count(), 200);
    let marked = "m=0123456789abcdef0123456789abcdef; printf \"$m/etc\\n$m$m!$m\"; cd /etc";
    let (_, output, directory) = talk.told(marked).await;
    let mark = "0123456789abcdef0123456789abcdef";
    assert_eq!(output, format!("{mark}/etc\n{mark}{mark}!{mark}"));
    assert_eq!(directory, "/etc");
}

#[tokio::test]
async fn a_line_that_prints_the_mark_of_its_own_wrapper_keeps_all_it_wrote_and_its_end() {
    let (panel, vps) = Panel::with_one_vps().await;
    let machine = panel.kiwivm.machine(100_001).unwrap();
    let credentials = Credentials {
        veid: vps.veid.clone(),
        api_key: Secret::new(machine.key),
    };
    let mark = "0123456789abcdef0123456789abcdef";
    let fakes = [
        format!("{mark}/etc\n{mark}"),
        format!("{mark}{mark}"),
        format!("a{mark}!{mark}"),
        format!("{mark}/etc\n{mark}{mark}!{mark}{mark}/tm"),
    ];
    for fake in fakes {
        let line = format!("cd /tmp; printf %s {}", quoted(&fake));
        let sent = wrapped("/root", &line, mark).unwrap();
        let parameters = [("command", Secret::new(sent))];
        let sending = panel.app.client.send(SHELL_EXEC, &credentials, &parameters);
        let reply = sending.await.unwrap().starred(SHELL_EXEC);
        let told = report(reply["message"].as_str().unwrap(), mark);
        assert_eq!(told.output, fake);
        assert_eq!(told.place, Place::In("/tmp".to_owned()), "{fake:?}");
    }
}

#[tokio::test]
async fn every_snippet_that_comes_with_the_program_runs_in_the_demo() {
    let talk = Talk::start().await;
    for (word, body) in SHIPPED {
        let fields = [("snippet", *word), ("body", *body)];
        talk.admin.fill_in(PATH, &fields).await.expect(303);
        talk.panel.settle().await;
        let entry = talk.transcript().entries.pop().unwrap();
        assert_eq!(entry.command, *body);
        let answer = entry.answer.unwrap();
        assert_eq!(answer.outcome, Outcome::Accepted, "{word}");
        let output = answer.output.head.text();
        assert_ne!(answer.status, Some(127), "{word}: {output}");
        assert!(!output.contains("command not found"), "{word}: {output}");
    }
}

#[tokio::test]
async fn a_line_that_runs_40_seconds_is_cut_off_and_the_prompt_stays() {
    let talk = Talk::start().await;
    let answer = talk.say("cd /etc; echo begun; sleep 40; echo never").await;
    assert_eq!((answer.status, answer.place), (Some(137), Place::Unknown));
    assert_eq!(answer.output.head.text(), "begun\n");
    assert_eq!(talk.transcript().directory, "/root");
}

#[tokio::test]
async fn what_kiwivm_says_itself_is_no_exit_status_and_says_what_to_do() {
    let panel = Panel::start().await;
    let busy = Operation::reinstall("debian-13-x86_64", 0);
    let locked = Machine::kvm(100_002).locked(busy, 30);
    let machines = [
        (Machine::kvm(100_001).stopped(), "Start the VPS"),
        (locked, "Wait until the operation is done"),
        (Machine::kvm(100_003), "then store the key again"),
    ];
    for (machine, advice) in machines {
        let vps = panel.add(machine).await;
        // The last one's key is another than the panel has.
        panel.kiwivm.alter(100_003, |machine| {
            machine.key = "private_TESTanother".to_owned();
        });
        let admin = panel.sign_in(ADMIN).await;
        let (shell, runs) = (
            format!("/vps/{}/shell", vps.id),
            format!("/vps/{}/shell/runs", vps.id),
        );
        let line = [("command", "uptime")];
        admin.fill_in(&shell, &line).await.expect(303);
        let page = admin.open(&shell).await.expect(200);
        page.must_show("KiwiVM").must_show(advice);
        page.must_not_show("exit 7");
        let script = [("script", "uptime")];
        admin.fill_in(&runs, &script).await.expect(303);
        let page = admin.open(&runs).await.expect(200);
        page.must_show("Not begun");
    }
}
