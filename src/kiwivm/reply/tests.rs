//! The views of replies, against recorded replies and against what PHP may make of them.

mod every_field;
mod lists;
mod service;
mod usage;

use super::Reply;
use crate::kiwivm::call::Call;
use crate::kiwivm::calls::find;
use serde_json::Value;

const ERROR_LOCKED: &str = include_str!("../../../tests/fixtures/error.788888.json");
const ERROR_REFUSED: &str = include_str!("../../../tests/fixtures/error.700005.json");
const AVAILABLE_OS: &str = include_str!("../../../tests/fixtures/getAvailableOS.2018.json");
const LIVE_KVM: &str = include_str!("../../../tests/fixtures/getLiveServiceInfo.kvm-2025.json");
const LIVE_OVZ: &str = include_str!("../../../tests/fixtures/getLiveServiceInfo.ovz-2018.json");
const VIOLATIONS: &str =
    include_str!("../../../tests/fixtures/getPolicyViolations.documented.json");
const RATE_LIMIT: &str = include_str!("../../../tests/fixtures/getRateLimitStatus.json");
const USAGE: &str = include_str!("../../../tests/fixtures/getRawUsageStats.two-points.json");
const SERVICE_2015: &str =
    include_str!("../../../tests/fixtures/getServiceInfo.documented-2015.json");
const SERVICE_KVM: &str = include_str!("../../../tests/fixtures/getServiceInfo.kvm-2025.json");
const SUSPENSIONS: &str =
    include_str!("../../../tests/fixtures/getSuspensionDetails.documented.json");
const NULL_ROUTES: &str = include_str!("../../../tests/fixtures/ip_nullroutes.documented.json");
const LOCATION_NAMES: &str =
    include_str!("../../../tests/fixtures/locations.2026-descriptions.json");
const LOCATIONS: &str = include_str!("../../../tests/fixtures/migrate_getLocations.2016.json");

fn recorded(text: &str) -> Reply {
    reply(serde_json::from_str(text).unwrap())
}

fn reply(value: Value) -> Reply {
    match value {
        Value::Object(fields) => Reply::new(fields),
        other => panic!("{other}"),
    }
}

fn call(name: &str) -> &'static Call {
    find(name).unwrap()
}
