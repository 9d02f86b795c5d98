//! What the shell does itself, because it changes the shell.

use super::condition;
use crate::simulator::shell::files::{Entry, NO_SUCH, NOT_A_DIRECTORY};
use crate::simulator::shell::run::{Run, Shell, Stop};

/// The names of all builtins that other programs may ask for.
pub(super) const NAMES: &[&str] = &[
    ":", ".", "[", "[[", "bash", "break", "cd", "command", "continue", "declare", "eval", "exec",
    "exit", "export", "local", "nohup", "pwd", "read", "return", "set", "sh", "shift", "source",
    "sudo", "test", "time", "timeout", "trap", "type", "umask", "unset", "wait", "which",
];

/// Runs the builtin of this name, if there is one.
pub(super) fn run(shell: &mut Shell<'_>, name: &str, arguments: &[String]) -> Option<Run> {
    Some(match name {
        ":" | "umask" | "wait" => Ok(0),
        "break" => Err(Stop::Break),
        "continue" => Err(Stop::Continue),
        "exit" => Err(Stop::Exit(number(shell, arguments))),
        "return" => Err(Stop::Return(number(shell, arguments))),
        "cd" => Ok(cd(shell, arguments)),
        "pwd" => {
            let line = format!("{}\n", shell.state.directory);
            shell.print(&line);
            Ok(0)
        }
        "eval" => eval(shell, arguments),
        "export" | "local" | "declare" => Ok(export(shell, arguments)),
        "unset" => Ok(unset(shell, arguments)),
        "set" => Ok(set(shell, arguments)),
        "shift" => Ok(shift(shell, arguments)),
        "trap" => Ok(trap(shell, arguments)),
        "read" => Ok(read(shell, arguments)),
        "test" => Ok(condition::test(shell, arguments)),
        "[" | "[[" => Ok(bracket(shell, name, arguments)),
        "command" | "type" | "which" => look_up(shell, name, arguments),
        "exec" | "nohup" | "sudo" | "time" => run_rest(shell, name, arguments),
        "timeout" => run_rest(shell, name, arguments.get(1..).unwrap_or_default()),
        "source" | "." => source(shell, arguments),
        "sh" | "bash" => Ok(sub(shell, arguments)),
        _ => return None,
    })
}

fn number(shell: &Shell<'_>, arguments: &[String]) -> i32 {
    let given = arguments.first().and_then(|text| text.parse::<i64>().ok());
    given.map_or(shell.state.status, |number| {
        i32::try_from(number.rem_euclid(256)).unwrap_or(0)
    })
}

fn cd(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let arguments = arguments
        .strip_prefix(&["--".to_owned()])
        .unwrap_or(arguments);
    let home = || shell.variable("HOME").unwrap_or_default();
    let to = match arguments.first().map(String::as_str) {
        None => home(),
        Some("-") => shell.variable("OLDPWD").unwrap_or_else(home),
        Some(to) => to.to_owned(),
    };
    let path = shell.path(&to);
    let why = match shell.files.entry(&path) {
        Some(Entry::Directory) => {
            let old = std::mem::replace(&mut shell.state.directory, path);
            shell.set_variable("OLDPWD", old);
            return 0;
        }
        Some(Entry::File { .. }) => NOT_A_DIRECTORY,
        None => NO_SUCH,
    };
    shell.complain(&format!("bash: cd: {to}: {why}"));
    1
}

fn eval(shell: &mut Shell<'_>, arguments: &[String]) -> Run {
    shell.run_text(&arguments.join(" "))
}

fn export(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    for argument in arguments
        .iter()
        .filter(|argument| !argument.starts_with('-'))
    {
        let (name, value) = match argument.split_once('=') {
            Some((name, value)) => (name, value.to_owned()),
            None => (
                argument.as_str(),
                shell.variable(argument).unwrap_or_default(),
            ),
        };
        shell.state.variables.insert(name.to_owned(), (value, true));
    }
    0
}

fn unset(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    for name in arguments {
        shell.state.variables.remove(name);
        shell.state.functions.remove(name);
    }
    0
}

fn set(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    for (index, argument) in arguments.iter().enumerate() {
        match argument.as_str() {
            "--" => {
                shell.state.arguments = arguments[index + 1..].to_vec();
                break;
            }
            letters if letters.starts_with('-') && letters.contains('e') => {
                shell.state.exits_on_failure = true
            }
            letters if letters.starts_with('+') && letters.contains('e') => {
                shell.state.exits_on_failure = false
            }
            _ => {}
        }
    }
    0
}

fn shift(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let count = arguments
        .first()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1);
    if count > shell.state.arguments.len() {
        return 1;
    }
    shell.state.arguments.drain(..count);
    0
}

/// Only EXIT ever happens here; other signals are accepted and never come.
fn trap(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let arguments = arguments
        .strip_prefix(&["--".to_owned()])
        .unwrap_or(arguments);
    let Some((action, signals)) = arguments.split_first() else {
        return 0;
    };
    if signals
        .iter()
        .any(|signal| signal == "EXIT" || signal == "0")
    {
        shell.state.at_exit = (action != "-").then(|| action.clone());
    }
    0
}

fn read(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let names: Vec<&String> = arguments
        .iter()
        .filter(|name| !name.starts_with('-'))
        .collect();
    let line = shell.state.streams.input.line();
    let status = i32::from(!matches!(line, Some((_, true))));
    let line = line.map(|(line, _)| line).unwrap_or_default();
    let mut rest = line.trim();
    for (index, name) in names.iter().enumerate() {
        let (word, after) = match rest.split_once([' ', '\t']) {
            Some((word, after)) if index + 1 < names.len() => (word, after.trim_start()),
            _ => (rest, ""),
        };
        shell.set_variable(name, word.to_owned());
        rest = after;
    }
    if names.is_empty() {
        shell.set_variable("REPLY", line);
    }
    status
}

fn bracket(shell: &mut Shell<'_>, name: &str, arguments: &[String]) -> i32 {
    let close = if name == "[" { "]" } else { "]]" };
    match arguments.split_last() {
        Some((last, inside)) if last == close => condition::test(shell, inside),
        _ => {
            shell.complain(&format!("bash: {name}: missing `{close}'"));
            2
        }
    }
}

/// `command -v`, `type`, `which`; `command` alone runs a program.
fn look_up(shell: &mut Shell<'_>, name: &str, arguments: &[String]) -> Run {
    let wanted = match arguments.split_first() {
        Some((flag, rest)) if name == "command" && (flag == "-v" || flag == "-V") => rest,
        _ if name == "command" => return run_rest(shell, name, arguments),
        _ => arguments,
    };
    let mut status = 0;
    for name in wanted {
        let line = if shell.state.functions.contains_key(name)
            || super::builtins::NAMES.contains(&name.as_str())
        {
            name.clone()
        } else if super::exists(name) {
            format!("/usr/bin/{name}")
        } else {
            status = 1;
            continue;
        };
        shell.print(&format!("{line}\n"));
    }
    Ok(status)
}

fn run_rest(shell: &mut Shell<'_>, by: &str, arguments: &[String]) -> Run {
    let Some((name, rest)) = arguments.split_first() else {
        return Ok(0);
    };
    let ended = shell.call(name, rest)?;
    if by == "exec" {
        Err(Stop::Exit(ended))
    } else {
        Ok(ended)
    }
}

fn source(shell: &mut Shell<'_>, arguments: &[String]) -> Run {
    let name = arguments.first().cloned().unwrap_or_default();
    match super::content(shell, &name) {
        Ok(script) => shell.run_text(&String::from_utf8_lossy(&script)),
        Err(why) => {
            shell.complain(&format!("bash: {name}: {why}"));
            Ok(1)
        }
    }
}

fn sub(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let flags = arguments
        .iter()
        .take_while(|argument| argument.starts_with('-'))
        .count();
    let from_text = arguments[..flags].iter().any(|flag| flag.contains('c'));
    let rest = &arguments[flags..];
    match rest.split_first() {
        Some((script, rest)) if from_text => {
            super::run_apart(shell, script, rest.get(1..).unwrap_or_default())
        }
        Some((name, rest)) => match super::content(shell, name) {
            Ok(script) => super::run_apart(shell, &String::from_utf8_lossy(&script), rest),
            Err(why) => {
                shell.complain(&format!("bash: {name}: {why}"));
                127
            }
        },
        None => {
            let script = shell.state.streams.input.rest();
            super::run_apart(shell, &String::from_utf8_lossy(&script), &[])
        }
    }
}
