//! An action reaches KiwiVM at most once, whatever goes wrong, and its page says what became of it.

use crate::examples::{Examples, rich_machine};
use crate::panel::{ADMIN, MANAGER, OPERATOR, Panel, VIEWER, Wish};
use crate::visitor::Visitor;
use futures_util::future::{join, join_all};
use kiwideck::actions;
use kiwideck::kiwivm::call::Call;
use kiwideck::kiwivm::calls::find;
use kiwideck::model::audit::{Outcome, Who};
use kiwideck::model::person;
use kiwideck::model::vps::Vps;
use kiwideck::perform::{self, Order, PerformError};
use kiwideck::simulator::Misbehaviour;

/// What must not happen twice.
const GRAVE: [&str; 7] = [
    "restart",
    "reinstallOS",
    "snapshot/create",
    "snapshot/restore",
    "resetRootPassword",
    "basicShell/exec",
    "migrate/start",
];

/// How a reply can fail to come, and what is known then.
fn troubles() -> Vec<(Misbehaviour, Outcome)> {
    use Misbehaviour::{Close, Deep, Empty, Html, InvalidUtf8, Null, Status, TooMany, Truncate};
    vec![
        (Close, Outcome::Unknown),
        (Close.after_effect(), Outcome::Unknown),
        (Truncate, Outcome::Unknown),
        (Html(502), Outcome::Unknown),
        (Html(502).after_effect(), Outcome::Unknown),
        (Empty.after_effect(), Outcome::Unknown),
        (Null, Outcome::Unknown),
        (Deep, Outcome::Unknown),
        (Status(500), Outcome::Unknown),
        (
            Misbehaviour::Redirect("http://127.0.0.1:9/".into()),
            Outcome::Unknown,
        ),
        (TooMany, Outcome::Refused),
        // Whole JSON with a broken letter in it is an answer all the same.
        (InvalidUtf8, Outcome::Accepted),
    ]
}

/// A panel with the examples and somebody who may do everything.
struct Scene {
    panel: Panel,
    examples: Examples,
    admin: Visitor,
}

impl Scene {
    async fn set(wish: Wish) -> Scene {
        let panel = Panel::with(wish).await;
        Scene {
            examples: Examples::on(&panel).await,
            admin: panel.sign_in(ADMIN).await,
            panel,
        }
    }

    /// A filled-in form of this call, with its action id, and where it is sent.
    async fn filled(&self, call: &'static Call) -> (String, Vec<(&'static str, String)>) {
        let vps: &Vps = self.examples.vps_for(call);
        let path = format!("/vps/{}/call/{}", vps.id, call.name);
        let page = self.admin.open(&path).await.expect(200);
        let mut fields = self.examples.parameters(call, &page).await;
        fields.push(("confirm_name", vps.label.clone()));
        fields.push(("action", page.field(&path, "action").unwrap()));
        (path, fields)
    }

    /// Sends the form and says how its page is headed.
    async fn send(&self, path: &str, fields: &[(&'static str, String)]) -> (String, String) {
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let sent = self.admin.submit(path, &fields).await.expect(303);
        let page = self.admin.follow(&sent).await.expect(200);
        (sent.location(), page.headings()[1].clone())
    }

    fn ends(&self, headline: &str, outcome: Outcome) -> bool {
        headline.ends_with(&format!(": {}", self.admin.says(outcome.message())))
    }
}

#[tokio::test]
async fn r_once_a_reply_that_fails_never_makes_a_call_go_out_again() {
    let scene = Scene::set(Wish::default()).await;
    for name in GRAVE {
        for (trouble, outcome) in troubles() {
            let call = find(name).unwrap();
            let (path, fields) = scene.filled(call).await;
            scene.panel.kiwivm.forget_heard();
            scene.panel.kiwivm.misbehave(name, trouble.clone());
            let (page, headline) = scene.send(&path, &fields).await;
            assert!(
                scene.ends(&headline, outcome),
                "{name}, {trouble:?}: {headline}"
            );
            assert_eq!(scene.panel.heard(), [name], "{trouble:?}");
            // The form sent again leads to the same page and is not sent.
            assert_eq!(scene.send(&path, &fields).await, (page, headline));
            assert_eq!(scene.panel.heard(), [name], "{trouble:?}");
        }
    }
}

#[tokio::test]
async fn r_once_a_silent_kiwivm_leaves_an_unknown_outcome() {
    join_all(GRAVE.map(hang)).await;
}

async fn hang(name: &'static str) {
    let call = find(name).unwrap();
    let wish = Wish {
        time_scale: Some(0.4 / call.time_limit.as_secs_f64()),
        ..Wish::default()
    };
    let scene = Scene::set(wish).await;
    for trouble in [Misbehaviour::Hang, Misbehaviour::Hang.after_effect()] {
        let vps = scene.examples.vps_for(call);
        let fields = [("os", "debian-12-x86_64"), ("command", "true")];
        let fields = [&fields[..], &[("snapshot", "any"), ("location", "USCA_9")]].concat();
        let fields = [&fields[..], &[("confirm_name", vps.label.as_str())]].concat();
        scene.panel.kiwivm.forget_heard();
        scene.panel.kiwivm.misbehave(name, trouble);
        let sent = scene
            .admin
            .submit(&format!("/vps/{}/call/{name}", vps.id), &fields)
            .await;
        let page = scene.admin.follow(&sent.expect(303)).await.expect(200);
        page.must_show(": Unknown");
        page.must_show("do not repeat the action");
        assert_eq!(scene.panel.heard(), [name]);
    }
}

#[tokio::test]
async fn r_once_what_never_left_is_said_to_have_never_left() {
    let wish = Wish {
        settings: vec![("UPSTREAM", "http://127.0.0.1:1/v1".to_owned())],
        ..Wish::default()
    };
    let panel = Panel::with(wish).await;
    let vps = panel.add(rich_machine()).await;
    let admin = panel.sign_in(ADMIN).await;
    let sent = admin
        .submit(&format!("/vps/{}/call/restart", vps.id), &[])
        .await;
    let page = admin.follow(&sent).await.expect(200);
    page.must_show("Restart: Not sent");
    page.must_show("The request never left, so nothing was done");
    assert_eq!(
        panel
            .count("SELECT count(*) FROM audit WHERE outcome = 'unsent'")
            .await,
        1
    );
}

#[tokio::test]
async fn r_once_a_form_sent_twice_at_the_same_time_is_one_action() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let hold = panel.kiwivm.hold("restart");
    let path = format!("/vps/{}/call/restart", vps.id);
    let id = actions::new_id().unwrap();
    let form = [("action", id.as_str())];
    let sendings = join_all([(); 8].map(|()| admin.submit(&path, &form)));
    let answered = async {
        panel.until_heard().await;
        drop(hold);
    };
    let (sendings, ()) = join(sendings, answered).await;
    for sent in sendings {
        assert_eq!(sent.expect(303).location(), format!("/actions/{id}"));
    }
    panel.settle().await;
    assert_eq!(panel.heard(), ["restart"]);
    assert_eq!(
        panel
            .count("SELECT count(*) FROM audit WHERE action IS NOT NULL")
            .await,
        2
    );
}

#[tokio::test]
async fn r_once_an_action_id_cannot_be_used_for_another_call() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let id = actions::new_id().unwrap();
    for call in ["restart", "stop", "kill"] {
        let path = format!("/vps/{}/call/{call}", vps.id);
        let sent = admin.submit(&path, &[("action", &id)]).await;
        admin
            .follow(&sent)
            .await
            .expect(200)
            .must_show("Restart: Accepted");
    }
    assert_eq!(panel.heard(), ["restart"]);
    let odd = admin
        .submit(
            &format!("/vps/{}/call/stop", vps.id),
            &[("action", "../../x")],
        )
        .await;
    assert_eq!(odd.expect(303).location().len(), "/actions/".len() + 32);
}

#[tokio::test]
async fn r_once_a_browser_that_hangs_up_changes_nothing() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let hold = panel.kiwivm.hold("restart");
    let id = actions::new_id().unwrap();
    let path = format!("/vps/{}/call/restart", vps.id);
    let form = [("action", id.as_str())];
    tokio::select! {
        _ = admin.submit(&path, &form) => panic!("it was answered too soon"),
        () = panel.until_heard() => {}
    }
    drop(hold);
    panel.settle().await;
    admin
        .open(&format!("/actions/{id}"))
        .await
        .expect(200)
        .must_show("Restart: Accepted");
    assert_eq!(panel.heard(), ["restart"]);
}

#[tokio::test]
async fn an_action_under_way_says_so_and_its_page_leads_on_when_it_has_ended() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let hold = panel.kiwivm.hold("restart");
    let id = actions::new_id().unwrap();
    let (path, page) = (
        format!("/vps/{}/call/restart", vps.id),
        format!("/actions/{id}"),
    );
    let form = [("action", id.as_str())];
    let look = async {
        panel.until_heard().await;
        let running = admin.open(&page).await.expect(200);
        running.must_show("Restart: Running");
        assert!(
            running.body.contains(&format!("url={page}?again=1")),
            "without JavaScript it stands still"
        );
        let part = admin.poll(&page).await.expect(200);
        assert!(!part.body.contains("<html") && part.addresses().contains(&page));
        drop(hold);
    };
    join(admin.submit(&path, &form), look).await;
    let ended = admin.poll(&page).await.expect(200);
    assert_eq!(ended.header("hx-redirect").unwrap(), page);
}

#[tokio::test]
async fn r_once_what_was_under_way_when_the_panel_was_killed_is_unknown_after_the_start() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    panel
        .kiwivm
        .misbehave("restart", Misbehaviour::Hang.after_effect());
    let id = actions::new_id().unwrap();
    let path = format!("/vps/{}/call/restart", vps.id);
    let form = [("action", id.as_str())];
    tokio::select! {
        _ = admin.submit(&path, &form) => panic!("it hangs"),
        () = panel.until_heard() => {}
    }
    assert_eq!(
        panel
            .count("SELECT count(*) FROM audit WHERE phase = 'outcome'")
            .await,
        0
    );
    let again = panel.started_again().await.unwrap();
    let admin = again.sign_in(ADMIN).await;
    admin
        .open(&format!("/actions/{id}"))
        .await
        .expect(200)
        .must_show("Restart: Unknown");
    admin
        .open("/audit")
        .await
        .expect(200)
        .must_show("Restart Unknown");
    let sent = admin.submit(&path, &form).await;
    admin
        .follow(&sent)
        .await
        .expect(200)
        .must_show("Restart: Unknown");
    assert_eq!(panel.heard(), ["restart"]);
    // A second start adds nothing.
    again.started_again().await.unwrap();
    assert_eq!(
        panel
            .count("SELECT count(*) FROM audit WHERE phase = 'outcome'")
            .await,
        1
    );
}

#[tokio::test]
async fn t_authz_matrix_the_gate_itself_asks_for_the_right_whoever_calls_it() {
    let (panel, vps) = Panel::with_one_vps().await;
    for (standing, call) in [
        (VIEWER, "restart"),
        (OPERATOR, "reinstallOS"),
        (MANAGER, "basicShell/exec"),
    ] {
        let (id, name) = panel.person(standing).await;
        let person = person::find(&panel.app.db, id, panel.clock.now_s())
            .await
            .unwrap()
            .unwrap();
        let order = Order {
            action: actions::new_id().unwrap(),
            who: Who {
                person: name,
                ..Who::default()
            },
            person,
            session_id: 1,
            is_current: true,
            vps: vps.clone(),
            call: find(call).unwrap(),
            parameters: Vec::new(),
            noted: None,
        };
        let refused = perform::perform(&panel.app, order).await;
        assert!(matches!(refused, Err(PerformError::Denied(_))), "{call}");
    }
    panel.settle().await;
    assert!(panel.heard().is_empty());
    let calls = "SELECT count(*) FROM audit WHERE phase <> 'event'";
    assert_eq!(panel.count(calls).await, 0);
}

#[tokio::test]
async fn the_intent_is_written_before_the_call_leaves() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let hold = panel.kiwivm.hold("setHostname");
    let path = format!("/vps/{}/call/setHostname", vps.id);
    let look = async {
        panel.until_heard().await;
        let query = "SELECT count(*) FROM audit WHERE phase = 'intent' AND what = 'setHostname'
                     AND person = 'person-0' AND vps = 'Web 1' AND parameters = '{\"newHostname\":\"a.example.com\"}'";
        assert_eq!(panel.count(query).await, 1);
        assert_eq!(
            panel
                .count("SELECT count(*) FROM audit WHERE phase = 'outcome'")
                .await,
            0
        );
        drop(hold);
    };
    let form = [("newHostname", "a.example.com")];
    join(admin.submit(&path, &form), look).await;
    assert_eq!(
        panel
            .count("SELECT count(*) FROM audit WHERE outcome = 'accepted' AND took_ms IS NOT NULL")
            .await,
        1
    );
}
