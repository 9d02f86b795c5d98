//! What a reply leads on to: the snapshots with what can be done to each, the step that makes a
//! change take effect. It sends nothing: its links lead to forms.

use super::page::Page;
use crate::kiwivm::call::Call;
use crate::kiwivm::calls;
use crate::kiwivm::reply::{Reply, Snapshot};
use crate::model::access;
use crate::model::vps::Vps;
use serde_json::Value;

/// So many rows are drawn; the rest is counted.
const ROWS_MAX: usize = 100;

/// The snapshots of a VPS, with what this person may do to each.
pub(super) struct Snapshots {
    pub(super) rows: Vec<Row>,
    pub(super) more: usize,
}

/// A snapshot, and for each call that takes it: what its link says, and the form, filled in.
pub(super) struct Row {
    pub(super) snapshot: Snapshot,
    pub(super) forms: Vec<(&'static str, String)>,
}

impl Snapshots {
    /// Of the reply of snapshot/list; none when it lists none, or some without a name.
    pub(super) fn of(page: &Page, vps: &Vps, (call, reply): (&Call, &Value)) -> Option<Snapshots> {
        let reply = reply_of(reply).filter(|_| call.name == "snapshot/list")?;
        let mut snapshots = reply.snapshots();
        if snapshots.is_empty() || snapshots.len() != reply.view().list("snapshots").len() {
            return None;
        }
        let more = snapshots.len().saturating_sub(ROWS_MAX);
        snapshots.truncate(ROWS_MAX);
        Some(Snapshots {
            rows: snapshots
                .into_iter()
                .map(|snapshot| Row {
                    forms: forms(page, vps, &snapshot),
                    snapshot,
                })
                .collect(),
            more,
        })
    }
}

impl Row {
    /// A sticky one stays, whatever KiwiVM counts.
    pub(super) fn purged_in_s(&self) -> Option<i64> {
        let is_sticky = self.snapshot.sticky == Some(true);
        self.snapshot
            .purges_in_s
            .filter(|wait_s| !is_sticky && *wait_s > 0)
    }
}

fn forms(page: &Page, vps: &Vps, snapshot: &Snapshot) -> Vec<(&'static str, String)> {
    let name = ("snapshot", snapshot.file_name.as_str());
    let (words, sticky) = match snapshot.sticky {
        Some(true) => ("snapshot-unstick", ("sticky", "0")),
        _ => ("snapshot-stick", ("sticky", "1")),
    };
    let fields: [(_, _, &[(&str, &str)]); 3] = [
        ("snapshot-restore", "snapshot/restore", &[name]),
        ("snapshot-delete", "snapshot/delete", &[name]),
        (words, "snapshot/toggleSticky", &[name, sticky]),
    ];
    fields
        .into_iter()
        .filter(|(_, call, _)| may(page, vps, call))
        .map(|(words, call, fields)| (words, form_path(vps.id, call, fields)))
        .collect()
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

/// The form of a call, filled in.
pub(super) fn form_path(vps_id: i64, call: &str, fields: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    format!("/vps/{vps_id}/call/{call}?{query}")
}
