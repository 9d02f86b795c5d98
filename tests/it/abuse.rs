//! The page of what the provider holds against a VPS: cases, evidence, points, deadlines, and who may end
//! what.

use crate::missing;
use crate::panel::{ADMIN, OPERATOR, Panel, VIEWER};
use kiwideck::kiwivm::calls::{POLICY_VIOLATIONS, SERVICE_INFO, SUSPENSION_DETAILS};
use kiwideck::model::vps::Vps;
use kiwideck::simulator::{Machine, Misbehaviour};
use serde_json::json;

const HOUR_S: i64 = 3600;

/// A panel with this machine, read, as `Web 1`; and its page.
async fn with(machine: Machine) -> (Panel, Vps, String) {
    let (panel, vps) = Panel::of(machine.labelled("Web 1")).await;
    let path = format!("/vps/{}/abuse", vps.id);
    (panel, vps, path)
}

#[tokio::test]
async fn a_vps_in_good_standing_has_no_case_and_the_page_costs_two_calls_once() {
    for machine in [Machine::kvm(100_001), Machine::ovz(100_001)] {
        let (panel, _, path) = with(machine).await;
        let viewer = panel.sign_in(VIEWER).await;
        let page = viewer.open(&path).await.expect(200);
        page.must_show("No open case")
            .must_show("0 of 1,200 points");
        page.must_not_show("Remove the cause first");
        viewer.open(&path).await.expect(200);
        let mut heard = panel.heard();
        heard.sort();
        assert_eq!(heard, ["getPolicyViolations", "getSuspensionDetails"]);
    }
}

#[tokio::test]
async fn a_soft_case_shows_its_evidence_and_is_ended_from_the_page() {
    let (panel, _, path) = with(Machine::kvm(100_001).suspended(true)).await;
    let operator = panel.sign_in(OPERATOR).await;
    let page = operator.open(&path).await.expect(200);
    page.must_show("copyright")
        .must_show("#11852")
        .must_show("We have received a report")
        .must_show("100 of 1,200 points")
        .must_show("Remove the cause first");
    let target = path.replace("/abuse", "/call/unsuspend");
    let fields = page.form(&target);
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert!(fields.contains(&("record_id", "11852")));
    panel.clock.turn(5);
    let done = operator.submit(&target, &fields).await.expect(303);
    assert!(done.location().starts_with(&format!("{path}?done=")));
    let after = operator.follow(&done).await.expect(200);
    after
        .must_show("Unsuspend: Accepted")
        .must_show("No open case");
    after.must_not_show("Suspended without a case");
    assert!(
        panel
            .kiwivm
            .machine(100_001)
            .unwrap()
            .suspensions
            .is_empty()
    );
}

#[tokio::test]
async fn a_hard_case_has_no_button_and_leads_to_support() {
    let (panel, _, path) = with(Machine::ovz(100_001).suspended(false)).await;
    let admin = panel.sign_in(ADMIN).await;
    let page = admin.open(&path).await.expect(200);
    page.must_show("phishing").must_show("contact support");
    page.must_not_show("Unsuspend: case");
    assert!(
        !page
            .addresses()
            .contains(&path.replace("/abuse", "/call/unsuspend"))
    );
}

#[tokio::test]
async fn a_case_of_which_nobody_says_whether_it_is_soft_has_its_button_with_the_doubt() {
    let (panel, vps, path) = with(Machine::kvm(100_001)).await;
    let body = json!({"error": 0, "suspensions": [{"record_id": "7\u{202e}"}]}).to_string();
    let body = Misbehaviour::Body(body.into_bytes());
    panel.kiwivm.misbehave("getSuspensionDetails", body);
    panel.read_call(&vps, SUSPENSION_DETAILS).await;
    let operator = panel.sign_in(OPERATOR).await;
    let page = operator.open(&path).await.expect(200);
    page.must_show("No reason given")
        .must_show("KiwiVM does not say whether this case can be ended here")
        .must_show("KiwiVM shows no evidence")
        .must_show("Unsuspend: case 7");
    let target = path.replace("/abuse", "/call/unsuspend");
    assert_eq!(page.field(&target, "record_id").unwrap(), "7\u{202e}");
}

#[tokio::test]
async fn a_case_without_a_number_is_shown_and_has_no_button() {
    let (panel, vps, path) = with(Machine::kvm(100_001)).await;
    let cases = json!([{"flag": "copyright", "is_soft": 1}]);
    let body = json!({"error": 0, "policy_violations": cases}).to_string();
    let body = Misbehaviour::Body(body.into_bytes());
    panel.kiwivm.misbehave("getPolicyViolations", body);
    panel.read_call(&vps, POLICY_VIOLATIONS).await;
    let operator = panel.sign_in(OPERATOR).await;
    let page = operator.open(&path).await.expect(200);
    page.must_show("copyright")
        .must_show("KiwiVM gives no number for this case")
        .must_not_show("#")
        .must_not_show("resolve case");
}

#[tokio::test]
async fn a_violation_counts_down_and_is_overdue_honestly() {
    let (panel, _, path) = with(Machine::kvm(100_001).violating(30 * HOUR_S)).await;
    let operator = panel.sign_in(OPERATOR).await;
    let page = operator.open(&path).await.expect(200);
    page.must_show("mass_mailing")
        .must_show("in 30 hours")
        .must_show("6 hours ago")
        .must_show("Outgoing connections to port 25")
        .must_show("60 of 1,200 points")
        .must_show("resolve case 15");
    assert!(page.body.contains("value=\"60\" max=\"1200\""));
    operator
        .in_chinese()
        .open(&path)
        .await
        .must_show("30 小时后")
        .must_show("60 分，上限 1,200 分");
    // Nobody stays signed in for so long.
    panel.clock.turn(29 * HOUR_S + 1800);
    let operator = panel.sign_in(OPERATOR).await;
    operator.open(&path).await.must_show("in 30 minutes");
    panel.clock.turn(2 * HOUR_S + 1800);
    let late = operator.open(&path).await.expect(200);
    late.must_show("overdue")
        .must_show("2 hours ago")
        .must_show("The VPS may be suspended already");
    let target = path.replace("/abuse", "/call/resolvePolicyViolation");
    assert_eq!(late.field(&target, "record_id").unwrap(), "15");
}

#[tokio::test]
async fn whoever_may_only_look_sees_the_cases_and_why_the_button_is_off() {
    let (panel, _, path) = with(Machine::kvm(100_001).suspended(true)).await;
    let viewer = panel.sign_in(VIEWER).await;
    let page = viewer.open(&path).await.expect(200);
    page.must_show("copyright")
        .must_show("We have received a report")
        .must_show("needs the right “Operate”");
    assert!(
        !page
            .addresses()
            .contains(&path.replace("/abuse", "/call/unsuspend"))
    );
}

#[tokio::test]
async fn a_vps_whose_transfer_is_used_up_is_suspended_without_a_case() {
    let (panel, vps, path) = with(Machine::kvm(100_001).exhausted()).await;
    let viewer = panel.sign_in(VIEWER).await;
    let page = viewer.open(&path).await.expect(200);
    page.must_show("Suspended because the transfer is used up")
        .must_show("It comes back at the next reset:")
        .must_show("No open case")
        .must_show("See usage");
    let reply = json!({"error": 0, "suspended": true});
    for call in ["getServiceInfo", "getLiveServiceInfo"] {
        let body = Misbehaviour::Body(reply.to_string().into_bytes());
        panel.kiwivm.misbehave_times(call, body, usize::MAX);
    }
    panel.clock.turn(1);
    panel.read(&vps).await;
    viewer
        .open(&path)
        .await
        .must_show("Suspended without a case")
        .must_show("if it is not, contact support");
}

#[tokio::test]
async fn what_needs_attention_leads_to_the_page() {
    for machine in [
        Machine::kvm(100_001).suspended(true),
        Machine::kvm(100_001).violating(HOUR_S),
    ] {
        let (panel, vps, path) = with(machine).await;
        let viewer = panel.sign_in(VIEWER).await;
        let overview = viewer.open(&format!("/vps/{}", vps.id)).await;
        overview.must_show("See why");
        assert!(overview.addresses().contains(&path));
    }
}

#[tokio::test]
async fn after_a_failed_call_the_cases_stay_with_their_age_and_the_reason() {
    let (panel, _, path) = with(Machine::kvm(100_001).suspended(true)).await;
    let admin = panel.sign_in(ADMIN).await;
    admin.open(&path).await.expect(200);
    panel.clock.turn(2 * HOUR_S);
    let broken = Misbehaviour::Html(502);
    panel
        .kiwivm
        .misbehave_times("getSuspensionDetails", broken, usize::MAX);
    let asked = [("section", "abuse")];
    let refresh = path.replace("/abuse", "/refresh");
    let back = admin.submit(&refresh, &asked).await.expect(303);
    assert_eq!(back.location(), path);
    let page = admin.follow(&back).await.expect(200);
    page.must_show("The last reading failed")
        .must_show("HTTP status 502")
        .must_show("as of 2 hours ago")
        .must_show("copyright");
    let (panel, _, path) = with(Machine::kvm(100_001)).await;
    let broken = Misbehaviour::Html(502);
    panel
        .kiwivm
        .misbehave_times("getSuspensionDetails", broken, usize::MAX);
    let page = panel.sign_in(VIEWER).await.open(&path).await.expect(200);
    page.must_show("Not known yet.")
        .must_show("HTTP status 502");
}

#[tokio::test]
async fn many_cases_are_all_there_and_long_evidence_is_folded() {
    let mut machine = Machine::kvm(100_001).suspended(true);
    for number in 0..300 {
        let mut case = machine.suspensions[0].clone();
        case.record_id = 20_000 + number;
        machine.suspensions.push(case);
    }
    machine.suspensions[0].evidence = "line of evidence\n".repeat(900);
    let (panel, _, path) = with(machine).await;
    let page = panel.sign_in(OPERATOR).await.open(&path).await.expect(200);
    page.must_show("#11852").must_show("#20299");
    let folds = page.tags().into_iter().filter(|tag| tag.name == "details");
    let folds: Vec<_> = folds
        .filter(|tag| tag.attribute("class") == Some("fold"))
        .collect();
    assert_eq!(folds.len(), 301);
    assert!(folds.iter().all(|tag| tag.attribute("open").is_none()));
}

#[tokio::test]
async fn the_page_stands_without_any_one_field() {
    for machine in [Machine::kvm(100_001), Machine::ovz(100_001)] {
        let (panel, vps, path) = with(machine.suspended(true).violating(HOUR_S)).await;
        let admin = panel.sign_in(ADMIN).await;
        for call in [SUSPENSION_DETAILS, POLICY_VIOLATIONS, SERVICE_INFO] {
            missing::stands(&panel, (&admin, &path), (&vps, call)).await;
        }
    }
}

#[tokio::test]
async fn why_a_vps_may_be_suspended_is_being_asked_or_says_why_it_is_not_known() {
    for (misbehaviour, words) in [
        (Misbehaviour::Hang, "KiwiVM is being asked."),
        (Misbehaviour::Html(502), "HTTP status 502"),
    ] {
        let panel = Panel::start().await;
        let vps = panel.add(Machine::kvm(100_001).labelled("Web 1")).await;
        panel.read_call(&vps, SUSPENSION_DETAILS).await;
        panel.read_call(&vps, POLICY_VIOLATIONS).await;
        panel.kiwivm.misbehave(SERVICE_INFO.name, misbehaviour);
        let viewer = panel.sign_in(VIEWER).await;
        let path = format!("/vps/{}/abuse", vps.id);
        viewer.open(&path).await.expect(200).must_show(words);
    }
}
