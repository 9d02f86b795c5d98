//! Whole conversations with the shell, against the real shells of this machine.

use crate::panel::{ADMIN, Panel, Wish};
use crate::shell_upstream::{Shell, Upstream, folder_in};
use crate::visitor::Visitor;
use kiwideck::model::audit::Outcome;
use kiwideck::shell::{Place, Runs};
use kiwideck::simulator::Machine;
use kiwideck::transcript::{Answer, Entry, Transcript};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

const PATH: &str = "/vps/1/shell";
const LIMIT: Duration = Duration::from_secs(20);

/// Somebody at the shell of a VPS that is a folder here.
struct Talk {
    panel: Panel,
    admin: Visitor,
    upstream: Upstream,
    session_id: i64,
    scratch: TempDir,
}

impl Talk {
    async fn with(shell: Shell) -> Talk {
        Talk::within(shell, LIMIT, Wish::default()).await
    }

    async fn within(shell: Shell, limit: Duration, mut wish: Wish) -> Talk {
        let upstream = Upstream::start(shell, limit).await;
        wish.settings.push(("UPSTREAM", upstream.url.clone()));
        let panel = Panel::with(wish).await;
        panel.add(Machine::kvm(100_001)).await;
        let admin = panel.sign_in(ADMIN).await;
        let session_id = panel.count("SELECT id FROM session").await;
        let scratch = tempfile::tempdir().unwrap();
        let talk = Talk {
            panel,
            admin,
            upstream,
            session_id,
            scratch,
        };
        let cwd = talk.root().to_str().unwrap().to_owned();
        let fields = [("command", "true"), ("cwd", cwd.as_str())];
        talk.admin.submit(PATH, &fields).await.expect(303);
        assert_eq!(talk.directory(), talk.root());
        talk
    }

    fn root(&self) -> &Path {
        self.scratch.path()
    }

    fn transcript(&self) -> Transcript {
        self.panel.app.transcripts.find(self.session_id, 1)
    }

    fn directory(&self) -> PathBuf {
        self.transcript().directory.into()
    }

    /// Sends a line from where the last one ended, and waits for its answer.
    async fn say(&self, line: &str) -> Answer {
        let page = self.admin.open(PATH).await.expect(200);
        let cwd = page.field(PATH, "cwd").unwrap_or_default();
        let action = page.field(PATH, "action").unwrap();
        let fields = [("command", line), ("cwd", &cwd), ("action", &action)];
        self.admin.submit(PATH, &fields).await.expect(303);
        self.answered().await
    }

    /// The shells are real, and take the time they take.
    async fn answered(&self) -> Answer {
        for _ in 0..1200 {
            let entry: Entry = self.transcript().entries.pop().unwrap();
            if let Some(answer) = entry.answer {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("it does not end");
    }

    /// Status and output.
    async fn told(&self, line: &str) -> (i64, String) {
        let answer = self.say(line).await;
        assert_eq!(answer.outcome, Outcome::Accepted, "{line}");
        (answer.status.unwrap(), text(&answer))
    }
}

fn text(answer: &Answer) -> String {
    [answer.output.head.text(), answer.output.tail.text()].concat()
}

fn said(status: i64, output: &str) -> (i64, String) {
    (status, output.to_owned())
}

#[tokio::test]
async fn lines_run_where_the_prompt_says_and_move_it() {
    for shell in Shell::ALL {
        let talk = Talk::with(shell).await;
        let sub = folder_in(talk.root(), "sub");
        assert_eq!(talk.told("cd sub && false").await, said(1, ""));
        assert_eq!(talk.directory(), sub, "{shell:?}");
        assert_eq!(talk.told("pwd -P; exit 3").await.0, 3);
        assert_eq!(talk.directory(), sub);
        assert_eq!(talk.told("false; cd ..").await, said(0, ""));
        assert_eq!(talk.directory(), talk.root());
        assert_eq!(talk.told("cd sub").await, said(0, ""));
        assert_eq!(talk.told("cd -").await, said(0, ""));
        assert_eq!(talk.directory(), talk.root());
        assert_eq!(talk.told("true").await, said(0, ""));
        let calls = talk.upstream.calls();
        let cd = calls.iter().filter(|call| *call == "basicShell/cd");
        assert_eq!((cd.count(), calls.len()), (2, 7), "{shell:?}");
    }
}

#[tokio::test]
async fn text_of_several_lines_and_odd_ends_is_run_as_it_was_typed() {
    for shell in Shell::ALL {
        let talk = Talk::with(shell).await;
        let here = "cat <<'END' > 'a file'\r\n$x `y` \\\r\n  'z'\r\nEND\r\ncat 'a file'; ls";
        let there = said(0, "$x `y` \\\n  'z'\na file\n");
        assert_eq!(talk.told(here).await, there, "{shell:?}");
        assert_eq!(talk.told("printf 'no end'").await, said(0, "no end"));
        assert_eq!(talk.told("echo a # 'b").await, said(0, "a\n"));
        let (status, complaint) = talk.told("echo 'open").await;
        assert!(
            status != 0 && !complaint.contains("kiwideck"),
            "{complaint}"
        );
        let (_, own) = talk.told("cat /proc/$$/cmdline").await;
        assert!(own.contains("kiwideck_"), "{shell:?}: {own}");
        assert_eq!(talk.directory(), talk.root());
    }
}

#[tokio::test]
async fn directories_with_hostile_names_are_entered_and_nothing_else_is() {
    let names = [
        "a b",
        "'",
        "\"",
        "$(touch ran)",
        "`touch ran`",
        "-n",
        "--",
        "~",
        "*",
        "a\nb",
        "\n",
        "a\n",
        "\\",
        "a\r",
        "\r",
        ";touch ran",
        "<b>",
        "é\u{301}",
        "\u{1b}[31m",
        "\u{202e}",
        "#",
        "!",
        "\t",
    ];
    for shell in [Shell::Dash, Shell::Bash, Shell::Busybox] {
        let talk = Talk::with(shell).await;
        for name in names {
            let folder = folder_in(talk.root(), name);
            // A CR typed is a line's end; so the shell makes this one.
            let quoted = kiwideck::shell::quoted(name);
            talk.say(&format!("cd ./{quoted}")).await;
            assert_eq!(talk.directory(), folder, "{shell:?} {name:?}");
            assert_eq!(talk.told("echo there > here").await, said(0, ""));
            assert!(folder.join("here").exists(), "{shell:?} {name:?}");
            let page = talk.admin.open(PATH).await.expect(200);
            let odd = |letter: char| letter.is_control() && letter != '\n' && letter != '\t';
            assert!(!page.body.contains(odd) && !page.body.contains("<b>"));
            talk.say("cd ..").await;
            assert_eq!(talk.directory(), talk.root(), "{shell:?} {name:?}");
        }
        assert!(!talk.root().join("ran").exists(), "{shell:?}");
    }
}

#[tokio::test]
async fn where_the_directory_is_gone_nothing_runs_and_the_prompt_stays() {
    for shell in Shell::ALL {
        let talk = Talk::with(shell).await;
        let sub = folder_in(talk.root(), "sub");
        talk.say("cd sub").await;
        std::fs::remove_dir(&sub).unwrap();
        let ran = talk.root().join("ran");
        let answer = talk.say(&format!("touch {}", ran.display())).await;
        assert!(text(&answer).contains("cd") && answer.status != Some(0));
        assert_eq!(answer.place, Place::NotEntered, "{shell:?}");
        assert!(!ran.exists() && talk.directory() == sub, "{shell:?}");
        // A `cd` alone asks KiwiVM itself, and leads out.
        talk.say("cd /").await;
        assert_eq!(talk.directory(), Path::new("/"), "{shell:?}");
        let files = format!("ls {}; pwd", talk.root().display());
        assert_eq!(talk.told(&files).await, said(0, "/\n"), "{shell:?}");
    }
}

#[tokio::test]
async fn a_directory_whose_name_is_no_utf_8_is_taken_for_no_other_and_left_again() {
    for shell in Shell::ALL {
        let talk = Talk::with(shell).await;
        // Shown, both names are the same.
        let other = folder_in(talk.root(), "a\u{fffd}");
        let enter = "d=$(printf 'a\\377'); mkdir \"$d\" && cd \"$d\"";
        assert_eq!(talk.told(enter).await, said(0, ""), "{shell:?}");
        let directory = talk.directory();
        talk.say("touch ran").await;
        assert!(!other.join("ran").exists(), "{shell:?}: {directory:?}");
        let is_there = talk.root().join("ran").exists();
        assert!(!is_there || directory == talk.root(), "{shell:?}");
        talk.say("cd /").await;
        assert_eq!(talk.told("pwd").await, said(0, "/\n"), "{shell:?}");
        assert_eq!(talk.directory(), Path::new("/"));
    }
}

#[tokio::test]
async fn long_binary_and_colourful_outputs_are_shown_and_kept() {
    for shell in [Shell::Dash, Shell::Busybox] {
        let talk = Talk::with(shell).await;
        let long = talk.say("head -c 5000000 /dev/zero | tr '\\0' x").await;
        assert!(long.output.is_folded() && long.output.left_out_bytes > 4_000_000);
        assert_eq!(long.whole.map(|whole| whole.len()), Some(5_000_000));
        let page = talk.admin.open(PATH).await.expect(200);
        page.must_show("The whole output as text");
        let (_, binary) = talk.told("printf '\\377\\376a\\000\\001b\\303'").await;
        assert_eq!(binary, "\u{fffd}\u{fffd}ab\u{fffd}", "{shell:?}");
        let colours =
            "i=16; while [ $i -lt 216 ]; do printf '\\033[38;5;%dm<%d>' $i $i; i=$((i+1)); done";
        let colourful = talk.say(colours).await;
        assert_eq!(colourful.output.head.pieces().count(), 200);
        let page = talk.admin.open(PATH).await.expect(200);
        page.must_show("<16><17>").must_show("<215>");
        let painted = "<span class=\"fg215\">&#60;215&#62;</span>";
        assert!(page.body.contains(painted), "{shell:?}");
        assert!(page.body.len() < 2 * 1024 * 1024, "{}", page.body.len());
        assert!(!page.body.contains('\u{1b}'));
    }
}

#[tokio::test]
async fn a_reply_over_the_limit_is_cut_and_says_so() {
    let talk = Talk::with(Shell::Dash).await;
    // Each tab takes six bytes of the upstream's JSON.
    let line = "yes \"$(printf '\\t\\t\\t\\t\\t\\t\\tx')\" | head -c 6500000";
    let cut = talk.say(line).await;
    assert_eq!((cut.outcome, cut.status), (Outcome::Accepted, Some(0)));
    assert_eq!(talk.directory(), talk.root());
    let whole_bytes = cut.whole.unwrap().len();
    assert!(
        (6_000_000..6_400_000).contains(&whole_bytes),
        "{whole_bytes}"
    );
    let page = talk.admin.open(PATH).await.expect(200);
    page.must_show("longer than 32 MiB")
        .must_not_show("No reply came")
        .must_not_show("without saying where");
}

#[tokio::test]
async fn t_ansi_a_colour_at_each_letter_stays_a_small_page() {
    let talk = Talk::with(Shell::Dash).await;
    let line = "yes \"$(printf '\\033[31;42mx\\033[32my')\" | head -n 200000";
    let hostile = talk.say(line).await;
    let runs = |runs: &Runs| runs.pieces().count();
    assert!(runs(&hostile.output.head) + runs(&hostile.output.tail) < 17_000);
    assert!(hostile.output.size_bytes() < 2 * 1024 * 1024);
    let page = talk.admin.open(PATH).await.expect(200);
    assert!(page.body.len() < 2 * 1024 * 1024, "{}", page.body.len());
}

#[tokio::test]
async fn a_line_that_runs_beyond_kiwivms_limit_is_cut_off_there() {
    for shell in Shell::ALL {
        let limit = Duration::from_millis(300);
        let talk = Talk::within(shell, limit, Wish::default()).await;
        folder_in(talk.root(), "sub");
        let cut = talk.told("cd sub; echo begun; sleep 40; echo never").await;
        assert_eq!(cut, said(137, "begun\n"), "{shell:?}");
        assert_eq!(talk.directory(), talk.root());
    }
}

#[tokio::test]
async fn r_once_a_line_without_a_reply_in_time_is_unknown_and_not_sent_again() {
    let scaled = Wish {
        time_scale: Some(0.02),
        ..Wish::default()
    };
    let talk = Talk::within(Shell::Dash, Duration::from_secs(2), scaled).await;
    let lost = talk.say("sleep 40").await;
    assert_eq!((lost.outcome, lost.status), (Outcome::Unknown, None));
    assert_eq!(talk.upstream.calls().len(), 2);
    assert_eq!(talk.directory(), talk.root());
}
