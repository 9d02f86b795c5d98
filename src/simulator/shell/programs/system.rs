//! Programs that tell about the machine.

use super::Options;
use crate::simulator::shell::run::Shell;
use jiff::Timestamp;
use jiff::tz::TimeZone;

pub(super) fn nothing(_: &mut Shell<'_>, _: &[String]) -> i32 {
    0
}

pub(super) fn fails(_: &mut Shell<'_>, _: &[String]) -> i32 {
    1
}

pub(super) fn hostname(shell: &mut Shell<'_>, _: &[String]) -> i32 {
    let line = format!("{}\n", shell.facts.hostname);
    shell.print(&line);
    0
}

pub(super) fn whoami(shell: &mut Shell<'_>, _: &[String]) -> i32 {
    shell.print("root\n");
    0
}

pub(super) fn nproc(shell: &mut Shell<'_>, _: &[String]) -> i32 {
    shell.print("2\n");
    0
}

pub(super) fn id(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let options = Options::of(arguments, "");
    let line = match (options.has('u'), options.has('n')) {
        (true, true) => "root",
        (true, false) => "0",
        _ => "uid=0(root) gid=0(root) groups=0(root)",
    };
    shell.print(&format!("{line}\n"));
    0
}

pub(super) fn uname(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let options = Options::of(arguments, "");
    let hostname = shell.facts.hostname.clone();
    let parts = [
        ('s', "Linux"),
        ('n', hostname.as_str()),
        ('r', "6.1.0-18-amd64"),
        ('v', "#1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1"),
        ('m', "x86_64"),
        ('o', "GNU/Linux"),
    ];
    let wanted = |letter: char| {
        options.has('a') || options.has(letter) || (options.letters.is_empty() && letter == 's')
    };
    let chosen: Vec<&str> = parts
        .iter()
        .filter(|(letter, _)| wanted(*letter))
        .map(|(_, text)| *text)
        .collect();
    shell.print(&format!("{}\n", chosen.join(" ")));
    0
}

pub(super) fn date(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let now = Timestamp::from_second(shell.now_s).unwrap_or_default();
    let now = now.to_zoned_datetime(TimeZone::UTC);
    let format = arguments
        .iter()
        .find_map(|argument| argument.strip_prefix('+'));
    let format = format.unwrap_or("%a %b %e %H:%M:%S UTC %Y");
    match jiff::fmt::strtime::format(format, &now) {
        Ok(line) => {
            shell.print(&format!("{line}\n"));
            0
        }
        Err(_) => {
            shell.complain(&format!("date: invalid format '{format}'"));
            1
        }
    }
}

pub(super) fn uptime(shell: &mut Shell<'_>, _: &[String]) -> i32 {
    let up_s = shell.facts.up_s;
    let seconds = shell.now_s.rem_euclid(86_400);
    let load = shell
        .facts
        .load
        .split(' ')
        .take(3)
        .collect::<Vec<_>>()
        .join(", ");
    let line = format!(
        " {:02}:{:02}:{:02} up {} days, {:2}:{:02},  0 users,  load average: {load}\n",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60,
        up_s / 86_400,
        up_s / 3600 % 24,
        up_s / 60 % 60,
    );
    shell.print(&line);
    0
}

/// Takes no time, but more than about 30 s of it is too much for the API.
pub(super) fn sleep(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    for argument in arguments {
        let (number, unit_s) = match argument.strip_suffix('m') {
            Some(minutes) => (minutes, 60.0),
            None => (argument.trim_end_matches('s'), 1.0),
        };
        match number.parse::<f64>() {
            Ok(number) => shell.slept_s += number.max(0.0) * unit_s,
            Err(_) => {
                shell.complain(&format!("sleep: invalid time interval '{argument}'"));
                return 1;
            }
        }
    }
    0
}

pub(super) fn env(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let variables = shell.state.variables.iter();
    let exported = variables.filter(|(_, (_, exported))| *exported);
    let lines: Vec<String> = match arguments.first() {
        Some(wanted) => exported
            .filter(|(name, _)| *name == wanted)
            .map(|(_, (value, _))| value.clone())
            .collect(),
        None => exported
            .map(|(name, (value, _))| format!("{name}={value}"))
            .collect(),
    };
    lines
        .iter()
        .for_each(|line| shell.print(&format!("{line}\n")));
    i32::from(lines.is_empty())
}

/// It says what it would do, and does nothing.
pub(super) fn apt_get(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    if !Options::of(arguments, "").has('s') {
        shell.complain("E: Nothing can be installed on a simulated VPS");
        return 100;
    }
    shell.print(
        "Reading package lists... Done\nInst openssl [3.0.15-1] (3.0.16-1 Debian:12/stable [amd64])\n1 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n",
    );
    0
}
