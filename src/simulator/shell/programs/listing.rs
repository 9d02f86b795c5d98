//! Programs that list files: ls, du, find.

use super::Options;
use super::disk::each;
use crate::simulator::shell::files::{Entry, NO_SUCH, name, parent, size_bytes};
use crate::simulator::shell::glob;
use crate::simulator::shell::run::Shell;
use jiff::Timestamp;
use jiff::tz::TimeZone;

pub(super) fn ls(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let options = Options::of(arguments, "");
    let here = [".".to_owned()];
    let names = if options.rest.is_empty() {
        &here
    } else {
        options.rest.as_slice()
    };
    let several = names.len() > 1;
    let status = each(shell, names, |shell, name| {
        let path = shell.path(name);
        if shell.files.is_directory(&path) && !options.has('d') {
            if several {
                shell.print(&format!("{name}:\n"));
            }
            list_directory(shell, &path, &options);
            return Ok(());
        }
        if shell.files.entry(&path).is_none() {
            return Err(format!("ls: cannot access '{name}': {NO_SUCH}"));
        }
        list_one(shell, (name, &path), &options);
        Ok(())
    });
    status * 2
}

fn list_directory(shell: &mut Shell<'_>, path: &str, options: &Options) {
    let hidden = options.has('a') || options.has('A');
    let mut names = shell.files.names(path);
    names.retain(|name| hidden || !name.starts_with('.'));
    if options.has('l') {
        shell.print(&format!("total {}\n", names.len() * 4));
    }
    if options.has('a') {
        list_one(shell, (".", path), options);
        list_one(shell, ("..", parent(path)), options);
    }
    for name in names {
        let path = format!("{}/{name}", path.trim_end_matches('/'));
        list_one(shell, (&name, &path), options);
    }
}

fn list_one(shell: &mut Shell<'_>, (name, path): (&str, &str), options: &Options) {
    if !options.has('l') {
        shell.print(&format!("{name}\n"));
        return;
    }
    let (letters, size) = match shell.files.entry(path) {
        Some(Entry::File { content, mode }) => (format!("-{}", permissions(*mode)), content.len()),
        _ => (format!("d{}", permissions(0o755)), 4096),
    };
    let at = Timestamp::from_second(shell.files.changed_at_s(path)).unwrap_or_default();
    let at = at
        .to_zoned_datetime(TimeZone::UTC)
        .strftime("%b %e %H:%M")
        .to_string();
    shell.print(&format!("{letters} 1 root root {size:7} {at} {name}\n"));
}

fn permissions(mode: u32) -> String {
    let letters = "rwxrwxrwx".chars().enumerate();
    letters
        .map(|(index, letter)| {
            if mode >> (8 - index) & 1 == 1 {
                letter
            } else {
                '-'
            }
        })
        .collect()
}

pub(super) fn du(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let options = Options::of(arguments, "d");
    let here = [".".to_owned()];
    let names = if options.rest.is_empty() {
        &here
    } else {
        options.rest.as_slice()
    };
    each(shell, names, |shell, name| {
        let all = below(shell, &shell.path(name));
        if all.is_empty() {
            return Err(format!("du: cannot access '{name}': {NO_SUCH}"));
        }
        let sizes = all
            .iter()
            .filter_map(|path| shell.files.entry(path))
            .map(size_bytes);
        let kib = sizes.sum::<usize>().div_ceil(1024) + 4;
        let unit = if options.has('h') { "K" } else { "" };
        shell.print(&format!("{kib}{unit}\t{name}\n"));
        Ok(())
    })
}

/// A path and all paths below it.
fn below(shell: &Shell<'_>, path: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut waiting: Vec<String> = shell
        .files
        .entry(path)
        .map(|_| path.to_owned())
        .into_iter()
        .collect();
    while let Some(path) = waiting.pop() {
        for name in shell.files.names(&path).into_iter().rev() {
            waiting.push(format!("{}/{name}", path.trim_end_matches('/')));
        }
        all.push(path);
    }
    all
}

/// `find [path] [-name pattern] [-type f|d]`.
pub(super) fn find(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let start = arguments.first().filter(|first| !first.starts_with('-'));
    let start = start.map_or(".", String::as_str);
    let after = |flag: &str| {
        let at = arguments.iter().position(|argument| argument == flag)?;
        arguments.get(at + 1)
    };
    let pattern: Option<Vec<(char, bool)>> =
        after("-name").map(|text| text.chars().map(|c| (c, false)).collect());
    let kind = after("-type").map(String::as_str);
    let root = shell.path(start);
    let all = below(shell, &root);
    if all.is_empty() {
        shell.complain(&format!("find: '{start}': {NO_SUCH}"));
        return 1;
    }
    for path in all {
        let own: Vec<char> = name(&path).chars().collect();
        let named = pattern
            .as_ref()
            .is_none_or(|pattern| glob::matches(pattern, &own));
        let directory = shell.files.is_directory(&path);
        if named && kind.is_none_or(|kind| (kind == "d") == directory) {
            shell.print(&format!(
                "{start}{}\n",
                &path[root.trim_end_matches('/').len()..]
            ));
        }
    }
    0
}
