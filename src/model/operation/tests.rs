//! What a comparison of before and after says, and what it does not.

use super::{Change, Facts, Operation};
use crate::kiwivm::error::Lock;

fn facts(location: &str, addresses: &[&str]) -> Facts {
    Facts {
        read_at_s: Some(100),
        location: Some(location.to_owned()),
        addresses: addresses.iter().map(|&ip| ip.to_owned()).collect(),
        os: Some("debian-12-x86_64".to_owned()),
        ..Facts::default()
    }
}

fn ended(before: Facts, after: Facts) -> Operation {
    let begun = Operation::begun(100, (Lock::default(), true), before);
    Operation {
        after,
        ..begun.ended(200)
    }
}

#[test]
fn a_move_is_told_by_its_location_and_its_addresses() {
    let before = facts("Los Angeles", &["192.0.2.1", "192.0.2.2", "2001:db8::/64"]);
    let after = facts("Fremont", &["192.0.2.2", "203.0.113.7", "2001:db8::/64"]);
    let operation = ended(before, after);
    assert!(operation.has_moved());
    assert_eq!(
        operation.changes(),
        [
            Change::Location {
                from: "Los Angeles".to_owned(),
                to: "Fremont".to_owned()
            },
            Change::Addresses {
                gone: vec!["192.0.2.1".to_owned()],
                come: vec!["203.0.113.7".to_owned()]
            }
        ]
    );
}

#[test]
fn what_is_not_known_on_both_sides_is_not_compared() {
    let known = facts("Los Angeles", &["192.0.2.1"]);
    assert!(ended(known.clone(), Facts::default()).changes().is_empty());
    assert!(ended(Facts::default(), known.clone()).changes().is_empty());
    let mut more = known.clone();
    more.snapshots = Some(2);
    assert!(ended(known.clone(), more.clone()).changes().is_empty());
    let fewer = Facts {
        snapshots: Some(1),
        ..known
    };
    assert_eq!(
        ended(fewer, more).changes(),
        [Change::Snapshots { from: 1, to: 2 }]
    );
}

#[test]
fn the_names_of_addresses_that_are_gone_are_lost_and_no_others() {
    let mut before = facts("Los Angeles", &["192.0.2.1", "192.0.2.2"]);
    let name = |ip: &str| (ip.to_owned(), format!("host.{ip}.example.com"));
    before.names = vec![name("192.0.2.1"), name("192.0.2.2")];
    let after = facts("Fremont", &["192.0.2.2"]);
    let operation = ended(before.clone(), after);
    assert_eq!(operation.lost_names(), [&name("192.0.2.1")]);
    assert!(ended(before, Facts::default()).lost_names().is_empty());
}

#[test]
fn what_kiwivm_leaves_out_it_has_said_before() {
    let first = Lock {
        operation: Some("Snapshot".to_owned()),
        percent: Some(40),
        progress: Some("Copying disk".to_owned()),
        last_update_age_s: Some(7),
    };
    let operation = Operation::begun(100, (first.clone(), false), Facts::default());
    assert_eq!(operation.said_at_s(), 93);
    let again = operation.told(110, (Lock::default(), true));
    assert_eq!(again.lock.operation, first.operation);
    assert_eq!(again.lock.percent, Some(40));
    assert!(again.is_told_by_info);
    assert_eq!((again.seen_at_s, again.told_at_s), (100, 110));
    assert_eq!(again.said_at_s(), 110);
}

#[test]
fn a_title_tells_whether_it_is_the_same_one() {
    let titled = |title: &str| Lock {
        operation: Some(title.to_owned()),
        ..Lock::default()
    };
    let running = Operation::begun(100, (titled("Snapshot"), true), Facts::default());
    let ended = running.ended(200);
    for (operation, lock, now_s, expected) in [
        (&running, titled("Snapshot"), 9000, true),
        (&running, Lock::default(), 9000, true),
        (&running, titled("OS Reinstall"), 110, false),
        (&ended, titled("Snapshot"), 210, true),
        (&ended, titled("Snapshot"), 230, false),
        (&ended, Lock::default(), 210, false),
        (&ended, titled("OS Reinstall"), 210, false),
    ] {
        assert_eq!(
            operation.is_told_of(&lock, now_s),
            expected,
            "{lock:?} {now_s}"
        );
    }
    // What tells of it late opens it again, and it is compared anew.
    let again = ended.told(210, (titled("Snapshot"), true));
    assert_eq!((again.seen_at_s, again.ended_at_s), (100, None));
    assert_eq!(again.after, Facts::default());
}

#[test]
fn the_facts_of_a_hostile_reply_are_few_and_short() {
    let long = "x".repeat(3000);
    let addresses: Vec<String> = (0..900)
        .map(|number| format!("192.0.2.1-{number}"))
        .collect();
    let names: serde_json::Map<String, serde_json::Value> = addresses
        .iter()
        .map(|address| (address.clone(), long.clone().into()))
        .collect();
    let reply = serde_json::json!({"error": 0, "ip_addresses": addresses, "ptr": names, "plan": long,
        "hostname": long, "os": long, "node_datacenter": long});
    let service = crate::kiwivm::reply::Reply::parse(&reply.to_string())
        .unwrap()
        .service_info();
    let facts = Facts::of(100, &service);
    assert_eq!((facts.addresses.len(), facts.names.len()), (64, 64));
    assert_eq!(facts.names[63].1.len(), 255);
    assert_eq!(facts.plan.as_ref().map(String::len), Some(200));
    let text = serde_json::to_string(&facts).unwrap();
    assert!(text.len() < 24_000, "{}", text.len());
}
