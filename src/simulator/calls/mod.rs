//! Answers the 45 calls: what is checked before any of them, then one file a topic.

mod abuse;
pub(super) mod information;
mod migration;
mod network;
mod notifications;
mod power;
mod records;
mod shell;
mod snapshots;
mod system;

use super::machine::{AuditEntry, Machine};
use super::snapshot::Snapshot;
use super::transport::{Fields, Parameters, Refusal};
use super::usage::Series;
use crate::kiwivm::call::{Call, Class, Topic};
use crate::kiwivm::calls::{self as table, CALLS};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::net::Ipv4Addr;

/// Snapshots that another VPS may fetch once: by VEID and token.
pub(super) type Exports = HashMap<(u32, String), Snapshot>;

/// From where every request seems to come: KiwiVM's own audit log names it.
const REQUESTOR: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 77);

/// What a call may look at and change.
pub(super) struct Scene<'world> {
    pub(super) machine: &'world mut Machine,
    pub(super) exports: &'world mut Exports,
    pub(super) parameters: &'world Parameters,
    pub(super) now_s: i64,
}

/// What comes back.
pub(super) enum Reply {
    Fields(Fields),
    Usage(Series),
    TooMany,
}

type Outcome = Result<Fields, Refusal>;

impl Scene<'_> {
    fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.parameters.required(name)
    }

    fn need_running(&self) -> Result<(), Refusal> {
        if self.machine.is_running() {
            Ok(())
        } else {
            Err(Refusal::not_running())
        }
    }
}

/// Answers a call of an authenticated VPS.
pub(super) fn answer(name: &str, scene: &mut Scene<'_>) -> Reply {
    if !scene.machine.points.spend(scene.now_s) {
        return Reply::TooMany;
    }
    let Some(call) = table::find(name) else {
        let unknown = Refusal::new(700_004, format!("Unknown API call: {name}"));
        return Reply::Fields(unknown.into_fields());
    };
    match permitted(call, scene) {
        Ok(()) if call.name == "getRawUsageStats" => {
            Reply::Usage(Series::of(scene.machine, scene.now_s))
        }
        Ok(()) => Reply::Fields(outcome(call, scene).unwrap_or_else(Refusal::into_fields)),
        Err(refusal) => Reply::Fields(refusal.into_fields()),
    }
}

fn permitted(call: &Call, scene: &Scene<'_>) -> Result<(), Refusal> {
    if let Some(operation) = &scene.machine.operation
        && !answers_while_locked(call, scene.machine)
    {
        let locking = operation.locking_info(scene.now_s);
        return Err(Refusal::locked(&operation.title, locking));
    }
    for parameter in call.parameters.iter().filter(|wanted| wanted.required) {
        let value = scene.required(parameter.name)?;
        if value.is_empty() && !parameter.may_be_empty() {
            return Err(Refusal::missing(parameter.name));
        }
    }
    Ok(())
}

fn answers_while_locked(call: &Call, machine: &Machine) -> bool {
    match call.name {
        "getRateLimitStatus" => true,
        "getServiceInfo" | "getLiveServiceInfo" => machine.informs_while_locked,
        _ => false,
    }
}

fn outcome(call: &Call, scene: &mut Scene<'_>) -> Outcome {
    let outcome = match call.topic {
        Topic::Power => power::answer(call.name, scene),
        Topic::Information => Ok(information::answer(call.name, scene)),
        Topic::System => system::answer(call.name, scene),
        Topic::Shell => shell::answer(call.name, scene),
        Topic::Snapshots => snapshots::answer(call.name, scene),
        Topic::Network => network::answer(call.name, scene),
        Topic::Migration => migration::answer(call.name, scene),
        Topic::Records => Ok(records::answer(call.name, scene)),
        Topic::Abuse => abuse::answer(call.name, scene),
        Topic::Notifications => notifications::answer(call.name, scene),
    };
    if outcome.is_ok() && call.class != Class::Read {
        note(call, scene);
    }
    outcome
}

fn note(call: &Call, scene: &mut Scene<'_>) {
    let position = CALLS.iter().position(|other| other.name == call.name);
    scene.machine.note(AuditEntry {
        at_s: scene.now_s,
        requestor: REQUESTOR,
        kind: u32::try_from(position.unwrap_or(0)).unwrap_or(0) + 1,
        summary: format!("API: {}", call.name),
    });
}

/// The fields of a JSON object, in its order.
fn fields(value: Value) -> Fields {
    match value {
        Value::Object(fields) => fields,
        _ => Fields::new(),
    }
}

/// A bare success.
fn done() -> Outcome {
    Ok(Fields::new())
}

/// Success, and the address that hears of the end.
fn announced(machine: &Machine) -> Outcome {
    Ok(fields(
        json!({"error": 0, "notificationEmail": machine.email}),
    ))
}
