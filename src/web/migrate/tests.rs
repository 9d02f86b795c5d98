//! What a move leaves of the month's transfer, and how the locations are listed.

use super::{Outlook, Region, named, outlook, regions};
use crate::kiwivm::reply::{Locations, Reply, ServiceInfo};
use serde_json::{Value, json};
use std::cmp::Ordering;

fn reply(fields: Value) -> Reply {
    match fields {
        Value::Object(fields) => Reply::new(fields),
        _ => panic!("no object"),
    }
}

fn service(multiplier: Value) -> ServiceInfo {
    let fields = json!({
        "plan_monthly_data": 1000, "data_counter": 400, "monthly_data_multiplier": multiplier,
    });
    reply(fields).service_info()
}

fn locations(fields: Value) -> Locations {
    reply(fields).locations()
}

/// What a location's multiplier is read as.
fn read(multiplier: Value) -> Option<f64> {
    let locations = locations(json!({"dataTransferMultipliers": {"X": multiplier}}));
    locations.multipliers.get("X").copied()
}

#[test]
fn the_rest_of_the_transfer_counts_with_the_multiplier_of_the_place() {
    for (here, there, here_bytes, there_bytes, order) in [
        (json!(1), json!(0.33), 600, 198, Ordering::Less),
        (json!(1), json!(1), 600, 600, Ordering::Equal),
        (json!(1), json!("1"), 600, 600, Ordering::Equal),
        (json!(1), json!(3), 600, 1800, Ordering::Greater),
        (json!(0.33), json!(1), 198, 600, Ordering::Greater),
        (json!(3), json!("0.33"), 1800, 198, Ordering::Less),
        // What KiwiVM does not say of the present place counts once, as on every page.
        (Value::Null, json!(3), 600, 1800, Ordering::Greater),
    ] {
        let expected = Outlook {
            here_bytes,
            there_bytes,
            order,
        };
        let found = outlook(&service(here.clone()), read(there.clone()));
        assert_eq!(found, Some(expected), "{here} to {there}");
    }
}

#[test]
fn a_multiplier_that_is_none_leaves_the_rest_unknown() {
    for odd in [
        json!(0),
        json!(-1),
        json!(1e9),
        json!("NaN"),
        json!("x"),
        Value::Null,
    ] {
        assert_eq!(
            outlook(&service(json!(1)), read(odd.clone())),
            None,
            "{odd}"
        );
    }
    assert_eq!(outlook(&service(json!(1)), None), None);
    let unread = reply(json!({"plan_monthly_data": 1000})).service_info();
    assert_eq!(outlook(&unread, Some(1.0)), None);
}

#[test]
fn nothing_is_left_of_a_quota_that_is_overdrawn() {
    let fields = json!({"plan_monthly_data": 1000, "data_counter": 1200});
    let overdrawn = reply(fields).service_info();
    let outlook = outlook(&overdrawn, Some(3.0)).expect("both are known");
    assert_eq!((outlook.here_bytes, outlook.there_bytes), (0, 0));
}

#[test]
fn a_region_stands_before_the_colon() {
    let owned = |text: &str| Some(text.to_owned());
    for (description, region, name) in [
        (Some("US: Fremont"), owned("US"), owned("Fremont")),
        (
            Some("Japan: Tokyo (DC: 2)"),
            owned("Japan"),
            owned("Tokyo (DC: 2)"),
        ),
        (Some("Fremont"), None, owned("Fremont")),
        (Some(": Fremont"), None, owned(": Fremont")),
        (Some("US:"), None, owned("US:")),
        (None, None, None),
    ] {
        assert_eq!(named(description), (region, name), "{description:?}");
    }
}

fn listed(regions: &[Region]) -> Vec<(Option<&str>, Vec<&str>)> {
    regions
        .iter()
        .map(|region| {
            let places = region.places.iter().map(|place| place.id.as_str());
            (region.name.as_deref(), places.collect())
        })
        .collect()
}

#[test]
fn the_other_locations_are_listed_by_region_in_kiwivms_order() {
    let given = locations(json!({
        "currentLocation": "A",
        "locations": ["A", "B", "E", "C", "Z"],
        "descriptions": {"A": "US: One", "B": "US: Two", "C": "US: Three", "E": "EU: Four"},
    }));
    let regions = regions(&given, None);
    assert_eq!(
        listed(&regions),
        [
            (Some("US"), vec!["B", "C"]),
            (Some("EU"), vec!["E"]),
            (None, vec!["Z"])
        ]
    );
}

#[test]
fn where_the_vps_is_may_be_told_by_its_plan_alone() {
    let given = locations(json!({"locations": ["A", "B"]}));
    let here = reply(json!({"node_location_id": "A"})).service_info();
    let regions = regions(&given, Some(&here));
    assert_eq!(listed(&regions), [(None, vec!["B"])]);
}
