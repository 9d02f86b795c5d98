//! Suspensions and policy violations.

use super::{Outcome, Scene, done, fields};
use crate::simulator::machine::{Machine, Power, Suspension, Violation};
use crate::simulator::transport::{Fields, Refusal};
use serde_json::{Value, json};

pub(super) fn answer(call: &str, scene: &mut Scene<'_>) -> Outcome {
    match call {
        "getSuspensionDetails" => Ok(suspension_details(scene.machine)),
        "getPolicyViolations" => Ok(policy_violations(scene.machine)),
        "unsuspend" => unsuspend(scene),
        _ => resolve(scene),
    }
}

/// `suspensions` and `evidence` are absent when there are none (documented).
fn suspension_details(machine: &Machine) -> Fields {
    let mut details = Fields::new();
    if !machine.suspensions.is_empty() {
        let cases: Vec<Value> = machine.suspensions.iter().map(suspension).collect();
        let texts = machine.suspensions.iter();
        let evidence: Fields = texts
            .map(|case| {
                (
                    case.evidence_record_id.to_string(),
                    case.evidence.clone().into(),
                )
            })
            .collect();
        details.extend(fields(json!({"suspensions": cases, "evidence": evidence})));
    }
    details.extend(fields(
        json!({"suspension_count": machine.suspension_count}),
    ));
    details.extend(abuse_points(machine));
    details
}

fn suspension(case: &Suspension) -> Value {
    json!({
        "record_id": case.record_id,
        "flag": case.flag,
        "is_soft": u8::from(case.soft),
        "evidence_record_id": case.evidence_record_id,
        "abuse_points": case.abuse_points,
    })
}

fn policy_violations(machine: &Machine) -> Fields {
    let mut reply = Fields::new();
    if !machine.violations.is_empty() {
        let listed: Vec<Value> = machine.violations.iter().map(violation).collect();
        reply.extend(fields(json!({"policy_violations": listed})));
    }
    reply.extend(abuse_points(machine));
    reply
}

fn violation(violation: &Violation) -> Value {
    json!({
        "record_id": violation.record_id,
        "timestamp": violation.found_at_s,
        "suspend_at": violation.suspend_at_s,
        "flag": violation.flag,
        "is_soft": u8::from(violation.soft),
        "abuse_points": violation.abuse_points,
        "evidence_data": violation.evidence,
    })
}

fn abuse_points(machine: &Machine) -> Fields {
    fields(json!({
        "total_abuse_points": machine.abuse_points,
        "max_abuse_points": machine.max_abuse_points,
        "error": 0,
    }))
}

fn unsuspend(scene: &mut Scene<'_>) -> Outcome {
    let record_id = record_id(scene)?;
    let machine = &mut scene.machine;
    let mut cases = machine.suspensions.iter();
    let position = cases.position(|case| case.record_id == record_id);
    let position = position.ok_or_else(no_such_record)?;
    if !machine.suspensions[position].soft {
        return Err(only_support());
    }
    machine.suspensions.remove(position);
    if !machine.is_suspended() {
        machine.power = Power::Running;
    }
    done()
}

fn resolve(scene: &mut Scene<'_>) -> Outcome {
    let record_id = record_id(scene)?;
    let violations = &mut scene.machine.violations;
    let mut listed = violations.iter();
    let position = listed.position(|violation| violation.record_id == record_id);
    let position = position.ok_or_else(no_such_record)?;
    if !violations[position].soft {
        return Err(only_support());
    }
    violations.remove(position);
    done()
}

fn record_id(scene: &Scene<'_>) -> Result<u32, Refusal> {
    let text = scene.required("record_id")?;
    text.parse().map_err(|_| no_such_record())
}

fn no_such_record() -> Refusal {
    Refusal::invalid("Record does not exist")
}

fn only_support() -> Refusal {
    Refusal::invalid("This issue cannot be resolved through the API, please contact support")
}
