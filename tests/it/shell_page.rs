//! What the shell's page offers beside the prompt: entries, history, output as text.

use crate::panel::{ADMIN, Panel, VIEWER_WITH_SHELL};
use crate::visitor::{Sent, Visitor};
use axum::http::Method;
use kiwideck::actions;
use kiwideck::model::history::{LINE_MAX_BYTES, LINES_MAX};
use kiwideck::simulator::{Machine, Misbehaviour};
use kiwideck::transcript::Entry;
use serde_json::Value;

const PATH: &str = "/vps/1/shell";
const HISTORY: &str = "/vps/1/shell/history";

async fn says(visitor: &Visitor, command: &str) {
    let fields = [("command", command)];
    visitor.fill_in(PATH, &fields).await.expect(303);
}

async fn lines(visitor: &Visitor) -> Vec<String> {
    let answer = visitor.open(HISTORY).await.expect(200);
    let value: Value = serde_json::from_str(&answer.body).unwrap();
    let lines = value["lines"].as_array().unwrap().iter();
    lines
        .map(|line| line.as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn what_was_typed_is_kept_for_its_person_over_sessions_and_can_be_emptied() {
    let (panel, _) = Panel::with_one_vps().await;
    let (_, name) = panel.person(ADMIN).await;
    let admin = panel.sign_in_as(&name).await;
    for command in ["ls", "ls", " secret", "cd /etc", "true"] {
        says(&admin, command).await;
    }
    assert_eq!(lines(&admin).await, ["ls", "cd /etc", "true"]);
    let later = panel.sign_in_as(&name).await;
    assert_eq!(lines(&later).await.len(), 3);
    let other = panel.sign_in(VIEWER_WITH_SHELL).await;
    assert!(lines(&other).await.is_empty());
    other.submit(HISTORY, &[("do", "clear")]).await.expect(303);
    assert_eq!(lines(&admin).await.len(), 3);
    let keep = [("do", "spaced"), ("keep", "1")];
    admin.submit(HISTORY, &keep).await.expect(303);
    says(&admin, " spaced").await;
    assert_eq!(lines(&admin).await.pop().unwrap(), " spaced");
    admin.submit(HISTORY, &[("do", "clear")]).await.expect(303);
    assert!(lines(&admin).await.is_empty());
    admin.submit(HISTORY, &[("do", "other")]).await.expect(400);
}

#[tokio::test]
async fn the_history_keeps_the_newest_thousand_lines() {
    let (panel, vps) = Panel::with_one_vps().await;
    let (id, name) = panel.person(ADMIN).await;
    let admin = panel.sign_in_as(&name).await;
    let mut sql = panel.sql().await;
    sqlx::query(
        "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 1000)
         INSERT INTO history (person_id, vps_id, command) SELECT ?, ?, 'line ' || n FROM number",
    )
    .bind(id)
    .bind(vps.id)
    .execute(&mut sql)
    .await
    .unwrap();
    says(&admin, "the newest").await;
    let lines = lines(&admin).await;
    assert_eq!(i64::try_from(lines.len()).unwrap(), LINES_MAX);
    assert_eq!((&*lines[0], &*lines[999]), ("line 2", "the newest"));
}

#[tokio::test]
async fn t_xss_up_what_kiwivm_itself_says_of_a_line_stays_text() {
    let (panel, _) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let refusal = r#"{"error":700002,"message":"<img src=x onerror=y>\u001b[31m\u202e no"}"#;
    for (call, line) in [("basicShell/exec", "ls"), ("basicShell/cd", "cd /etc")] {
        let body = Misbehaviour::Body(refusal.into());
        panel.kiwivm.misbehave(call, body);
        says(&admin, line).await;
        let page = admin.open(PATH).await.expect(200);
        page.must_show("<img src=x onerror=y>[31m no");
        assert!(!page.body.contains("<img src=x") && !page.body.contains(['\u{1b}', '\u{202e}']));
    }
}

#[tokio::test]
async fn an_entry_can_be_read_as_text_put_into_the_prompt_and_seen_as_it_was_sent() {
    let (panel, _) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    says(&admin, "echo '<b>one</b>'").await;
    let page = admin.open(PATH).await.expect(200);
    page.must_show("What was sent").must_show("kiwideck_");
    let of = |part: &str| {
        let mut addresses = page.addresses().into_iter();
        addresses.find(|address| address.contains(part)).unwrap()
    };
    let text = admin.open(&of("/output/")).await.expect(200);
    assert_eq!(text.body, "<b>one</b>\n");
    assert_eq!(
        text.header("content-type").unwrap(),
        "text/plain; charset=utf-8"
    );
    assert_eq!(text.header("x-content-type-options").unwrap(), "nosniff");
    let again = of("?line=");
    let again = again.split('#').next().unwrap();
    let prompt = admin.open(again).await.expect(200);
    assert_eq!(prompt.field(PATH, "command").unwrap(), "echo '<b>one</b>'");
    // It belongs to the session that had it.
    let other = panel.sign_in(ADMIN).await;
    other.open(&of("/output/")).await.expect(404);
}

#[tokio::test]
async fn the_whole_of_a_long_output_is_a_download_while_it_is_kept() {
    let (panel, _) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let tens = "x=$x$x$x$x$x$x$x$x$x$x";
    let line = format!("x=x; {tens}; {tens}; {tens}; for i in $(seq 5000); do printf %s $x; done");
    says(&admin, &line).await;
    panel.settle().await;
    let page = admin.open(PATH).await.expect(200);
    page.must_show("The whole output as text");
    let mut addresses = page.addresses().into_iter();
    let link = addresses
        .find(|link| link.contains("/output/"))
        .expect("a link");
    let whole = admin.open(&link).await.expect(200);
    assert!(whole.body == "x".repeat(5_000_000), "{}", whole.body.len());
    // On the disk are both ends alone.
    let again = panel.started_again().await.unwrap();
    let admin = admin.at_panel(&again);
    admin.prove().await;
    let page = admin.open(PATH).await.expect(200);
    page.must_show("the whole is not kept any more")
        .must_not_show("The whole output as text");
    let ends = admin.open(&link).await.expect(200);
    assert!(ends.body.contains("x\n⋯\nx") && ends.body.len() < 400 * 1024);
}

#[tokio::test]
async fn a_command_that_takes_long_holds_up_no_other_vps_and_no_other_line() {
    let (panel, _) = Panel::with_one_vps().await;
    panel.add(Machine::kvm(100_002)).await;
    let admin = panel.sign_in(ADMIN).await;
    let hold = panel.kiwivm.hold((100_001, "basicShell/exec"));
    let slow = admin.clone();
    let slow = tokio::spawn(async move { says(&slow, "echo $((40 + 2)) slow").await });
    panel.until_heard().await;
    let there = "/vps/2/shell";
    let fields = [("command", "echo $((6 * 7)) there")];
    admin.fill_in(there, &fields).await.expect(303);
    admin.open(there).await.must_show("42 there");
    says(&admin, "echo $((6 * 7)) here").await;
    let page = admin.open(PATH).await.expect(200);
    page.must_show("42 here").must_show("Running 0 s");
    assert!(!slow.is_finished());
    drop(hold);
    slow.await.unwrap();
    let page = admin.open(PATH).await.expect(200);
    page.must_show("42 slow").must_not_show("Running 0 s");
}

#[tokio::test]
async fn an_entry_says_how_long_it_took_and_its_buttons_copy_what_is_there() {
    let (panel, _) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let hold = panel.kiwivm.hold("basicShell/exec");
    let slow = admin.clone();
    let slow = tokio::spawn(async move { says(&slow, "echo words").await });
    panel.until_heard().await;
    panel.clock.turn(3);
    drop(hold);
    slow.await.unwrap();
    says(&admin, "false").await;
    let page = admin.open(PATH).await.expect(200);
    page.must_show("3.0 s").must_show("0 ms");
    let tags = page.tags();
    let copied = tags
        .iter()
        .filter_map(|tag| tag.attribute("data-copy-from"));
    let copied: Vec<&str> = copied.collect();
    // Two commands, and the one output.
    assert_eq!(copied.len(), 3);
    for from in copied {
        let id = from.strip_prefix('#').expect("an id");
        let there = tags.iter().filter(|tag| tag.attribute("id") == Some(id));
        assert_eq!(there.count(), 1, "{from}");
    }
}

#[tokio::test]
async fn a_line_that_is_too_long_to_be_looked_for_again_is_run_and_not_kept() {
    let (panel, _) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let of_length = |bytes: usize| format!("true {}", "x".repeat(bytes - 5));
    let (longest, too_long) = (of_length(LINE_MAX_BYTES), of_length(LINE_MAX_BYTES + 1));
    for line in [&longest, &too_long] {
        says(&admin, line).await;
    }
    assert_eq!(panel.kiwivm.heard_count("basicShell/exec"), 2);
    assert_eq!(lines(&admin).await, [longest]);
}

#[tokio::test]
async fn with_a_script_the_answer_is_the_entry_alone_with_what_the_prompt_needs() {
    let (panel, _) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    says(&admin, "echo before").await;
    let id = actions::new_id().unwrap();
    let body = format!("command=cd+/etc+%26%26+pwd&cwd=/root&action={id}");
    let part = admin
        .send(Sent {
            method: Method::POST,
            path: PATH,
            headers: &[
                ("origin", "http://127.0.0.1:8080"),
                ("hx-request", "true"),
                ("content-type", "application/x-www-form-urlencoded"),
            ],
            body: body.into_bytes(),
        })
        .await
        .expect(200);
    part.must_show("cd /etc && pwd").must_not_show("before");
    let tags = part.tags();
    let entry = tags.iter().find(|tag| tag.name == "li").unwrap();
    assert_eq!(entry.attribute("data-cwd"), Some("/etc"));
    assert_ne!(entry.attribute("data-action").unwrap(), id);
}

#[tokio::test]
async fn the_audit_log_has_who_where_line_and_status_and_never_the_output() {
    let (panel, _) = Panel::with_one_vps().await;
    let (_, name) = panel.person(ADMIN).await;
    let admin = panel.sign_in_as(&name).await;
    says(&admin, "cd /etc").await;
    says(&admin, "echo $((6 * 7)) words; exit 5").await;
    let page = admin.open("/vps/1/audit").await.expect(200);
    page.must_show(&name)
        .must_show("command=cd /etc")
        .must_show("directory=/etc")
        .must_show("command=echo $((6 * 7)) words; exit 5")
        .must_not_show("42 words");
    let status = "SELECT max(code) FROM audit WHERE code IS NOT NULL";
    assert_eq!(panel.count(status).await, 5);
    let timed = "SELECT count(*) FROM audit WHERE took_ms IS NOT NULL";
    assert_eq!(panel.count(timed).await, 2);
}

#[tokio::test]
async fn after_25_seconds_the_page_says_that_kiwivm_is_about_to_cut_it_off() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let session_id = panel.count("SELECT id FROM session").await;
    let running = Entry {
        action: "0".repeat(32),
        directory: "/".into(),
        command: "sleep 40".into(),
        is_starred: false,
        mark: None,
        at_s: panel.clock.now_s(),
        answer: None,
    };
    panel.app.transcripts.send(session_id, vps.id, running);
    admin.open(PATH).await.must_not_show("cuts commands off");
    let asking = format!("{PATH}?entry={}", "0".repeat(32));
    // What nothing has happened to is not drawn anew.
    admin.poll(&asking).await.expect(204);
    panel.clock.turn(25);
    let part = admin.poll(&asking).await.expect(200);
    part.must_show("cuts commands off");
    let tags = part.tags();
    let entry = tags.iter().find(|tag| tag.name == "li").unwrap();
    assert!(entry.attribute("hx-get").unwrap().ends_with("long=1"));
    admin.poll(&format!("{asking}&long=1")).await.expect(204);
    let page = admin.open(PATH).await.expect(200);
    page.must_show("cuts commands off");
    let addresses = page.addresses();
    let mut links = addresses.iter();
    let link = links.find(|link| link.contains("/runs?from=")).unwrap();
    let form = admin.open(link).await.expect(200);
    let script = form.field("/vps/1/shell/runs", "script").unwrap();
    assert_eq!(script, "sleep 40");
    // In the directory of the command, whatever came after it.
    assert_eq!(form.field("/vps/1/shell/runs", "cwd").unwrap(), "/");
}

#[tokio::test]
async fn what_the_vps_says_to_a_cd_is_in_the_transcript_and_not_in_the_audit_log() {
    let (panel, _) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    says(&admin, "cd /nope").await;
    let said = "No such file or directory";
    admin.open(PATH).await.must_show(said);
    let page = admin.open("/vps/1/audit").await.expect(200);
    page.must_show("command=cd /nope").must_not_show(said);
    let rows = "SELECT count(*) FROM audit WHERE message LIKE '%No such file%'";
    assert_eq!(panel.count(rows).await, 0);
}

#[tokio::test]
async fn a_snippet_is_shown_in_full_filled_quoted_and_its_secret_is_written_nowhere() {
    let (panel, _) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let body = "printf '%s|' {word}; printf %s {secret:token} | wc -c";
    let fields = [("name", "Say <b>"), ("body", body), ("team", "1")];
    admin.submit("/snippets", &fields).await.expect(303);
    let member = panel.sign_in(VIEWER_WITH_SHELL).await;
    let list = member.open("/snippets").await.expect(200);
    list.must_show("Say <b>").must_show(body);
    assert!(!list.addresses().contains(&"/snippets/1".to_owned()));
    for path in ["/snippets/1", "/snippets/1/remove"] {
        member.submit(path, &fields).await.expect(403);
    }
    let page = member.open("/vps/1/shell?snippet=1").await.expect(200);
    page.must_show(body).must_show("token");
    let filled = [
        ("snippet", "1"),
        ("body", body),
        ("v-word", "a'b $(reboot)"),
        ("v-token", "hunter22"),
    ];
    member.fill_in(PATH, &filled).await.expect(303);
    panel.settle().await;
    let page = member.open(PATH).await.expect(200);
    page.must_show("a'b $(reboot)|").must_show("***");
    // With stars in it, it is not what ran: nothing leads to running that.
    assert!(!page.addresses().iter().any(|link| link.contains("?line=")));
    let session_id = panel.count("SELECT max(id) FROM session").await;
    let action = panel.app.transcripts.find(session_id, 1).entries[0]
        .action
        .clone();
    for link in [
        format!("{PATH}?line={action}"),
        format!("{PATH}/runs?from={action}"),
    ] {
        let page = member.open(&link).await.expect(200);
        let typed = page.inside("textarea").concat();
        assert!(!typed.contains("***"), "{link}: {typed}");
    }
    let audit = admin.open("/audit").await.expect(200);
    audit.must_show("Snippet saved").must_show("***");
    let history = member.open(HISTORY).await.expect(200);
    for (place, text) in [("page", &page), ("audit", &audit), ("history", &history)] {
        assert!(!text.body.contains("hunter22"), "{place}");
    }
    // One that was changed after it was shown does not run.
    let heard = panel.heard().len();
    let former = [("snippet", "1"), ("body", "printf other"), ("v-word", "x")];
    member.fill_in(PATH, &former).await.expect(400);
    assert_eq!(panel.heard().len(), heard);
}

#[tokio::test]
async fn what_becomes_of_the_teams_snippets_is_in_the_audit_log_with_every_body() {
    let (panel, _) = Panel::with_one_vps().await;
    let (_, name) = panel.person(ADMIN).await;
    let admin = panel.sign_in_as(&name).await;
    let first = [("name", "Load"), ("body", "uptime"), ("team", "1")];
    admin.submit("/snippets", &first).await.expect(303);
    let second = [("name", "Load"), ("body", "cat /proc/loadavg")];
    admin.submit("/snippets/1", &second).await.expect(303);
    admin.submit("/snippets/1/remove", &[]).await.expect(303);
    let rows: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT what, person, parameters FROM audit WHERE what LIKE 'snippet-%' ORDER BY id",
    )
    .fetch_all(&mut panel.sql().await)
    .await
    .unwrap();
    let expected = [
        ("snippet-saved", "uptime"),
        ("snippet-saved", "cat /proc/loadavg"),
        ("snippet-removed", "cat /proc/loadavg"),
    ];
    assert_eq!(rows.len(), expected.len());
    for ((what, person, parameters), (expected, body)) in rows.iter().zip(expected) {
        assert_eq!((&**what, person), (expected, &name));
        let parameters: Value = serde_json::from_str(parameters).unwrap();
        let told = serde_json::json!({"name": "Load", "of": "team", "body": body});
        assert_eq!(parameters, told);
    }
    admin.open("/snippets").await.must_not_show("Load");
}

#[tokio::test]
async fn ones_own_snippets_are_ones_own_and_bad_ones_are_refused() {
    let (panel, _) = Panel::with_one_vps().await;
    let (one, other) = (
        panel.sign_in(VIEWER_WITH_SHELL).await,
        panel.sign_in(VIEWER_WITH_SHELL).await,
    );
    let fields = [("name", "Mine"), ("body", "uptime")];
    one.submit("/snippets", &fields).await.expect(303);
    other.open("/snippets").await.must_not_show("Mine");
    other.open("/snippets/1").await.expect(404);
    other.submit("/snippets/1/remove", &[]).await.expect(404);
    let team = [("name", "Team"), ("body", "uptime"), ("team", "1")];
    one.submit("/snippets", &team).await.expect(403);
    for (name, body) in [("", "x"), ("x", ""), ("x", "echo '{x}'")] {
        let fields = [("name", name), ("body", body)];
        one.submit("/snippets", &fields).await.expect(422);
    }
    one.submit("/snippets/1/remove", &[]).await.expect(303);
    one.open("/snippets").await.must_not_show("Mine");
}
