//! What reading costs: pages ask nobody, ten people cost one call, and the background stays within a
//! fifth of a key's points.

use crate::panel::{ADMIN, OPERATOR, Panel, VIEWER};
use crate::site;
use futures_util::future::join_all;
use kiwideck::kiwivm::calls::{CALLS, LIVE_INFO, SSH_KEYS};
use kiwideck::model::vps::Vps;
use kiwideck::refresh;
use kiwideck::simulator::{Machine, Misbehaviour};
use std::collections::HashMap;
use std::time::Duration;

const MINUTE_S: i64 = 60;
const HOUR_S: i64 = 3600;

/// Turns the clock in steps and lets the background look after each.
async fn pass(panel: &Panel, seconds: i64, step_s: i64) {
    for _ in 0..seconds / step_s {
        panel.clock.turn(step_s);
        panel.tick().await;
    }
}

fn counts(panel: &Panel) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for call in panel.heard() {
        *counts.entry(call).or_default() += 1;
    }
    counts
}

#[tokio::test]
async fn opening_pages_with_stored_readings_costs_no_call() {
    let panel = Panel::start().await;
    let vpses = [
        panel.add(Machine::kvm(100_001).labelled("Web 1")).await,
        panel
            .add(Machine::ovz(100_002).labelled("Old mail").stopped())
            .await,
        panel
            .add(Machine::kvm(100_003).labelled("Full").exhausted())
            .await,
    ];
    for vps in &vpses {
        panel.read(vps).await;
        for call in CALLS.iter().filter(|call| call.is_read()) {
            panel.read_call(vps, call).await;
        }
        panel.read_call(vps, SSH_KEYS).await;
    }
    panel.kiwivm.forget_heard();
    let admin = panel.sign_in(ADMIN).await;
    let pages = site::crawl(&panel, &admin).await;
    let forms = pages
        .iter()
        .filter(|page| page.asked.contains("/call/") && !page.asked.contains('?'))
        .count();
    assert_eq!(forms, CALLS.len() * vpses.len());
    assert!(pages.iter().all(|page| page.status == 200));
    panel.settle().await;
    assert!(panel.heard().is_empty(), "{:?}", counts(&panel));
}

#[tokio::test]
async fn the_fleet_asks_nobody_and_says_unchecked_of_what_was_never_read() {
    let panel = Panel::start().await;
    panel.add(Machine::kvm(100_001).labelled("Web 1")).await;
    let viewer = panel.sign_in(VIEWER).await;
    let fleet = viewer.open("/").await.expect(200);
    fleet
        .must_show("One VPS")
        .must_show("Web 1")
        .must_show("Unchecked");
    panel.settle().await;
    assert!(panel.heard().is_empty());
}

#[tokio::test]
async fn ten_people_who_open_an_unread_vps_at_once_cost_one_call() {
    let panel = Panel::start().await;
    let vps = panel.add(Machine::kvm(100_001).labelled("Web 1")).await;
    let mut people = Vec::new();
    for _ in 0..10 {
        people.push(panel.sign_in(VIEWER).await);
    }
    let path = format!("/vps/{}", vps.id);
    let pages = join_all(people.iter().map(|person| person.open(&path))).await;
    for page in pages {
        page.expect(200).must_show("Running");
    }
    assert_eq!(panel.heard(), ["getLiveServiceInfo"]);
}

#[tokio::test]
async fn ten_people_who_open_a_form_without_choices_at_once_cost_one_call() {
    let (panel, vps) = Panel::with_one_vps().await;
    let mut people = Vec::new();
    for _ in 0..10 {
        people.push(panel.sign_in(OPERATOR).await);
    }
    let path = format!("/vps/{}/call/backup/copyToSnapshot", vps.id);
    let pages = join_all(people.iter().map(|person| person.open(&path))).await;
    for page in pages {
        assert_eq!(page.expect(200).choices("backupToken").len(), 3);
    }
    assert_eq!(panel.heard(), ["backup/list"]);
}

#[tokio::test]
async fn a_page_whose_choices_do_not_come_says_why_and_can_be_typed_in() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    panel
        .kiwivm
        .misbehave("getAvailableOS", Misbehaviour::Html(502));
    let path = format!("/vps/{}/call/reinstallOS", vps.id);
    let page = admin.open(&path).await.expect(200);
    page.must_show("HTTP status 502")
        .must_show("What you type is sent as it is");
    assert_eq!(page.field(&path, "os").unwrap(), "");
}

#[tokio::test]
async fn r_budget_a_day_of_one_vps_stays_within_a_fifth_of_its_points() {
    let panel = Panel::start().await;
    let vps = panel.add(Machine::kvm(100_001)).await;
    pass(&panel, 24 * HOUR_S, 2 * MINUTE_S).await;
    let (heard, counts) = (panel.kiwivm.heard(), counts(&panel));
    // Live info every half hour; it tells what getServiceInfo tells, which comes every ten minutes.
    assert!(
        (40..=48).contains(&counts["getLiveServiceInfo"]),
        "{counts:?}"
    );
    assert!((70..=100).contains(&counts["getServiceInfo"]), "{counts:?}");
    assert!(heard.len() <= 20_000 / 5 && counts.len() == 2, "{counts:?}");
    is_within_a_fifth(&panel);
    assert!(panel.app.readings.of(vps.id).failure().is_none());
}

fn is_within_a_fifth(panel: &Panel) {
    let times: Vec<i64> = panel
        .kiwivm
        .heard()
        .iter()
        .map(|heard| heard.at_s)
        .collect();
    for begin_s in &times {
        let quarter = times
            .iter()
            .filter(|at_s| (0..15 * MINUTE_S).contains(&(**at_s - begin_s)));
        assert!(quarter.count() <= 1000 / 5);
    }
}

#[tokio::test]
async fn r_budget_a_vps_that_two_people_watch_is_read_about_every_two_minutes() {
    let panel = Panel::start().await;
    let vps = panel.add(Machine::kvm(100_001)).await;
    panel.add(Machine::kvm(100_002)).await;
    panel.tick().await;
    panel.kiwivm.forget_heard();
    let (one, other) = (panel.sign_in(VIEWER).await, panel.sign_in(VIEWER).await);
    for _ in 0..60 {
        one.poll("/").await.expect(200);
        other.open(&format!("/vps/{}", vps.id)).await.expect(200);
        pass(&panel, MINUTE_S, 20).await;
    }
    for veid in ["100001", "100002"] {
        let heard = panel.kiwivm.heard();
        let live = heard
            .iter()
            .filter(|heard| heard.veid == veid && heard.call == "getLiveServiceInfo");
        let live = live.count();
        assert!((22..=31).contains(&live), "{veid}: {live} in an hour");
    }
    is_within_a_fifth(&panel);
    // Nobody looks any more.
    pass(&panel, 4 * MINUTE_S, 20).await;
    panel.kiwivm.forget_heard();
    pass(&panel, 20 * MINUTE_S, 20).await;
    assert_eq!(counts(&panel).get("getLiveServiceInfo"), None);
}

#[tokio::test]
async fn r_budget_however_often_the_clock_ticks_background_reading_leaves_four_fifths() {
    let panel = Panel::start().await;
    panel.add(Machine::kvm(100_001)).await;
    panel
        .kiwivm
        .misbehave_times("*", Misbehaviour::Html(502), usize::MAX);
    // Somebody acts all the time, so that it is always due.
    let admin = panel.sign_in(ADMIN).await;
    for _ in 0..300 {
        panel.app.refresh.soon(1, panel.clock.now_s() - 10);
        panel.tick().await;
        panel.clock.turn(2);
    }
    assert_eq!(panel.heard().len(), 200);
    // A person is not held back.
    panel.kiwivm.behave();
    let sent = admin.submit("/vps/1/call/restart", &[]).await;
    admin.follow(&sent).await.must_show("Restart: Accepted");
}

#[tokio::test]
async fn after_too_many_requests_the_background_rests_for_five_minutes() {
    let (panel, _) = Panel::with_one_vps().await;
    panel
        .kiwivm
        .misbehave("getLiveServiceInfo", Misbehaviour::TooMany);
    pass(&panel, 32 * MINUTE_S, MINUTE_S).await;
    let heard = panel.kiwivm.heard();
    let limited = heard
        .iter()
        .position(|heard| heard.call == "getLiveServiceInfo")
        .unwrap();
    pass(&panel, 10 * MINUTE_S, MINUTE_S).await;
    let heard = panel.kiwivm.heard();
    assert!(
        heard[limited + 1].at_s - heard[limited].at_s >= 300,
        "it asked again too soon"
    );
}

#[tokio::test]
async fn three_refusals_stop_the_background_and_the_page_says_since_when() {
    let (panel, vps) = Panel::with_one_vps().await;
    panel.kiwivm.alter(100_001, |machine| {
        machine.key = "private_TESTanotherKeyByNow00000".into()
    });
    pass(&panel, 24 * HOUR_S, 5 * MINUTE_S).await;
    let first_s = panel.kiwivm.heard()[0].at_s;
    assert_eq!(panel.heard().len(), 3, "the key went on being tried");
    assert_eq!(panel.vps(vps.id).await.key_refused_since, Some(first_s));
    let admin = panel.sign_in(ADMIN).await;
    admin.open("/").await.must_show("Key refused");
    let page = admin.open(&format!("/vps/{}", vps.id)).await.expect(200);
    page.must_show("Key refused")
        .must_show("Since")
        .must_show("Store the API key again");
    assert_eq!(panel.heard().len(), 3);
    // A person may try; and a new key is tried and read at once.
    admin
        .submit(&format!("/vps/{}/refresh", vps.id), &[])
        .await
        .expect(303);
    assert_eq!(panel.heard().len(), 4);
    let fields = [
        ("label", "Web 1"),
        ("veid", "100001"),
        ("api_key", "private_TESTanotherKeyByNow00000"),
    ];
    let saved = admin
        .submit(&format!("/vps/{}/edit", vps.id), &fields)
        .await;
    let page = admin.follow(&saved).await;
    page.must_show("Running").must_not_show("Key refused");
}

#[tokio::test]
async fn a_locked_vps_is_shown_with_its_progress_and_is_read_again_until_it_is_done() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let path = format!("/vps/{}/call/reinstallOS", vps.id);
    let fields = [("os", "ubuntu-24.04-x86_64"), ("confirm_name", "Web 1")];
    let sent = admin.submit(&path, &fields).await;
    admin.follow(&sent).await.must_show("Reinstall: Accepted");
    pass(&panel, 30, 2).await;
    let fleet = admin.open("/").await;
    fleet.must_show("Locked: OS Reinstall: ubuntu-24.04-x86_64, ");
    let page = admin.open(&format!("/vps/{}", vps.id)).await;
    page.must_show("A long operation runs");
    page.must_show("% done");
    // The page of a call always sends, and KiwiVM's word is shown.
    let sent = admin
        .submit(&format!("/vps/{}/call/restart", vps.id), &[])
        .await;
    admin
        .follow(&sent)
        .await
        .must_show("Restart: Refused")
        .must_show("locked by a long operation");
    pass(&panel, 120, 10).await;
    let page = admin.open(&format!("/vps/{}", vps.id)).await;
    page.must_show("ubuntu-24.04-x86_64")
        .must_show("Running")
        .must_not_show("% done");
}

#[tokio::test]
async fn vpses_that_were_added_together_are_not_all_read_together_for_ever() {
    let panel = Panel::start().await;
    for veid in 100_001..100_009 {
        panel.add(Machine::kvm(veid)).await;
    }
    panel.tick().await;
    panel.kiwivm.forget_heard();
    pass(&panel, 40 * MINUTE_S, 10).await;
    let heard = panel.kiwivm.heard();
    let live = heard
        .iter()
        .filter(|heard| heard.call == "getLiveServiceInfo");
    let times: std::collections::HashSet<i64> = live.map(|heard| heard.at_s).collect();
    assert!(times.len() >= 4, "only {} moments", times.len());
}

#[tokio::test]
async fn readings_outlive_the_program() {
    let (panel, vps) = Panel::with_one_vps().await;
    let again = panel.started_again().await.unwrap();
    let viewer = again.sign_in(VIEWER).await;
    viewer.open("/").await.must_show("Running");
    viewer
        .open(&format!("/vps/{}", vps.id))
        .await
        .expect(200)
        .must_show("kvmv5-megabox");
    assert!(again.heard().is_empty());
}

#[tokio::test]
async fn a_page_waits_for_a_first_reading_a_bounded_time_and_then_says_that_it_asks() {
    let panel = Panel::start().await;
    let vps = panel.add(Machine::kvm(100_001)).await;
    let viewer = panel.sign_in(VIEWER).await;
    panel
        .kiwivm
        .misbehave("getLiveServiceInfo", Misbehaviour::Hang);
    let began = tokio::time::Instant::now();
    let page = viewer.open(&format!("/vps/{}", vps.id)).await.expect(200);
    assert!(began.elapsed().as_secs_f32() < 6.0);
    page.must_show("KiwiVM is being asked. This page refreshes itself.");
    assert!(page.body.contains("http-equiv=\"refresh\""));
    assert_eq!(panel.heard(), ["getLiveServiceInfo"]);
}

#[tokio::test]
async fn a_changed_label_costs_no_call() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let fields = [
        ("label", "Web one"),
        ("veid", "100001"),
        ("api_key", ""),
        ("tags", "web"),
    ];
    admin
        .submit(&format!("/vps/{}/edit", vps.id), &fields)
        .await
        .expect(303);
    assert!(panel.heard().is_empty());
    admin.open("/").await.must_show("Web one");
}

/// A panel with one VPS, of which a reading is under way that ends half a second later, and which
/// then gets the pair of another machine.
async fn given_another_pair_while_it_is_read(panel: &Panel, vps: &Vps) {
    let other = Machine::kvm(100_002);
    let key = other.key.clone();
    panel.kiwivm.add(other);
    let admin = panel.sign_in(ADMIN).await;
    let hold = panel.kiwivm.hold("*");
    let live = LIVE_INFO;
    let soon = Duration::from_millis(1);
    assert!(!refresh::read(&panel.app, vps, live, soon).await);
    panel.until_heard().await;
    let fields = [
        ("label", "Web 1"),
        ("veid", "100002"),
        ("api_key", key.as_str()),
    ];
    let path = format!("/vps/{}/edit", vps.id);
    admin.submit(&path, &fields).await.expect(303);
    let latest = panel.app.readings.of(vps.id);
    assert_eq!(latest.live.as_ref().unwrap().value.veid, Some(100_002));
    drop(hold);
    panel.settle().await;
}

#[tokio::test]
async fn a_reading_of_a_former_pair_is_not_joined_and_does_not_land() {
    let panel = Panel::start().await;
    let vps = panel.add(Machine::kvm(100_001).labelled("Web 1")).await;
    given_another_pair_while_it_is_read(&panel, &vps).await;
    for panel in [&panel, &panel.started_again().await.unwrap()] {
        let latest = panel.app.readings.of(vps.id);
        assert_eq!(latest.live.as_ref().unwrap().value.veid, Some(100_002));
    }
    assert!(panel.vps(vps.id).await.key_refused_since.is_none());
}

#[tokio::test]
async fn a_refusal_of_a_former_pair_does_not_fall_on_the_new_one() {
    let panel = Panel::start().await;
    let vps = panel.add(Machine::kvm(100_001).labelled("Web 1")).await;
    panel.kiwivm.alter(100_001, |machine| {
        machine.key = "private_TESTanotherKeyByNow00000".into()
    });
    given_another_pair_while_it_is_read(&panel, &vps).await;
    assert!(panel.vps(vps.id).await.key_refused_since.is_none());
    for panel in [&panel, &panel.started_again().await.unwrap()] {
        assert!(panel.app.readings.of(vps.id).failure().is_none());
    }
}
