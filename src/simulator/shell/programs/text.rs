//! Programs that read lines and write lines.

use super::print::unescaped;
use super::{Options, contents, lines};
use crate::simulator::shell::run::{OUTPUT_LIMIT_BYTES, Shell};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write as _;

pub(super) fn cat(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let options = Options::of(arguments, "");
    let (all, status) = contents(shell, "cat", &options.rest);
    for (_, bytes) in all {
        if options.has('n') {
            let numbered = lines(&bytes).into_iter().enumerate();
            numbered.for_each(|(index, line)| shell.print(&format!("{:6}\t{line}\n", index + 1)));
        } else {
            shell.print_bytes(&bytes);
        }
    }
    status
}

/// Where each line begins, and the end.
fn line_starts(bytes: &[u8]) -> Vec<usize> {
    let newlines = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    let mut starts: Vec<usize> = std::iter::once(0)
        .chain(newlines.map(|(index, _)| index + 1))
        .collect();
    if starts.last() != Some(&bytes.len()) {
        starts.push(bytes.len());
    }
    starts
}

pub(super) fn head(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let options = Options::of(arguments, "nc");
    let (all, status) = contents(shell, "head", &options.rest);
    let count = |letter: char| {
        options
            .values
            .get(&letter)
            .and_then(|text| text.parse::<usize>().ok())
    };
    for (_, bytes) in all {
        let end = match count('c') {
            Some(limit) => limit.min(bytes.len()),
            None => {
                let starts = line_starts(&bytes);
                starts[count('n').unwrap_or(10).min(starts.len() - 1)]
            }
        };
        shell.print_bytes(&bytes[..end]);
    }
    status
}

/// `-n 5`, `-n +5`, `-c 5`, `-c +5`; from a number with `+`, counted from 1.
pub(super) fn tail(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let options = Options::of(arguments, "nc");
    let (all, status) = contents(shell, "tail", &options.rest);
    let by_bytes = options.values.get(&'c');
    let wanted = by_bytes
        .or(options.values.get(&'n'))
        .map_or("10", String::as_str);
    for (_, bytes) in all {
        let starts = if by_bytes.is_some() {
            (0..=bytes.len()).collect()
        } else {
            line_starts(&bytes)
        };
        let last = starts.len() - 1;
        let first = match wanted.strip_prefix('+') {
            Some(from) => from
                .parse::<usize>()
                .unwrap_or(1)
                .saturating_sub(1)
                .min(last),
            None => last.saturating_sub(wanted.parse().unwrap_or(10)),
        };
        shell.print_bytes(&bytes[starts[first]..]);
    }
    status
}

pub(super) fn wc(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let options = Options::of(arguments, "");
    let (all, status) = contents(shell, "wc", &options.rest);
    for (name, bytes) in all {
        let text = String::from_utf8_lossy(&bytes);
        let counts = [
            ('l', text.matches('\n').count()),
            ('w', text.split_whitespace().count()),
            ('c', bytes.len()),
        ];
        let wanted = counts
            .iter()
            .filter(|(letter, _)| options.letters.is_empty() || options.has(*letter));
        let numbers: Vec<String> = wanted.map(|(_, count)| count.to_string()).collect();
        let name = if name == "-" {
            String::new()
        } else {
            format!(" {name}")
        };
        shell.print(&format!("{}{name}\n", numbers.join(" ")));
    }
    status
}

pub(super) fn sort(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let options = Options::of(arguments, "k");
    let (all, status) = contents(shell, "sort", &options.rest);
    let mut sorted: Vec<String> = all.iter().flat_map(|(_, bytes)| lines(bytes)).collect();
    sorted.sort();
    if options.has('n') {
        let number = |line: &String| {
            let digits: String = line
                .trim_start()
                .chars()
                .take_while(|c| c.is_ascii_digit() || *c == '-')
                .collect();
            digits.parse::<i64>().unwrap_or(0)
        };
        sorted.sort_by_key(number);
    }
    if options.has('r') {
        sorted.reverse();
    }
    if options.has('u') {
        sorted.dedup();
    }
    sorted
        .iter()
        .for_each(|line| shell.print(&format!("{line}\n")));
    status
}

pub(super) fn uniq(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let options = Options::of(arguments, "");
    let (all, status) = contents(shell, "uniq", &options.rest);
    let all: Vec<String> = all.iter().flat_map(|(_, bytes)| lines(bytes)).collect();
    for same in all.chunk_by(|left, right| left == right) {
        let count = if options.has('c') {
            format!("{:7} ", same.len())
        } else {
            String::new()
        };
        shell.print(&format!("{count}{}\n", same[0]));
    }
    status
}

/// `cut -d: -f1,3`, and `-c1-3`.
pub(super) fn cut(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let options = Options::of(arguments, "dfc");
    let (all, status) = contents(shell, "cut", &options.rest);
    let between = options.values.get(&'d').map_or("\t", String::as_str);
    for line in all.iter().flat_map(|(_, bytes)| lines(bytes)) {
        let cut = match (options.values.get(&'c'), options.values.get(&'f')) {
            (Some(columns), _) => {
                chosen(&line.chars().map(String::from).collect::<Vec<_>>(), columns).concat()
            }
            (None, Some(fields)) => chosen(
                &line.split(between).map(str::to_owned).collect::<Vec<_>>(),
                fields,
            )
            .join(between),
            _ => line,
        };
        shell.print(&format!("{cut}\n"));
    }
    status
}

/// The items in ranges like `1,3-5,7-`.
fn chosen(items: &[String], ranges: &str) -> Vec<String> {
    let wanted = |number: usize| {
        ranges.split(',').any(|range| {
            let (from, to) = range.split_once('-').unwrap_or((range, range));
            number >= from.parse().unwrap_or(1) && number <= to.parse().unwrap_or(usize::MAX)
        })
    };
    let numbered = items.iter().enumerate();
    numbered
        .filter(|(index, _)| wanted(index + 1))
        .map(|(_, item)| item.clone())
        .collect()
}

/// `tr a-z A-Z` and `tr -d x`.
pub(super) fn tr(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let options = Options::of(arguments, "");
    let set = |index: usize| {
        options
            .rest
            .get(index)
            .map_or_else(Vec::new, |text| character_set(text))
    };
    let (from, to) = (set(0), set(1));
    let input = shell.state.streams.input.rest();
    let text = String::from_utf8_lossy(&input).into_owned();
    let translated = text.chars().filter_map(|character| {
        let Some(index) = from.iter().position(|other| *other == character) else {
            return Some(character);
        };
        if options.has('d') {
            None
        } else {
            to.get(index).or(to.last()).copied()
        }
    });
    let translated: String = translated.collect();
    shell.print(&translated);
    0
}

fn character_set(text: &str) -> Vec<char> {
    let text = String::from_utf8_lossy(&unescaped(text)).into_owned();
    let characters: Vec<char> = text.chars().collect();
    let (mut set, mut at) = (Vec::new(), 0);
    while at < characters.len() {
        match characters.get(at + 1..at + 3) {
            Some(['-', last]) => {
                set.extend(characters[at]..=*last);
                at += 3;
            }
            _ => {
                set.push(characters[at]);
                at += 1;
            }
        }
    }
    set
}

pub(super) fn tee(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let options = Options::of(arguments, "");
    let bytes = shell.state.streams.input.rest();
    let mut status = 0;
    for name in &options.rest {
        let path = shell.path(name);
        let written = if options.has('a') {
            shell.files.append(&path, &bytes, shell.now_s)
        } else {
            shell.files.write(&path, bytes.clone(), shell.now_s)
        };
        if let Err(why) = written {
            shell.complain(&format!("tee: {name}: {why}"));
            status = 1;
        }
    }
    shell.print_bytes(&bytes);
    status
}

pub(super) fn seq(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let numbers: Vec<i64> = arguments
        .iter()
        .filter_map(|text| text.parse().ok())
        .collect();
    let (first, step, last) = match numbers.as_slice() {
        [last] => (1, 1, *last),
        [first, last] => (*first, 1, *last),
        [first, step, last] => (*first, *step, *last),
        _ => {
            shell.complain("seq: missing operand");
            return 1;
        }
    };
    let numbers = numbers_between(first, step, last);
    shell.print(&numbers);
    0
}

/// A number a line; it ends when there is more than any output may hold.
fn numbers_between(first: i64, step: i64, last: i64) -> String {
    let mut text = String::new();
    let mut number = first;
    while (step > 0 && number <= last || step < 0 && number >= last)
        && text.len() <= OUTPUT_LIMIT_BYTES
    {
        let _ = writeln!(text, "{number}");
        match number.checked_add(step) {
            Some(next) => number = next,
            None => break,
        }
    }
    text
}

pub(super) fn base64(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let options = Options::of(arguments, "w");
    let (all, status) = contents(shell, "base64", &options.rest);
    for (_, bytes) in all {
        if !options.has('d') {
            shell.print(&format!("{}\n", STANDARD.encode(&bytes)));
            continue;
        }
        let text: Vec<u8> = bytes
            .into_iter()
            .filter(|byte| !byte.is_ascii_whitespace())
            .collect();
        match STANDARD.decode(text) {
            Ok(decoded) => shell.print_bytes(&decoded),
            Err(_) => {
                shell.complain("base64: invalid input");
                return 1;
            }
        }
    }
    status
}
