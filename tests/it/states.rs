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
    for path in tabs(&overview) {
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
