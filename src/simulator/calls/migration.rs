//! Moving to another data centre, and becoming a copy of another server.

use super::information::number;
use super::{Outcome, Scene, announced, fields};
use crate::simulator::machine::Machine;
use crate::simulator::newborn::{ipv4, ipv6_subnet};
use crate::simulator::operation::Operation;
use crate::simulator::places::{self, PLACES};
use crate::simulator::transport::{Fields, Refusal};
use serde_json::json;

pub(super) fn answer(call: &str, scene: &mut Scene<'_>) -> Outcome {
    match call {
        "migrate/getLocations" => Ok(locations(scene.machine)),
        "migrate/start" => start(scene),
        _ => clone_from_server(scene),
    }
}

fn locations(machine: &Machine) -> Fields {
    let ids: Vec<&str> = PLACES.iter().map(|place| place.id).collect();
    let named = PLACES.iter();
    let descriptions: Fields = named
        .map(|place| (place.id.to_owned(), place.description.into()))
        .collect();
    let multiplied = PLACES.iter();
    let multipliers: Fields = multiplied
        .map(|place| (place.id.to_owned(), number(place.multiplier)))
        .collect();
    fields(json!({
        "error": 0,
        "currentLocation": machine.location,
        "locations": ids,
        "descriptions": descriptions,
        "dataTransferMultipliers": multipliers,
    }))
}

fn start(scene: &mut Scene<'_>) -> Outcome {
    let location = scene.required("location")?.to_owned();
    let machine = &mut scene.machine;
    if machine.address_blocked {
        return Err(Refusal::new(
            734_152,
            "Migration is not available at this time, please try again later",
        ));
    }
    if places::find(&location).is_none() || machine.location == location {
        return Err(Refusal::invalid("Requested location is not available"));
    }
    let addresses = new_addresses(machine);
    let reply = fields(json!({
        "error": 0,
        "notificationEmail": machine.email,
        "newIps": addresses,
    }));
    machine.operation = Some(Operation::migrate(&location, addresses, scene.now_s));
    Ok(reply)
}

/// As many IPv4 addresses as before, all of them others; and one IPv6 subnet if there was any.
fn new_addresses(machine: &mut Machine) -> Vec<String> {
    let old = machine.addresses.clone();
    let mut new = Vec::new();
    while new.len() < old.iter().filter(|ip| !ip.contains(':')).count() {
        let candidate = ipv4(machine.chance.below(759));
        if !old.contains(&candidate) && !new.contains(&candidate) {
            new.push(candidate);
        }
    }
    if old.len() > new.len() {
        let number = 0x100 + machine.chance.below(0xe00);
        new.push(ipv6_subnet(machine.veid, number as usize));
    }
    new
}

fn clone_from_server(scene: &mut Scene<'_>) -> Outcome {
    if scene.machine.is_kvm() {
        return Err(Refusal::invalid("This call is available on OVZ only"));
    }
    let server = scene.required("externalServerIP")?.to_owned();
    let port = scene.required("externalServerSSHport")?.parse::<u16>();
    if port.is_err() {
        return Err(Refusal::invalid("externalServerSSHport is not a port"));
    }
    scene.machine.operation = Some(Operation::clone_from(&server, scene.now_s));
    announced(scene.machine)
}
