//! The provider's e-mails as switches: what is sent to KiwiVM, what is silenced, and who may.

use crate::missing;
use crate::panel::{ADMIN, MANAGER, OPERATOR, PASSWORD, Panel, VIEWER};
use crate::visitor::Visitor;
use kiwideck::kiwivm::calls::NOTIFICATION_PREFERENCES;
use kiwideck::simulator::{Machine, Misbehaviour};
use serde_json::{Value, json};

const PATH: &str = "/vps/1/notifications";
const SET: &str = "kiwivm/setNotificationPreferences";
const NEWS: &str = "misc-newsletter";
const LOGIN: &str = "security-failed-login";

/// The form as the page gives it, with these boxes turned.
async fn form(visitor: &Visitor, turned: &[&str]) -> Vec<(String, String)> {
    let page = visitor.open(PATH).await.expect(200);
    let mut fields = page.form(PATH);
    for id in turned {
        let box_of = ("on".to_owned(), (*id).to_owned());
        match fields.iter().position(|field| *field == box_of) {
            Some(ticked) => drop(fields.remove(ticked)),
            None => fields.push(box_of),
        }
    }
    fields
}

fn borrowed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    let pairs = fields.iter();
    pairs
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

/// What KiwiVM was told last.
fn told(panel: &Panel) -> Value {
    let heard = panel.kiwivm.heard();
    let last = heard.iter().rev().find(|heard| heard.call == SET).unwrap();
    assert_eq!(last.parameters.len(), 1);
    serde_json::from_str(&last.parameters[0].1).unwrap()
}

fn is_on(panel: &Panel, id: &str) -> bool {
    panel.kiwivm.machine(100_001).unwrap().notifications[id].enabled
}

#[tokio::test]
async fn the_switches_stand_by_category_and_the_page_costs_one_call_once() {
    for machine in [Machine::kvm(100_001), Machine::ovz(100_001)] {
        let panel = Panel::start().await;
        let vps = panel.add(machine.labelled("Web 1")).await;
        panel.read(&vps).await;
        let viewer = panel.sign_in(VIEWER).await;
        let page = viewer.open(PATH).await.expect(200);
        page.must_show("Bandwidth Alerts")
            .must_show("Data transfer usage has reached 80%")
            .must_show("sent · changed 40 days ago")
            .must_show("not sent · changed 40 days ago")
            .must_show("c***@example.com")
            .must_show("needs the right “Manage”");
        page.must_not_show("customer@example.com");
        viewer.open(PATH).await.expect(200);
        assert_eq!(panel.heard(), ["kiwivm/getNotificationPreferences"]);
        let operator = panel.sign_in(OPERATOR).await;
        operator.open(PATH).await.must_show("customer@example.com");
        let chinese = operator.in_chinese().open(PATH).await;
        chinese.must_show("收件邮箱").must_show("更改于");
    }
}

#[tokio::test]
async fn what_was_switched_is_saved_in_one_call_and_nothing_else_is_sent() {
    let (panel, _) = Panel::with_one_vps().await;
    let manager = panel.sign_in(MANAGER).await;
    let mut fields = form(&manager, &[NEWS]).await;
    fields.push(("on".to_owned(), "no-such-id".to_owned()));
    fields.push(("known".to_owned(), "no-such-id".to_owned()));
    let done = manager.submit(PATH, &borrowed(&fields)).await.expect(303);
    assert!(done.location().starts_with("/vps/1/notifications?done="));
    assert_eq!(told(&panel), json!({NEWS: "1"}));
    assert!(is_on(&panel, NEWS));
    let after = manager.follow(&done).await.expect(200);
    after
        .must_show("Change notification preferences: Accepted")
        .must_show("changed just now");
    after.must_not_show("not sent");
    assert_eq!(panel.kiwivm.heard_count(SET), 1);
}

#[tokio::test]
async fn a_warning_that_is_switched_off_is_named_and_confirmed_first() {
    let (panel, _) = Panel::with_one_vps().await;
    let manager = panel.sign_in(MANAGER).await;
    let fields = form(&manager, &[LOGIN, NEWS]).await;
    let again = manager.submit(PATH, &borrowed(&fields)).await.expect(422);
    again
        .must_show("Nobody will be warned of this any more")
        .must_show("Failed login to KiwiVM")
        .must_show("Tick this too");
    assert_eq!(panel.kiwivm.heard_count(SET), 0);
    // What was ticked and unticked came back, beside what was shown before.
    let mut kept = again.form(PATH);
    assert!(kept.contains(&("on".into(), NEWS.into())));
    assert!(!kept.contains(&("on".into(), LOGIN.into())));
    assert!(kept.contains(&("was".into(), LOGIN.into())));
    kept.push(("silence".into(), "1".into()));
    manager.submit(PATH, &borrowed(&kept)).await.expect(303);
    assert_eq!(told(&panel), json!({LOGIN: "0", NEWS: "1"}));
    assert!(!is_on(&panel, LOGIN));
}

#[tokio::test]
async fn what_was_changed_elsewhere_meanwhile_stays() {
    let (panel, vps) = Panel::with_one_vps().await;
    let manager = panel.sign_in(MANAGER).await;
    let fields = form(&manager, &[NEWS]).await;
    panel.kiwivm.alter(100_001, |machine| {
        machine.notifications[LOGIN].enabled = false;
    });
    panel.read_call(&vps, NOTIFICATION_PREFERENCES).await;
    manager.submit(PATH, &borrowed(&fields)).await.expect(303);
    assert_eq!(told(&panel), json!({NEWS: "1"}));
    assert!(!is_on(&panel, LOGIN));
}

#[tokio::test]
async fn a_form_without_a_change_sends_nothing() {
    let (panel, _) = Panel::with_one_vps().await;
    let manager = panel.sign_in(MANAGER).await;
    let fields = form(&manager, &[]).await;
    let again = manager.submit(PATH, &borrowed(&fields)).await.expect(422);
    again.must_show("Nothing was switched");
    manager.submit(PATH, &[]).await.expect(422);
    assert_eq!(panel.kiwivm.heard_count(SET), 0);
}

#[tokio::test]
async fn t_stepup_saving_needs_the_right_to_manage_and_a_fresh_proof() {
    let (panel, _) = Panel::with_one_vps().await;
    for standing in [VIEWER, OPERATOR] {
        let member = panel.sign_in(standing).await;
        let fields = [("known", NEWS), ("on", NEWS)];
        member.submit(PATH, &fields).await.expect(403);
    }
    let manager = panel.sign_in(MANAGER).await;
    let fields = form(&manager, &[NEWS]).await;
    panel.clock.turn(5 * 60 + 1);
    let held = manager.submit(PATH, &borrowed(&fields)).await.expect(303);
    assert!(held.location().starts_with("/prove/"));
    assert_eq!(panel.kiwivm.heard_count(SET), 0);
    let right = [("password", PASSWORD)];
    let done = manager.submit(&held.location(), &right).await.expect(303);
    assert!(done.location().starts_with("/vps/1/notifications?done="));
    assert_eq!(told(&panel), json!({NEWS: "1"}));
    // The same form once more is the same action.
    manager.submit(PATH, &borrowed(&fields)).await.expect(303);
    assert_eq!(panel.kiwivm.heard_count(SET), 1);
}

#[tokio::test]
async fn empty_preferences_and_a_failed_call_say_what_is_known() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let body = Misbehaviour::Body(b"{\"error\":0,\"email_preferences\":[]}".to_vec());
    panel.kiwivm.misbehave(NOTIFICATION_PREFERENCES.name, body);
    admin
        .open(PATH)
        .await
        .must_show("KiwiVM lists no e-mails")
        .must_show("KiwiVM does not say where they go");
    panel.read_call(&vps, NOTIFICATION_PREFERENCES).await;
    let broken = Misbehaviour::Html(502);
    let call = NOTIFICATION_PREFERENCES.name;
    panel.kiwivm.misbehave_times(call, broken, usize::MAX);
    let asked = [("section", "notifications")];
    let back = admin.submit("/vps/1/refresh", &asked).await.expect(303);
    let page = admin.follow(&back).await.expect(200);
    page.must_show("HTTP status 502")
        .must_show("Failed login to KiwiVM");
}

#[tokio::test]
async fn hundreds_of_categories_are_shown_and_their_ids_come_back_as_they_are() {
    let (panel, vps) = Panel::with_one_vps().await;
    let mut categories =
        json!({"<b>": {"a\"<i>\u{202e}": {"is_enabled": "0"}, "u": {"is_enabled": "x"}}});
    for number in 0..300 {
        categories[format!("Category {number}")] = json!({"id": {"is_enabled": 1}});
    }
    let body = json!({"error": 0, "email_preferences": categories}).to_string();
    let body = Misbehaviour::Body(body.into_bytes());
    panel.kiwivm.misbehave(NOTIFICATION_PREFERENCES.name, body);
    panel.read_call(&vps, NOTIFICATION_PREFERENCES).await;
    let manager = panel.sign_in(MANAGER).await;
    let page = manager.open(PATH).await.expect(200);
    page.must_show("Category 299")
        .must_show("KiwiVM does not say whether it is sent");
    let fields = form(&manager, &["a\"<i>\u{202e}"]).await;
    manager.submit(PATH, &borrowed(&fields)).await.expect(303);
    assert_eq!(told(&panel), json!({"a\"<i>\u{202e}": "1"}));
}

#[tokio::test]
async fn the_page_stands_without_any_one_field() {
    for machine in [Machine::kvm(100_001), Machine::ovz(100_001)] {
        let panel = Panel::start().await;
        let vps = panel.add(machine.labelled("Web 1")).await;
        let admin = panel.sign_in(ADMIN).await;
        let call = NOTIFICATION_PREFERENCES;
        missing::stands(&panel, (&admin, PATH), (&vps, call)).await;
    }
}
