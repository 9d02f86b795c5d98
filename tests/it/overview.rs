//! The overview of one VPS: the sentence that judges it, in every state, with whose doing it is and the
//! next step; what people wrote down about paying for it; its screen.

use crate::answer::Answer;
use crate::missing;
use crate::panel::{ADMIN, BEGINNING_S, MANAGER, OPERATOR, Panel, VIEWER, Wish};
use kiwideck::kiwivm::calls::{LIVE_INFO, SERVICE_INFO, SUSPENSION_DETAILS, find};
use kiwideck::model::person;
use kiwideck::model::vps::{self, Vps};
use kiwideck::simulator::{Hypervisor, Machine, Misbehaviour, Operation};
use serde_json::json;

const HOUR_S: i64 = 3600;
const DAY_S: i64 = 24 * HOUR_S;

/// A panel with this machine, read once.
async fn panel_with(machine: Machine) -> (Panel, Vps) {
    let panel = Panel::start().await;
    let vps = panel.add(machine.labelled("Web 1")).await;
    panel.read(&vps).await;
    (panel, vps)
}

/// The verdict on a machine, and the button beside it, as somebody who may look reads them.
async fn verdict(machine: Machine) -> (String, String) {
    let (panel, vps) = panel_with(machine).await;
    panel.tick().await;
    let viewer = panel.sign_in(VIEWER).await;
    let page = viewer.open(&format!("/vps/{}", vps.id)).await.expect(200);
    let section = &page.inside("section")[0];
    let chinese = viewer.in_chinese().open(&format!("/vps/{}", vps.id)).await;
    (section.clone(), chinese.inside("section")[0].clone())
}

#[tokio::test]
async fn one_sentence_says_how_it_is_and_whose_doing_that_is() {
    let reinstall = || Operation::reinstall("debian-13-x86_64", 0);
    for (machine, english, chinese) in [
        (Machine::kvm(100_001), "Running. ", "运行中。流量已用 "),
        (
            Machine::kvm(100_001).stopped(),
            "Stopped. KiwiVM holds nothing against it",
            "已关机。KiwiVM 没有停用它",
        ),
        (
            Machine::kvm(100_001).locked(reinstall(), 45),
            "KiwiVM is at work on it. It answers again by itself when that is over; nothing is wrong.",
            "KiwiVM 正在操作这台 VPS，完成后自动恢复，并非故障。",
        ),
        (
            Machine::kvm(100_001).exhausted(),
            "Suspended: the monthly transfer is used up; it returns on ",
            "已被停用：本月流量已用完，",
        ),
        (
            Machine::kvm(100_001).suspended(true),
            "KiwiVM has suspended it for a case (copyright), which you can end yourself",
            "已被 KiwiVM 停用（copyright）：消除原因后可自助解除。",
        ),
        (
            Machine::kvm(100_001).suspended(false),
            "KiwiVM has suspended it for a case (phishing), which only the provider’s support can end.",
            "已被 KiwiVM 停用（phishing）：只能联系客服解除。",
        ),
        (
            Machine::kvm(100_001).violating(30 * HOUR_S),
            "Running. KiwiVM found a policy violation (mass_mailing) and suspends the VPS in 1 day 6 h unless it is resolved.",
            "运行中。KiwiVM 发现违规（mass_mailing），如不处理，将在 1 天 6 小时后被停用。",
        ),
        (
            Machine::kvm(100_001).null_routed(40 * 60),
            "for another 40 min (attack). The system inside is not at fault",
            "还剩 40 分钟，原因是受到攻击。",
        ),
        (
            Machine::kvm(100_001).cpu_throttled(),
            "Running. KiwiVM slows its CPU down, since it used too much of it for too long. That ends by itself within 2 hours.",
            "CPU 长时间占用过高，被 KiwiVM 限速，2 小时内自动解除。",
        ),
        (
            Machine::kvm(100_001).disk_throttled(),
            "That ends by itself after 15 minutes to 3 hours.",
            "15 分钟到 3 小时后自动解除。",
        ),
        // Several at once: the worst is told, and whether it runs is told as it is.
        (
            Machine::kvm(100_001).stopped().violating(30 * HOUR_S),
            "Stopped. KiwiVM found a policy violation (mass_mailing)",
            "已关机。KiwiVM 发现违规（mass_mailing）",
        ),
        (
            Machine::kvm(100_001).stopped().transfer_used(0.93),
            "Stopped. 93% of the transfer used",
            "已关机。流量已用 93%",
        ),
        (
            Machine::kvm(100_001)
                .null_routed(40 * 60)
                .locked(reinstall(), 45)
                .informing_while_locked(),
            "Running. KiwiVM null-routed ",
            "运行中。KiwiVM 已将 ",
        ),
        (Machine::ovz(100_001), "Running. ", "运行中。流量已用 "),
        (
            Machine::ovz(100_001).stopped(),
            "Stopped. KiwiVM holds nothing against it",
            "已关机。",
        ),
        (
            Machine::ovz(100_001).exhausted(),
            "Suspended: the monthly transfer is used up; it returns on ",
            "自动恢复。",
        ),
    ] {
        let said = format!("{:?}", (english, &machine.hypervisor));
        let (in_english, in_chinese) = verdict(machine).await;
        assert!(in_english.contains(english), "{said}: {in_english}");
        assert!(in_chinese.contains(chinese), "{said}: {in_chinese}");
    }
}

/// Where the button beside the verdict leads.
fn next_step(page: &Answer) -> Option<&str> {
    let (_, verdict) = page.body.split_once("<section class=\"verdict ").unwrap();
    let (verdict, _) = verdict.split_once("</section>").unwrap();
    let (_, link) = verdict.split_once("<a class=\"button\" href=\"")?;
    link.split('"').next()
}

#[tokio::test]
async fn each_verdict_leads_to_its_next_step() {
    let reinstall = || Operation::reinstall("debian-13-x86_64", 0);
    for kind in [Machine::kvm(100_001), Machine::ovz(100_001)] {
        let one = || kind.clone();
        for (machine, path) in [
            (one().stopped(), "/vps/1/call/start"),
            (one().locked(reinstall(), 45), "/vps/1/operations"),
            (one().exhausted(), "/vps/1/usage"),
            (one().transfer_used(0.93), "/vps/1/usage"),
            (one().suspended(true), "/vps/1/abuse"),
            (one().suspended(false), "/vps/1/abuse"),
            (one().violating(30 * HOUR_S), "/vps/1/abuse"),
            (one().null_routed(40 * 60), "/vps/1/network"),
            (one().cpu_throttled(), "/vps/1/usage"),
            (one().disk_throttled(), "/vps/1/usage"),
        ] {
            // What the recorded replies of OpenVZ do not tell.
            let is_told = machine.violations.is_empty()
                && machine.null_routes.is_empty()
                && machine.disk_throttled_until_s.is_none();
            if machine.hypervisor == Hypervisor::Ovz && !is_told {
                continue;
            }
            let (panel, _) = panel_with(machine).await;
            let admin = panel.sign_in(ADMIN).await;
            let page = admin.open("/vps/1").await.expect(200);
            assert_eq!(next_step(&page), Some(path));
        }
    }
    let (panel, vps) = panel_with(Machine::kvm(100_001)).await;
    let admin = panel.sign_in(ADMIN).await;
    panel.kiwivm.misbehave("*", Misbehaviour::Html(502));
    panel.read_call(&vps, LIVE_INFO).await;
    let page = admin.open("/vps/1").await.expect(200);
    assert_eq!(next_step(&page), Some("/vps/1#outside"));
    assert!(
        page.body
            .contains("<details class=\"fold\" open id=\"outside\">")
    );
    panel
        .kiwivm
        .alter(100_001, |machine| machine.key = "private_TESTother".into());
    panel.read_call(&vps, LIVE_INFO).await;
    let page = admin.open("/vps/1").await.expect(200);
    assert_eq!(next_step(&page), Some("/vps/1/edit"));
}

#[tokio::test]
async fn the_sentence_tells_the_transfer_and_where_its_pace_leads() {
    let lasting = |used: f64| {
        let mut machine = Machine::kvm(100_001).transfer_used(used);
        machine.transfer.next_reset_s = 9 * DAY_S + HOUR_S;
        machine.transfer.bytes_per_s = 0;
        machine
    };
    let (said, _) = verdict(lasting(0.61)).await;
    assert!(
        said.contains(
            "Running. 61% of the transfer used with 9 days to go; at this pace it lasts."
        ),
        "{said}"
    );
    let (said, chinese) = verdict(lasting(0.85)).await;
    assert!(
        said.contains("85% of the transfer used with 9 days to go; at this pace it runs out on "),
        "{said}"
    );
    assert!(chinese.contains("比重置日早 "), "{chinese}");
    let mut fresh = lasting(0.01);
    fresh.transfer.next_reset_s = 31 * DAY_S - HOUR_S;
    let (said, _) = verdict(fresh).await;
    assert!(
        said.contains("; too early to say whether it lasts."),
        "{said}"
    );
    // The multiplier is on both sides.
    let (said, _) = verdict(lasting(0.61).multiplier(0.33)).await;
    assert!(said.contains("61% of the transfer used"), "{said}");
}

#[tokio::test]
async fn without_the_key_or_without_kiwivm_nobody_claims_to_know() {
    let (panel, vps) = panel_with(Machine::kvm(100_001)).await;
    let viewer = panel.sign_in(VIEWER).await;
    let path = format!("/vps/{}", vps.id);
    panel
        .kiwivm
        .misbehave_times("*", Misbehaviour::Html(502), usize::MAX);
    panel.clock.turn(60);
    panel.read_call(&vps, LIVE_INFO).await;
    let page = viewer.open(&path).await.expect(200);
    page.must_show("KiwiVM cannot be reached from this panel. That says nothing about the VPS, which was “Running” 1 minute ago.");
    let chinese = viewer.in_chinese().open(&path).await;
    chinese.must_show("这不代表 VPS 有问题，1 分钟前的状态是“运行中”。");
    panel.kiwivm.behave();
    panel
        .kiwivm
        .alter(100_001, |machine| machine.key = "private_TESTother".into());
    panel.read_call(&vps, LIVE_INFO).await;
    let page = viewer.open(&path).await.expect(200);
    page.must_show("KiwiVM does not accept the key stored here, so nobody can see how the VPS is.");
    assert!(!page.addresses().contains(&format!("{path}/edit")));
    let admin = panel.sign_in(ADMIN).await;
    let page = admin.open(&path).await.expect(200);
    page.must_show("Store the key again");
}

#[tokio::test]
async fn a_deadline_is_asked_for_as_soon_as_there_is_a_violation() {
    let (panel, vps) = panel_with(Machine::kvm(100_001)).await;
    panel.kiwivm.alter(100_001, |machine| {
        machine.violations = Machine::kvm(1).violating(30 * HOUR_S).violations;
        machine.violations[0].suspend_at_s += BEGINNING_S;
    });
    panel.clock.turn(1);
    panel.read_call(&vps, SERVICE_INFO).await;
    panel.kiwivm.forget_heard();
    panel.tick().await;
    assert_eq!(panel.heard(), ["getPolicyViolations"]);
    // The fleet knows it too, and nobody asks twice.
    panel.clock.turn(2);
    panel.tick().await;
    assert_eq!(panel.heard(), ["getPolicyViolations"]);
    let viewer = panel.sign_in(VIEWER).await;
    let page = viewer.open(&format!("/vps/{}", vps.id)).await.expect(200);
    page.must_show("suspends the VPS in 1 day 5 h unless it is resolved.");
    // It outlives the program.
    let again = panel.started_again().await.unwrap();
    let viewer = again.sign_in(VIEWER).await;
    let page = viewer.open(&format!("/vps/{}", vps.id)).await.expect(200);
    page.must_show("suspends the VPS in 1 day 5 h unless it is resolved.");
}

#[tokio::test]
async fn what_a_vps_has_and_uses_is_told_and_its_ssh_line_is_there_to_copy() {
    const MIB_KB: u64 = 1024;
    let (panel, vps) = panel_with(Machine::kvm(100_001)).await;
    let mut reply = missing::reply(&panel, &vps, LIVE_INFO).await;
    for (field, value) in [
        ("plan_ram", json!(2_u64 << 30)),
        ("mem_available_kb", json!(1536 * MIB_KB)),
        ("swap_total_kb", json!(1024 * MIB_KB)),
        ("swap_available_kb", json!(768 * MIB_KB)),
        ("ve_used_disk_space_b", json!(5_u64 << 30)),
        ("ve_disk_quota_gb", json!("40")),
        ("load_average", json!("0.51 0.42 0.33 1/147 6101")),
        ("ssh_port", json!(2222)),
    ] {
        reply[field] = value;
    }
    let body = Misbehaviour::Body(reply.to_string().into_bytes());
    panel.kiwivm.misbehave("getLiveServiceInfo", body);
    panel.clock.turn(1);
    panel.read_call(&vps, LIVE_INFO).await;
    let viewer = panel.sign_in(VIEWER).await;
    let page = viewer.open(&format!("/vps/{}", vps.id)).await.expect(200);
    for words in [
        "Memory512 MiB / 2 GiB",
        "Swap256 MiB / 1 GiB",
        "Disk5 GiB / 40 GiB",
        "Load 0.51 0.42 0.33",
    ] {
        assert!(page.shows(words), "{words}: {}", page.text());
    }
    assert!(!page.shows("1/147"));
    let ip = &panel.kiwivm.machine(100_001).unwrap().addresses[0];
    for copied in [ip.clone(), format!("ssh -p 2222 root@{ip}")] {
        let copy = format!("data-copy=\"{copied}\"");
        assert!(page.body.contains(&copy), "{copied}");
    }
}

#[tokio::test]
async fn a_verdict_says_when_a_time_has_passed_and_what_kiwivm_does_not_say() {
    for (machine, words) in [
        (
            Machine::kvm(100_001).violating(HOUR_S),
            "The deadline has passed: KiwiVM may suspend the VPS at any moment.",
        ),
        (
            Machine::kvm(100_001).null_routed(HOUR_S),
            "and should have lifted that by now (attack).",
        ),
    ] {
        let (panel, vps) = panel_with(machine).await;
        panel.tick().await;
        let path = format!("/vps/{}", vps.id);
        panel
            .sign_in(VIEWER)
            .await
            .open(&path)
            .await
            .must_not_show(words);
        // Nobody has asked KiwiVM since.
        panel.clock.turn(2 * HOUR_S);
        panel
            .sign_in(VIEWER)
            .await
            .open(&path)
            .await
            .must_show(words);
    }
    let (panel, vps) = panel_with(Machine::kvm(100_001).suspended(true)).await;
    let body = br#"{"error": 0, "suspensions": [{"record_id": 7}]}"#;
    let body = Misbehaviour::Body(body.to_vec());
    panel.kiwivm.misbehave("getSuspensionDetails", body);
    panel.tick().await;
    let viewer = panel.sign_in(VIEWER).await;
    let page = viewer.open(&format!("/vps/{}", vps.id)).await.expect(200);
    page.must_show("for a case. Whether you can end it yourself, KiwiVM does not say.");
}

#[tokio::test]
async fn what_is_held_against_a_vps_is_read_anew_when_kiwivm_says_that_it_turned() {
    let (panel, vps) = panel_with(Machine::kvm(100_001)).await;
    let operator = panel.sign_in(OPERATOR).await;
    let (path, abuse) = (format!("/vps/{}", vps.id), format!("/vps/{}/abuse", vps.id));
    // Somebody looked a moment ago, and there was nothing.
    operator.open(&abuse).await.must_show("No open case");
    let accused = Machine::kvm(1).suspended(false).violating(30 * HOUR_S);
    panel.kiwivm.alter(100_001, |machine| {
        machine.suspensions = accused.suspensions;
        machine.violations = accused.violations;
        machine.violations[0].suspend_at_s += BEGINNING_S;
    });
    panel.clock.turn(1);
    panel.read_call(&vps, LIVE_INFO).await;
    panel.kiwivm.forget_heard();
    for _ in 0..2 {
        panel.tick().await;
    }
    let asked = ["getSuspensionDetails", "getPolicyViolations"];
    assert_eq!(panel.heard(), asked);
    let page = operator.open(&path).await.expect(200);
    page.must_show("(phishing), which only the provider’s support can end.");
    page.must_show("Policy violation");
    let page = operator.open(&abuse).await.expect(200);
    page.must_show("phishing").must_show("mass_mailing");
    // Support has ended both, and then the transfer is used up.
    panel.kiwivm.alter(100_001, |machine| {
        machine.suspensions.clear();
        machine.violations.clear();
    });
    panel.clock.turn(60);
    panel.read_call(&vps, LIVE_INFO).await;
    let page = operator.open(&abuse).await.expect(200);
    page.must_not_show("phishing").must_not_show("mass_mailing");
    panel.kiwivm.alter(100_001, |machine| {
        machine.transfer.used_bytes = machine.plan.monthly_data_bytes;
    });
    panel.clock.turn(60);
    panel.read_call(&vps, LIVE_INFO).await;
    let page = operator.open(&path).await.expect(200);
    page.must_show("Suspended: the monthly transfer is used up")
        .must_not_show("phishing");
}

#[tokio::test]
async fn after_a_change_the_reason_and_the_deadline_stay_until_they_are_read_again() {
    let (panel, vps) = panel_with(Machine::kvm(100_001).violating(30 * HOUR_S)).await;
    panel.tick().await;
    let operator = panel.sign_in(OPERATOR).await;
    let path = format!("/vps/{}", vps.id);
    let deadline = "(mass_mailing) and suspends the VPS in 1 day";
    operator.open(&path).await.must_show(deadline);
    let change = format!("{path}/call/setHostname");
    let name = [("newHostname", "a.example.com")];
    operator.submit(&change, &name).await.expect(303);
    let out_of_reach = Misbehaviour::Html(502);
    panel
        .kiwivm
        .misbehave_times("getPolicyViolations", out_of_reach, usize::MAX);
    panel.kiwivm.forget_heard();
    for _ in 0..20 {
        panel.clock.turn(2);
        panel.tick().await;
    }
    assert_eq!(panel.kiwivm.heard_count("getPolicyViolations"), 1);
    operator.open(&path).await.must_show(deadline);
    let again = panel.started_again().await.unwrap();
    let operator = again.sign_in(OPERATOR).await;
    operator.open(&path).await.must_show(deadline);
}

#[tokio::test]
async fn a_reset_that_is_past_is_no_day_on_which_the_transfer_returns() {
    let (panel, vps) = panel_with(Machine::kvm(100_001).exhausted()).await;
    let mut reply = missing::reply(&panel, &vps, LIVE_INFO).await;
    reply["data_next_reset"] = json!(BEGINNING_S - 3 * 24 * HOUR_S);
    let body = Misbehaviour::Body(reply.to_string().into_bytes());
    panel.kiwivm.misbehave("getLiveServiceInfo", body);
    panel.clock.turn(1);
    panel.read_call(&vps, LIVE_INFO).await;
    let admin = panel.sign_in(ADMIN).await;
    for page in ["", "/abuse", "/migrate"] {
        let path = format!("/vps/{}{page}", vps.id);
        let page = admin.open(&path).await.expect(200);
        assert!(!page.shows("25 May 2026"), "{path}");
    }
    let usage = admin.open(&format!("/vps/{}/usage", vps.id)).await;
    usage.must_show("Next reset unknown");
    let page = admin.open(&format!("/vps/{}", vps.id)).await;
    page.must_show("It returns when the transfer is counted anew.");
}

#[tokio::test]
async fn a_reason_that_cannot_be_asked_for_is_not_asked_for_without_end() {
    let (panel, vps) = panel_with(Machine::kvm(100_001).suspended(true)).await;
    panel
        .kiwivm
        .misbehave_times("getSuspensionDetails", Misbehaviour::Empty, usize::MAX);
    for _ in 0..60 {
        panel.tick().await;
        panel.clock.turn(2);
    }
    assert_eq!(panel.kiwivm.heard_count("getSuspensionDetails"), 1);
    let viewer = panel.sign_in(VIEWER).await;
    let page = viewer.open(&format!("/vps/{}", vps.id)).await.expect(200);
    page.must_show("KiwiVM has suspended it. Why is being asked.");
}

#[tokio::test]
async fn the_renewal_that_people_wrote_down_needs_attention_two_weeks_ahead() {
    let (panel, vps) = panel_with(Machine::kvm(100_001)).await;
    let admin = panel.sign_in(ADMIN).await;
    let edit = format!("/vps/{}/edit", vps.id);
    let path = format!("/vps/{}", vps.id);
    let fill = async |day: &str, price: &str| {
        let fields = [
            ("label", "Web 1"),
            ("veid", "100001"),
            ("renews_on", day),
            ("price", price),
        ];
        admin.submit(&edit, &fields).await
    };
    // Today is 28 May 2026.
    fill("2026-06-12", "49.99 USD a year").await.expect(303);
    let page = admin.open(&path).await.expect(200);
    page.must_show("12 June 2026").must_show("49.99 USD a year");
    page.must_not_show("To be renewed");
    for (day, words) in [
        ("2026-06-11", "To be renewed in 14 days"),
        ("2026-05-29", "To be renewed tomorrow"),
        ("2026-05-28", "To be renewed today"),
        ("2026-05-26", "To be renewed 2 days ago"),
    ] {
        fill(day, "").await.expect(303);
        let page = admin.open(&path).await.expect(200);
        page.must_show(&format!("Running. {words}."));
        admin.open("/").await.expect(200).must_show(words);
    }
    let odd = fill("next week", "<b>cheap</b>").await.expect(422);
    odd.must_show("This is not a day, such as 2026-12-03.");
    assert_eq!(odd.field(&edit, "renews_on").unwrap(), "next week");
    assert_eq!(odd.field(&edit, "price").unwrap(), "<b>cheap</b>");
    fill("", "").await.expect(303);
    assert_eq!(panel.vps(vps.id).await.renews_on, None);
}

#[tokio::test]
async fn a_change_keeps_what_people_wrote_down() {
    let (panel, vps) = panel_with(Machine::kvm(100_001)).await;
    let mut details = vps.details();
    details.renews_on = "2026-12-03".parse().ok();
    details.price = "10 USD".into();
    vps::change(&panel.app.db, vps.id, &details, None, &panel.note())
        .await
        .unwrap();
    let kept = panel.vps(vps.id).await;
    assert_eq!(kept.details().price, "10 USD");
    assert_eq!(kept.details().renews_on, details.renews_on);
}

#[tokio::test]
async fn what_the_api_does_not_tell_is_said_with_the_ways_to_the_providers_pages() {
    let mirrors = vec![
        ("KIWIVM_PANEL", "https://kiwivm.example.net/".to_owned()),
        ("PROVIDER_SITE", "https://mirror.example.net".to_owned()),
    ];
    let panel = Panel::with(Wish {
        settings: mirrors,
        ..Wish::default()
    })
    .await;
    let vps = panel.add(Machine::kvm(100_001)).await;
    panel.read(&vps).await;
    let viewer = panel.sign_in(VIEWER).await;
    let page = viewer.open(&format!("/vps/{}", vps.id)).await.expect(200);
    page.must_show("cannot be seen from here");
    for address in [
        "https://kiwivm.example.net/main-exec.php?mode=blacklistcheck",
        "https://mirror.example.net/ipchange.php",
        "https://kiwivm.example.net/main.php",
        "https://kiwivm.example.net/main-exec.php?mode=api",
    ] {
        assert!(page.addresses().contains(&address.to_owned()), "{address}");
    }
}

#[tokio::test]
async fn the_points_left_of_a_key_are_told() {
    let (panel, vps) = panel_with(Machine::kvm(100_001)).await;
    let viewer = panel.sign_in(VIEWER).await;
    let page = viewer.open(&format!("/vps/{}", vps.id)).await.expect(200);
    page.must_show("998 in these 15 minutes, 19,998 in these 24 hours");
}

#[tokio::test]
async fn the_screen_is_shown_to_who_asked_for_it_while_it_is_kept() {
    let (panel, vps) = panel_with(Machine::kvm(100_001)).await;
    let manager = panel.sign_in(MANAGER).await;
    let path = format!("/vps/{}/screen", vps.id);
    let sent = manager.submit(&path, &[]).await.expect(303);
    let page = manager.follow(&sent).await.expect(200);
    let picture = format!("{}/picture", sent.location());
    assert!(page.addresses().contains(&picture));
    let png = manager.open(&picture).await.expect(200);
    assert_eq!(png.header("content-type").as_deref(), Some("image/png"));
    assert_eq!(png.header("cache-control").as_deref(), Some("no-store"));
    // Looking again uses nothing up; somebody else, and another VPS, get nothing.
    manager.open(&picture).await.expect(200);
    let other = panel.sign_in(MANAGER).await;
    other.open(&picture).await.expect(404);
    let operator = panel.sign_in(OPERATOR).await;
    operator.open(&picture).await.expect(403);
    operator.submit(&path, &[]).await.expect(403);
    let foreign = panel.add(Machine::kvm(100_002)).await;
    let elsewhere = picture.replace(
        &format!("/vps/{}/", vps.id),
        &format!("/vps/{}/", foreign.id),
    );
    manager.open(&elsewhere).await.expect(404);
    panel.clock.turn(11 * 60 + 30);
    let gone = manager.follow(&sent).await.expect(200);
    gone.must_show("This picture is gone");
    manager.open(&picture).await.expect(404);
    let log = panel.sign_in(ADMIN).await.open("/audit").await;
    log.must_show("Secrets shown");
}

#[tokio::test]
async fn t_secret_leak_no_other_way_leads_to_a_screen_than_the_one_with_a_proof() {
    let (panel, vps) = panel_with(Machine::kvm(100_001)).await;
    let manager = panel.sign_in(MANAGER).await;
    let read = format!("/vps/{}/call/getLiveServiceInfo", vps.id);
    let sent = manager.submit(&read, &[]).await.expect(303);
    let action = sent.location().replace("/actions/", "");
    let path = format!("/vps/{}/screen", vps.id);
    let picture = format!("{path}/{action}/picture");
    manager.open(&picture).await.expect(404);
    // What was proved is proved no more.
    panel.clock.turn(6 * 60);
    let held = manager.submit(&path, &[]).await.expect(303);
    assert!(held.location().starts_with("/prove/"));
    assert_eq!(panel.kiwivm.heard_count("getLiveServiceInfo"), 1);
}

#[tokio::test]
async fn t_secret_leak_whoever_is_disabled_meanwhile_gets_neither_a_screen_nor_a_link() {
    let (panel, vps) = panel_with(Machine::kvm(100_001).snapshot("before", 1)).await;
    // Somebody has to remain who looks after people.
    panel.person(ADMIN).await;
    let list = find("snapshot/list").unwrap();
    let listed = missing::reply(&panel, &vps, list).await;
    let name = listed["snapshots"][0]["fileName"].as_str().unwrap();
    for (path, fields) in [
        ("screen", vec![]),
        ("snapshots/link", vec![("snapshot", name)]),
    ] {
        let (id, login) = panel.person(MANAGER).await;
        let manager = panel.sign_in_as(&login).await;
        panel.kiwivm.forget_heard();
        let hold = panel.kiwivm.hold("*");
        let path = format!("/vps/{}/{path}", vps.id);
        let sent = manager.submit(&path, &fields);
        let disabled = async {
            panel.until_heard().await;
            let disabled_at = Some(panel.clock.now_s());
            person::set_disabled(&panel.app.db, id, disabled_at, &panel.note())
                .await
                .unwrap();
            drop(hold);
        };
        let (answer, ()) = tokio::join!(sent, disabled);
        assert!(
            answer.status != 200 || !answer.shows("https://203.0.113"),
            "{path}"
        );
        assert!(
            !answer.headers.contains_key("location") || !answer.location().contains("/screen/")
        );
    }
    let log = panel.sign_in(ADMIN).await.open("/audit").await;
    log.must_not_show("Secrets shown");
}

#[tokio::test]
async fn a_vps_without_a_screen_says_so() {
    for machine in [Machine::kvm(100_001).stopped(), Machine::ovz(100_001)] {
        let (panel, vps) = panel_with(machine).await;
        let manager = panel.sign_in(MANAGER).await;
        let sent = manager
            .submit(&format!("/vps/{}/screen", vps.id), &[])
            .await
            .expect(303);
        let page = manager.follow(&sent).await.expect(200);
        page.must_show("KiwiVM sent no picture.");
        let log = panel.sign_in(ADMIN).await.open("/audit").await;
        log.must_not_show("Secrets shown");
    }
}

#[tokio::test]
async fn a_suspension_without_a_case_is_not_called_one() {
    let (panel, vps) = panel_with(Machine::kvm(100_001)).await;
    for (call, body) in [
        (SERVICE_INFO, r#"{"error":0,"suspended":true}"#),
        (SUSPENSION_DETAILS, r#"{"error":0,"suspension_count":0}"#),
    ] {
        panel.clock.turn(1);
        let body = Misbehaviour::Body(body.into());
        panel.kiwivm.misbehave(call.name, body);
        panel.read_call(&vps, call).await;
    }
    let viewer = panel.sign_in(VIEWER).await;
    let path = format!("/vps/{}", vps.id);
    let page = viewer.open(&path).await.expect(200);
    page.must_show("KiwiVM has suspended it and lists no case.");
    let abuse = viewer.open(&format!("{path}/abuse")).await.expect(200);
    abuse.must_show("Suspended without a case");
}

#[tokio::test]
async fn a_screen_that_is_no_picture_is_not_shown() {
    let (panel, vps) = panel_with(Machine::kvm(100_001)).await;
    let manager = panel.sign_in(MANAGER).await;
    let body = br#"{"error":0,"ve_status":"running","screendump_png_base64":"PHNjcmlwdD4="}"#;
    panel
        .kiwivm
        .misbehave("getLiveServiceInfo", Misbehaviour::Body(body.to_vec()));
    let sent = manager
        .submit(&format!("/vps/{}/screen", vps.id), &[])
        .await
        .expect(303);
    let page = manager.follow(&sent).await.expect(200);
    page.must_show("KiwiVM sent no picture.");
    manager
        .open(&format!("{}/picture", sent.location()))
        .await
        .expect(404);
}

#[tokio::test]
async fn a_form_of_a_page_leads_back_to_it_and_says_what_was_done() {
    let (panel, vps) = panel_with(Machine::kvm(100_001)).await;
    let operator = panel.sign_in(OPERATOR).await;
    let restart = format!("/vps/{}/call/restart", vps.id);
    let sent = operator
        .submit(&restart, &[("stay", "1")])
        .await
        .expect(303);
    let back = format!("/vps/{}?done=", vps.id);
    assert!(sent.location().starts_with(&back), "{}", sent.location());
    let page = operator.follow(&sent).await.expect(200);
    page.must_show("Restart: Accepted");
    // Nobody else is told so, and what KiwiVM refused is told on its own page.
    let other = panel.sign_in(OPERATOR).await;
    other.follow(&sent).await.must_not_show("Restart: Accepted");
    panel.kiwivm.misbehave(
        "restart",
        Misbehaviour::Body(br#"{"error":700004,"message":"no"}"#.to_vec()),
    );
    let sent = operator
        .submit(&restart, &[("stay", "1")])
        .await
        .expect(303);
    assert!(sent.location().starts_with("/actions/"));
}

#[tokio::test]
async fn after_a_change_the_old_reading_stays_until_the_next_and_with_its_reason() {
    let (panel, vps) = panel_with(Machine::kvm(100_001).snapshot("before", 1)).await;
    let admin = panel.sign_in(ADMIN).await;
    let form = format!("/vps/{}/call/snapshot/delete", vps.id);
    assert_eq!(
        admin
            .open(&form)
            .await
            .expect(200)
            .choices("snapshot")
            .len(),
        1
    );
    admin
        .submit(
            &format!("/vps/{}/call/setHostname", vps.id),
            &[("newHostname", "a.example.com")],
        )
        .await
        .expect(303);
    panel.kiwivm.forget_heard();
    panel
        .kiwivm
        .misbehave("snapshot/list", Misbehaviour::Html(502));
    let page = admin.open(&form).await.expect(200);
    assert_eq!(panel.kiwivm.heard_count("snapshot/list"), 1);
    assert_eq!(page.choices("snapshot").len(), 1);
    page.must_show("502");
    // A page that failed a moment ago does not ask again at once.
    admin.open(&form).await.expect(200);
    assert_eq!(panel.kiwivm.heard_count("snapshot/list"), 1);
    panel.clock.turn(31);
    admin.open(&form).await.expect(200).must_not_show("502");
    assert_eq!(panel.kiwivm.heard_count("snapshot/list"), 2);
}
