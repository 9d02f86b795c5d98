//! A small shell in memory, with files of its own. It never starts a process.

mod arithmetic;
mod expand;
pub(super) mod files;
mod glob;
mod guest;
mod parse;
mod parse_compound;
mod programs;
mod redirects;
mod run;
mod run_compound;
mod state;
mod streams;
mod syntax;
mod words;

#[cfg(test)]
mod tests;

use super::machine::Machine;
use files::{NO_SUCH, NOT_A_DIRECTORY, Trouble, absolute};
use run::Shell;

/// How a command ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) status: i32,
    pub(super) output: String,
}

/// The directory that is entered by going from one to another.
pub(super) fn enter(
    machine: &mut Machine,
    (from, to): (&str, &str),
    now_s: i64,
) -> Result<String, Trouble> {
    let files = guest::files(machine, now_s);
    let to = if to.is_empty() || to == "~" {
        "/root"
    } else {
        to
    };
    let directory = absolute(from, to);
    match files.entry(&directory) {
        Some(files::Entry::Directory) => Ok(directory),
        Some(files::Entry::File { .. }) => Err(NOT_A_DIRECTORY),
        None => Err(NO_SUCH),
    }
}

/// Runs a command as root in `/`. No directory and no variable outlives it; files do.
pub(super) fn execute(machine: &mut Machine, command: &str, now_s: i64) -> Ended {
    let facts = guest::facts(machine, now_s);
    let files = guest::files(machine, now_s);
    let (status, output) = Shell::new(files, facts, now_s).run_script(command);
    Ended { status, output }
}

/// Runs a script, and says in which file its output is.
pub(super) fn run_script(machine: &mut Machine, script: &str, now_s: i64) -> String {
    let ended = execute(machine, script, now_s);
    let log = format!("/root/script-{now_s}.log");
    let files = guest::files(machine, now_s);
    // A full disk loses the log, as it would on a real one.
    let _ = files.write(&log, ended.output.into_bytes(), now_s);
    log
}
