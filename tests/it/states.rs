//! Every page of a VPS in every state that a VPS can be in, on KVM and on OpenVZ: it stands, its head says
//! the state, and whoever opens it again costs KiwiVM nothing.

use crate::answer::Answer;
use crate::locks::tabs;
use crate::panel::{ADMIN, Panel};
use kiwideck::kiwivm::calls::LIVE_INFO;
use kiwideck::model::vps::Vps;
use kiwideck::simulator::{Machine, Misbehaviour, Operation};

const HOUR_S: i64 = 3600;

/// What befalls a machine.
type Befalls = fn(Machine) -> Machine;

/// What befalls a machine, and the word for its state then.
const STATES: &[(Befalls, &str)] = &[
    (|machine| machine, "Running"),
    (Machine::stopped, "Stopped"),
    (Machine::exhausted, "Suspended"),
    (|machine| machine.suspended(true), "Suspended"),
    (|machine| machine.suspended(false), "Suspended"),
    (|machine| machine.violating(30 * HOUR_S), "Running"),
    (|machine| machine.null_routed(HOUR_S), "Running"),
    (Machine::cpu_throttled, "Running"),
    (Machine::disk_throttled, "Running"),
    (|machine| machine.locked(moving(), 60), "Locked"),
];

fn moving() -> Operation {
    Operation::migrate("USCA_FMT", vec!["203.0.113.77".to_owned()], 0)
}

fn both() -> [Machine; 2] {
    [Machine::kvm(100_001), Machine::ovz(100_001)].map(|machine| machine.labelled("Web 1"))
}

/// The state beside the name of the VPS.
fn state(page: &Answer) -> &str {
    let (_, head) = page.body.split_once("<div class=\"vps-title\">").unwrap();
    let (head, _) = head.split_once("</header>").unwrap();
    head
}

/// Opens every page of the VPS; each says this state.
async fn all_say(panel: &Panel, vps: &Vps, word: &str) {
    let admin = panel.sign_in(ADMIN).await;
    let overview = admin.open(&format!("/vps/{}", vps.id)).await.expect(200);
    let others = ["operations", "snapshots/import", "audit"];
    let others = others.map(|path| format!("/vps/{}/{path}", vps.id));
    for path in tabs(&overview).into_iter().chain(others) {
        let page = admin.open(&path).await.expect(200);
        panel.settle().await;
        let head = state(&page);
        assert!(head.contains(word), "{path} does not say {word}: {head}");
        assert!(head.contains("<h1>Web 1</h1>"), "{path}: {head}");
    }
}

#[tokio::test]
async fn every_page_of_a_vps_stands_in_every_state_and_says_it() {
    for (befalls, word) in STATES {
        for machine in both() {
            let (panel, vps) = Panel::of(befalls(machine)).await;
            all_say(&panel, &vps, word).await;
            panel.kiwivm.forget_heard();
            all_say(&panel, &vps, word).await;
            assert_eq!(panel.heard(), [""; 0], "{word}: it was asked again");
        }
    }
}

#[tokio::test]
async fn every_page_of_a_vps_stands_while_kiwivm_is_out_of_reach_or_refuses_the_key() {
    for machine in both() {
        let (panel, vps) = Panel::of(machine).await;
        let out_of_reach = Misbehaviour::Html(502);
        panel.kiwivm.misbehave_times("*", out_of_reach, usize::MAX);
        panel.read_call(&vps, LIVE_INFO).await;
        all_say(&panel, &vps, "KiwiVM unreachable").await;
        panel.kiwivm.behave();
        panel
            .kiwivm
            .alter(100_001, |machine| machine.key = "private_TESTother".into());
        panel.read_call(&vps, LIVE_INFO).await;
        all_say(&panel, &vps, "Key refused").await;
    }
}

/// What each page shows of the readings that it has, on both kinds.
const KEPT: &[(&str, &str)] = &[
    ("", "203.0.113."),
    ("/usage", "95th percentile"),
    ("/snapshots", "nightly"),
    ("/network", "203.0.113."),
    ("/system", "debian-12"),
    ("/migrate", "USCA_FMT"),
    ("/abuse", "No open case"),
    ("/records", "KiwiVM login"),
    ("/notifications", "Data transfer usage has reached 80%"),
];

#[tokio::test]
async fn after_a_failed_call_every_page_keeps_what_it_had_with_its_age_and_the_reason() {
    for machine in both() {
        let machine = machine.aged_days(3).snapshot("nightly", 3);
        let machine = machine.noted("KiwiVM login", 2);
        let (panel, vps) = Panel::of(machine).await;
        let admin = panel.sign_in(ADMIN).await;
        all_say(&panel, &vps, "Running").await;
        let out_of_reach = Misbehaviour::Html(502);
        panel.kiwivm.misbehave_times("*", out_of_reach, usize::MAX);
        panel.clock.turn(HOUR_S);
        for (path, kept) in KEPT {
            let section = path.trim_start_matches('/');
            let again = format!("/vps/{}/refresh", vps.id);
            let sent = admin.submit(&again, &[("section", section)]).await;
            sent.expect(303);
            panel.settle().await;
            let page = admin.open(&format!("/vps/{}{path}", vps.id)).await;
            page.expect(200)
                .must_show(kept)
                .must_show("1 hour ago")
                .must_show("502");
        }
    }
}

#[tokio::test]
async fn after_a_change_every_page_keeps_what_it_had_until_it_is_read_again() {
    for machine in both() {
        // As the background does: of the two calls that tell the addresses only one was ever made.
        let panel = Panel::start().await;
        let vps = panel.add(machine).await;
        panel.read_call(&vps, LIVE_INFO).await;
        let admin = panel.sign_in(ADMIN).await;
        all_say(&panel, &vps, "Running").await;
        panel.clock.turn(60);
        let change = format!("/vps/{}/call/setHostname", vps.id);
        let name = [("newHostname", "new.example.com")];
        admin.submit(&change, &name).await.expect(303);
        panel.settle().await;
        let out_of_reach = Misbehaviour::Html(502);
        panel.kiwivm.misbehave_times("*", out_of_reach, usize::MAX);
        panel.clock.turn(60);
        for path in ["/usage", "/network", "/system", "/migrate"] {
            let page = admin.open(&format!("/vps/{}{path}", vps.id)).await;
            panel.settle().await;
            // The head, which has its own reading, is set aside.
            let (_, body) = page.body.split_once("</nav>\n<div id=\"lock\"").unwrap();
            assert!(body.contains("2 minutes ago"), "{path}: {body}");
        }
        let network = admin.open(&format!("/vps/{}/network", vps.id)).await;
        network.must_not_show("Not known yet.");
    }
}

#[tokio::test]
async fn a_page_that_was_never_read_says_that_it_asks_and_comes_again_without_javascript() {
    for machine in both() {
        let panel = Panel::start().await;
        let vps = panel.add(machine).await;
        let admin = panel.sign_in(ADMIN).await;
        let hang = Misbehaviour::Hang;
        panel.kiwivm.misbehave_times("*", hang, usize::MAX);
        let paths = [
            "usage",
            "snapshots",
            "network",
            "system",
            "migrate",
            "abuse",
        ];
        let paths = paths.into_iter().chain(["records", "notifications"]);
        let pages = paths.map(|path| {
            let path = format!("/vps/{}/{path}", vps.id);
            let admin = &admin;
            async move { (admin.open(&path).await, path) }
        });
        for (page, path) in futures_util::future::join_all(pages).await {
            let page = page.expect(200);
            assert!(page.shows("KiwiVM is being asked"), "{path}");
            let again = page.body.contains("http-equiv=\"refresh\"");
            assert!(again, "{path} stands still");
        }
    }
}

#[tokio::test]
async fn where_already_the_first_call_fails_the_page_says_why_and_claims_nothing() {
    for machine in both() {
        let panel = Panel::start().await;
        let vps = panel.add(machine).await;
        let admin = panel.sign_in(ADMIN).await;
        let out_of_reach = Misbehaviour::Html(502);
        panel.kiwivm.misbehave_times("*", out_of_reach, usize::MAX);
        for (path, _) in KEPT.iter().filter(|(path, _)| !path.is_empty()) {
            let page = admin.open(&format!("/vps/{}{path}", vps.id)).await;
            page.expect(200)
                .must_show("502")
                .must_not_show("KiwiVM lists no")
                .must_not_show("KiwiVM keeps no")
                .must_not_show("No open case");
        }
    }
}

#[tokio::test]
async fn nobody_says_what_kiwivm_lists_before_it_was_read() {
    for machine in both() {
        let panel = Panel::start().await;
        let vps = panel.add(machine.locked(moving(), 60)).await;
        let admin = panel.sign_in(ADMIN).await;
        for path in ["system", "abuse"] {
            let page = admin.open(&format!("/vps/{}/{path}", vps.id)).await;
            page.expect(200)
                .must_show("Not known yet.")
                .must_not_show("KiwiVM lists no")
                .must_not_show("KiwiVM does not say")
                .must_not_show("No open case");
        }
    }
}
