//! Templates, reinstallation, the root password, SSH keys, the hostname, disc images.

use super::{Outcome, Scene, done, fields};
use crate::simulator::machine::Machine;
use crate::simulator::operation::Operation;
use crate::simulator::places::{ISOS, TEMPLATES};
use crate::simulator::transport::Refusal;
use serde_json::json;

pub(super) fn answer(call: &str, scene: &mut Scene<'_>) -> Outcome {
    match call {
        "getAvailableOS" => Ok(fields(json!({
            "error": 0,
            "installed": scene.machine.os,
            "templates": TEMPLATES,
        }))),
        "reinstallOS" => reinstall(scene),
        "resetRootPassword" => reset_root_password(scene),
        "getSshKeys" => Ok(fields(ssh_keys(scene.machine))),
        "updateSshKeys" => {
            scene.machine.ssh_keys = scene.required("ssh_keys")?.trim().to_owned();
            done()
        }
        "setHostname" => {
            scene.machine.hostname = scene.required("newHostname")?.to_owned();
            done()
        }
        "iso/mount" => mount(scene),
        _ => unmount(scene),
    }
}

fn reinstall(scene: &mut Scene<'_>) -> Outcome {
    let os = scene.required("os")?.to_owned();
    if !TEMPLATES.contains(&os.as_str()) {
        return Err(Refusal::invalid("Requested OS template is not available"));
    }
    let machine = &mut scene.machine;
    machine.operation = Some(Operation::reinstall(&os, scene.now_s));
    machine.ssh_port = 20_000 + (machine.chance.below(20_000) as u16);
    let keys: Vec<&str> = preferred(machine).lines().collect();
    let brief: Vec<String> = keys.iter().map(|key| shortened(key)).collect();
    let keys = json!(keys);
    Ok(fields(json!({
        "error": 0,
        "rootPassword": machine.chance.letters(12),
        "sshPort": machine.ssh_port,
        "sshKeys": keys,
        "sshKeysBrief": brief,
        "notificationEmail": machine.email,
    })))
}

fn reset_root_password(scene: &mut Scene<'_>) -> Outcome {
    if !scene.machine.is_running() {
        return Err(Refusal::new(
            739_102,
            "VPS must be running to reset the root password",
        ));
    }
    Ok(fields(
        json!({"error": 0, "password": scene.machine.chance.letters(12)}),
    ))
}

/// Keys of the VPS win over the account's.
fn preferred(machine: &Machine) -> &str {
    if machine.ssh_keys.is_empty() {
        &machine.account_ssh_keys
    } else {
        &machine.ssh_keys
    }
}

fn ssh_keys(machine: &Machine) -> serde_json::Value {
    let short = |keys: &str| {
        let lines: Vec<String> = keys.lines().map(shortened).collect();
        lines.join("\n")
    };
    json!({
        "error": 0,
        "ssh_keys_veid": machine.ssh_keys,
        "ssh_keys_user": machine.account_ssh_keys,
        "ssh_keys_preferred": preferred(machine),
        "shortened_ssh_keys_veid": short(&machine.ssh_keys),
        "shortened_ssh_keys_user": short(&machine.account_ssh_keys),
        "shortened_ssh_keys_preferred": short(preferred(machine)),
    })
}

/// `ssh-ed25519 AAAAC3Nz…` in the middle cut out.
fn shortened(key: &str) -> String {
    let mut words = key.splitn(3, ' ');
    let kind = words.next().unwrap_or_default();
    let body: Vec<char> = words.next().unwrap_or_default().chars().collect();
    let comment = words.next().unwrap_or_default();
    if body.len() <= 20 {
        return key.to_owned();
    }
    let head: String = body[..10].iter().collect();
    let tail: String = body[body.len() - 8..].iter().collect();
    format!("{kind} {head}...{tail} {comment}")
        .trim_end()
        .to_owned()
}

fn mount(scene: &mut Scene<'_>) -> Outcome {
    need_kvm(scene)?;
    let iso = scene.required("iso")?.to_owned();
    if !ISOS.contains(&iso.as_str()) {
        return Err(Refusal::invalid("Requested ISO image is not available"));
    }
    scene.machine.iso_chosen = Some(iso);
    done()
}

fn unmount(scene: &mut Scene<'_>) -> Outcome {
    need_kvm(scene)?;
    scene.machine.iso_chosen = None;
    done()
}

fn need_kvm(scene: &Scene<'_>) -> Result<(), Refusal> {
    if scene.machine.is_kvm() {
        return Ok(());
    }
    Err(Refusal::invalid("ISO images are available on KVM only"))
}
