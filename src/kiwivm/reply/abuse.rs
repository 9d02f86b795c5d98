//! getSuspensionDetails and getPolicyViolations: what the provider holds against a VPS.

use crate::kiwivm::loose::{Fields, lines};

/// The reply to getSuspensionDetails.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suspensions {
    /// How often it was suspended this year.
    pub suspension_count: Option<u64>,
    /// Abuse points so far.
    pub total_abuse_points: Option<u64>,
    /// Abuse points allowed.
    pub max_abuse_points: Option<u64>,
    /// The open cases. A VPS whose transfer is used up is suspended without any.
    pub cases: Vec<Suspension>,
}

/// One open case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suspension {
    /// Its id for unsuspend, as it came; without one it cannot be ended here.
    pub record_id: Option<String>,
    /// What it is about, in KiwiVM's word.
    pub flag: Option<String>,
    /// Whether unsuspend may end it; otherwise only support can.
    pub soft: Option<bool>,
    /// What it cost.
    pub abuse_points: Option<u64>,
    /// The complaint.
    pub evidence: Option<String>,
}

impl Suspensions {
    pub(super) fn read(fields: Fields) -> Suspensions {
        let read = |item| Suspension::read(Fields::of(item), fields);
        Suspensions {
            suspension_count: fields.count("suspension_count"),
            total_abuse_points: fields.count("total_abuse_points"),
            max_abuse_points: fields.count("max_abuse_points"),
            cases: fields.list("suspensions").into_iter().map(read).collect(),
        }
    }
}

impl Suspension {
    fn read(fields: Fields, reply: Fields) -> Suspension {
        Suspension {
            record_id: fields.exact("record_id"),
            flag: fields.text("flag"),
            soft: fields.truth("is_soft"),
            abuse_points: fields.count("abuse_points"),
            evidence: evidence(fields, reply),
        }
    }
}

/// The complaint to which a case points.
fn evidence(case: Fields, reply: Fields) -> Option<String> {
    let id = case.exact("evidence_record_id")?;
    let complaints = reply.map("evidence");
    lines(complaints.get(&id)?).filter(|text| !text.is_empty())
}

/// The reply to getPolicyViolations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyViolations {
    /// Abuse points so far.
    pub total_abuse_points: Option<u64>,
    /// Abuse points allowed.
    pub max_abuse_points: Option<u64>,
    /// The open violations.
    pub violations: Vec<PolicyViolation>,
}

/// One open violation: it becomes a suspension unless it is resolved in time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyViolation {
    /// Its id for resolvePolicyViolation, as it came; without one it cannot be ended here.
    pub record_id: Option<String>,
    /// When it was found, Unix seconds.
    pub timestamp_s: Option<i64>,
    /// When the VPS will be suspended for it, Unix seconds.
    pub suspend_at_s: Option<i64>,
    /// What it is about, in KiwiVM's word.
    pub flag: Option<String>,
    /// Whether resolvePolicyViolation may end it.
    pub soft: Option<bool>,
    /// What it cost.
    pub abuse_points: Option<u64>,
    /// The complaint.
    pub evidence: Option<String>,
}

impl PolicyViolations {
    pub(super) fn read(fields: Fields) -> PolicyViolations {
        PolicyViolations {
            total_abuse_points: fields.count("total_abuse_points"),
            max_abuse_points: fields.count("max_abuse_points"),
            violations: fields
                .list("policy_violations")
                .into_iter()
                .map(|item| PolicyViolation::read(Fields::of(item)))
                .collect(),
        }
    }
}

impl PolicyViolation {
    fn read(fields: Fields) -> PolicyViolation {
        PolicyViolation {
            record_id: fields.exact("record_id"),
            timestamp_s: fields.integer("timestamp"),
            suspend_at_s: fields.integer("suspend_at"),
            flag: fields.text("flag"),
            soft: fields.truth("is_soft"),
            abuse_points: fields.count("abuse_points"),
            evidence: fields.lines("evidence_data"),
        }
    }
}
