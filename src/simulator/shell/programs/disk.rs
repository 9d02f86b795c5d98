//! Programs that look at files and change them.

use super::Options;
use crate::simulator::shell::files::{Entry, NO_SUCH, Trouble, name, parent};
use crate::simulator::shell::run::Shell;

/// Runs an action on each name; a failure is said, and makes the status 1.
pub(super) fn each(
    shell: &mut Shell<'_>,
    names: &[String],
    action: impl Fn(&mut Shell<'_>, &str) -> Result<(), String>,
) -> i32 {
    let mut status = 0;
    for name in names {
        if let Err(complaint) = action(shell, name) {
            shell.complain(&complaint);
            status = 1;
        }
    }
    status
}

pub(super) fn mkdir(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let options = Options::of(arguments, "m");
    each(shell, &options.rest, |shell, name| {
        let path = shell.path(name);
        let made = if options.has('p') {
            shell.files.make_directories(&path, shell.now_s)
        } else {
            shell.files.make_directory(&path, shell.now_s)
        };
        made.map_err(|why| format!("mkdir: cannot create directory '{name}': {why}"))
    })
}

pub(super) fn rmdir(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    each(shell, arguments, |shell, name| {
        let path = shell.path(name);
        let why = match shell.files.entry(&path) {
            None => NO_SUCH,
            Some(Entry::File { .. }) => "Not a directory",
            Some(Entry::Directory) if !shell.files.names(&path).is_empty() => "Directory not empty",
            Some(Entry::Directory) => {
                shell.files.remove(&path);
                return Ok(());
            }
        };
        Err(format!("rmdir: failed to remove '{name}': {why}"))
    })
}

pub(super) fn rm(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let options = Options::of(arguments, "");
    let deep = options.has('r') || options.has('R');
    each(shell, &options.rest, |shell, name| {
        let path = shell.path(name);
        match shell.files.entry(&path) {
            None if options.has('f') => Ok(()),
            None => Err(format!("rm: cannot remove '{name}': {NO_SUCH}")),
            Some(Entry::Directory) if path == "/" => {
                Err("rm: it is dangerous to operate recursively on '/'".to_owned())
            }
            Some(Entry::Directory) if !deep => {
                Err(format!("rm: cannot remove '{name}': Is a directory"))
            }
            Some(_) => {
                shell.files.remove(&path);
                Ok(())
            }
        }
    })
}

pub(super) fn cp(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let options = Options::of(arguments, "");
    let deep = options.has('r') || options.has('R') || options.has('a');
    place(shell, "cp", &options.rest, |shell, (from, to)| {
        if shell.files.is_directory(from) && !deep {
            return Err("-r not specified; omitting directory");
        }
        shell.files.copy(from, to, shell.now_s)
    })
}

pub(super) fn mv(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let options = Options::of(arguments, "");
    place(shell, "mv", &options.rest, |shell, (from, to)| {
        shell.files.copy(from, to, shell.now_s)?;
        shell.files.remove(from);
        Ok(())
    })
}

/// Copies or moves all but the last name to the last, or into it when it is a directory.
fn place(
    shell: &mut Shell<'_>,
    program: &str,
    names: &[String],
    action: impl Fn(&mut Shell<'_>, (&str, &str)) -> Result<(), Trouble>,
) -> i32 {
    let Some((target, sources)) = names
        .split_last()
        .filter(|(_, sources)| !sources.is_empty())
    else {
        shell.complain(&format!("{program}: missing file operand"));
        return 1;
    };
    let target_path = shell.path(target);
    let inside = shell.files.is_directory(&target_path);
    each(shell, sources, |shell, source| {
        let from = shell.path(source);
        if shell.files.entry(&from).is_none() {
            return Err(format!("{program}: cannot stat '{source}': {NO_SUCH}"));
        }
        let to = if inside {
            format!("{}/{}", target_path.trim_end_matches('/'), name(&from))
        } else {
            target_path.clone()
        };
        if to == from || to.starts_with(&format!("{from}/")) {
            return Err(format!(
                "{program}: '{source}' and '{target}' are the same, or one is in the other"
            ));
        }
        action(shell, (&from, &to))
            .map_err(|why| format!("{program}: cannot create '{target}': {why}"))
    })
}

pub(super) fn touch(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let options = Options::of(arguments, "dt");
    each(shell, &options.rest, |shell, name| {
        let path = shell.path(name);
        let touched = shell.files.touch(&path, shell.now_s);
        touched.map_err(|why| format!("touch: cannot touch '{name}': {why}"))
    })
}

/// Octal modes, and `+x` in any form.
pub(super) fn chmod(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let Some((mode, names)) = arguments.split_first() else {
        shell.complain("chmod: missing operand");
        return 1;
    };
    let executable = if mode.ends_with("+x") { 0o755 } else { 0o644 };
    let mode = u32::from_str_radix(mode, 8).unwrap_or(executable) & 0o777;
    each(shell, names, |shell, name| {
        let path = shell.path(name);
        let changed = shell.files.set_mode(&path, mode);
        changed.map_err(|why| format!("chmod: cannot access '{name}': {why}"))
    })
}

pub(super) fn basename(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let path = arguments
        .first()
        .map_or("", |path| path.trim_end_matches('/'));
    let own = name(path);
    let own = arguments
        .get(1)
        .and_then(|suffix| own.strip_suffix(suffix.as_str()))
        .unwrap_or(own);
    shell.print(&format!("{own}\n"));
    0
}

pub(super) fn dirname(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let path = arguments
        .first()
        .map_or("", |path| path.trim_end_matches('/'));
    let directory = if path.contains('/') {
        parent(path)
    } else {
        "."
    };
    shell.print(&format!("{directory}\n"));
    0
}

pub(super) fn realpath(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    each(shell, arguments, |shell, name| {
        let path = shell.path(name);
        shell.print(&format!("{path}\n"));
        Ok(())
    })
}

pub(super) fn mktemp(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let directory = Options::of(arguments, "").has('d');
    let path = (1..)
        .map(|number| format!("/tmp/tmp.{number:010}"))
        .find(|path| shell.files.entry(path).is_none());
    let path = path.unwrap_or_default();
    let made = if directory {
        shell.files.make_directory(&path, shell.now_s)
    } else {
        shell.files.touch(&path, shell.now_s)
    };
    match made {
        Ok(()) => {
            shell.print(&format!("{path}\n"));
            0
        }
        Err(why) => {
            shell.complain(&format!("mktemp: failed to create file: {why}"));
            1
        }
    }
}
