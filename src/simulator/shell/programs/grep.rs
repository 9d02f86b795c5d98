//! `grep`.

use super::{Options, contents, lines, pattern};
use crate::simulator::shell::run::Shell;

pub(super) fn grep(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let mut options = Options::of(arguments, "e");
    let expression = options.values.get(&'e').cloned();
    let Some(expression) =
        expression.or_else(|| (!options.rest.is_empty()).then(|| options.rest.remove(0)))
    else {
        shell.complain("Usage: grep [OPTION]... PATTERNS [FILE]...");
        return 2;
    };
    let (all, failed) = contents(shell, "grep", &options.rest);
    let several = all.len() > 1;
    let mut found = 0;
    for (name, bytes) in all {
        let hits = hits(&bytes, &expression, &options);
        found += hits.len();
        let front = if several {
            format!("{name}:")
        } else {
            String::new()
        };
        print_hits(shell, &hits, (&front, &options));
    }
    if failed > 0 { 2 } else { i32::from(found == 0) }
}

fn hits(bytes: &[u8], expression: &str, options: &Options) -> Vec<(usize, String)> {
    let fold = |text: &str| {
        if options.has('i') {
            text.to_lowercase()
        } else {
            text.to_owned()
        }
    };
    let expression = fold(expression);
    let is_hit = |line: &str| {
        let line = fold(line);
        let found = if options.has('F') {
            line.contains(&expression)
        } else {
            pattern::is_found(&expression, &line, options.has('E'))
        };
        found != options.has('v')
    };
    let numbered = lines(bytes).into_iter().enumerate();
    numbered
        .filter(|(_, line)| is_hit(line))
        .map(|(index, line)| (index + 1, line))
        .collect()
}

fn print_hits(shell: &mut Shell<'_>, hits: &[(usize, String)], (front, options): (&str, &Options)) {
    if options.has('q') {
        return;
    }
    if options.has('c') {
        shell.print(&format!("{front}{}\n", hits.len()));
        return;
    }
    for (number, line) in hits {
        let number = if options.has('n') {
            format!("{number}:")
        } else {
            String::new()
        };
        shell.print(&format!("{front}{number}{line}\n"));
    }
}
