//! KiwiVM's audit log and ours on one time line: order, filter, pages, the file, entries from elsewhere,
//! and what became of an action whose reply never came.

use crate::answer::Answer;
use crate::missing;
use crate::panel::{ADMIN, BEGINNING_S, MANAGER, OPERATOR, Panel, VIEWER};
use crate::visitor::Visitor;
use kiwideck::kiwivm::calls::AUDIT_LOG;
use kiwideck::model::vps::Vps;
use kiwideck::simulator::{AuditEntry, Machine, Misbehaviour};
use serde_json::json;
use std::net::Ipv4Addr;

const MINUTE_S: i64 = 60;
/// From where the simulator sees the panel.
const PANEL: &str = "198.51.100.77";
/// Somebody else: see `Machine::noted`.
const OTHER: &str = "198.51.100.23";

struct Scene {
    panel: Panel,
    vps: Vps,
    admin: Visitor,
    path: String,
}

impl Scene {
    async fn set(machine: Machine) -> Scene {
        let panel = Panel::start().await;
        let vps = panel.add(machine.labelled("Web 1")).await;
        panel.read(&vps).await;
        let scene = Scene {
            admin: panel.sign_in(ADMIN).await,
            path: format!("/vps/{}/records", vps.id),
            panel,
            vps,
        };
        scene.was_added_days_ago(365).await;
        scene
    }

    /// What is in KiwiVM's log from before that is nobody's fault.
    async fn was_added_days_ago(&self, days: i64) {
        let sql = "UPDATE vps SET created_at = ?";
        let then_s = BEGINNING_S - days * 86_400;
        let query = sqlx::query(sql).bind(then_s);
        query.execute(&mut self.panel.sql().await).await.unwrap();
    }

    async fn makes(&self, call: &str) -> Answer {
        let path = format!("/vps/{}/call/{call}", self.vps.id);
        self.admin.submit(&path, &[]).await.expect(303)
    }

    async fn opens(&self, query: &str) -> Answer {
        let path = format!("{}{query}", self.path);
        self.admin.open(&path).await.expect(200)
    }

    async fn reads_again(&self) {
        self.panel.read_call(&self.vps, AUDIT_LOG).await;
    }
}

/// What stands in the column of this name, from above.
fn column(page: &Answer, number: usize) -> Vec<String> {
    let cells = page.inside("td");
    cells.into_iter().skip(number).step_by(5).collect()
}

/// What was done, but for what the test began with.
fn whats(page: &Answer) -> Vec<String> {
    let without_type = |what: String| what.split(" type ").next().unwrap_or_default().to_owned();
    let mut whats: Vec<String> = column(page, 3).into_iter().map(without_type).collect();
    whats.retain(|what| what != "First admin made");
    whats
}

#[tokio::test]
async fn what_we_did_and_what_kiwivm_wrote_down_stand_on_one_line() {
    for machine in [Machine::kvm(100_001), Machine::ovz(100_001)] {
        let scene = Scene::set(machine.noted("VPS created", 60).noted("KiwiVM login", 2)).await;
        scene.makes("restart").await;
        let page = scene.opens("").await;
        let wanted = ["API: restart", "Restart", "KiwiVM login", "VPS created"];
        assert_eq!(whats(&page), wanted);
        page.must_show("Accepted").must_show(PANEL).must_show(OTHER);
        let audit = format!("/vps/{}/audit", scene.vps.id);
        assert!(page.addresses().contains(&audit));
        let ours = scene.admin.open(&audit).await.expect(200);
        ours.must_show("Restart").must_not_show("KiwiVM login");
        assert_eq!(ours.inside("nav")[1].matches("Audit log").count(), 0);
    }
}

#[tokio::test]
async fn a_vps_without_any_entry_says_so() {
    let scene = Scene::set(Machine::kvm(100_001)).await;
    let viewer = scene.panel.sign_in(VIEWER).await;
    let page = viewer.open(&format!("{}?source=kiwivm", scene.path)).await;
    page.expect(200).must_show("Nothing fits");
    assert_eq!(scene.panel.heard(), ["getAuditLog"]);
}

#[tokio::test]
async fn entries_from_elsewhere_are_marked_once_the_panels_address_is_known() {
    let machine = Machine::kvm(100_001).noted("Old login", 40);
    let scene = Scene::set(machine.noted("KiwiVM login", 12).noted("API: restart", 11)).await;
    let page = scene.opens("").await;
    page.must_show("Which address is this panel’s is not known yet");
    page.must_not_show("came from elsewhere:");
    assert!(!column(&page, 2).concat().contains("not from this panel"));
    scene.makes("restart").await;
    let page = scene.opens("").await;
    page.must_show("2 entries of the last 30 days came from elsewhere: 198.51.100.23.")
        .must_show("KiwiVM sees this panel at 198.51.100.77")
        .must_show("somebody else has the key")
        .must_show("Change the key");
    let who = column(&page, 2);
    let marked = who
        .iter()
        .filter(|cell| cell.contains("not from this panel"));
    assert_eq!(marked.count(), 3);
    assert!(who[0].starts_with(PANEL) && who[0].ends_with("this panel") && !who[0].contains("not"));
    let foreign = scene.opens("?source=elsewhere").await;
    assert_eq!(
        whats(&foreign),
        ["API: restart", "KiwiVM login", "Old login"]
    );
    // What was done before the VPS came to this panel is not held against anybody.
    scene.was_added_days_ago(20).await;
    let since = scene.opens("?source=elsewhere").await;
    assert_eq!(whats(&since), ["API: restart", "KiwiVM login"]);
    scene.was_added_days_ago(1).await;
    let new = scene.opens("").await;
    new.must_not_show("came from elsewhere:");
    scene.was_added_days_ago(365).await;
    let edit = format!("/vps/{}/edit", scene.vps.id);
    assert!(page.addresses().contains(&edit));
    // Whoever cannot change the key is told who can.
    let manager = scene.panel.sign_in(MANAGER).await;
    let page = manager.open(&scene.path).await.expect(200);
    page.must_show("An admin can change the key");
    assert!(!page.addresses().contains(&edit));
    let chinese = manager.in_chinese().open(&scene.path).await;
    chinese
        .must_show("最近 30 天有 2 条记录来自其他地址：198.51.100.23。")
        .must_show("非本面板");
}

#[tokio::test]
async fn the_line_is_filtered_by_who_what_source_and_days() {
    let machine = Machine::kvm(100_001)
        .noted("VPS created", 60)
        .noted("KiwiVM login", 2);
    let scene = Scene::set(machine).await;
    scene.makes("restart").await;
    scene.makes("stop").await;
    for (query, wanted) in [
        (
            "?source=kiwivm",
            vec!["API: stop", "API: restart", "KiwiVM login", "VPS created"],
        ),
        ("?what=RESTART", vec!["API: restart", "Restart"]),
        ("?who=198.51.100.23", vec!["KiwiVM login", "VPS created"]),
        ("?what=stop&source=panel", vec!["Stop"]),
        ("?what=nothing", vec![]),
        ("?who=127.0.0.1&what=r", vec!["Restart"]),
        ("?source=kiwivm&to=2026-05-20", vec!["VPS created"]),
        (
            "?source=kiwivm&from=2026-05-20&to=2026-05-27",
            vec!["KiwiVM login"],
        ),
    ] {
        let page = scene.opens(query).await;
        assert_eq!(whats(&page), wanted, "{query}");
    }
    let bad = scene.admin.open(&format!("{}?from=soon", scene.path)).await;
    bad.expect(422).must_show("Write a day like 2026-05-28");
}

#[tokio::test]
async fn hundreds_of_entries_are_read_page_by_page() {
    let mut machine = Machine::kvm(100_001);
    for number in 0..230 {
        machine.audit.push_back(AuditEntry {
            at_s: -number - 1,
            requestor: Ipv4Addr::new(198, 51, 100, 23),
            kind: 1,
            summary: format!("entry {number}"),
        });
    }
    let scene = Scene::set(machine).await;
    let (mut path, mut seen) = (format!("{}?source=kiwivm", scene.path), Vec::new());
    for _ in 0..5 {
        let page = scene.admin.open(&path).await.expect(200);
        seen.extend(whats(&page));
        let tags = page.tags();
        let Some(next) = tags.iter().find(|tag| tag.attribute("rel") == Some("next")) else {
            break;
        };
        path = next.attribute("href").unwrap().replace("&amp;", "&");
    }
    let wanted: Vec<String> = (0..230).map(|number| format!("entry {number}")).collect();
    assert_eq!(seen, wanted);
}

/// A change whose reply never comes, done or not; and its page.
async fn loses_the_reply(scene: &Scene, trouble: Misbehaviour) -> String {
    scene.panel.kiwivm.misbehave("snapshot/create", trouble);
    let sent = scene.makes("snapshot/create").await;
    scene.panel.settle().await;
    sent.location()
}

#[tokio::test]
async fn an_unknown_action_is_matched_with_what_kiwivm_logged() {
    let scene = Scene::set(Machine::kvm(100_001).noted("VPS created", 60)).await;
    let action = loses_the_reply(&scene, Misbehaviour::Empty.after_effect()).await;
    let before = scene.admin.open(&action).await.expect(200);
    before.must_show("KiwiVM’s log was read too early to tell");
    scene.panel.kiwivm.behave();
    // The snapshot itself takes a while, and KiwiVM answers nothing meanwhile.
    scene.panel.clock.turn(30 * MINUTE_S);
    let done = "KiwiVM logged “API: snapshot/create” 0 s later: it was probably done.";
    scene.reads_again().await;
    scene.opens("").await.must_show(done);
    let page = scene.admin.open(&action).await.expect(200);
    page.must_show(done);
    assert!(page.addresses().contains(&scene.path));
    let chinese = scene.admin.in_chinese().open(&action).await;
    chinese.must_show("操作很可能已执行");
}

#[tokio::test]
async fn silence_tells_that_an_unknown_action_was_not_done_only_after_a_while() {
    let scene = Scene::set(Machine::kvm(100_001).noted("VPS created", 60)).await;
    let action = loses_the_reply(&scene, Misbehaviour::Html(502)).await;
    scene.panel.kiwivm.behave();
    scene.panel.clock.turn(MINUTE_S);
    scene.reads_again().await;
    scene.opens("").await.must_show("read too early to tell");
    scene.panel.clock.turn(11 * MINUTE_S);
    scene.opens("").await.must_show("read too early to tell");
    scene.reads_again().await;
    let silent = "Whether it logs such calls at all has not shown yet";
    scene.opens("").await.must_show(silent);
    // It does: it has written down another change of ours.
    scene.makes("restart").await;
    let not_done = "KiwiVM logged nothing that fits within 10 min: it was probably not done.";
    scene
        .opens("")
        .await
        .must_show(not_done)
        .must_not_show(silent);
    scene.admin.open(&action).await.must_show(not_done);
    // The other logs of the panel tell nothing of it: what is known has no trace.
    let other = scene.makes("restart").await;
    scene
        .admin
        .follow(&other)
        .await
        .must_not_show("KiwiVM logged");
}

#[tokio::test]
async fn the_whole_line_is_a_file_that_no_spreadsheet_calculates() {
    let scene = Scene::set(
        Machine::kvm(100_001)
            .noted("=HYPERLINK(\"a\")", 2)
            .noted("x", 3),
    )
    .await;
    scene.makes("restart").await;
    scene.opens("").await;
    scene.panel.kiwivm.forget_heard();
    let export = format!("{}/export", scene.path);
    let file = scene.admin.submit(&export, &[]).await.expect(200);
    assert_eq!(
        file.header("content-type").unwrap(),
        "text/csv; charset=utf-8"
    );
    let name = file.header("content-disposition").unwrap();
    assert!(name.contains("records-vps-1-2026-05-28.csv"), "{name}");
    assert!(
        file.body
            .starts_with("\u{feff}time,source,person,address,what,")
    );
    assert!(
        file.body.contains("\"'=HYPERLINK(\"\"a\"\")\""),
        "{}",
        file.body
    );
    assert!(file.body.contains(",kiwivm,,198.51.100.77,API: restart,"));
    assert!(file.body.contains(",panel,person-0,127.0.0.1,restart,"));
    let foreign = file
        .body
        .lines()
        .filter(|line| line.contains(",elsewhere,"));
    assert_eq!(foreign.count(), 2);
    assert!(scene.panel.heard().is_empty());
    let fields = [("source", "kiwivm"), ("what", "restart")];
    let file = scene.admin.submit(&export, &fields).await.expect(200);
    assert_eq!(file.body.lines().count(), 2, "{}", file.body);
    let page = scene.opens("?source=panel").await;
    page.must_show("Audit log exported");
}

#[tokio::test]
async fn a_member_reads_of_ours_what_they_may_and_all_of_kiwivms() {
    let scene = Scene::set(Machine::kvm(100_001).noted("KiwiVM login", 2)).await;
    scene.makes("restart").await;
    let fields = [("command", "cat /root/secret-word")];
    let shell = format!("/vps/{}/call/basicShell/exec", scene.vps.id);
    scene.admin.submit(&shell, &fields).await.expect(303);
    scene.opens("").await.must_show("secret-word");
    for standing in [VIEWER, OPERATOR] {
        let member = scene.panel.sign_in(standing).await;
        let page = member.open(&scene.path).await.expect(200);
        page.must_show("KiwiVM login")
            .must_show("API: restart")
            .must_show("Restart");
        page.must_not_show("secret-word").must_not_show("VPS added");
        let file = member.submit(&format!("{}/export", scene.path), &[]).await;
        assert!(!file.expect(200).body.contains("secret-word"));
    }
}

#[tokio::test]
async fn after_a_failed_call_the_line_stays_with_its_age_and_the_reason() {
    let scene = Scene::set(Machine::kvm(100_001).noted("KiwiVM login", 2)).await;
    scene.opens("").await;
    scene.panel.clock.turn(3 * 3600);
    let broken = Misbehaviour::Html(502);
    let kiwivm = &scene.panel.kiwivm;
    kiwivm.misbehave_times("getAuditLog", broken, usize::MAX);
    let refresh = format!("/vps/{}/refresh", scene.vps.id);
    let asked = [("section", "records")];
    let back = scene.admin.submit(&refresh, &asked).await.expect(303);
    assert_eq!(back.location(), scene.path);
    let page = scene.admin.follow(&back).await.expect(200);
    page.must_show("HTTP status 502")
        .must_show("as of 3 hours ago")
        .must_show("KiwiVM login");
}

#[tokio::test]
async fn of_a_long_log_the_newest_thousand_entries_are_read() {
    let scene = Scene::set(Machine::kvm(100_001)).await;
    let entry = |number: i64| {
        json!({"timestamp": (BEGINNING_S - 2000 + number).to_string(), "requestor_ipv4": null,
               "type": "1", "summary": format!("number {number}.")})
    };
    let entries: Vec<_> = (0..1200).map(entry).collect();
    let body = json!({"error": 0, "log_entries": entries}).to_string();
    let body = Misbehaviour::Body(body.into_bytes());
    scene.panel.kiwivm.misbehave("getAuditLog", body);
    let page = scene.opens("?source=kiwivm").await;
    page.must_show("number 1199.").must_show("address unknown");
    scene
        .opens("?what=number+200.")
        .await
        .must_show("number 200.");
    scene
        .opens("?what=number+199.")
        .await
        .must_show("Nothing fits");
}

#[tokio::test]
async fn the_page_stands_without_any_one_field() {
    for machine in [Machine::kvm(100_001), Machine::ovz(100_001)] {
        let scene = Scene::set(machine.noted("KiwiVM login", 2).noted("VPS restarted", 1)).await;
        loses_the_reply(&scene, Misbehaviour::Html(502)).await;
        scene.panel.kiwivm.behave();
        let opened = (&scene.admin, scene.path.as_str());
        missing::stands(&scene.panel, opened, (&scene.vps, AUDIT_LOG)).await;
    }
}
