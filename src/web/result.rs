//! What a reply leads on to: the cases that can be ended, the step that makes a change take effect. It
//! sends nothing: its links lead to forms.

use super::page::Page;
use crate::kiwivm::call::Call;
use crate::kiwivm::calls;
use crate::kiwivm::reply::Reply;
use crate::model::access;
use crate::model::vps::Vps;
use serde_json::Value;

/// What KiwiVM holds against a VPS.
#[derive(Default)]
pub(super) struct Cases {
    /// What the buttons say, and the forms they lead to.
    pub(super) soft: Vec<(String, String)>,
    /// What only support can end, by its number.
    pub(super) hard: Vec<String>,
}

/// One case: its number, its reason, and whether it is known to be hard.
type Case = (String, Option<String>, bool);

impl Cases {
    /// Of this reply, for a person who looks at this VPS.
    pub(super) fn of(page: &Page, vps: &Vps, (call, reply): (&Call, &Value)) -> Cases {
        let Some((ends, cases)) = reply_of(reply).and_then(|reply| listed(call, &reply)) else {
            return Cases::default();
        };
        let (hard, soft): (Vec<Case>, Vec<Case>) =
            cases.into_iter().partition(|(_, _, is_hard)| *is_hard);
        let may_end = may(page, vps, ends);
        Cases {
            soft: soft
                .into_iter()
                .filter(|_| may_end)
                .map(|(record_id, flag, _)| {
                    let path = form_path(vps.id, ends, &[("record_id", &record_id)]);
                    (case_words(&record_id, flag), path)
                })
                .collect(),
            hard: hard
                .into_iter()
                .map(|(record_id, flag, _)| case_words(&record_id, flag))
                .collect(),
        }
    }
}

/// The call that ends the cases in this reply, and the cases.
fn listed(call: &Call, reply: &Reply) -> Option<(&'static str, Vec<Case>)> {
    match call.name {
        "getSuspensionDetails" => {
            let cases = reply.suspensions().cases.into_iter();
            let cases = cases.map(|case| (case.record_id, case.flag, case.soft == Some(false)));
            Some(("unsuspend", cases.collect()))
        }
        "getPolicyViolations" => {
            let cases = reply.policy_violations().violations.into_iter();
            let cases = cases.map(|case| (case.record_id, case.flag, case.soft == Some(false)));
            Some(("resolvePolicyViolation", cases.collect()))
        }
        _ => None,
    }
}

fn case_words(record_id: &str, flag: Option<String>) -> String {
    match flag {
        Some(flag) => format!("#{record_id} · {flag}"),
        None => format!("#{record_id}"),
    }
}

/// Whether only a full stop and a start make this change take effect.
pub(super) fn needs_a_cold_start(call: &Call) -> bool {
    matches!(call.name, "iso/mount" | "iso/unmount")
}

fn reply_of(reply: &Value) -> Option<Reply> {
    reply.as_object().cloned().map(Reply::new)
}

fn may(page: &Page, vps: &Vps, call: &str) -> bool {
    let person = page.person();
    person
        .zip(calls::find(call))
        .is_some_and(|(person, call)| access::may(person, call, vps).is_ok())
}

fn form_path(vps_id: i64, call: &str, fields: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    format!("/vps/{vps_id}/call/{call}?{query}")
}
