//! Snapshots and backups.

use super::{Outcome, Scene, announced, done, fields};
use crate::simulator::operation::Operation;
use crate::simulator::snapshot::Snapshot;
use crate::simulator::transport::{Fields, Refusal};
use serde_json::{Value, json};

/// At most this many sticky ones a VPS (inferred).
const STICKY_LIMIT: usize = 2;

pub(super) fn answer(call: &str, scene: &mut Scene<'_>) -> Outcome {
    match call {
        "snapshot/list" => Ok(list(scene)),
        "snapshot/create" => create(scene),
        "snapshot/restore" => restore(scene),
        "snapshot/delete" => delete(scene),
        "snapshot/toggleSticky" => toggle_sticky(scene),
        "snapshot/export" => export(scene),
        "snapshot/import" => import(scene),
        "backup/list" => Ok(list_backups(scene)),
        _ => copy_backup(scene),
    }
}

fn list(scene: &Scene<'_>) -> Fields {
    let machine = &scene.machine;
    let listed = |snapshot: &Snapshot| snapshot.listed(machine.veid, scene.now_s);
    let snapshots: Vec<Value> = machine.snapshots.iter().map(listed).collect();
    fields(json!({"error": 0, "snapshots": snapshots}))
}

fn create(scene: &mut Scene<'_>) -> Outcome {
    let machine = &mut scene.machine;
    let mut snapshot = Snapshot::new(&machine.os, scene.now_s, &mut machine.chance);
    snapshot.uncompressed_bytes = machine.disk_used_bytes;
    snapshot.size_bytes = machine.disk_used_bytes / 3;
    snapshot.files.clone_from(&machine.files);
    let description = scene.parameters.given("description").unwrap_or_default();
    description.clone_into(&mut snapshot.description);
    machine.operation = Some(Operation::snapshot(snapshot, scene.now_s));
    announced(machine)
}

/// Where the snapshot named in the request is.
fn position(scene: &Scene<'_>) -> Result<usize, Refusal> {
    let name = scene.required("snapshot")?;
    let machine = &scene.machine;
    let named = |snapshot: &Snapshot| snapshot.file_name(machine.veid) == name;
    let position = machine.snapshots.iter().position(named);
    position.ok_or_else(|| Refusal::invalid("Requested snapshot does not exist"))
}

fn restore(scene: &mut Scene<'_>) -> Outcome {
    let snapshot = scene.machine.snapshots[position(scene)?].clone();
    let file_name = snapshot.file_name(scene.machine.veid);
    scene.machine.operation = Some(Operation::restore(snapshot, &file_name, scene.now_s));
    announced(scene.machine)
}

fn delete(scene: &mut Scene<'_>) -> Outcome {
    let position = position(scene)?;
    scene.machine.snapshots.remove(position);
    announced(scene.machine)
}

fn toggle_sticky(scene: &mut Scene<'_>) -> Outcome {
    let position = position(scene)?;
    let sticky = match scene.required("sticky")? {
        "1" => true,
        "0" => false,
        _ => return Err(Refusal::invalid("sticky must be 0 or 1")),
    };
    let snapshots = &mut scene.machine.snapshots;
    let others = snapshots.iter().enumerate();
    let count = others
        .filter(|(index, other)| *index != position && other.sticky)
        .count();
    if sticky && count >= STICKY_LIMIT {
        return Err(Refusal::invalid("Too many sticky snapshots"));
    }
    snapshots[position].sticky = sticky;
    done()
}

fn export(scene: &mut Scene<'_>) -> Outcome {
    let snapshot = scene.machine.snapshots[position(scene)?].clone();
    let token = scene.machine.chance.hex(40);
    let name = (scene.machine.veid, token.clone());
    scene.exports.insert(name, snapshot);
    Ok(fields(json!({"error": 0, "token": token})))
}

/// A token works once.
fn import(scene: &mut Scene<'_>) -> Outcome {
    let veid = scene.required("sourceVeid")?.parse().unwrap_or(0);
    let token = scene.required("sourceToken")?.to_owned();
    let unknown = || Refusal::invalid("Source VEID or token is not valid");
    let mut snapshot = scene.exports.remove(&(veid, token)).ok_or_else(unknown)?;
    let machine = &mut scene.machine;
    snapshot.token = machine.chance.hex(40);
    snapshot.made_at_s = scene.now_s;
    snapshot.sticky = false;
    machine.operation = Some(Operation::copy("Snapshot Import", snapshot, scene.now_s));
    announced(machine)
}

/// By token, as recorded (documents say: a list).
fn list_backups(scene: &Scene<'_>) -> Fields {
    let backups = scene.machine.backups.iter();
    let backups: Fields = backups
        .map(|backup| (backup.token.clone(), backup.listed()))
        .collect();
    fields(json!({"error": 0, "backups": backups}))
}

fn copy_backup(scene: &mut Scene<'_>) -> Outcome {
    let token = scene.required("backupToken")?;
    let backup = scene
        .machine
        .backups
        .iter()
        .find(|backup| backup.token == token);
    let unknown = || Refusal::invalid("Requested backup does not exist");
    let backup = backup.ok_or_else(unknown)?.clone();
    let machine = &mut scene.machine;
    let mut snapshot = Snapshot::new(&backup.os, scene.now_s, &mut machine.chance);
    snapshot.size_bytes = backup.size_bytes;
    snapshot.description = "Copy of an automatic backup".to_owned();
    machine.operation = Some(Operation::copy("Backup Copy", snapshot, scene.now_s));
    announced(machine)
}
