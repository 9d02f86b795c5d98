//! The three shell calls. What runs, runs in memory: see `simulator::shell`.

use super::{Outcome, Scene, fields};
use crate::simulator::shell;
use serde_json::json;

pub(super) fn answer(call: &str, scene: &mut Scene<'_>) -> Outcome {
    scene.need_running()?;
    match call {
        "basicShell/cd" => enter(scene),
        "basicShell/exec" => execute(scene),
        _ => run_script(scene),
    }
}

/// `pwd` ends in a newline; a failure has the words of bash.
fn enter(scene: &mut Scene<'_>) -> Outcome {
    let parameters = scene.parameters;
    let (from, to) = (
        parameters.required("currentDir")?,
        parameters.required("newDir")?,
    );
    let entered = shell::enter(scene.machine, (from, to), scene.now_s);
    Ok(fields(match entered {
        Ok(directory) => json!({"error": 0, "pwd": format!("{directory}\n")}),
        Err(why) => json!({"error": 1, "message": format!("bash: cd: {to}: {why}")}),
    }))
}

/// `error` is the exit status, `message` the output.
fn execute(scene: &mut Scene<'_>) -> Outcome {
    let command = scene.parameters.required("command")?;
    let ended = shell::execute(scene.machine, command, scene.now_s);
    Ok(fields(
        json!({"error": ended.status, "message": ended.output}),
    ))
}

/// The output goes into a file that the reply names.
fn run_script(scene: &mut Scene<'_>) -> Outcome {
    let script = scene.parameters.required("script")?;
    let log = shell::run_script(scene.machine, script, scene.now_s);
    Ok(fields(json!({"error": 0, "log": log})))
}
