//! Pages under replies that lack something: each field of a call's reply is left out in turn, at
//! whatever depth, and the page must stand all the same.

use crate::panel::Panel;
use crate::visitor::Visitor;
use kiwideck::kiwivm::call::Call;
use kiwideck::kiwivm::client::Credentials;
use kiwideck::model::vps::{self, Vps};
use kiwideck::simulator::Misbehaviour;
use serde_json::Value;

/// What a page may say only if KiwiVM said it: not of a field that is missing. And what is never for
/// people.
const MADE_UP: &[&str] = &[
    " 0 B",
    " 0 KB",
    " 0 %",
    " 0%",
    "0 days",
    "1970",
    "NaN",
    "null ",
    "Some(",
    "undefined",
    "KiwiVM lists no",
    "No open case",
    "No private address is assigned",
    "No address is null-routed",
    "No keys are stored",
    "No use recorded",
    "KiwiVM keeps no snapshot",
];

/// Where KiwiVM says so by leaving it out: a list that is not sent when it is empty, and the only entry
/// of a map.
fn is_meant(field: &str, claim: &str) -> bool {
    match claim {
        "No open case" => matches!(field, "/suspensions" | "/policy_violations"),
        "No address is null-routed" => field.starts_with("/ip_nullroutes/"),
        _ => false,
    }
}

/// Opens the page under the whole reply of this call, and then under each that lacks one field.
pub(crate) async fn stands(
    panel: &Panel,
    (visitor, path): (&Visitor, &str),
    (vps, call): (&Vps, &'static Call),
) {
    let before = visitor.open(path).await.text();
    let whole = reply(panel, vps, call).await;
    let lacking = lacking(&whole);
    assert!(!lacking.is_empty(), "{} replies with nothing", call.name);
    for (field, reply) in lacking {
        let bytes = reply.to_string().into_bytes();
        panel.kiwivm.misbehave(call.name, Misbehaviour::Body(bytes));
        // Of two readings that tell the same the newer counts.
        panel.clock.turn(1);
        panel.read_call(vps, call).await;
        let page = visitor.open(path).await;
        assert_eq!(page.status, 200, "{path} without {field}");
        assert!(page.shows(&vps.label), "{path} without {field}");
        let text = page.text();
        let invented = MADE_UP.iter().filter(|claim| text.contains(*claim));
        let invented = invented.filter(|claim| !before.contains(*claim));
        let invented: Vec<_> = invented.filter(|claim| !is_meant(&field, claim)).collect();
        assert!(
            invented.is_empty(),
            "{path} without {field} says {invented:?}"
        );
    }
    panel.kiwivm.behave();
}

/// What the simulator answers to this call now.
pub(crate) async fn reply(panel: &Panel, vps: &Vps, call: &'static Call) -> Value {
    let credentials = Credentials {
        veid: vps.veid.clone(),
        api_key: vps::open_key(&panel.app.db, &panel.app.vault, vps.id)
            .await
            .unwrap(),
    };
    let reply = panel.app.client.send(call, &credentials, &[]).await;
    Value::Object(reply.unwrap().fields)
}

/// The reply without each of its fields in turn, named by its path. `error` stays: without it there is
/// no reply at all.
fn lacking(reply: &Value) -> Vec<(String, Value)> {
    let mut paths = Vec::new();
    collect(reply, "", &mut paths);
    let without = |path: String| {
        let mut reply = reply.clone();
        remove(&mut reply, &path);
        (path, reply)
    };
    paths
        .into_iter()
        .filter(|path| path != "/error")
        .map(without)
        .collect()
}

/// JSON pointers of everything in it; of a list the first entry only.
fn collect(value: &Value, path: &str, paths: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let name = name.replace('~', "~0").replace('/', "~1");
                let path = format!("{path}/{name}");
                collect(value, &path, paths);
                paths.push(path);
            }
        }
        Value::Array(entries) => {
            if let Some(first) = entries.first() {
                collect(first, &format!("{path}/0"), paths);
            }
        }
        _ => {}
    }
}

fn remove(reply: &mut Value, path: &str) {
    let (parent, name) = path.rsplit_once('/').unwrap();
    let name = name.replace("~1", "/").replace("~0", "~");
    let parent = reply.pointer_mut(parent).and_then(Value::as_object_mut);
    parent.unwrap().remove(&name).unwrap();
}

#[test]
fn each_field_is_left_out_once() {
    let reply =
        serde_json::json!({"error": 0, "a/b": [{"x": 1, "y": 2}, {"x": 3}], "c": {"d": {}}});
    let lacking = lacking(&reply);
    let paths: Vec<&str> = lacking.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["/a~1b/0/x", "/a~1b/0/y", "/a~1b", "/c/d", "/c"]);
    assert_eq!(lacking[0].1["a/b"], serde_json::json!([{"y": 2}, {"x": 3}]));
}

#[tokio::test]
async fn the_overview_stands_without_any_one_field() {
    use crate::panel::ADMIN;
    use kiwideck::kiwivm::calls::{LIVE_INFO, POLICY_VIOLATIONS, SERVICE_INFO, SUSPENSION_DETAILS};
    use kiwideck::simulator::Machine;
    for machine in [Machine::kvm(100_001), Machine::ovz(100_001)] {
        let machine = machine.labelled("Web 1");
        let accused = machine.clone().suspended(true).violating(3600);
        for (machine, calls) in [
            (machine.null_routed(60), [LIVE_INFO, SERVICE_INFO]),
            (accused, [SUSPENSION_DETAILS, POLICY_VIOLATIONS]),
        ] {
            let (panel, vps) = Panel::of(machine).await;
            let admin = panel.sign_in(ADMIN).await;
            let path = format!("/vps/{}", vps.id);
            for call in calls {
                stands(&panel, (&admin, &path), (&vps, call)).await;
            }
        }
    }
}
