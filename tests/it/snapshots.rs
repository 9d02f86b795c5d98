//! The page of snapshots and backups: what it lists, what may be done, one download link at a time, and
//! a snapshot that goes from one VPS to another.

use crate::answer::Answer;
use crate::missing;
use crate::panel::{ADMIN, MANAGER, NEWCOMER, OPERATOR, PASSWORD, Panel, VIEWER, web_1};
use crate::visitor::Visitor;
use kiwideck::kiwivm::calls::{BACKUP_LIST, SNAPSHOT_LIST};
use kiwideck::model::access::{Access, Level};
use kiwideck::model::grant::Scope;
use kiwideck::model::vps::Vps;
use kiwideck::simulator::{Machine, Misbehaviour, Operation, Simulator};
use serde_json::{Value, json};

const DAY_S: i64 = 86_400;

/// A panel with this machine, read once; its VPS, and the path of its snapshots.
async fn scene(machine: Machine) -> (Panel, Vps, String) {
    let (panel, vps) = Panel::of(machine).await;
    let path = format!("/vps/{}/snapshots", vps.id);
    (panel, vps, path)
}

/// The file names on KiwiVM, oldest first.
fn files(kiwivm: &Simulator, veid: u32) -> Vec<String> {
    let machine = kiwivm.machine(veid).unwrap();
    let snapshots = machine.snapshots.iter();
    snapshots.map(|one| one.file_name(veid)).collect()
}

/// The buttons that cannot be pressed, by what they say.
fn off(page: &Answer) -> Vec<String> {
    let tags = page.tags();
    let buttons = tags.iter().filter(|tag| tag.name == "button");
    let words = buttons.zip(page.inside("button"));
    words
        .filter(|(button, _)| button.attribute("disabled").is_some())
        .map(|(_, words)| words)
        .collect()
}

fn cells(page: &Answer) -> Vec<String> {
    page.inside("td")
}

#[tokio::test]
async fn the_page_lists_what_is_kept_newest_first_with_its_countdown() {
    for machine in [Machine::kvm(100_001), Machine::ovz(100_001)] {
        let machine = machine
            .labelled("Web 1")
            .snapshot("nightly", 28)
            .snapshot("升级前", 14)
            .encoded()
            .sticky()
            .snapshot("", 2);
        let (panel, vps, path) = scene(machine).await;
        let viewer = panel.sign_in(VIEWER).await;
        let page = viewer.open(&path).await.expect(200);
        page.must_show("3 snapshots").must_show("as of just now");
        let cells = cells(&page);
        assert!(cells[0].starts_with("no description File"), "{}", cells[0]);
        assert_eq!(&cells[3..5], ["2 days ago", "28 days"]);
        assert!(cells[5].starts_with("升级前 "), "{}", cells[5]);
        assert_eq!(&cells[8..10], ["14 days ago", "never (sticky)"]);
        assert!(cells[10].starts_with("nightly "), "{}", cells[10]);
        assert_eq!(&cells[13..15], ["28 days ago", "2 days"]);
        assert_eq!(page.body.matches("<tr class=\"is-warning\">").count(), 1);
        let machine = panel.kiwivm.machine(100_001).unwrap();
        page.must_show(&machine.snapshots[0].md5)
            .must_show(&machine.snapshots[0].os)
            .must_show(&machine.backups[0].md5);
        // Now it is known, and costs nothing.
        panel.kiwivm.forget_heard();
        viewer.in_chinese().open(&path).await.expect(200);
        viewer.open(&format!("/vps/{}", vps.id)).await.expect(200);
        assert!(panel.heard().is_empty(), "{:?}", panel.heard());
    }
}

#[tokio::test]
async fn a_countdown_goes_on_while_nobody_asks_and_is_about_right_only() {
    let (panel, _, path) = scene(web_1().snapshot("nightly", 25)).await;
    for (turned_s, said, is_urgent) in [
        (0, "5 days", false),
        (DAY_S, "about 4 days", false),
        (2 * DAY_S, "about 2 days", true),
        (2 * DAY_S, "perhaps gone by now", true),
    ] {
        panel.clock.turn(turned_s);
        let viewer = panel.sign_in(VIEWER).await;
        let page = viewer.open(&path).await.expect(200);
        assert!(cells(&page)[4].starts_with(said), "{:?}", cells(&page));
        assert_eq!(page.body.contains("<tr class=\"is-warning\">"), is_urgent);
    }
    assert_eq!(panel.heard().len(), 2, "{:?}", panel.heard());
}

#[tokio::test]
async fn without_snapshots_or_backups_the_page_says_what_to_do() {
    let (panel, vps, path) = scene(web_1()).await;
    panel
        .kiwivm
        .alter(100_001, |machine| machine.backups.clear());
    let operator = panel.sign_in(OPERATOR).await;
    let page = operator.open(&path).await.expect(200);
    page.must_show("KiwiVM keeps no snapshot of this VPS. Take one before")
        .must_show("KiwiVM lists no backup of this VPS.");
    assert!(page.inside("table").is_empty());
    let viewer = panel.sign_in(VIEWER).await;
    let page = viewer.open(&path).await.expect(200);
    page.must_show("KiwiVM keeps no snapshot of this VPS.")
        .must_not_show("Take one before");
    assert!(
        !page
            .addresses()
            .contains(&format!("/vps/{}/call/snapshot/create", vps.id))
    );
}

#[tokio::test]
async fn of_hundreds_the_first_three_hundred_are_drawn_and_the_rest_is_counted() {
    let mut machine = web_1();
    for _ in 0..320 {
        machine = machine.snapshot("nightly", 3);
    }
    let (panel, _, path) = scene(machine).await;
    let manager = panel.sign_in(MANAGER).await;
    let page = manager.open(&path).await.expect(200);
    page.must_show("320 snapshots").must_show("and 20 more");
    let rows = page.body.matches("name=\"sticky\"").count();
    assert_eq!(rows, 300);
}

#[tokio::test]
async fn the_page_stands_without_any_one_field_and_a_size_that_is_missing_is_unknown() {
    for machine in [Machine::kvm(100_001), Machine::ovz(100_001)] {
        let (panel, vps, path) = scene(machine.labelled("Web 1").snapshot("nightly", 3)).await;
        let admin = panel.sign_in(ADMIN).await;
        for call in [SNAPSHOT_LIST, BACKUP_LIST] {
            missing::stands(&panel, (&admin, &path), (&vps, call)).await;
        }
        let bare = json!({"error": 0, "snapshots": [{"fileName": "a"}, {"os": "x"}]});
        answers(&panel, "snapshot/list", &bare);
        panel.read_call(&vps, SNAPSHOT_LIST).await;
        let page = admin.open(&path).await.expect(200);
        let cells = cells(&page);
        assert_eq!(&cells[2..4], ["unknown", "unknown"]);
        assert!(cells[4].starts_with("unknown"), "{}", cells[4]);
        page.must_show("One has no file name")
            .must_show("no HTTPS link")
            .must_not_show("in all")
            .must_not_show("0 B");
    }
}

fn answers(panel: &Panel, call: &'static str, reply: &Value) {
    let body = reply.to_string().into_bytes();
    panel.kiwivm.misbehave(call, Misbehaviour::Body(body));
}

#[tokio::test]
async fn after_a_failed_call_the_old_list_stays_with_its_age_and_the_reason() {
    let (panel, _, path) = scene(web_1().snapshot("nightly", 3)).await;
    let viewer = panel.sign_in(VIEWER).await;
    viewer.open(&path).await.expect(200).must_show("nightly");
    panel.clock.turn(600);
    panel
        .kiwivm
        .misbehave("snapshot/list", Misbehaviour::Html(502));
    let asked = viewer
        .submit(
            &path.replace("snapshots", "refresh"),
            &[("section", "snapshots")],
        )
        .await
        .expect(303);
    assert_eq!(asked.location(), path);
    let page = viewer.follow(&asked).await.expect(200);
    page.must_show("nightly")
        .must_show("as of 10 minutes ago")
        .must_show("The last reading failed")
        .must_show("HTTP status 502");
}

#[tokio::test]
async fn while_the_vps_is_locked_the_old_list_stays_and_every_change_is_off() {
    let (panel, vps, path) = scene(web_1().snapshot("nightly", 3)).await;
    let manager = panel.sign_in(MANAGER).await;
    manager.open(&path).await.expect(200).must_show("nightly");
    panel.kiwivm.alter(100_001, |machine| {
        let busy = Operation::reinstall("debian-13-x86_64", panel.clock.now_s());
        machine.operation = Some(busy);
    });
    panel.clock.turn(20);
    panel.read(&vps).await;
    for call in [SNAPSHOT_LIST, BACKUP_LIST] {
        panel.read_call(&vps, call).await;
    }
    let page = manager.open(&path).await.expect(200);
    page.must_show("nightly")
        .must_show("Locked: OS Reinstall")
        .must_show("A long operation runs; KiwiVM refuses until it ends.");
    // The banner of the lock says why there is no newer list.
    page.must_not_show("The last reading failed");
    let off = off(&page);
    for button in [
        "Make sticky",
        "Download link",
        "Export",
        "Restore",
        "Delete",
        "Create snapshot",
        "Copy to snapshot",
    ] {
        assert!(off.contains(&button.to_owned()), "{button} is on: {off:?}");
    }
}

#[tokio::test]
async fn each_person_is_offered_what_they_may_do() {
    let (panel, vps, path) = scene(web_1().snapshot("nightly", 3)).await;
    let call = |name: &str| format!("/vps/{}/call/{name}", vps.id);
    let link = format!("{path}/link");
    let sticky = call("snapshot/toggleSticky");
    for (standing, operates, manages) in [
        (VIEWER, false, false),
        (OPERATOR, true, false),
        (MANAGER, true, true),
    ] {
        let person = panel.sign_in(standing).await;
        let page = person.open(&path).await.expect(200);
        let there = page.addresses();
        let offers = |path: &str| there.iter().any(|to| to.starts_with(path));
        for to in [
            &sticky,
            &call("snapshot/create"),
            &call("backup/copyToSnapshot"),
        ] {
            assert_eq!(offers(to), operates, "{to}");
        }
        for to in [
            &link,
            &call("snapshot/export"),
            &call("snapshot/restore"),
            &call("snapshot/delete"),
            &call("snapshot/import"),
        ] {
            assert_eq!(offers(to), manages, "{to}");
        }
        for (right, has) in [("Operate", operates), ("Manage", manages)] {
            let needs = page.shows(&format!("need the right “{right}”"));
            assert_eq!(needs, !has, "{right}");
        }
        assert!(off(&page).is_empty());
    }
}

#[tokio::test]
async fn restore_and_delete_lead_to_the_form_that_says_the_loss_with_the_snapshot_chosen() {
    let (panel, vps, path) = scene(web_1().snapshot("nightly & co", 3)).await;
    let manager = panel.sign_in(MANAGER).await;
    let page = manager.open(&path).await.expect(200);
    let file = &files(&panel.kiwivm, 100_001)[0];
    for (call, loss) in [
        ("snapshot/restore", "Everything changed on the disk since"),
        ("snapshot/delete", "The snapshot is gone for good"),
    ] {
        let form = format!("/vps/{}/call/{call}", vps.id);
        let to = page
            .addresses()
            .into_iter()
            .find(|to| to.starts_with(&form));
        let page = manager.open(&to.unwrap()).await.expect(200);
        page.must_show(loss).must_show("Type Web 1 to confirm");
        assert_eq!(page.field(&form, "snapshot").as_ref(), Some(file));
    }
}

#[tokio::test]
async fn on_a_protected_vps_restore_and_delete_are_off_with_the_reason() {
    let (panel, vps, path) = scene(web_1().snapshot("nightly", 3)).await;
    let admin = panel.sign_in(ADMIN).await;
    let protection = format!("/vps/{}/protection", vps.id);
    admin
        .submit(&protection, &[("protect", "1")])
        .await
        .expect(303);
    let page = admin.open(&path).await.expect(200);
    page.must_show("Restore and delete are off: this VPS is protected.");
    assert_eq!(off(&page), ["Restore", "Delete"]);
    let chinese = admin.in_chinese().open(&path).await.expect(200);
    chinese.must_show("不能恢复或删除：此 VPS 已开启保护。");
}

#[tokio::test]
async fn the_sticky_switch_changes_the_list_and_two_are_as_many_as_there_can_be() {
    let machine = web_1().snapshot("one", 3).snapshot("two", 2).sticky();
    let (panel, vps, path) = scene(machine.snapshot("three", 1)).await;
    let operator = panel.sign_in(OPERATOR).await;
    let page = operator.open(&path).await.expect(200);
    let toggle = format!("/vps/{}/call/snapshot/toggleSticky", vps.id);
    // The first row is the newest.
    let form = page.form(&toggle);
    assert_eq!(page.field(&toggle, "sticky").as_deref(), Some("1"));
    let fields: Vec<(&str, &str)> = form
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect();
    let sent = operator.submit(&toggle, &fields).await.expect(303);
    assert!(sent.location().starts_with(&format!("{path}?done=")));
    let page = operator.follow(&sent).await.expect(200);
    page.must_show("Set or clear sticky: Accepted")
        .must_show("Two are sticky: as far as is known, KiwiVM refuses a third.");
    assert_eq!(off(&page), ["Make sticky"]);
    // The form of the call still sends.
    let first = &files(&panel.kiwivm, 100_001)[0];
    let fields = [("snapshot", first.as_str()), ("sticky", "1")];
    let sent = operator.submit(&toggle, &fields).await.expect(303);
    let page = operator.follow(&sent).await.expect(200);
    page.must_show("Set or clear sticky: Refused");
    // The switch goes both ways.
    let page = operator.open(&path).await.expect(200);
    let off = page
        .body
        .split("<form ")
        .find(|form| form.contains("name=\"sticky\" value=\"0\""));
    let sticky = &files(&panel.kiwivm, 100_001)[1];
    assert!(off.unwrap().contains(sticky.as_str()), "{off:?}");
    let fields = [("snapshot", sticky.as_str()), ("sticky", "0")];
    operator.submit(&toggle, &fields).await.expect(303);
    let left = panel.kiwivm.machine(100_001).unwrap().snapshots;
    assert_eq!(left.iter().filter(|one| one.sticky).count(), 1);
}

#[tokio::test]
async fn a_snapshot_is_made_with_its_description_and_leads_back_to_the_page() {
    let (panel, vps, path) = scene(web_1()).await;
    let operator = panel.sign_in(OPERATOR).await;
    let page = operator.open(&path).await.expect(200);
    let create = format!("/vps/{}/call/snapshot/create", vps.id);
    let action = page.field(&create, "action").unwrap();
    let fields = [
        ("description", "<b>lunch</b>"),
        ("action", &action),
        ("stay", "1"),
    ];
    let sent = operator.submit(&create, &fields).await.expect(303);
    let page = operator.follow(&sent).await.expect(200);
    page.must_show("Create snapshot: Accepted")
        .must_show("Locked: Snapshot");
    panel.clock.turn(60);
    let page = operator.open(&path).await.expect(200);
    page.must_show("One snapshot").must_show("<b>lunch</b>");
    assert!(!page.body.contains("<b>lunch"));
}

#[tokio::test]
async fn a_backup_is_copied_to_a_snapshot() {
    let (panel, vps, path) = scene(web_1()).await;
    let operator = panel.sign_in(OPERATOR).await;
    let page = operator.open(&path).await.expect(200);
    let copy = format!("/vps/{}/call/backup/copyToSnapshot", vps.id);
    assert_eq!(page.body.matches(&format!("action=\"{copy}\"")).count(), 3);
    let token = page.field(&copy, "backupToken").unwrap();
    let fields = [("backupToken", token.as_str()), ("stay", "1")];
    let sent = operator.submit(&copy, &fields).await.expect(303);
    assert!(sent.location().starts_with(&path));
    panel.clock.turn(60);
    let page = operator.open(&path).await.expect(200);
    page.must_show("Copy of an automatic backup");
}

#[tokio::test]
async fn the_reply_to_the_list_leads_to_the_page_and_reveals_no_links() {
    let (panel, vps, path) = scene(web_1().snapshot("nightly", 3)).await;
    let manager = panel.sign_in(MANAGER).await;
    let list = format!("/vps/{}/call/snapshot/list", vps.id);
    let sent = manager.submit(&list, &[]).await.expect(303);
    let page = manager.follow(&sent).await.expect(200);
    page.must_show("Download links are shown one at a time");
    assert!(page.addresses().contains(&path));
    let reveal = format!("{}/reveal", sent.location());
    assert!(!page.addresses().contains(&reveal));
    let led = manager.submit(&reveal, &[]).await.expect(303);
    assert_eq!(led.location(), sent.location());
}

/// Sends the form of the first download link on the page.
async fn asks_for_a_link(person: &Visitor, path: &str) -> Answer {
    let page = person.open(path).await.expect(200);
    let link = format!("{path}/link");
    let form = page.form(&link);
    let fields: Vec<(&str, &str)> = form
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect();
    person.submit(&link, &fields).await
}

#[tokio::test]
async fn t_secret_leak_one_download_link_is_shown_once_over_https_and_recorded() {
    let machine = web_1().snapshot("older", 5).snapshot("newer", 3);
    let (panel, vps, path) = scene(machine).await;
    let manager = panel.sign_in(MANAGER).await;
    let page = manager.open(&path).await.expect(200);
    page.must_not_show("203.0.113.250");
    let link = format!("{path}/link");
    let form = page.form(&link);
    let fields: Vec<(&str, &str)> = form
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect();
    let shown = manager.submit(&link, &fields).await.expect(200);
    assert_eq!(shown.header("cache-control").as_deref(), Some("no-store"));
    let machine = panel.kiwivm.machine(100_001).unwrap();
    let [older, newer] = [&machine.snapshots[0], &machine.snapshots[1]];
    let own = format!(
        "https://203.0.113.250:8443/{}/{}",
        newer.md5,
        newer.file_name(100_001)
    );
    assert_eq!(shown.inside("code"), [own.as_str()]);
    shown
        .must_show("Whoever has this link has the whole disk")
        .must_not_show(&older.md5);
    assert!(!shown.body.contains("http://203.0.113.250"));
    assert!(!shown.addresses().contains(&"/language".to_owned()));
    // The same form again shows nothing, and asks nobody.
    panel.kiwivm.forget_heard();
    let again = manager.submit(&link, &fields).await.expect(200);
    again
        .must_show("shown once already")
        .must_not_show("203.0.113.250");
    assert!(panel.heard().is_empty());
    let admin = panel.sign_in(ADMIN).await;
    let log = admin.open("/audit").await.expect(200);
    let noted = format!("call=snapshot/list snapshot={}", newer.file_name(100_001));
    log.must_show("Secrets shown").must_show(&noted);
    log.must_not_show("203.0.113.250");
    // A call of its own is recorded too, and hides the rest for good.
    let (_, action) = &form[0];
    let reveal = format!("/actions/{action}/reveal");
    manager.submit(&reveal, &[]).await.expect(303);
    drop(vps);
}

#[tokio::test]
async fn t_stepup_a_download_link_waits_for_the_proof() {
    let (panel, _, path) = scene(web_1().snapshot("nightly", 3)).await;
    let manager = panel.sign_in(MANAGER).await;
    manager.open(&path).await.expect(200);
    panel.clock.turn(5 * 60 + 1);
    panel.kiwivm.forget_heard();
    let held = asks_for_a_link(&manager, &path).await.expect(303);
    assert!(held.location().starts_with("/prove/"));
    assert!(panel.heard().is_empty());
    let proof = [("password", PASSWORD)];
    let shown = manager.submit(&held.location(), &proof).await.expect(200);
    shown.must_show("https://203.0.113.250:8443/");
    assert_eq!(panel.heard(), ["snapshot/list"]);
}

#[tokio::test]
async fn t_authz_matrix_whoever_may_not_manage_gets_no_link_and_imports_nothing() {
    let (panel, _, path) = scene(web_1().snapshot("nightly", 3)).await;
    let operator = panel.sign_in(OPERATOR).await;
    let file = files(&panel.kiwivm, 100_001).remove(0);
    let fields = [("snapshot", file.as_str())];
    for form in ["link", "import"] {
        let refused = operator.submit(&format!("{path}/{form}"), &fields).await;
        refused.expect(403).must_not_show("203.0.113.250");
    }
    assert!(panel.heard().is_empty());
}

#[tokio::test]
async fn a_link_that_is_not_there_says_why() {
    let (panel, _, path) = scene(web_1().snapshot("nightly", 3)).await;
    let manager = panel.sign_in(MANAGER).await;
    manager.open(&path).await.expect(200);
    let file = files(&panel.kiwivm, 100_001).remove(0);
    for (reply, why) in [
        (
            json!({"error": 0, "snapshots": [{"fileName": file, "downloadLink": "http://203.0.113.250/a"}]}),
            "KiwiVM gives no HTTPS link",
        ),
        (
            json!({"error": 0, "snapshots": [{"fileName": file, "downloadLinkSSL": "javascript:alert(1)"}]}),
            "KiwiVM gives no HTTPS link",
        ),
        (
            json!({"error": 0, "snapshots": []}),
            "no longer lists this snapshot",
        ),
        (
            json!({"error": 700_005, "message": "Authentication failure"}),
            "Authentication failure",
        ),
    ] {
        answers(&panel, "snapshot/list", &reply);
        let fields = [("snapshot", file.as_str())];
        let page = manager.submit(&format!("{path}/link"), &fields).await;
        let page = page.expect(200);
        page.must_show(why).must_not_show("203.0.113.250");
        assert!(!page.body.contains("javascript:"));
        assert!(!page.shows("Shown once"));
    }
}

/// `Web 1` with a snapshot, and `Web 2`.
async fn two() -> (Panel, Vps, Vps) {
    let (panel, source, _) = scene(web_1().snapshot("nightly", 3)).await;
    let target = panel.add(Machine::kvm(100_002).labelled("Web 2")).await;
    panel.read(&target).await;
    (panel, source, target)
}

/// Chooses the VPS and its snapshot, and gives the form's path and its fields, filled in.
pub(crate) async fn chooses(
    person: &Visitor,
    source: &Vps,
    target: &Vps,
) -> (String, Vec<(String, String)>) {
    let path = format!("/vps/{}/snapshots", target.id);
    let page = person.open(&path).await.expect(200);
    page.must_show("Import from another VPS");
    assert_eq!(page.choices("source"), [source.id.to_string()]);
    let step = format!("{path}/import?source={}", source.id);
    let page = person.open(&step).await.expect(200);
    page.must_show(&format!("Import from {} to {}", source.label, target.label));
    let snapshot = page.choices("snapshot").remove(0);
    let mut form = page.form(&step);
    form.retain(|(name, _)| name != "snapshot");
    form.push(("snapshot".to_owned(), snapshot));
    (step, form)
}

pub(crate) async fn sends(person: &Visitor, path: &str, form: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = form
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect();
    person.submit(path, &fields).await
}

/// What KiwiVM heard of exports and imports: the VEID and the call.
fn passed(panel: &Panel) -> Vec<(String, String)> {
    let heard = panel.kiwivm.heard().into_iter();
    heard
        .filter(|heard| matches!(&*heard.call, "snapshot/export" | "snapshot/import"))
        .map(|heard| (heard.veid, heard.call))
        .collect()
}

fn both() -> Vec<(String, String)> {
    [("100001", "snapshot/export"), ("100002", "snapshot/import")]
        .map(|(veid, call)| (veid.to_owned(), call.to_owned()))
        .to_vec()
}

#[tokio::test]
async fn a_snapshot_of_another_vps_is_imported_in_one_step() {
    let (panel, source, target) = two().await;
    let manager = panel.sign_in(MANAGER).await;
    let (path, form) = chooses(&manager, &source, &target).await;
    let sent = sends(&manager, &path, &form).await.expect(303);
    assert_eq!(passed(&panel), both());
    let (_, action) = form.iter().find(|(name, _)| name == "action").unwrap();
    assert_eq!(sent.location(), done(&target, action));
    let landed = manager.follow(&sent).await.expect(200);
    landed.must_show("Import snapshot: Accepted");
    let page = manager.open(&format!("/actions/{action}")).await;
    let page = page.expect(200);
    page.must_show("sourceVeid").must_show("100001");
    let token = token(&panel);
    let admin = panel.sign_in(ADMIN).await;
    let log = admin.open("/audit").await.expect(200);
    log.must_show("Export snapshot")
        .must_show("Import snapshot");
    for page in [&landed, &page, &log] {
        assert!(!page.body.contains(&token), "the token is on a page");
    }
    panel.clock.turn(60);
    let page = manager.open(&format!("/vps/{}/snapshots", target.id)).await;
    page.expect(200).must_show("nightly");
}

/// Where an import leads that KiwiVM has taken.
fn done(target: &Vps, action: &str) -> String {
    format!("/vps/{}/snapshots?done={action}", target.id)
}

/// The token that the import took to KiwiVM.
pub(crate) fn token(panel: &Panel) -> String {
    let heard = panel.kiwivm.heard();
    let mut parameters = heard.iter().flat_map(|heard| &heard.parameters);
    let token = parameters.find(|(name, _)| name == "sourceToken");
    token.unwrap().1.clone()
}

#[tokio::test]
async fn r_once_an_import_sent_twice_exports_and_imports_once() {
    let (panel, source, target) = two().await;
    let manager = panel.sign_in(MANAGER).await;
    let (path, form) = chooses(&manager, &source, &target).await;
    panel.kiwivm.forget_heard();
    let hold = panel.kiwivm.hold("snapshot/export");
    let sending = || sends(&manager, &path, &form);
    let answered = async {
        panel.until_heard().await;
        drop(hold);
    };
    let (one, other, ()) = tokio::join!(sending(), sending(), answered);
    let third = sending().await;
    let (_, import) = form.iter().find(|(name, _)| name == "action").unwrap();
    for sent in [one, other, third] {
        let sent = sent.expect(303);
        assert_eq!(sent.location(), done(&target, import));
    }
    assert_eq!(passed(&panel), both());
}

#[tokio::test]
async fn r_once_a_browser_that_hangs_up_leaves_no_export_without_its_import() {
    let (panel, source, target) = two().await;
    let manager = panel.sign_in(MANAGER).await;
    let (path, form) = chooses(&manager, &source, &target).await;
    panel.kiwivm.forget_heard();
    let hold = panel.kiwivm.hold("snapshot/export");
    tokio::select! {
        _ = sends(&manager, &path, &form) => panic!("it was answered too soon"),
        () = panel.until_heard() => {}
    }
    drop(hold);
    panel.settle().await;
    assert_eq!(passed(&panel), both());
}

#[tokio::test]
async fn a_failed_export_says_which_step_failed_and_that_nothing_was_imported() {
    let (panel, source, target) = two().await;
    let manager = panel.sign_in(MANAGER).await;
    let refused = json!({"error": 712_345, "message": "Not today"});
    let refused = Misbehaviour::Body(refused.to_string().into_bytes());
    for (misbehaviour, said, why) in [
        (
            refused,
            "Step 1 of 2, the export, failed on Web 1.",
            "Not today",
        ),
        (
            Misbehaviour::Html(502),
            "it is not known whether Web 1 did it.",
            "HTTP status 502",
        ),
    ] {
        let (path, form) = chooses(&manager, &source, &target).await;
        panel.kiwivm.misbehave("snapshot/export", misbehaviour);
        let page = sends(&manager, &path, &form).await.expect(422);
        page.must_show(said)
            .must_show(why)
            .must_show("Nothing was imported to Web 2.");
        let (_, export) = form
            .iter()
            .find(|(name, _)| name == "export_action")
            .unwrap();
        assert!(page.addresses().contains(&format!("/actions/{export}")));
        // The next try is a new one, with the same snapshot chosen.
        assert_ne!(page.field(&path, "export_action").as_ref(), Some(export));
        assert!(page.body.contains(" checked"));
        // The same form again tells the same, and sends nothing.
        sends(&manager, &path, &form)
            .await
            .expect(422)
            .must_show(said);
    }
    assert!(
        !passed(&panel)
            .iter()
            .any(|(_, call)| call == "snapshot/import")
    );
    assert_eq!(passed(&panel).len(), 2);
}

#[tokio::test]
async fn an_export_without_a_token_imports_nothing() {
    let (panel, source, target) = two().await;
    let manager = panel.sign_in(MANAGER).await;
    let (path, form) = chooses(&manager, &source, &target).await;
    answers(&panel, "snapshot/export", &json!({"error": 0}));
    let page = sends(&manager, &path, &form).await.expect(422);
    page.must_show("Step 2, the import, was not begun: nothing was imported to Web 2.");
    assert_eq!(passed(&panel).len(), 1);
}

#[tokio::test]
async fn a_failed_import_is_told_on_the_page_of_its_action() {
    let (panel, source, target) = two().await;
    let manager = panel.sign_in(MANAGER).await;
    for (misbehaviour, said) in [
        (Misbehaviour::TooMany, "Import snapshot: Refused"),
        (Misbehaviour::Html(502), "Import snapshot: Unknown"),
    ] {
        let (path, form) = chooses(&manager, &source, &target).await;
        panel.kiwivm.misbehave("snapshot/import", misbehaviour);
        let sent = sends(&manager, &path, &form).await.expect(303);
        let page = manager.follow(&sent).await.expect(200);
        page.must_show(said);
        assert!(page.addresses().contains(&format!("/vps/{}", target.id)));
    }
}

#[tokio::test]
async fn t_stepup_an_import_in_one_step_waits_for_the_proof_and_then_goes_once() {
    let (panel, source, target) = two().await;
    let manager = panel.sign_in(MANAGER).await;
    let (path, form) = chooses(&manager, &source, &target).await;
    panel.clock.turn(5 * 60 + 1);
    let held = sends(&manager, &path, &form).await.expect(303);
    assert!(held.location().starts_with("/prove/"));
    assert!(passed(&panel).is_empty());
    let proof = [("password", PASSWORD)];
    let sent = manager.submit(&held.location(), &proof).await.expect(303);
    manager
        .follow(&sent)
        .await
        .must_show("Import snapshot: Accepted");
    assert_eq!(passed(&panel), both());
}

#[tokio::test]
async fn t_stepup_an_export_waits_for_a_proof_that_still_holds_for_its_import() {
    let (panel, source, target) = two().await;
    let manager = panel.sign_in(MANAGER).await;
    let (path, form) = chooses(&manager, &source, &target).await;
    panel.clock.turn(5 * 60 - 20);
    let held = sends(&manager, &path, &form).await.expect(303);
    assert!(held.location().starts_with("/prove/"));
    assert!(passed(&panel).is_empty());
    let proof = [("password", PASSWORD)];
    manager.submit(&held.location(), &proof).await.expect(303);
    assert_eq!(passed(&panel), both());
}

#[tokio::test]
async fn t_stepup_an_import_whose_proof_ran_out_meanwhile_says_so() {
    let (panel, source, target) = two().await;
    let manager = panel.sign_in(MANAGER).await;
    let (path, form) = chooses(&manager, &source, &target).await;
    panel.kiwivm.forget_heard();
    let hold = panel.kiwivm.hold("snapshot/export");
    let sending = sends(&manager, &path, &form);
    let turning = async {
        panel.until_heard().await;
        panel.clock.turn(5 * 60 + 1);
        drop(hold);
    };
    let (sent, ()) = tokio::join!(sending, turning);
    sent.expect(422)
        .must_show("Step 2, the import, was not begun")
        .must_show("Your proof of who you are ran out meanwhile.");
    assert_eq!(passed(&panel).len(), 1);
}

#[tokio::test]
async fn r_once_an_export_and_its_import_are_never_one_action() {
    let (panel, source, target) = two().await;
    let manager = panel.sign_in(MANAGER).await;
    let (path, mut form) = chooses(&manager, &source, &target).await;
    let (_, import) = form
        .iter()
        .find(|(name, _)| name == "action")
        .unwrap()
        .clone();
    for (name, value) in &mut form {
        if name == "export_action" {
            value.clone_from(&import);
        }
    }
    sends(&manager, &path, &form).await.expect(400);
    assert!(passed(&panel).is_empty());
}

#[tokio::test]
async fn t_authz_matrix_nothing_is_exported_from_a_vps_that_one_may_only_operate() {
    let (panel, source, target) = two().await;
    let (id, name) = panel.person(NEWCOMER).await;
    for (vps, level) in [(&source, Level::Operate), (&target, Level::Manage)] {
        let access = Access {
            level,
            shell: false,
        };
        panel.grant(id, &Scope::Vps(vps.id), access).await;
    }
    let person = panel.sign_in_as(&name).await;
    let path = format!("/vps/{}/snapshots", target.id);
    let page = person.open(&path).await.expect(200);
    page.must_show("You manage no other VPS of this panel.");
    let step = format!("{path}/import?source={}", source.id);
    let page = person.open(&step).await.expect(200);
    page.must_not_show("nightly").must_not_show("Web 1");
    let fields = [
        ("source", source.id.to_string()),
        ("snapshot", files(&panel.kiwivm, 100_001).remove(0)),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value));
    let refused = sends(&person, &format!("{path}/import"), &fields).await;
    refused.expect(422).must_not_show("Web 1");
    assert!(passed(&panel).is_empty());
    // And a VPS is no source of its own.
    let own = format!("{path}/import?source={}", target.id);
    let page = person.open(&own).await.expect(200);
    assert!(page.choices("snapshot").is_empty());
}

#[tokio::test]
async fn an_import_without_a_choice_is_the_form_again() {
    let (panel, source, target) = two().await;
    let manager = panel.sign_in(MANAGER).await;
    let path = format!("/vps/{}/snapshots/import", target.id);
    let page = manager.submit(&path, &[]).await.expect(422);
    page.must_show("Required.");
    assert_eq!(page.choices("source"), [source.id.to_string()]);
    let id = source.id.to_string();
    let page = manager.submit(&path, &[("source", &id)]).await.expect(422);
    page.must_show("Required.").must_show("nightly");
    assert!(passed(&panel).is_empty());
}

#[tokio::test]
async fn the_import_stands_without_any_one_field_and_keeps_the_list_when_its_call_fails() {
    let (panel, source, target) = two().await;
    let manager = panel.sign_in(MANAGER).await;
    let path = format!("/vps/{}/snapshots/import?source={}", target.id, source.id);
    manager.open(&path).await.must_show("nightly");
    missing::stands(&panel, (&manager, &path), (&source, SNAPSHOT_LIST)).await;
    panel.clock.turn(1);
    panel.read_call(&source, SNAPSHOT_LIST).await;
    let out_of_reach = Misbehaviour::Html(502);
    panel.kiwivm.misbehave("snapshot/list", out_of_reach);
    panel.clock.turn(3600);
    panel.read_call(&source, SNAPSHOT_LIST).await;
    let page = manager.open(&path).await.expect(200);
    page.must_show("nightly")
        .must_show("1 hour ago")
        .must_show("502");
}

#[tokio::test]
async fn an_import_offers_every_vps_and_every_snapshot_of_the_chosen_one_or_says_that_there_is_none()
 {
    let panel = Panel::start().await;
    let mut vpses = Vec::new();
    for (veid, count) in [(100_001, 0), (100_002, 0), (100_003, 1), (100_004, 3)] {
        let mut machine = Machine::kvm(veid).labelled(&format!("Web {veid}"));
        for days in 0..count {
            machine = machine.snapshot(&format!("nightly {days}"), days);
        }
        vpses.push(panel.add(machine).await);
    }
    let manager = panel.sign_in(MANAGER).await;
    let path = format!("/vps/{}/snapshots", vpses[0].id);
    let page = manager.open(&path).await.expect(200);
    let others: Vec<String> = vpses[1..].iter().map(|vps| vps.id.to_string()).collect();
    assert_eq!(page.choices("source"), others);
    for (source, count) in vpses[1..].iter().zip([0, 1, 3]) {
        let step = format!("{path}/import?source={}", source.id);
        let page = manager.open(&step).await.expect(200);
        let offered = page.body.matches("type=\"radio\"").count();
        assert_eq!(offered, count, "{}", source.label);
        let none = format!("KiwiVM keeps no snapshot of {}", source.label);
        assert_eq!(page.shows(&none), count == 0, "{}", source.label);
    }
}

#[tokio::test]
async fn a_source_whose_list_is_being_asked_for_says_so() {
    let (panel, source, target) = two().await;
    let manager = panel.sign_in(MANAGER).await;
    panel.kiwivm.misbehave("snapshot/list", Misbehaviour::Hang);
    let path = format!("/vps/{}/snapshots/import?source={}", target.id, source.id);
    let page = manager.open(&path).await.expect(200);
    page.must_show("KiwiVM is being asked.");
    assert!(page.addresses().contains(&path));
}

#[tokio::test]
async fn an_exported_token_is_shown_once_with_the_import_form_of_another_vps_filled_in() {
    let (panel, source, target) = two().await;
    let manager = panel.sign_in(MANAGER).await;
    let list = manager.open(&format!("/vps/{}/snapshots", source.id)).await;
    let export = format!("/vps/{}/call/snapshot/export", source.id);
    let to = list
        .addresses()
        .into_iter()
        .find(|to| to.starts_with(&export));
    let form = manager.open(&to.unwrap()).await.expect(200);
    let file = form.field(&export, "snapshot").unwrap();
    let sent = manager
        .submit(&export, &[("snapshot", &file)])
        .await
        .expect(303);
    let reveal = format!("{}/reveal", sent.location());
    let shown = manager.submit(&reveal, &[]).await.expect(200);
    let token = shown.inside("code").remove(0);
    let give = format!("/vps/{}/snapshots/token", source.id);
    assert_eq!(shown.choices("target"), [target.id.to_string()]);
    assert_eq!(shown.field(&give, "sourceToken").as_ref(), Some(&token));
    assert!(shown.addresses().iter().all(|to| !to.contains(&token)));
    let id = target.id.to_string();
    let mut fields = shown.form(&give);
    fields.retain(|(name, _)| name != "target");
    fields.push(("target".to_owned(), id));
    let sent = sends(&manager, &give, &fields).await.expect(303);
    assert!(!sent.location().contains(&token));
    let page = manager.follow(&sent).await.expect(200);
    page.must_show("Import snapshot: Accepted");
    assert!(!page.body.contains(&token));
    assert_eq!(passed(&panel), both());
    // Without a target, or for one that is not theirs, nothing goes out.
    let nowhere = [("sourceToken", "x"), ("target", "")];
    manager.submit(&give, &nowhere).await.expect(303);
    let missing = [("sourceToken", "x"), ("target", "9999")];
    manager.submit(&give, &missing).await.expect(404);
    let operator = panel.sign_in(OPERATOR).await;
    let id = target.id.to_string();
    let fields = [("sourceToken", "x"), ("target", id.as_str())];
    operator.submit(&give, &fields).await.expect(403);
    assert_eq!(passed(&panel), both());
}

#[tokio::test]
async fn the_pages_speak_chinese() {
    let (panel, source, target) = two().await;
    let manager = panel.sign_in(MANAGER).await.in_chinese();
    let page = manager.open(&format!("/vps/{}/snapshots", source.id)).await;
    page.expect(200)
        .must_show("1 个快照 · 共")
        .must_show("距自动清除")
        .must_show("设为永久保留")
        .must_show("从另一台 VPS 导入");
    let path = format!("/vps/{}/snapshots/import?source={}", target.id, source.id);
    let page = manager.open(&path).await.expect(200);
    page.must_show("从 Web 1 导入到 Web 2")
        .must_show("先由 Web 1 导出快照");
}
