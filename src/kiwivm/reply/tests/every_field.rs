//! Each field of each recorded reply, at any depth, missing and badly typed in turn: no view may
//! fail, and no view may know a number that was not there.

use super::*;
use crate::kiwivm::call::Source;
use crate::kiwivm::reply::choices;
use serde_json::json;

const RECORDED: [&str; 14] = [
    ERROR_LOCKED,
    ERROR_REFUSED,
    AVAILABLE_OS,
    LIVE_KVM,
    LIVE_OVZ,
    VIOLATIONS,
    RATE_LIMIT,
    USAGE,
    SERVICE_2015,
    SERVICE_KVM,
    SUSPENSIONS,
    NULL_ROUTES,
    LOCATION_NAMES,
    LOCATIONS,
];

const SOURCES: [Source; 11] = [
    Source::Templates,
    Source::Isos,
    Source::Addresses,
    Source::Ipv6,
    Source::PrivateAddresses,
    Source::FreePrivateAddresses,
    Source::Snapshots,
    Source::Backups,
    Source::Locations,
    Source::Suspensions,
    Source::Violations,
];

/// Looks at the reply in every way there is; what it sees, as text.
fn every_view(reply: &Reply) -> String {
    let mut seen = format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        reply.live_info(),
        reply.live_info().service.transfer(),
        reply.rate_limit_status(),
        reply.snapshots(),
        reply.backups(),
        reply.available_os(),
        reply.locations(),
        (reply.suspensions(), reply.policy_violations()),
        (reply.audit_entries(), reply.usage_points()),
        reply.ssh_keys(),
        reply.notification_preferences(),
    );
    for source in SOURCES {
        seen.push_str(&format!("{:?}", choices(source, reply)));
    }
    let starred = reply.starred(call("snapshot/list"));
    let secrets = reply.secrets(call("snapshot/list"));
    assert!(secrets.is_empty() && starred.is_object());
    seen
}

/// The JSON pointer of every field and item.
fn pointers(value: &Value) -> Vec<String> {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.replace('~', "~0").replace('/', "~1"), value))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, value)| (index.to_string(), value))
            .collect(),
        _ => Vec::new(),
    };
    let mut found = Vec::new();
    for (name, value) in inner {
        found.push(format!("/{name}"));
        found.extend(
            pointers(value)
                .into_iter()
                .map(|deeper| format!("/{name}{deeper}")),
        );
    }
    found
}

fn without(whole: &Value, pointer: &str) -> Value {
    let mut value = whole.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match value.pointer_mut(parent).unwrap() {
        Value::Object(fields) => drop(fields.shift_remove(name)),
        Value::Array(items) => drop(items.remove(name.parse().unwrap())),
        plain => panic!("{plain} has no fields"),
    }
    value
}

fn bad_values() -> [Value; 14] {
    [
        json!(null),
        json!(""),
        json!("text"),
        json!("NaN"),
        json!([]),
        json!({}),
        json!([[], null, {"a": []}]),
        json!({"0": null, "x": [1]}),
        json!(true),
        json!(-1),
        json!(0.33),
        json!(1e300),
        json!(u64::MAX),
        json!("\u{0}\u{1b}[31m\u{202e}"),
    ]
}

#[test]
fn no_view_fails_on_a_field_that_is_missing_or_badly_typed() {
    for text in RECORDED {
        let whole: Value = serde_json::from_str(text).unwrap();
        for pointer in pointers(&whole) {
            every_view(&reply(without(&whole, &pointer)));
            for bad in bad_values() {
                let mut value = whole.clone();
                *value.pointer_mut(&pointer).unwrap() = bad;
                every_view(&reply(value));
            }
        }
    }
}

#[test]
fn a_bad_field_is_as_unknown_as_a_missing_one_and_leaves_the_others_as_they_were() {
    // Of these, something can be read even then: there is an entry, of which nothing is known.
    const MAPS: [&str; 4] = ["ip_nullroutes", "ptr", "vz_status", "vz_quota"];
    for text in [SERVICE_KVM, LIVE_KVM, LIVE_OVZ, SERVICE_2015] {
        let whole: Value = serde_json::from_str(text).unwrap();
        let names = whole.as_object().unwrap().keys();
        for name in names.filter(|name| !MAPS.contains(&name.as_str())) {
            let expected = reply(without(&whole, &format!("/{name}"))).live_info();
            for bad in [json!({"a": {}}), json!([[]])] {
                let mut with_bad = whole.clone();
                with_bad[name] = bad.clone();
                assert_eq!(reply(with_bad).live_info(), expected, "{name} = {bad}");
            }
        }
    }
}

#[test]
fn a_reply_without_anything_has_no_number_in_any_view() {
    let seen = every_view(&reply(json!({"error": 0})));
    assert!(!seen.contains("Some("), "{seen}");
}
