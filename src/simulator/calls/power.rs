//! start, stop, restart, kill.

use super::{Outcome, Scene, done, fields};
use crate::simulator::machine::Power;
use crate::simulator::transport::Refusal;
use serde_json::json;

pub(super) fn answer(call: &str, scene: &mut Scene<'_>) -> Outcome {
    match call {
        "start" => start(scene),
        "restart" => restart(scene),
        _ => stop(scene),
    }
}

fn start(scene: &mut Scene<'_>) -> Outcome {
    let machine = &mut scene.machine;
    if machine.is_suspended() {
        return Err(Refusal::new(700_006, "VPS is suspended"));
    }
    if machine.is_running() {
        return Err(Refusal::new(700_003, "VPS is already running"));
    }
    machine.power = Power::Running;
    // An image chosen meanwhile is booted from only now.
    machine.iso_mounted.clone_from(&machine.iso_chosen);
    Ok(fields(json!({"error": 0, "is_mounted": 1})))
}

fn restart(scene: &mut Scene<'_>) -> Outcome {
    scene.need_running()?;
    done()
}

fn stop(scene: &mut Scene<'_>) -> Outcome {
    scene.need_running()?;
    scene.machine.power = Power::Stopped;
    done()
}
