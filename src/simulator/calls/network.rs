//! Reverse names, IPv6 subnets, private addresses.

use super::{Outcome, Scene, done, fields};
use crate::simulator::machine::Machine;
use crate::simulator::newborn::ipv6_subnet;
use crate::simulator::transport::Refusal;
use serde_json::json;

/// How many private addresses KiwiVM offers at a time; and how many one VPS may have.
const PRIVATE_LIMIT: usize = 3;

pub(super) fn answer(call: &str, scene: &mut Scene<'_>) -> Outcome {
    match call {
        "setPTR" => set_ptr(scene),
        "ipv6/add" => add_ipv6(scene),
        "ipv6/delete" => delete_ipv6(scene),
        "privateIp/getAvailableIps" => {
            need_private_network(scene)?;
            let free = free_private_addresses(scene.machine);
            Ok(fields(json!({"error": 0, "available_ips": free})))
        }
        "privateIp/assign" => assign_private(scene),
        _ => delete_private(scene),
    }
}

fn set_ptr(scene: &mut Scene<'_>) -> Outcome {
    let ip = scene.required("ip")?.to_owned();
    let ptr = scene.required("ptr")?.to_owned();
    if !scene.machine.addresses.contains(&ip) {
        return Err(Refusal::invalid("IP address is not assigned to this VPS"));
    }
    scene.machine.ptr.insert(ip, Some(ptr));
    done()
}

/// The form of 2025: no parameter, `assigned_subnet`.
fn add_ipv6(scene: &mut Scene<'_>) -> Outcome {
    let machine = &mut scene.machine;
    let present = machine.addresses.iter().filter(|ip| ip.contains(':'));
    if present.count() >= machine.plan.max_ipv6s {
        return Err(Refusal::invalid("Maximum number of IPv6 subnets reached"));
    }
    let mut candidates = (0..).map(|index| ipv6_subnet(machine.veid, index));
    let free = candidates.find(|subnet| !machine.addresses.contains(subnet));
    let subnet = free.unwrap_or_default();
    machine.addresses.push(subnet.clone());
    machine.ptr.insert(subnet.clone(), Some(String::new()));
    Ok(fields(json!({"error": 0, "assigned_subnet": subnet})))
}

/// Takes a subnet with and without its `/64`.
fn delete_ipv6(scene: &mut Scene<'_>) -> Outcome {
    let wanted = scene.required("ip")?.trim_end_matches("/64").to_owned();
    let matching = |ip: &String| ip.contains(':') && ip.trim_end_matches("/64") == wanted;
    let machine = &mut scene.machine;
    let Some(position) = machine.addresses.iter().position(matching) else {
        return Err(Refusal::invalid("IPv6 subnet is not assigned to this VPS"));
    };
    let address = machine.addresses.remove(position);
    machine.ptr.shift_remove(&address);
    done()
}

fn need_private_network(scene: &Scene<'_>) -> Result<(), Refusal> {
    if scene.machine.private_network {
        return Ok(());
    }
    Err(Refusal::invalid("Private network is not available"))
}

fn free_private_addresses(machine: &Machine) -> Vec<String> {
    let subnet = machine.veid % 250;
    let all = (2..250).map(|host| format!("10.8.{subnet}.{host}"));
    let free = all.filter(|ip| !machine.private_addresses.contains(ip));
    free.take(PRIVATE_LIMIT).collect()
}

fn assign_private(scene: &mut Scene<'_>) -> Outcome {
    need_private_network(scene)?;
    let free = free_private_addresses(scene.machine);
    if scene.machine.private_addresses.len() >= PRIVATE_LIMIT {
        return Err(Refusal::invalid(
            "Maximum number of private IP addresses reached",
        ));
    }
    let chosen = match scene.parameters.given("ip") {
        Some(wanted) => free.into_iter().find(|ip| ip == wanted),
        None => free.into_iter().next(),
    };
    let taken = || Refusal::invalid("Private IP address is not available");
    let chosen = chosen.ok_or_else(taken)?;
    scene.machine.private_addresses.push(chosen.clone());
    Ok(fields(json!({"error": 0, "assigned_ips": [chosen]})))
}

fn delete_private(scene: &mut Scene<'_>) -> Outcome {
    need_private_network(scene)?;
    let wanted = scene.required("ip")?.to_owned();
    let addresses = &mut scene.machine.private_addresses;
    let Some(position) = addresses.iter().position(|ip| *ip == wanted) else {
        return Err(Refusal::invalid(
            "Private IP address is not assigned to this VPS",
        ));
    };
    addresses.remove(position);
    done()
}
