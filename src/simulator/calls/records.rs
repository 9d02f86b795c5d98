//! The audit log and the obsolete graphs. The raw usage is streamed by `usage`.

use super::{Scene, fields};
use crate::simulator::machine::AuditEntry;
use crate::simulator::picture;
use crate::simulator::transport::Fields;
use serde_json::{Value, json};

pub(super) fn answer(call: &str, scene: &Scene<'_>) -> Fields {
    match call {
        "getAuditLog" => audit_log(scene),
        _ => usage_graphs(scene),
    }
}

fn audit_log(scene: &Scene<'_>) -> Fields {
    let entries: Vec<Value> = scene.machine.audit.iter().map(listed).collect();
    fields(json!({"error": 0, "log_entries": entries}))
}

fn listed(entry: &AuditEntry) -> Value {
    json!({
        "timestamp": entry.at_s,
        "requestor_ipv4": u32::from(entry.requestor),
        "type": entry.kind,
        "summary": entry.summary,
    })
}

/// Nobody has recorded this one: pictures, by name, are a guess.
fn usage_graphs(scene: &Scene<'_>) -> Fields {
    let title = |name: &str| picture::console(&[&scene.machine.hostname, name]);
    fields(json!({
        "error": 0,
        "graphs": {
            "cpu_1d_png_base64": title("cpu 1d"),
            "net_1d_png_base64": title("net 1d"),
            "disk_1d_png_base64": title("disk 1d"),
        },
    }))
}
