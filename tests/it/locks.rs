//! Long operations: known whatever call tells of them, shown on every page of their VPS, and compared
//! when they have ended.

use crate::answer::Answer;
use crate::panel::{ADMIN, MANAGER, OPERATOR, Panel, VIEWER, web_1};
use crate::visitor::Visitor;
use kiwideck::attention::{State, state};
use kiwideck::kiwivm::calls::{LIVE_INFO, SERVICE_INFO, SNAPSHOT_LIST};
use kiwideck::model::vps::Vps;
use kiwideck::simulator::{Effect, Machine, Misbehaviour, Operation};
use serde_json::json;

const MINUTE_S: i64 = 60;
const HOUR_S: i64 = 3600;

fn moving() -> Operation {
    Operation::migrate("USCA_FMT", vec!["203.0.113.77".to_owned()], 0)
}

/// An operation that changes nothing, as one that failed.
fn vain(title: &str, lasts_s: i64) -> Operation {
    Operation {
        title: title.to_owned(),
        lasts_s,
        effect: Effect::Nothing,
        ..moving()
    }
}

/// Turns the clock in steps of two seconds, as the background ticks.
async fn pass(panel: &Panel, seconds: i64) {
    for _ in 0..seconds / 2 {
        panel.clock.turn(2);
        panel.tick().await;
    }
}

/// The overview, on which somebody is looking on.
async fn overview(visitor: &Visitor, vps: &Vps) -> Answer {
    visitor.open(&format!("/vps/{}", vps.id)).await.expect(200)
}

fn banner(page: &Answer) -> String {
    let begin = page.body.find("<div id=\"lock\"").expect("a banner");
    let rest = &page.body[begin..];
    rest[..rest.find("\n</div>").expect("its end")].to_owned()
}

/// The forms of a page that would send something to a locked VPS, and are on. The shell and what is the
/// panel's own go on.
fn sending(page: &Answer) -> Vec<&str> {
    const GOES_ON: [&str; 6] = [
        "/refresh\"",
        "/shell",
        "/edit\"",
        "/access",
        "/protection\"",
        "/remove\"",
    ];
    let forms = page.body.split("<form ").skip(1);
    let forms = forms.filter_map(|form| form.split("</form>").next());
    let sends = |form: &&str| {
        let (head, _) = form.split_once('>').unwrap_or_default();
        let is_sent = head.contains("method=\"post\" action=\"/vps/");
        is_sent && !GOES_ON.iter().any(|one| head.contains(one))
    };
    forms
        .filter(sends)
        .filter(|form| !form.contains(" disabled"))
        .collect()
}

/// The pages behind the tabs.
pub(crate) fn tabs(page: &Answer) -> Vec<String> {
    let (_, tabs) = page.body.split_once("<nav class=\"tabs\"").expect("tabs");
    let (tabs, _) = tabs.split_once("</nav>").expect("their end");
    let links = tabs.split("href=\"").skip(1);
    links
        .map(|link| link[..link.find('"').expect("an end")].to_owned())
        .collect()
}

#[tokio::test]
async fn a_lock_is_on_every_page_of_its_vps_and_comes_again_alone() {
    let machine = web_1().ipv6_subnets(1).private_address("10.0.0.5");
    let machine = machine.snapshot("nightly", 3).violating(3600);
    let (panel, vps) = Panel::of(machine).await;
    panel.kiwivm.alter(100_001, |machine| {
        let now_s = machine.transfer.counted_at_s;
        machine.operation = Some(Operation {
            since_s: now_s - 60,
            ..moving()
        });
    });
    panel.read(&vps).await;
    let admin = panel.sign_in(ADMIN).await;
    let mut paths = tabs(&overview(&admin, &vps).await);
    assert_eq!(paths.len(), 12, "{paths:?}");
    let others = [
        "/access",
        "/audit",
        "/operations",
        "/snapshots/import",
        "/call/restart",
        "/call/reinstallOS",
        "/call/setHostname",
    ];
    paths.extend(others.map(|path| format!("/vps/{}{path}", vps.id)));
    let whole = ["", "/operations"].map(|path| format!("/vps/{}{path}", vps.id));
    for path in paths {
        let page = admin.open(&path).await.expect(200);
        let banner = banner(&page);
        for words in [
            "Locked: Migration: USCA_FMT, 40% done",
            "Copying disk",
            "<progress",
            "40",
        ] {
            assert!(banner.contains(words), "{path} does not say {words:?}");
        }
        let again = format!("hx-get=\"/vps/{}/lock\"", vps.id);
        let is_whole = whole.contains(&path);
        assert_eq!(banner.contains(&again), !is_whole, "{path}");
        // What KiwiVM would refuse is off, but on the page of the call itself.
        if !path.contains("/call/") {
            assert_eq!(sending(&page), [""; 0], "{path}");
        }
        // It is said once on a page.
        let said = page.text().matches("Locked: Migration").count();
        assert_eq!(said, 1, "{path}");
        // Whoever types is not interrupted, with and without JavaScript.
        let reload = "<noscript><meta http-equiv=\"refresh\"";
        assert_eq!(page.body.contains(reload), is_whole, "{path}");
        let reloads = page.body.matches("http-equiv=\"refresh\"").count();
        assert_eq!(reloads, usize::from(is_whole), "{path}");
        let rest = page.body.replace(&banner, "");
        assert_eq!(rest.contains("hx-trigger=\"every"), is_whole, "{path}");
    }
}

#[tokio::test]
async fn the_banner_alone_is_a_part_and_without_javascript_a_page() {
    let (panel, vps) = Panel::of(web_1().locked(moving(), 60)).await;
    let viewer = panel.sign_in(VIEWER).await;
    let path = format!("/vps/{}/lock", vps.id);
    let part = viewer.poll(&path).await.expect(200);
    assert!(part.body.starts_with("<div id=\"lock\""));
    part.must_show("Locked: Migration: USCA_FMT, 40% done");
    assert!(!part.body.contains("<form"));
    let page = viewer.open(&path).await.expect(303);
    assert_eq!(page.location(), format!("/vps/{}/operations", vps.id));
    let page = viewer.follow(&page).await.expect(200);
    assert!(page.body.contains("<noscript><meta http-equiv=\"refresh\""));
    page.must_show("Locked: Migration: USCA_FMT")
        .must_not_show("No long operation was seen")
        .must_show("Nothing else was seen.");
    let (panel, vps) = Panel::of(web_1()).await;
    let path = format!("/vps/{}/operations", vps.id);
    let page = panel.sign_in(VIEWER).await.open(&path).await.expect(200);
    page.must_show("No long operation was seen");
}

#[tokio::test]
async fn what_only_a_refused_change_tells_is_a_lock_and_its_end_is_found() {
    let machine = web_1().informing_while_locked();
    let (panel, vps) = Panel::of(machine.locked(moving(), 0)).await;
    let operator = panel.sign_in(OPERATOR).await;
    overview(&operator, &vps)
        .await
        .must_show("Running")
        .must_not_show("Locked");
    let restart = format!("/vps/{}/call/restart", vps.id);
    let sent = operator.submit(&restart, &[]).await;
    operator.follow(&sent).await.must_show("Restart: Refused");
    let page = overview(&operator, &vps).await;
    page.must_show("Locked: Migration: USCA_FMT")
        .must_show("A long operation runs; KiwiVM refuses until it ends.");
    panel.kiwivm.forget_heard();
    pass(&panel, 60).await;
    // The informing calls are answered, and end nothing.
    assert_eq!(state(&panel.app.readings.of(vps.id)), State::Locked);
    let looked = panel.kiwivm.heard_count("snapshot/list");
    assert!(
        (5..=7).contains(&looked),
        "looked {looked} times in a minute"
    );
    overview(&operator, &vps).await.must_show("36% done");
    pass(&panel, 110).await;
    let page = overview(&operator, &vps).await;
    page.must_show("Ended: Migration: USCA_FMT")
        .must_show("203.0.113.77")
        .must_not_show("Locked");
    panel.kiwivm.forget_heard();
    pass(&panel, 110).await;
    assert_eq!(
        panel.kiwivm.heard_count("snapshot/list"),
        0,
        "it goes on looking"
    );
}

#[tokio::test]
async fn what_a_list_tells_is_a_lock_too() {
    let machine = web_1().informing_while_locked();
    let (panel, vps) = Panel::of(machine.locked(vain("Backup copy", 40), 0)).await;
    let manager = panel.sign_in(MANAGER).await;
    let form = format!("/vps/{}/call/snapshot/restore", vps.id);
    let page = manager.open(&form).await.expect(200);
    assert!(!page.body.contains("name=\"os\""));
    let page = manager.open(&form).await.expect(200);
    page.must_show("Locked: Backup copy");
    manager.open("/").await.must_show("Locked: Backup copy");
}

#[tokio::test]
async fn nobody_looks_and_a_hidden_lock_is_looked_at_once_a_minute_within_the_points() {
    let machine = web_1().informing_while_locked();
    let (panel, vps) = Panel::of(machine.locked(vain("Stuck", 90 * HOUR_S), 0)).await;
    panel.read_call(&vps, SNAPSHOT_LIST).await;
    assert_eq!(state(&panel.app.readings.of(vps.id)), State::Locked);
    panel.kiwivm.forget_heard();
    for _ in 0..HOUR_S / 20 {
        panel.clock.turn(20);
        panel.tick().await;
    }
    let looked = panel.kiwivm.heard_count("snapshot/list");
    assert!((55..=61).contains(&looked), "{looked} looks in an hour");
    assert!(panel.heard().len() < 80);
}

#[tokio::test]
async fn a_call_that_locks_and_was_taken_is_looked_after_soon() {
    for machine in [web_1(), web_1().informing_while_locked()] {
        let (panel, vps) = Panel::of(machine).await;
        let admin = panel.sign_in(ADMIN).await;
        let path = format!("/vps/{}/call/snapshot/create", vps.id);
        let sent = admin.submit(&path, &[]).await;
        let result = admin.follow(&sent).await.expect(200);
        result.must_show("Create snapshot: Accepted");
        // The page of the action waits for the banner.
        assert!(
            result
                .body
                .contains(&format!("hx-get=\"/vps/{}/lock\"", vps.id))
        );
        pass(&panel, 4).await;
        let part = admin
            .poll(&format!("/vps/{}/lock", vps.id))
            .await
            .expect(200);
        part.must_show("Locked: Snapshot");
        pass(&panel, 60).await;
        let part = admin
            .poll(&format!("/vps/{}/lock", vps.id))
            .await
            .expect(200);
        part.must_show("Ended: Snapshot")
            .must_show("Load this page anew");
        assert!(!part.body.contains("hx-get"), "it goes on asking");
    }
}

#[tokio::test]
async fn a_lock_that_never_comes_is_not_looked_for_for_ever() {
    let (panel, vps) = Panel::of(web_1()).await;
    let admin = panel.sign_in(ADMIN).await;
    panel.app.refresh.expect_lock(vps.id, panel.clock.now_s());
    let page = admin.open(&format!("/vps/{}/calls", vps.id)).await;
    assert!(banner(&page).contains("hx-get"));
    pass(&panel, 60).await;
    let page = admin.open(&format!("/vps/{}/calls", vps.id)).await;
    assert!(!banner(&page).contains("hx-get"));
    let looked = panel.kiwivm.heard_count("snapshot/list");
    assert!((3..=5).contains(&looked), "{looked}");
    pass(&panel, 60).await;
    assert_eq!(panel.kiwivm.heard_count("snapshot/list"), looked);
}

#[tokio::test]
async fn after_a_snapshot_the_list_is_one_longer() {
    let (panel, vps) = Panel::of(web_1().snapshot("before", 3)).await;
    panel.read_call(&vps, SNAPSHOT_LIST).await;
    let admin = panel.sign_in(ADMIN).await;
    let path = format!("/vps/{}/call/snapshot/create", vps.id);
    admin.submit(&path, &[]).await.expect(303);
    pass(&panel, 60).await;
    overview(&admin, &vps)
        .await
        .must_show("Ended: Snapshot")
        .must_show("Snapshots 1 → 2");
}

#[tokio::test]
async fn an_end_is_no_promise_and_is_told_of_for_an_hour() {
    for machine in [web_1(), Machine::ovz(100_001).labelled("Web 1")] {
        let (panel, vps) = Panel::of(machine).await;
        panel.kiwivm.alter(100_001, |machine| {
            let since_s = machine.transfer.counted_at_s;
            machine.operation = Some(Operation {
                since_s,
                ..vain("OS Reinstall: debian-13-x86_64", 40)
            });
        });
        panel.read(&vps).await;
        let viewer = panel.sign_in(VIEWER).await;
        overview(&viewer, &vps)
            .await
            .must_show("Locked: OS Reinstall");
        pass(&panel, 60).await;
        let page = overview(&viewer, &vps).await;
        page.must_show("Ended: OS Reinstall: debian-13-x86_64")
            .must_show("are what they were")
            .must_show("KiwiVM does not say whether it succeeded.")
            .must_not_show("Locked");
        // The table of operations says it: no banner above it repeats it.
        let path = format!("/vps/{}/operations", vps.id);
        viewer
            .open(&path)
            .await
            .must_show("OS Reinstall: debian-13-x86_64")
            .must_not_show("Ended: OS Reinstall");
        let again = panel.started_again().await.unwrap();
        let someone = again.sign_in(ADMIN).await;
        overview(&someone, &vps)
            .await
            .must_show("Ended: OS Reinstall");
        panel.clock.turn(HOUR_S);
        overview(&viewer, &vps)
            .await
            .must_not_show("Ended: OS Reinstall");
        let page = viewer
            .open(&format!("/vps/{}/operations", vps.id))
            .await
            .expect(200);
        page.must_show("OS Reinstall: debian-13-x86_64")
            .must_show("nothing that is known");
    }
}

#[tokio::test]
async fn a_lock_outlives_the_program_and_its_end_is_found_by_the_next_one() {
    for machine in [web_1(), web_1().informing_while_locked()] {
        let (panel, vps) = Panel::of(machine).await;
        let admin = panel.sign_in(ADMIN).await;
        let path = format!("/vps/{}/call/migrate/start", vps.id);
        let fields = [("location", "USCA_FMT"), ("confirm_name", "Web 1")];
        let old = panel.kiwivm.machine(100_001).unwrap().addresses[0].clone();
        admin.submit(&path, &fields).await.expect(303);
        pass(&panel, 10).await;
        assert_eq!(state(&panel.app.readings.of(vps.id)), State::Locked);
        let again = panel.started_again().await.unwrap();
        assert_eq!(state(&again.app.readings.of(vps.id)), State::Locked);
        for _ in 0..130 {
            again.clock.turn(2);
            again.tick().await;
        }
        let new = panel.kiwivm.machine(100_001).unwrap().addresses[0].clone();
        let someone = again.sign_in(ADMIN).await;
        let page = overview(&someone, &vps).await;
        page.must_show("Ended: Migration: USCA_FMT")
            .must_show(&format!("Addresses gone {old}"))
            .must_show(&format!("New addresses {new}"))
            .must_show("→ US: Fremont, California");
    }
}

#[tokio::test]
async fn who_cannot_reach_kiwivm_sees_the_lock_with_its_age() {
    let (panel, vps) = Panel::of(web_1().locked(vain("Stuck", 90 * HOUR_S), 60)).await;
    panel
        .kiwivm
        .misbehave_times("*", Misbehaviour::Html(502), usize::MAX);
    pass(&panel, 20).await;
    pass(&panel, 5 * MINUTE_S).await;
    let viewer = panel.sign_in(VIEWER).await;
    let page = overview(&viewer, &vps).await;
    page.must_show("KiwiVM unreachable")
        .must_show("Locked: Stuck")
        .must_show("5 minutes ago");
}

#[tokio::test]
async fn a_reply_that_comes_late_begins_no_second_operation() {
    let (panel, vps) = Panel::of(web_1().locked(vain("Snapshot", 40), 0)).await;
    let refused = json!({
        "error": 788_888, "message": "VE is currently locked", "additionalErrorInfo": "Snapshot",
    });
    panel.clock.turn(50);
    panel.read_call(&vps, LIVE_INFO).await;
    let viewer = panel.sign_in(VIEWER).await;
    overview(&viewer, &vps).await.must_show("Ended: Snapshot");
    let late = Misbehaviour::Body(refused.to_string().into_bytes());
    panel.kiwivm.misbehave("getServiceInfo", late);
    panel.read_call(&vps, SERVICE_INFO).await;
    overview(&viewer, &vps).await.must_show("Locked: Snapshot");
    pass(&panel, 70).await;
    overview(&viewer, &vps).await.must_show("Ended: Snapshot");
    assert_eq!(panel.count("SELECT count(*) FROM operation").await, 1);
}

#[tokio::test]
async fn a_call_that_was_refused_is_not_looked_after() {
    let (panel, vps) = Panel::of(web_1().address_blocked()).await;
    let admin = panel.sign_in(ADMIN).await;
    let path = format!("/vps/{}/call/migrate/start", vps.id);
    let fields = [("location", "USCA_FMT"), ("confirm_name", "Web 1")];
    let sent = admin.submit(&path, &fields).await;
    admin.follow(&sent).await.must_show("Migrate: Refused");
    pass(&panel, 60).await;
    assert_eq!(panel.kiwivm.heard_count("snapshot/list"), 0);
}

#[tokio::test]
async fn another_title_is_another_operation() {
    let (panel, vps) = Panel::of(web_1().locked(vain("Snapshot", 600), 0)).await;
    panel.kiwivm.alter(100_001, |machine| {
        let since_s = machine.transfer.counted_at_s;
        machine.operation = Some(Operation {
            since_s,
            ..vain("Snapshot Restore: x", 600)
        });
    });
    panel.clock.turn(60);
    panel.read(&vps).await;
    let viewer = panel.sign_in(VIEWER).await;
    let page = viewer
        .open(&format!("/vps/{}/operations", vps.id))
        .await
        .expect(200);
    page.must_show("Locked: Snapshot Restore: x");
    assert_eq!(page.inside("tbody").len(), 1);
    assert!(page.inside("tbody")[0].starts_with("Snapshot just now"));
}

#[tokio::test]
async fn every_operation_that_ended_has_its_row_the_newest_first() {
    let (panel, vps) = Panel::of(web_1()).await;
    let titles = ["Snapshot", "Backup", "Restore"];
    for title in titles {
        panel.clock.turn(60);
        panel.kiwivm.alter(100_001, |machine| {
            machine.operation = Some(Operation {
                since_s: machine.transfer.counted_at_s,
                ..vain(title, 36_000)
            });
        });
        panel.read(&vps).await;
    }
    panel.clock.turn(60);
    panel
        .kiwivm
        .alter(100_001, |machine| machine.operation = None);
    panel.read(&vps).await;
    let viewer = panel.sign_in(VIEWER).await;
    let path = format!("/vps/{}/operations", vps.id);
    let page = viewer.open(&path).await.expect(200);
    let rows = page.inside("tr");
    assert_eq!(rows.len(), 1 + titles.len(), "{rows:?}");
    for (row, title) in rows[1..].iter().zip(titles.iter().rev()) {
        assert!(row.starts_with(title), "{rows:?}");
    }
}

#[tokio::test]
async fn a_title_of_an_operation_is_text_and_no_markup() {
    let title = "<img src=x onerror=alert(1)> \u{202e}evil";
    let (panel, vps) = Panel::of(web_1().locked(vain(title, 40), 0)).await;
    let viewer = panel.sign_in(VIEWER).await;
    let page = overview(&viewer, &vps).await;
    assert!(!page.body.contains("<img src=x"));
    page.must_show("<img src=x onerror=alert(1)>");
    pass(&panel, 60).await;
    let page = overview(&viewer, &vps).await;
    assert!(!page.body.contains("<img src=x") && !page.body.contains('\u{202e}'));
    page.must_show("Ended: <img src=x onerror=alert(1)>");
}

#[tokio::test]
async fn another_key_may_be_another_machine_and_forgets_what_ran() {
    let (panel, vps) = Panel::of(web_1().locked(vain("Stuck", 90 * HOUR_S), 60)).await;
    let other = Machine::kvm(100_002);
    let key = other.key.clone();
    panel.kiwivm.add(other);
    let admin = panel.sign_in(ADMIN).await;
    let fields = [
        ("label", "Web 1"),
        ("veid", "100002"),
        ("api_key", key.as_str()),
    ];
    let edit = format!("/vps/{}/edit", vps.id);
    admin.submit(&edit, &fields).await.expect(303);
    overview(&admin, &vps).await.must_not_show("Stuck");
    assert_eq!(panel.count("SELECT count(*) FROM operation").await, 0);
}

#[tokio::test]
async fn the_banner_speaks_chinese() {
    let (panel, vps) = Panel::of(web_1()).await;
    let viewer = panel.sign_in(VIEWER).await.in_chinese();
    panel.kiwivm.alter(100_001, |machine| {
        let since_s = machine.transfer.counted_at_s;
        machine.operation = Some(Operation {
            since_s,
            ..vain("Snapshot", 40)
        });
    });
    panel.read(&vps).await;
    overview(&viewer, &vps)
        .await
        .must_show("锁定中（正在执行 Snapshot），已完成 0%")
        .must_show("首次发现");
    pass(&panel, 60).await;
    let page = overview(&viewer, &vps).await;
    page.must_show("已结束：Snapshot")
        .must_show("KiwiVM 不会说明操作是否成功");
}
