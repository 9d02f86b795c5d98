//! The programs of the simulated VPS, by name; none of them leaves memory.

mod builtins;
mod condition;
mod disk;
mod grep;
mod listing;
mod pattern;
pub(super) mod print;
mod system;
mod tables;
mod text;

use super::files::{Entry, Trouble};
use super::run::{Run, Shell, Stop};
use std::collections::BTreeMap;

type Program = fn(&mut Shell<'_>, &[String]) -> i32;

const PROGRAMS: &[(&str, Program)] = &[
    ("apt-get", system::apt_get),
    ("base64", text::base64),
    ("basename", disk::basename),
    ("cat", text::cat),
    ("chmod", disk::chmod),
    ("chown", system::nothing),
    ("cp", disk::cp),
    ("cut", text::cut),
    ("date", system::date),
    ("df", tables::df),
    ("dirname", disk::dirname),
    ("du", listing::du),
    ("echo", print::echo),
    ("env", system::env),
    ("false", system::fails),
    ("find", listing::find),
    ("free", tables::free),
    ("grep", grep::grep),
    ("head", text::head),
    ("hostname", system::hostname),
    ("id", system::id),
    ("ls", listing::ls),
    ("mkdir", disk::mkdir),
    ("mktemp", disk::mktemp),
    ("mv", disk::mv),
    ("nproc", system::nproc),
    ("printenv", system::env),
    ("printf", print::printf),
    ("ps", tables::ps),
    ("realpath", disk::realpath),
    ("rm", disk::rm),
    ("rmdir", disk::rmdir),
    ("seq", text::seq),
    ("sleep", system::sleep),
    ("sort", text::sort),
    ("ss", tables::ss),
    ("sync", system::nothing),
    ("tail", text::tail),
    ("tee", text::tee),
    ("touch", disk::touch),
    ("tr", text::tr),
    ("true", system::nothing),
    ("uname", system::uname),
    ("uniq", text::uniq),
    ("uptime", system::uptime),
    ("wc", text::wc),
    ("whoami", system::whoami),
];

/// Runs a builtin, a program, or a script at a path.
pub(super) fn run(shell: &mut Shell<'_>, name: &str, arguments: &[String]) -> Run {
    if let Some(ended) = builtins::run(shell, name, arguments) {
        return ended;
    }
    if let Some(program) = find(name) {
        return Ok(program(shell, arguments));
    }
    if name.contains('/') {
        return run_file(shell, name, arguments);
    }
    shell.complain(&format!("bash: {name}: command not found"));
    Ok(127)
}

fn find(name: &str) -> Option<Program> {
    let name = name
        .strip_prefix("/usr/bin/")
        .or_else(|| name.strip_prefix("/bin/"))
        .unwrap_or(name);
    let known = PROGRAMS.iter().find(|(known, _)| *known == name);
    known.map(|(_, program)| *program)
}

/// Every builtin and every program.
#[cfg(test)]
pub(super) fn names() -> Vec<&'static str> {
    let programs = PROGRAMS.iter().map(|(name, _)| *name);
    programs.chain(builtins::NAMES.iter().copied()).collect()
}

/// Whether there is a builtin or a program of this name.
fn exists(name: &str) -> bool {
    builtins::NAMES.contains(&name) || find(name).is_some()
}

fn run_file(shell: &mut Shell<'_>, name: &str, arguments: &[String]) -> Run {
    let (status, why) = match shell.files.entry(&shell.path(name)) {
        None => (127, super::files::NO_SUCH),
        Some(Entry::Directory) => (126, super::files::IS_A_DIRECTORY),
        Some(Entry::File { mode, .. }) if mode & 0o111 == 0 => (126, "Permission denied"),
        Some(Entry::File { content, .. }) => {
            let script = String::from_utf8_lossy(content).into_owned();
            return Ok(run_apart(shell, &script, arguments));
        }
    };
    shell.complain(&format!("bash: {name}: {why}"));
    Ok(status)
}

/// Runs a script in a shell of its own.
fn run_apart(shell: &mut Shell<'_>, script: &str, arguments: &[String]) -> i32 {
    let saved = shell.state.clone();
    shell.state.arguments = arguments.to_vec();
    let ended = shell.run_text(script);
    shell.state = saved;
    match ended {
        Ok(status) | Err(Stop::Exit(status) | Stop::Return(status)) => status,
        Err(Stop::Break | Stop::Continue) => 0,
    }
}

/// A program's arguments: letters that are set, letters with a value, and the rest.
struct Options {
    letters: String,
    values: BTreeMap<char, String>,
    rest: Vec<String>,
}

impl Options {
    /// `valued` are the letters that take a value. `-5` is short for `-n 5`.
    fn of(arguments: &[String], valued: &str) -> Options {
        let mut options = Options {
            letters: String::new(),
            values: BTreeMap::new(),
            rest: Vec::new(),
        };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match argument.strip_prefix('-') {
                Some("-") => {
                    options.rest.extend(arguments.by_ref().cloned());
                }
                Some(letters) if !letters.is_empty() && !letters.starts_with('-') => {
                    options.take(letters, valued, &mut arguments);
                }
                Some(long) if long.starts_with('-') => {}
                _ => options.rest.push(argument.clone()),
            }
        }
        options
    }

    fn take<'text>(
        &mut self,
        letters: &str,
        valued: &str,
        more: &mut impl Iterator<Item = &'text String>,
    ) {
        if letters.starts_with(|first: char| first.is_ascii_digit()) && valued.contains('n') {
            self.values.insert('n', letters.to_owned());
            return;
        }
        for (index, letter) in letters.char_indices() {
            if valued.contains(letter) {
                let here = &letters[index + letter.len_utf8()..];
                let value = if here.is_empty() {
                    more.next().cloned().unwrap_or_default()
                } else {
                    here.to_owned()
                };
                self.values.insert(letter, value);
                return;
            }
            self.letters.push(letter);
        }
    }

    fn has(&self, letter: char) -> bool {
        self.letters.contains(letter)
    }
}

/// What a named file holds, or the input where the name is `-`.
fn content(shell: &Shell<'_>, name: &str) -> Result<Vec<u8>, Trouble> {
    if name == "-" {
        return Ok(shell.state.streams.input.rest());
    }
    let path = shell.path(name);
    if path == "/dev/null" {
        return Ok(Vec::new());
    }
    shell.files.read(&path).map(<[u8]>::to_vec)
}

/// What the named files hold, or the input when none is named; and 1 if one could not be read.
fn contents(
    shell: &mut Shell<'_>,
    program: &str,
    names: &[String],
) -> (Vec<(String, Vec<u8>)>, i32) {
    let input = ["-".to_owned()];
    let names = if names.is_empty() { &input } else { names };
    let (mut all, mut status) = (Vec::new(), 0);
    for name in names {
        match content(shell, name) {
            Ok(bytes) => {
                shell.work(bytes.len() / 256);
                all.push((name.clone(), bytes));
            }
            Err(why) => {
                shell.complain(&format!("{program}: {name}: {why}"));
                status = 1;
            }
        }
    }
    (all, status)
}

/// Lines without their ends.
fn lines(bytes: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(bytes)
        .lines()
        .map(str::to_owned)
        .collect()
}
