//! Transfer and use of a VPS: what the page shows, what it costs KiwiVM, and what is kept.

use crate::missing;
use crate::panel::{ADMIN, NEWCOMER, OPERATOR, Panel, VIEWER};
use crate::visitor::Visitor;
use futures_util::future::join_all;
use kiwideck::kiwivm::budget::Purpose;
use kiwideck::kiwivm::calls::{LIVE_INFO, RAW_USAGE_STATS, SERVICE_INFO};
use kiwideck::model::usage;
use kiwideck::model::vps::Vps;
use kiwideck::simulator::{Machine, Misbehaviour};
use serde_json::{Value, json};
use std::time::Duration;

const HOUR_S: i64 = 3600;
const DAY_S: i64 = 86_400;
const GIB: u64 = 1 << 30;

/// A panel with one VPS that is some days old, whose plan was read, and whose use was not.
async fn with(machine: Machine) -> (Panel, Vps, String) {
    let (panel, vps) = Panel::of(machine.labelled("Web 1")).await;
    let path = format!("/vps/{}/usage", vps.id);
    (panel, vps, path)
}

fn few_days() -> Machine {
    Machine::kvm(100_001).aged_days(3)
}

/// How often KiwiVM was asked for use.
fn asked(panel: &Panel) -> usize {
    let heard = panel.heard();
    let usage = heard.iter().filter(|call| *call == RAW_USAGE_STATS.name);
    usage.count()
}

/// A reply with these points.
fn reply(points: &Value) -> Misbehaviour {
    let reply = json!({"error": 0, "vm_type": "kvm", "data": points});
    Misbehaviour::Body(reply.to_string().into_bytes())
}

fn point(at_s: i64) -> Value {
    json!({"timestamp": at_s, "cpu_usage": 50, "network_in_bytes": 300_000_000_u64,
        "network_out_bytes": "600000000", "disk_read_bytes": 3000, "disk_write_bytes": 6000})
}

async fn samples(panel: &Panel, vps: &Vps) -> Vec<usage::Sample> {
    let all = (0, i64::MAX);
    usage::read(&panel.app.db, vps.id, all).await.unwrap()
}

#[tokio::test]
async fn the_first_view_asks_once_and_the_second_nobody() {
    for machine in [few_days(), Machine::ovz(100_001).aged_days(3)] {
        let (panel, vps, path) = with(machine).await;
        let viewer = panel.sign_in(VIEWER).await;
        for _ in 0..2 {
            let page = viewer.open(&path).await.expect(200);
            for words in [
                "This cycle",
                "Next reset",
                "Network in",
                "Disk write",
                "95th percentile",
                "Mbit/s",
                "Download as CSV",
            ] {
                page.must_show(words);
            }
            assert_eq!(
                page.body.matches("<svg viewBox=\"0 0 1000 100\"").count(),
                3
            );
        }
        for span in ["7d", "30d", "1y", "all", "nonsense"] {
            let path = format!("{path}?span={span}");
            viewer.open(&path).await.expect(200).must_show("Network in");
        }
        assert_eq!(panel.heard(), ["getRawUsageStats"]);
        assert!(!samples(&panel, &vps).await.is_empty());
    }
}

#[tokio::test]
async fn a_view_asks_again_after_six_hours_and_the_button_at_once() {
    let (panel, vps, path) = with(few_days()).await;
    let viewer = panel.sign_in(VIEWER).await;
    viewer.open(&path).await.expect(200);
    let before = samples(&panel, &vps).await.len();
    panel.clock.turn(5 * HOUR_S + 3500);
    viewer.open(&path).await.must_show("as of 5 hours ago");
    assert_eq!(asked(&panel), 1);
    let refresh = format!("/vps/{}/refresh", vps.id);
    let back = viewer.submit(&refresh, &[("section", "usage")]).await;
    assert!(back.location().ends_with("/usage"));
    assert_eq!(asked(&panel), 2);
    viewer.open(&path).await.must_show("as of just now");
    panel.clock.turn(6 * HOUR_S);
    viewer.open(&path).await;
    panel.settle().await;
    assert_eq!(asked(&panel), 3);
    let after = samples(&panel, &vps).await;
    assert!(after.len() > before + 100, "{before} {}", after.len());
    assert!(after.windows(2).all(|pair| pair[0].at_s < pair[1].at_s));
}

#[tokio::test]
async fn ten_people_who_open_use_that_was_never_read_cost_one_call() {
    let (panel, _, path) = with(few_days()).await;
    let mut people = Vec::new();
    for _ in 0..10 {
        people.push(panel.sign_in(VIEWER).await);
    }
    for page in join_all(people.iter().map(|person| person.open(&path))).await {
        page.expect(200).must_show("95th percentile");
    }
    assert_eq!(asked(&panel), 1);
}

#[tokio::test]
async fn a_page_that_waits_says_so_and_comes_again() {
    let (panel, _, path) = with(few_days()).await;
    let viewer = panel.sign_in(VIEWER).await;
    panel
        .kiwivm
        .misbehave(RAW_USAGE_STATS.name, Misbehaviour::Hang);
    let page = viewer.open(&path).await.expect(200);
    page.must_show("KiwiVM is being asked. This page refreshes itself.")
        .must_show("This cycle")
        .must_not_show("No use recorded");
    assert!(page.body.contains("http-equiv=\"refresh\""));
    // It joins the call that is under way.
    viewer.open(&path).await.must_show("KiwiVM is being asked");
    assert_eq!(asked(&panel), 1);
}

#[tokio::test]
async fn after_a_failure_the_old_use_stays_with_its_age_and_the_reason() {
    let (panel, vps, path) = with(few_days()).await;
    let viewer = panel.sign_in(VIEWER).await;
    viewer.open(&path).await;
    let before = samples(&panel, &vps).await;
    panel.clock.turn(7 * HOUR_S);
    panel
        .kiwivm
        .misbehave_times(RAW_USAGE_STATS.name, Misbehaviour::Html(502), usize::MAX);
    viewer.open(&path).await;
    panel.settle().await;
    for _ in 0..2 {
        let page = viewer.open(&path).await.expect(200);
        page.must_show("The last reading failed")
            .must_show("HTTP status 502")
            .must_show("as of 7 hours ago")
            .must_show("95th percentile");
    }
    let chinese = viewer.in_chinese().open(&path).await.expect(200);
    chinese.must_show("第 95 百分位").must_show("流量重置日");
    assert_eq!(asked(&panel), 2);
    assert_eq!(samples(&panel, &vps).await, before);
}

#[tokio::test]
async fn whatever_is_no_whole_reply_leaves_nothing_behind() {
    let at_s = crate::panel::BEGINNING_S - 600;
    let refused = json!({"data": [point(at_s)], "error": 788_888, "message": "locked"});
    let failed = [
        Misbehaviour::Truncate,
        Misbehaviour::Close,
        Misbehaviour::Empty,
        Misbehaviour::Null,
        Misbehaviour::Deep,
        Misbehaviour::TooMany,
        Misbehaviour::Status(500),
        Misbehaviour::Redirect("http://192.0.2.1/".into()),
        Misbehaviour::Body(format!("{{\"error\":0,\"data\":[{}", point(at_s)).into_bytes()),
    ];
    let failed = failed.map(|misbehaviour| (misbehaviour, "The last reading failed"));
    // A lock is said once, by its banner.
    let locked = Misbehaviour::Body(refused.to_string().into_bytes());
    for (misbehaviour, words) in failed.into_iter().chain([(locked, "Locked")]) {
        let (panel, vps, path) = with(few_days()).await;
        let viewer = panel.sign_in(VIEWER).await;
        let named = format!("{misbehaviour:?}");
        panel.kiwivm.misbehave(RAW_USAGE_STATS.name, misbehaviour);
        let page = viewer.open(&path).await.expect(200);
        assert!(page.shows(words), "{named}");
        assert!(page.shows("Nothing was read yet"), "{named}");
        assert!(samples(&panel, &vps).await.is_empty(), "{named}");
        // A failure counts as asking: a page does not ask again and again for 30 MB.
        viewer.open(&path).await.expect(200);
        assert_eq!(asked(&panel), 1, "{named}");
    }
}

#[tokio::test]
async fn no_point_one_point_and_points_without_anything_are_shown() {
    let (panel, vps, path) = with(few_days()).await;
    let viewer = panel.sign_in(VIEWER).await;
    let now_s = panel.clock.now_s();
    for (points, words) in [
        (json!([]), "No use recorded"),
        (json!(null), "No use recorded"),
        (json!([{"timestamp": now_s - 900}]), "24 hours"),
        (json!([point(now_s - 600)]), "16 Mbit/s"),
        (json!([point(now_s + 10 * DAY_S)]), "16 Mbit/s"),
    ] {
        panel.kiwivm.misbehave(RAW_USAGE_STATS.name, reply(&points));
        panel.read_call(&vps, RAW_USAGE_STATS).await;
        let page = viewer.open(&path).await.expect(200);
        assert!(page.shows(words), "{words} after {points}");
    }
    assert_eq!(samples(&panel, &vps).await.len(), 2);
    // Twelve hours on, the day before is in another span.
    let from = "2026-01-01T00:00";
    let empty = format!("{path}?span=chosen&from={from}&to=2026-01-02T00:00");
    let page = viewer.open(&empty).await.expect(200);
    page.must_show("Nothing was recorded in this span");
}

#[tokio::test]
async fn a_chosen_span_is_in_the_readers_zone_and_a_wrong_one_is_said() {
    let (panel, _, path) = with(few_days()).await;
    let viewer = panel.sign_in(VIEWER).await;
    viewer.open(&path).await;
    let at = |from: &str, to: &str| format!("{path}?span=chosen&from={from}&to={to}");
    let page = viewer
        .open(&at("2026-05-27T00:00", "2026-05-28T12:00"))
        .await;
    let page = page.expect(200);
    assert_eq!(page.field(&path, "from").unwrap(), "2026-05-27T00:00");
    for (from, to, words) in [
        ("2026-05-28", "2026-05-27", "The end lies before"),
        ("", "2026-05-27", "This is no day and time"),
        ("2026-05-27", "soon", "This is no day and time"),
    ] {
        let page = viewer.open(&at(from, to)).await.expect(422);
        page.must_show(words).must_show("95th percentile");
        assert_eq!(page.field(&path, "to").unwrap(), to);
    }
}

#[tokio::test]
async fn the_points_and_the_file_hold_what_was_recorded() {
    let (panel, vps, path) = with(few_days()).await;
    let viewer = panel.sign_in(VIEWER).await;
    let now_s = panel.clock.now_s();
    let points = json!([point(now_s - 900), point(now_s - 3600), {"timestamp": now_s - 600}]);
    panel.kiwivm.misbehave(RAW_USAGE_STATS.name, reply(&points));
    panel.read_call(&vps, RAW_USAGE_STATS).await;
    let answer = viewer.open(&format!("{path}/points?span=24h")).await;
    assert_eq!(answer.header("cache-control").unwrap(), "no-store");
    let chart: Value = serde_json::from_str(&answer.expect(200).body).unwrap();
    let times = [-3600, -3300, -900, -600].map(|ago_s| json!(now_s + ago_s));
    assert_eq!(chart["times"], json!(times));
    assert_eq!(
        chart["network_out"],
        json!([16_000_000.0, null, 16_000_000.0, null])
    );
    assert_eq!(chart["disk_read"], json!([10.0, null, 10.0, null]));
    let file = viewer
        .submit(&format!("{path}/export"), &[("span", "all")])
        .await
        .expect(200);
    assert!(
        file.header("content-disposition")
            .unwrap()
            .contains("usage-vps-1-all-")
    );
    let lines: Vec<&str> = file.body.lines().collect();
    assert!(lines[0].starts_with("\u{feff}time,seconds,cpu_percent,"));
    assert_eq!(lines.len(), 4);
    assert!(
        lines[1].ends_with(",300,50,300000000,600000000,3000,6000"),
        "{}",
        lines[1]
    );
    assert!(lines[3].ends_with(",300,,,,,"), "{}", lines[3]);
    // Years in which nothing can be are not looked through.
    let nothing = panel.add(Machine::kvm(100_009).labelled("Nothing")).await;
    let fields = [
        ("span", "chosen"),
        ("from", "-377705023201"),
        ("to", "253402207200"),
    ];
    let export = format!("/vps/{}/usage/export", nothing.id);
    let file = viewer.submit(&export, &fields).await.expect(200);
    assert_eq!(file.body.lines().count(), 1);
    let log = panel.sign_in(ADMIN).await.open("/audit").await;
    log.must_show("Usage exported");
}

#[tokio::test]
async fn a_persons_own_call_feeds_the_store() {
    let (panel, vps, path) = with(few_days()).await;
    let operator = panel.sign_in(OPERATOR).await;
    let call = format!("/vps/{}/call/getRawUsageStats", vps.id);
    let sent = operator.submit(&call, &[]).await;
    operator
        .follow(&sent)
        .await
        .must_show("Usage statistics: Answered");
    operator.open(&path).await.must_show("95th percentile");
    assert_eq!(asked(&panel), 1);
}

#[tokio::test]
async fn a_person_has_what_a_vps_used_asked_for_once_in_five_minutes() {
    let (panel, vps, path) = with(few_days()).await;
    let viewer = panel.sign_in(VIEWER).await;
    let call = format!("/vps/{}/call/getRawUsageStats", vps.id);
    let refresh = format!("/vps/{}/refresh", vps.id);
    let section = [("section", "usage")];
    // The first is under way, and then it fails: the next has to wait all the same.
    panel
        .kiwivm
        .misbehave(RAW_USAGE_STATS.name, Misbehaviour::Html(502));
    let (one, other) = tokio::join!(viewer.submit(&call, &[]), viewer.submit(&call, &[]));
    let mut codes = [one.status, other.status].map(|status| status.as_u16());
    codes.sort_unstable();
    assert_eq!(codes, [303, 429]);
    let refused = viewer.submit(&refresh, &section).await.expect(429);
    refused.must_show("read less than five minutes ago");
    assert!(refused.addresses().contains(&format!("/vps/{}", vps.id)));
    assert_eq!(asked(&panel), 1);
    panel.clock.turn(5 * 60);
    viewer.submit(&refresh, &section).await.expect(303);
    assert_eq!(asked(&panel), 2);
    viewer.submit(&call, &[]).await.expect(429);
    // What the page itself asked for counts as well.
    panel.clock.turn(7 * HOUR_S);
    viewer.open(&path).await.expect(200);
    panel.settle().await;
    assert_eq!(asked(&panel), 3);
    viewer.submit(&call, &[]).await.expect(429);
    assert_eq!(asked(&panel), 3);
}

#[tokio::test]
async fn r_once_a_reading_of_use_sent_twice_leads_to_the_first() {
    let (panel, vps, _) = with(few_days()).await;
    let viewer = panel.sign_in(VIEWER).await;
    let call = format!("/vps/{}/call/getRawUsageStats", vps.id);
    let form = [("action", "0123456789abcdef0123456789abcdef")];
    for _ in 0..2 {
        let sent = viewer.submit(&call, &form).await.expect(303);
        assert!(sent.location().ends_with(form[0].1));
    }
    assert_eq!(asked(&panel), 1);
}

#[tokio::test]
async fn the_page_stands_without_any_one_field() {
    for machine in [
        Machine::kvm(100_001).aged_days(1),
        Machine::ovz(100_001).aged_days(1),
    ] {
        let (panel, vps, path) = with(machine).await;
        let admin = panel.sign_in(ADMIN).await;
        for call in [RAW_USAGE_STATS, SERVICE_INFO, LIVE_INFO] {
            missing::stands(&panel, (&admin, &path), (&vps, call)).await;
        }
    }
}

#[tokio::test]
async fn old_use_becomes_hours_and_no_byte_is_lost() {
    let (panel, vps, _) = with(Machine::kvm(100_001).aged_days(95)).await;
    panel.read_call(&vps, RAW_USAGE_STATS).await;
    let before = samples(&panel, &vps).await;
    assert!(before[0].is_hour && !before.last().unwrap().is_hour);
    let fine = before.iter().filter(|sample| !sample.is_hour).count();
    assert!((24_000..26_500).contains(&fine), "{fine}");
    panel.clock.turn(10 * DAY_S);
    panel
        .kiwivm
        .misbehave(RAW_USAGE_STATS.name, reply(&json!([])));
    panel.read_call(&vps, RAW_USAGE_STATS).await;
    let after = samples(&panel, &vps).await;
    assert!(after.len() < before.len() - 2000);
    let sent = |samples: &[usage::Sample]| -> u64 {
        let bytes = samples
            .iter()
            .filter_map(|sample| sample.flow(usage::Flow::NetworkOut));
        bytes.sum()
    };
    assert_eq!(sent(&after), sent(&before));
}

#[tokio::test]
async fn the_background_reads_use_weekly_and_of_one_vps_at_a_time() {
    let panel = Panel::start().await;
    for veid in 100_001..100_004 {
        let vps = panel.add(Machine::kvm(veid).aged_days(1)).await;
        panel.read(&vps).await;
    }
    for _ in 0..22 {
        panel.clock.turn(HOUR_S);
        panel.tick().await;
    }
    assert_eq!(asked(&panel), 0, "it asked in the first day");
    for _ in 0..8 * 24 {
        panel.clock.turn(HOUR_S);
        panel.tick().await;
    }
    assert_eq!(asked(&panel), 3);
    for _ in 0..7 * 24 {
        panel.clock.turn(HOUR_S);
        panel.tick().await;
    }
    assert_eq!(asked(&panel), 6);
    let hold = panel.kiwivm.hold(RAW_USAGE_STATS.name);
    panel.kiwivm.forget_heard();
    panel.clock.turn(9 * DAY_S);
    for _ in 0..3 {
        panel.clock.turn(60);
        kiwideck::refresh::tick(&panel.app).await.unwrap();
    }
    drop(hold);
    panel.settle().await;
    assert_eq!(asked(&panel), 1, "several were asked at once");
}

#[tokio::test]
async fn one_whose_budget_is_spent_holds_up_no_other() {
    let panel = Panel::start().await;
    let first = panel.add(Machine::kvm(100_001)).await;
    panel.add(Machine::kvm(100_002)).await;
    panel.clock.turn(9 * DAY_S);
    let now_s = panel.clock.now_s();
    for _ in 0..1000 {
        panel.app.refresh.spend(first.id, Purpose::Person, now_s);
    }
    panel.tick().await;
    assert_eq!(asked(&panel), 1);
}

#[tokio::test]
async fn another_machine_begins_anew_and_a_new_key_loses_nothing() {
    let (panel, vps, path) = with(few_days()).await;
    let admin = panel.sign_in(ADMIN).await;
    admin.open(&path).await.must_show("95th percentile");
    let kept = samples(&panel, &vps).await;
    let key = "private_TESTanotherKeyByNow00000";
    panel
        .kiwivm
        .alter(100_001, |machine| machine.key = key.into());
    let edit = format!("/vps/{}/edit", vps.id);
    let fields = [("label", "Web 1"), ("veid", "100001"), ("api_key", key)];
    admin.submit(&edit, &fields).await.expect(303);
    assert_eq!(samples(&panel, &vps).await, kept);
    let other = Machine::kvm(100_002).aged_days(1);
    let key = other.key.clone();
    panel.kiwivm.add(other);
    let fields = [
        ("label", "Web 1"),
        ("veid", "100002"),
        ("api_key", key.as_str()),
    ];
    admin.submit(&edit, &fields).await.expect(303);
    assert!(samples(&panel, &vps).await.is_empty());
    assert_eq!(
        panel
            .count("SELECT count(*) FROM transfer_cycle WHERE used_bytes > 0")
            .await,
        1
    );
    admin.open(&path).await.must_show("95th percentile");
    assert!(samples(&panel, &vps).await.len() < kept.len());
    let remove = format!("/vps/{}/remove", vps.id);
    admin
        .submit(&remove, &[("confirm_name", "Web 1")])
        .await
        .expect(303);
    assert_eq!(panel.count("SELECT count(*) FROM usage_day").await, 0);
    assert_eq!(panel.count("SELECT count(*) FROM transfer_cycle").await, 0);
}

#[tokio::test]
async fn use_that_was_under_way_for_another_machine_does_not_land() {
    let (panel, vps, path) = with(few_days()).await;
    let admin = panel.sign_in(ADMIN).await;
    let hold = panel.kiwivm.hold("*");
    let soon = Duration::from_millis(1);
    kiwideck::refresh::read(&panel.app, &vps, RAW_USAGE_STATS, soon).await;
    panel.until_heard().await;
    let other = Machine::kvm(100_002).aged_days(1);
    let key = other.key.clone();
    panel.kiwivm.add(other);
    let fields = [
        ("label", "Web 1"),
        ("veid", "100002"),
        ("api_key", key.as_str()),
    ];
    let edit = format!("/vps/{}/edit", vps.id);
    admin.submit(&edit, &fields).await.expect(303);
    drop(hold);
    panel.settle().await;
    assert!(samples(&panel, &vps).await.is_empty());
    admin.open(&path).await.must_show("95th percentile");
    assert_eq!(asked(&panel), 2);
}

/// What getServiceInfo says of the transfer.
fn service(used_gib: u64, quota_gib: u64, more: &Value) -> Misbehaviour {
    let mut reply = json!({"error": 0, "hostname": "web", "plan_monthly_data": quota_gib * GIB,
        "data_counter": used_gib * GIB});
    let fields = reply.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    Misbehaviour::Body(reply.to_string().into_bytes())
}

async fn read_service(panel: &Panel, vps: &Vps, reply: Misbehaviour) {
    panel.clock.turn(1);
    panel.kiwivm.misbehave(SERVICE_INFO.name, reply);
    panel.read_call(vps, SERVICE_INFO).await;
}

#[tokio::test]
async fn the_transfer_is_said_with_pace_and_forecast_whatever_the_multiplier() {
    let (panel, vps, path) = with(few_days()).await;
    let viewer = panel.sign_in(VIEWER).await;
    // The cycle began ten days ago and is 30 days long, or 31.
    let resets_s = panel.clock.now_s() + 20 * DAY_S;
    for (multiplier, used, quota) in [
        (json!(0.33), "66 GiB", "99 GiB"),
        (json!(1), "200 GiB", "300 GiB"),
        (json!(3), "600 GiB", "900 GiB"),
        (json!("1"), "200 GiB", "300 GiB"),
        (json!(null), "200 GiB", "300 GiB"),
    ] {
        let more = json!({"data_next_reset": resets_s, "monthly_data_multiplier": multiplier});
        read_service(&panel, &vps, service(200, 300, &more)).await;
        let page = viewer.open(&path).await.expect(200);
        page.must_show(used)
            .must_show(quota)
            .must_show("67%")
            .must_show("At this pace it runs out on")
            .must_show("a day");
    }
    let more = json!({"data_next_reset": resets_s});
    read_service(&panel, &vps, service(200, 300, &more)).await;
    let page = viewer.open(&path).await.expect(200);
    page.must_show("200 GiB").must_show("300 GiB");
    read_service(&panel, &vps, service(20, 300, &more)).await;
    viewer.open(&path).await.must_show("At this pace it lasts");
    read_service(&panel, &vps, service(300, 300, &more)).await;
    viewer.open(&path).await.must_show("no transfer left");
    let soon = json!({"data_next_reset": panel.clock.now_s() + 30 * DAY_S + DAY_S / 2});
    read_service(&panel, &vps, service(1, 300, &soon)).await;
    viewer.open(&path).await.must_show("Too early");
    for more in [
        json!({"data_next_reset": panel.clock.now_s() - DAY_S}),
        json!({}),
    ] {
        read_service(&panel, &vps, service(20, 300, &more)).await;
        let page = viewer.open(&path).await.expect(200);
        page.must_show("there is no forecast").must_show("unknown");
    }
    panel
        .kiwivm
        .misbehave(SERVICE_INFO.name, Misbehaviour::Html(502));
    panel.read_call(&vps, SERVICE_INFO).await;
    let page = viewer.open(&path).await.expect(200);
    page.must_show("300 GiB");
}

#[tokio::test]
async fn cycles_accumulate_and_a_reset_that_moves_breaks_nothing() {
    let (panel, vps, path) = with(few_days().transfer_used(0.0)).await;
    let viewer = panel.sign_in(VIEWER).await;
    viewer
        .open(&path)
        .await
        .must_show("Those that end while this panel runs");
    let first_s = panel.clock.now_s() + DAY_S;
    let second_s = first_s + 31 * DAY_S;
    let at = |resets_s: i64, multiplier: f64| json!({"data_next_reset": resets_s, "monthly_data_multiplier": multiplier});
    for used_gib in [100, 110, 120] {
        read_service(&panel, &vps, service(used_gib, 300, &at(first_s, 1.0))).await;
    }
    panel.clock.turn(2 * DAY_S);
    read_service(&panel, &vps, service(5, 300, &at(second_s, 1.0))).await;
    let viewer = panel.sign_in(VIEWER).await;
    let page = viewer.open(&path).await.expect(200);
    page.must_show("120 GiB")
        .must_show("40%")
        .must_not_show("110 GiB");
    // The reset moves, and the counter goes on: still one past cycle.
    read_service(
        &panel,
        &vps,
        service(6, 300, &at(second_s + 3 * DAY_S, 1.0)),
    )
    .await;
    assert_eq!(panel.count("SELECT count(*) FROM transfer_cycle").await, 2);
    // Another plan, counted anew: what was used before it is a past cycle.
    read_service(
        &panel,
        &vps,
        service(0, 600, &at(second_s + 9 * DAY_S, 3.0)),
    )
    .await;
    let page = viewer.open(&path).await.expect(200);
    page.must_show("6 GiB").must_show("1.76 TiB");
    assert_eq!(panel.count("SELECT count(*) FROM transfer_cycle").await, 3);
    // KiwiVM has not counted anew yet.
    panel.clock.turn(60 * DAY_S);
    read_service(
        &panel,
        &vps,
        service(9, 600, &at(second_s + 9 * DAY_S, 3.0)),
    )
    .await;
    let viewer = panel.sign_in(VIEWER).await;
    viewer.open(&path).await.expect(200).must_show("27 GiB");
}

#[tokio::test]
async fn who_may_not_see_a_vps_sees_none_of_its_use() {
    let (panel, _, path) = with(few_days()).await;
    let newcomer = panel.sign_in(NEWCOMER).await;
    for below in ["", "/points"] {
        newcomer.open(&format!("{path}{below}")).await.expect(404);
    }
    let export = format!("{path}/export");
    newcomer.submit(&export, &[]).await.expect(404);
    panel.stranger().open(&path).await.expect(303);
    assert_eq!(asked(&panel), 0);
}

#[tokio::test]
async fn each_span_is_as_long_as_its_name_says() {
    let (panel, vps, path) = with(Machine::kvm(100_001).aged_days(800)).await;
    let viewer = panel.sign_in(VIEWER).await;
    viewer.open(&path).await.expect(200);
    panel.settle().await;
    for (span, days) in [("24h", 1), ("7d", 7), ("30d", 30), ("1y", 365)] {
        let points = points_of(&viewer, vps.id, span).await;
        let from_s = panel.clock.now_s() - days * DAY_S;
        assert_eq!(points["from_s"], from_s, "{span}");
    }
    let points = points_of(&viewer, vps.id, "all").await;
    let first_s = points["times"][0].as_i64().unwrap();
    assert!(panel.clock.now_s() - first_s > 700 * DAY_S);
}

#[tokio::test]
async fn a_chosen_span_is_in_the_time_zone_of_whoever_chose_it() {
    let (panel, vps, path) = with(few_days()).await;
    let viewer = panel.sign_in(VIEWER).await;
    viewer.open(&path).await.expect(200);
    let zone = [("time_zone", "Asia/Shanghai")];
    viewer.submit("/account/time-zone", &zone).await.expect(303);
    let span = "chosen&from=2026-05-27T08:00&to=2026-05-27T20:00";
    let points = points_of(&viewer, vps.id, span).await;
    // Midnight and noon, UTC.
    let midnight_s = 1_779_840_000;
    assert_eq!(points["from_s"], midnight_s);
    assert_eq!(points["to_s"], midnight_s + DAY_S / 2);
    let page = viewer.open(&format!("{path}?span={span}")).await;
    let page = page.expect(200);
    let typed = page.tags().into_iter();
    let from = typed.filter(|tag| tag.attribute("name") == Some("from"));
    let from: Vec<_> = from
        .filter_map(|tag| tag.attribute("value").map(str::to_owned))
        .collect();
    assert_eq!(from[0], "2026-05-27T08:00");
}

async fn points_of(visitor: &Visitor, vps_id: i64, span: &str) -> Value {
    let path = format!("/vps/{vps_id}/usage/points?span={span}");
    let answer = visitor.open(&path).await;
    serde_json::from_str(&answer.expect(200).body).unwrap()
}
