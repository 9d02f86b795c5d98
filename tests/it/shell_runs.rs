//! Scripts in the background, from the form to the end that their log tells, against real shells; and
//! transcripts and completion, which last or come from the VPS too.

use crate::panel::{ADMIN, Panel, VIEWER_WITH_SHELL, Wish};
use crate::shell_upstream::{Order, Shell, Upstream, folder_in};
use crate::visitor::Visitor;
use kiwideck::kiwivm::budget::Purpose;
use kiwideck::shell::{self, HOME};
use kiwideck::simulator::{Machine, Misbehaviour};
use kiwideck::{actions, runs, start};
use serde_json::Value;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

const PATH: &str = "/vps/1/shell";
const RUNS: &str = "/vps/1/shell/runs";

/// An admin at a VPS that is a folder here.
struct Scene {
    panel: Panel,
    name: String,
    admin: Visitor,
    upstream: Upstream,
    scratch: TempDir,
}

impl Scene {
    async fn with(shell: Shell) -> Scene {
        Scene::within(shell, Wish::default()).await
    }

    async fn within(shell: Shell, mut wish: Wish) -> Scene {
        let upstream = Upstream::start(shell, Duration::from_secs(20)).await;
        wish.settings.push(("UPSTREAM", upstream.url.clone()));
        let panel = Panel::with(wish).await;
        panel.add(Machine::kvm(100_001)).await;
        let (_, name) = panel.person(ADMIN).await;
        Scene {
            admin: panel.sign_in_as(&name).await,
            panel,
            name,
            upstream,
            scratch: tempfile::tempdir().unwrap(),
        }
    }

    fn root(&self) -> &Path {
        self.scratch.path()
    }

    async fn begins(&self, script: &str) {
        let cwd = self.root().to_str().unwrap();
        let fields = [("script", script), ("cwd", cwd)];
        self.admin.fill_in(RUNS, &fields).await.expect(303);
    }

    /// Turns the clock and reads what is due, until the page shows it.
    async fn reads_until(&self, words: &str) {
        for _ in 0..200 {
            self.panel.clock.turn(1);
            runs::tick(&self.panel.app).await.unwrap();
            self.panel.settle().await;
            if self.admin.open(RUNS).await.shows(words) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("{words:?} does not come");
    }

    async fn does(&self, what: &str) {
        let path = format!("{RUNS}/1");
        let fields = [("do", what)];
        self.admin.submit(&path, &fields).await.expect(303);
    }

    fn reads(&self) -> usize {
        let calls = self.upstream.calls().into_iter();
        calls.filter(|call| call == "basicShell/exec").count()
    }
}

#[tokio::test]
async fn a_script_runs_on_and_its_log_is_read_piece_by_piece_until_its_end() {
    for shell in Shell::ALL {
        let scene = Scene::with(shell).await;
        let script = "echo $((6 * 7)) lines\nwhile [ ! -e go ]; do sleep 0.02; done\n\
                      cat <<'END'\n$x é\nEND\nexit $((3 + 4))";
        scene.begins(script).await;
        scene.reads_until("42 lines").await;
        scene.admin.open(RUNS).await.must_show("Running");
        std::fs::write(scene.root().join("go"), "").unwrap();
        scene.reads_until("exit 7").await;
        let page = scene.admin.open(RUNS).await.expect(200);
        let log = page.inside("pre").pop().unwrap();
        assert_eq!(log, "42 lines $x é", "{shell:?}");
        let reads = scene.reads();
        scene.panel.clock.turn(100);
        runs::tick(&scene.panel.app).await.unwrap();
        scene.panel.settle().await;
        assert_eq!(scene.reads(), reads, "what has ended is read no more");
        let rows = "SELECT count(*) FROM audit WHERE what = 'run-ended'";
        assert_eq!(scene.panel.count(rows).await, 1);
        let rows = "SELECT count(*) FROM audit WHERE what = 'basicShell/exec'";
        assert_eq!(scene.panel.count(rows).await, 0);
    }
}

#[tokio::test]
async fn a_long_log_shows_its_end_and_no_letter_is_cut() {
    let scene = Scene::with(Shell::Dash).await;
    let script = "i=0; while [ $i -lt 30000 ]; do echo \"é文字$i\"; i=$((i+1)); done; echo the end";
    scene.begins(script).await;
    scene.reads_until("Ended").await;
    let page = scene.admin.open(RUNS).await.expect(200);
    page.must_show("é文字29999 the end")
        .must_show("Only the end of a long log");
    assert!(!page.body.contains('\u{fffd}'));
    assert!(page.body.len() < 400 * 1024, "{}", page.body.len());
}

#[tokio::test]
async fn a_run_survives_a_restart_and_is_read_while_its_readers_session_and_right_last() {
    let scene = Scene::with(Shell::Dash).await;
    scene
        .begins("echo $((6 * 7)) begun; while [ ! -e go ]; do sleep 0.02; done; echo $((6 * 7)) gone on")
        .await;
    scene.reads_until("42 begun").await;
    let again = scene.panel.started_again().await.unwrap();
    let visitor = again.stranger();
    let cookie = scene.admin.cookie("kiwideck").unwrap();
    visitor.set_cookie("kiwideck", &cookie);
    visitor
        .submit("/prove", &[("password", crate::panel::PASSWORD)])
        .await;
    runs::tick(&again.app).await.unwrap();
    again.settle().await;
    visitor.open(RUNS).await.expect(200).must_show("42 begun");
    // Its reader signs out: nobody reads.
    visitor.submit("/sign-out", &[]).await.expect(303);
    let reads = scene.reads();
    again.clock.turn(100);
    runs::tick(&again.app).await.unwrap();
    again.settle().await;
    assert_eq!(scene.reads(), reads);
    std::fs::write(scene.root().join("go"), "").unwrap();
    // Somebody else with the right follows it, and that is in the log.
    let scene = Scene {
        admin: again.sign_in(VIEWER_WITH_SHELL).await,
        panel: again,
        ..scene
    };
    scene.does("follow").await;
    scene.reads_until("42 gone on").await;
    let rows = "SELECT count(*) FROM audit WHERE what = 'run-followed'";
    assert_eq!(scene.panel.count(rows).await, 1);
    assert!(scene.name.starts_with("person"));
}

#[tokio::test]
async fn the_log_of_a_run_that_has_ended_can_be_read_again_after_a_restart() {
    let scene = Scene::with(Shell::Dash).await;
    scene.begins("echo $((6 * 7)) lines; exit 3").await;
    scene.reads_until("exit 3").await;
    let again = scene.panel.started_again().await.unwrap();
    let scene = Scene {
        admin: again.sign_in(VIEWER_WITH_SHELL).await,
        panel: again,
        ..scene
    };
    let page = scene.admin.open(RUNS).await.expect(200);
    page.must_show("exit 3").must_not_show("42 lines");
    page.must_show("Read its log again");
    scene.does("follow").await;
    scene.reads_until("42 lines").await;
    let page = scene.admin.open(RUNS).await.expect(200);
    page.must_show("exit 3").must_not_show("Read its log again");
    // It was read once more, and its end is told once.
    let reads = scene.reads();
    scene.panel.clock.turn(100);
    runs::tick(&scene.panel.app).await.unwrap();
    scene.panel.settle().await;
    assert_eq!(scene.reads(), reads);
    let rows = "SELECT count(*) FROM audit WHERE what = 'run-ended'";
    assert_eq!(scene.panel.count(rows).await, 1);
}

#[test]
fn a_log_that_grows_while_it_is_read_is_read_once() {
    for real in Shell::ALL {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        std::fs::write(&log, "one\n").unwrap();
        // Between its length and its text the script writes on.
        let grows = format!(
            "wc() {{ command wc \"$@\"; echo more >> {}; }}\n",
            log.display()
        );
        let (mut read, mut offset_bytes) = (String::new(), 0);
        for _ in 0..3 {
            let text = grows.clone() + &shell::reading(log.to_str().unwrap(), offset_bytes);
            let ran = real.run(Order::new(&text));
            let printed = String::from_utf8(ran.output).unwrap();
            let piece = shell::piece(&printed).unwrap();
            read.push_str(piece.text);
            offset_bytes = piece.next_bytes;
        }
        assert_eq!(read, "one\nmore\nmore\n", "{real:?}");
    }
}

#[tokio::test]
async fn reading_a_log_can_be_paused_and_left() {
    let scene = Scene::with(Shell::Dash).await;
    scene
        .begins("echo $((6 * 7)) begun; while [ ! -e go ]; do sleep 0.02; done")
        .await;
    scene.reads_until("42 begun").await;
    for what in ["pause", "leave"] {
        scene.does(what).await;
        let reads = scene.reads();
        scene.panel.clock.turn(100);
        runs::tick(&scene.panel.app).await.unwrap();
        scene.panel.settle().await;
        assert_eq!(scene.reads(), reads, "{what}");
    }
    scene.admin.open(RUNS).await.must_show("No longer followed");
    std::fs::write(scene.root().join("go"), "").unwrap();
    scene.does("follow").await;
    scene.reads_until("Ended").await;
}

#[tokio::test]
async fn a_run_on_the_page_is_drawn_anew_only_when_something_came_and_keeps_what_its_page_needs() {
    let scene = Scene::with(Shell::Dash).await;
    scene
        .begins("echo $((6 * 7)) begun; while [ ! -e go ]; do sleep 0.02; done")
        .await;
    scene.reads_until("42 begun").await;
    let asked = async |page: &str| {
        let page = scene.admin.open(page).await.expect(200);
        let tags = page.tags();
        let run = tags.iter().find(|tag| tag.name == "article").unwrap();
        run.attribute("hx-get").unwrap().replace("&amp;", "&")
    };
    let (listed, alone) = (asked(RUNS).await, asked(&format!("{RUNS}/1")).await);
    for path in [&listed, &alone] {
        scene.admin.poll(path).await.expect(204);
    }
    std::fs::write(scene.root().join("go"), "").unwrap();
    scene.reads_until("Ended").await;
    let part = scene.admin.poll(&listed).await.expect(200);
    part.must_show("exit 0").must_show("This one alone");
    let part = scene.admin.poll(&alone).await.expect(200);
    part.must_show("exit 0").must_not_show("This one alone");
}

#[tokio::test]
async fn a_log_that_cannot_be_read_is_given_up_in_sight_of_the_page() {
    let scene = Scene::with(Shell::Dash).await;
    scene.begins("while [ ! -e go ]; do sleep 0.02; done").await;
    let rows = "UPDATE run SET log = '/nowhere/at-all.log' RETURNING id";
    scene.panel.count(rows).await;
    let page = scene.admin.open(RUNS).await.expect(200);
    let tags = page.tags();
    let run = tags.iter().find(|tag| tag.name == "article").unwrap();
    let asking = run.attribute("hx-get").unwrap().replace("&amp;", "&");
    for _ in 0..6 {
        scene.panel.clock.turn(61);
        runs::tick(&scene.panel.app).await.unwrap();
        scene.panel.settle().await;
    }
    let part = scene.admin.poll(&asking).await.expect(200);
    part.must_show("nobody asks any more").must_show("Follow");
    std::fs::write(scene.root().join("go"), "").unwrap();
}

#[tokio::test]
async fn a_quiet_log_is_read_less_and_less_often() {
    let scene = Scene::with(Shell::Dash).await;
    scene.begins("while [ ! -e go ]; do sleep 0.02; done").await;
    for _ in 0..300 {
        scene.panel.clock.turn(1);
        runs::tick(&scene.panel.app).await.unwrap();
        scene.panel.settle().await;
    }
    let reads = scene.reads();
    assert!((5..12).contains(&reads), "{reads} readings in five minutes");
    std::fs::write(scene.root().join("go"), "").unwrap();
}

#[tokio::test]
async fn t_xss_up_a_log_and_a_script_stay_text() {
    let scene = Scene::with(Shell::Dash).await;
    scene
        .begins("printf '\\033]0;t\\007<script>x</script>\\033[31mred\\n'")
        .await;
    scene.reads_until("Ended").await;
    let page = scene.admin.open(RUNS).await.expect(200);
    page.must_show("<script>x</script>red");
    assert!(!page.body.contains("<script>x") && !page.body.contains('\u{1b}'));
}

#[tokio::test]
async fn a_conversation_survives_a_restart_and_ends_with_its_session() {
    let scene = Scene::with(Shell::Dash).await;
    let cwd = scene.root().to_str().unwrap().to_owned();
    let sub = folder_in(scene.root(), "sub");
    let line = "cd sub && printf '\\033[31m%s words' kept; exit 3";
    let fields = [("command", line), ("cwd", cwd.as_str())];
    scene.admin.submit(PATH, &fields).await.expect(303);
    scene.panel.settle().await;
    let file = std::fs::read(scene.panel.database()).unwrap();
    let wal = std::fs::read(scene.panel.database().with_extension("db-wal")).unwrap_or_default();
    for bytes in [file, wal] {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(!text.contains("kept words") && !text.contains("\"now_in\""));
    }
    let again = scene.panel.started_again().await.unwrap();
    let session_id = again.count("SELECT id FROM session").await;
    let transcript = again.app.transcripts.find(session_id, 1);
    let answer = transcript.entries[0].answer.as_ref().unwrap();
    assert_eq!(Path::new(&transcript.directory), sub);
    assert_eq!(
        (answer.output.head.text(), answer.status),
        ("kept words", Some(3))
    );
    assert_eq!(answer.output.head.pieces().count(), 1);
    scene.admin.submit("/sign-out", &[]).await.expect(303);
    assert_eq!(again.count("SELECT count(*) FROM transcript").await, 0);
    let left = scene.panel.app.transcripts.find(session_id, 1);
    assert!(left.entries.is_empty() && left.directory == HOME);
}

#[tokio::test]
async fn a_conversation_goes_with_its_session_however_that_ended() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let ended = panel.count("SELECT max(id) FROM session").await;
    admin.submit(PATH, &[("command", "true")]).await.expect(303);
    let other = panel.sign_in(ADMIN).await;
    let stays = panel.count("SELECT max(id) FROM session").await;
    other.submit(PATH, &[("command", "true")]).await.expect(303);
    panel.settle().await;
    sqlx::query("DELETE FROM session WHERE id = ?")
        .bind(ended)
        .execute(&mut panel.sql().await)
        .await
        .unwrap();
    start::sweep_once(&panel.app).await;
    let transcripts = &panel.app.transcripts;
    assert_eq!(transcripts.owners(), [stays]);
    assert_eq!(transcripts.find(stays, vps.id).entries.len(), 1);
}

#[tokio::test]
async fn a_conversation_is_cleared_and_forgotten_after_a_day_on_the_disk_too() {
    let scene = Scene::with(Shell::Dash).await;
    for command in ["true", "false"] {
        let fields = [("command", command), ("cwd", "/")];
        scene.admin.submit(PATH, &fields).await.expect(303);
    }
    scene.panel.settle().await;
    const ROWS: &str = "SELECT count(*) FROM transcript";
    assert_eq!(scene.panel.count(ROWS).await, 2);
    scene
        .admin
        .submit(PATH, &[("clear", "1")])
        .await
        .expect(303);
    scene.panel.settle().await;
    assert_eq!(scene.panel.count(ROWS).await, 0);
    let fields = [("command", "true"), ("cwd", "/")];
    scene.admin.submit(PATH, &fields).await.expect(303);
    scene.panel.settle().await;
    let session_id = scene.panel.count("SELECT id FROM session").await;
    let kept = async || {
        start::sweep_once(&scene.panel.app).await;
        let transcript = scene.panel.app.transcripts.find(session_id, 1);
        (scene.panel.count(ROWS).await, transcript.entries.len())
    };
    // The session itself lasts on.
    let rows =
        "UPDATE session SET renewed_at = renewed_at + 86400, seen_at = seen_at + 86400 RETURNING 1";
    scene.panel.count(rows).await;
    scene.panel.clock.turn(24 * 3600 - 1);
    assert_eq!(kept().await, (1, 1));
    scene.panel.clock.turn(1);
    assert_eq!(kept().await, (0, 0));
    assert_eq!(scene.panel.count("SELECT count(*) FROM session").await, 1);
}

#[tokio::test]
async fn where_the_settings_say_so_no_conversation_is_on_the_disk() {
    let wish = Wish {
        settings: vec![("SHELL_KEEP", "false".to_owned())],
        ..Wish::default()
    };
    let scene = Scene::within(Shell::Dash, wish).await;
    let fields = [("command", "true"), ("cwd", "/")];
    scene.admin.submit(PATH, &fields).await.expect(303);
    scene.panel.settle().await;
    assert_eq!(
        scene.panel.count("SELECT count(*) FROM transcript").await,
        0
    );
}

#[tokio::test]
async fn what_was_kept_is_deleted_when_the_settings_say_that_nothing_is_kept() {
    let (panel, _) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let line = [("command", "cd /tmp")];
    admin.fill_in(PATH, &line).await.expect(303);
    panel.settle().await;
    const ROWS: &str = "SELECT count(*) FROM transcript";
    assert_eq!(panel.count(ROWS).await, 1);
    let unkept = panel.wishing(Wish {
        settings: vec![("SHELL_KEEP", "false".to_owned())],
        ..Wish::default()
    });
    let again = unkept.started_again().await.unwrap();
    assert_eq!(again.count(ROWS).await, 0);
    let session_id = again.count("SELECT id FROM session").await;
    let transcript = again.app.transcripts.find(session_id, 1);
    assert!(transcript.entries.is_empty() && transcript.directory == HOME);
}

#[tokio::test]
async fn r_once_a_command_and_a_script_under_way_at_a_restart_are_unknown_and_not_sent_again() {
    let (panel, _) = Panel::with_one_vps().await;
    let cases = [
        (PATH, "basicShell/exec", "command", "transcript"),
        (RUNS, "shellScript/exec", "script", "run"),
    ];
    for (path, call, field, table) in cases {
        let admin = panel.sign_in(ADMIN).await;
        panel.kiwivm.forget_heard();
        let _hold = panel.kiwivm.hold(call);
        let action = actions::new_id().unwrap();
        let sender = admin.clone();
        let form = action.clone();
        let sending = tokio::spawn(async move {
            let fields = [(field, "echo under way"), ("action", &form)];
            sender.submit(path, &fields).await
        });
        panel.until_heard().await;
        let kept = match table {
            "run" => "SELECT count(*) FROM run",
            _ => "SELECT count(*) FROM transcript",
        };
        while panel.count(kept).await == 0 {}
        let again = panel.started_again().await.unwrap();
        let visitor = admin.copied().at_panel(&again);
        visitor.prove().await;
        let page = visitor.open(path).await.expect(200);
        page.must_show("echo under way").must_show("No reply came.");
        let tags = page.tags();
        let mut asking = tags.iter().filter(|tag| tag.attribute("hx-get").is_some());
        assert!(asking.all(|tag| tag.name != "li" && tag.name != "article"));
        // The form once more, and the background, send nothing.
        let fields = [(field, "echo under way"), ("action", &action)];
        visitor.submit(path, &fields).await.expect(303);
        runs::tick(&again.app).await.unwrap();
        again.settle().await;
        assert_eq!(panel.heard(), [call]);
        assert!(!sending.is_finished(), "{call}");
        sending.abort();
    }
    let state = "SELECT count(*) FROM run WHERE state = 'unknown'";
    assert_eq!(panel.count(state).await, 1);
    let outcomes = "SELECT count(*) FROM audit WHERE outcome = 'unknown'";
    assert_eq!(panel.count(outcomes).await, 2);
}

#[tokio::test]
async fn a_log_is_read_within_the_backgrounds_share_and_not_while_kiwivm_wants_rest() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let script = [("script", "echo all")];
    admin.fill_in(RUNS, &script).await.expect(303);
    let reads_after = async |seconds: i64| {
        panel.clock.turn(seconds);
        runs::tick(&panel.app).await.unwrap();
        panel.settle().await;
        panel.kiwivm.heard_count("basicShell/exec")
    };
    for _ in 0..200 {
        let now_s = panel.clock.now_s();
        panel.app.refresh.spend(vps.id, Purpose::Background, now_s);
    }
    assert_eq!(reads_after(0).await, 0, "its share is spent");
    assert_eq!(reads_after(60).await, 0, "its share is spent still");
    panel
        .kiwivm
        .misbehave("basicShell/exec", Misbehaviour::TooMany);
    assert_eq!(reads_after(15 * 60).await, 1);
    assert_eq!(reads_after(60).await, 1, "KiwiVM wants rest");
    assert_eq!(reads_after(200).await, 1, "KiwiVM wants rest still");
    let ended = "SELECT count(*) FROM run WHERE state = 'ended'";
    assert_eq!(panel.count(ended).await, 0);
    assert_eq!(reads_after(60).await, 2);
    assert_eq!(panel.count(ended).await, 1);
}

#[tokio::test]
async fn a_run_has_its_row_in_the_audit_log_and_its_page_says_who_began_it_and_when() {
    let (panel, _) = Panel::with_one_vps().await;
    let (_, name) = panel.person(ADMIN).await;
    let admin = panel.sign_in_as(&name).await;
    let fields = [("script", "cat notes.txt\nexit 3"), ("cwd", "/root")];
    admin.fill_in(RUNS, &fields).await.expect(303);
    let row: (String, String, Option<i64>, String) = sqlx::query_as(
        "SELECT intent.person, intent.parameters, outcome.took_ms, outcome.outcome
         FROM audit AS intent JOIN audit AS outcome USING (action)
         WHERE intent.what = 'shellScript/exec' AND intent.phase = 'intent'
             AND outcome.phase = 'outcome'",
    )
    .fetch_one(&mut panel.sql().await)
    .await
    .unwrap();
    assert_eq!((&row.0, row.2, &*row.3), (&name, Some(0), "accepted"));
    let parameters: Value = serde_json::from_str(&row.1).unwrap();
    let told = serde_json::json!({"directory": "/root", "script": "cat notes.txt\nexit 3"});
    assert_eq!(parameters, told);
    panel.clock.turn(5 * 60);
    let other = panel.sign_in(VIEWER_WITH_SHELL).await;
    let page = other.open(RUNS).await.expect(200);
    page.must_show(&format!("{name} · 5 minutes ago"))
        .must_show("/root# cat notes.txt exit 3");
}

#[tokio::test]
async fn tab_completes_files_and_commands_in_real_shells_and_asks_once() {
    for shell in Shell::ALL {
        let scene = Scene::with(shell).await;
        folder_in(scene.root(), "some folder");
        std::fs::write(scene.root().join("some'file"), "").unwrap();
        std::fs::write(scene.root().join(".hidden"), "").unwrap();
        let cwd = scene.root().to_str().unwrap().to_owned();
        let completes = async |line: &str| {
            let fields = [("line", line), ("cwd", cwd.as_str())];
            let path = format!("{PATH}/complete");
            let answer = scene.admin.submit(&path, &fields).await.expect(200);
            let value: Value = serde_json::from_str(&answer.body).unwrap();
            value["words"].clone()
        };
        let both = serde_json::json!([r"some\ folder/", r"some\'file"]);
        assert_eq!(completes("cat s").await, both, "{shell:?}");
        assert_eq!(
            completes("cat some\\ f").await,
            serde_json::json!([r"some\ folder/"])
        );
        assert_eq!(scene.reads(), 1, "it was asked for once");
        let commands = completes("mkdi").await;
        assert!(
            commands.as_array().unwrap().contains(&"mkdir".into()),
            "{shell:?}"
        );
        assert_eq!(completes("cat $(touch ran)").await, serde_json::json!([]));
        assert_eq!(completes("cat nowhere/x").await, serde_json::json!([]));
        assert!(!scene.root().join("ran").exists());
    }
}
