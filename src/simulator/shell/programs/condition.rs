//! `test` and `[`.

use crate::simulator::shell::files::{Entry, size_bytes};
use crate::simulator::shell::run::Shell;

/// 0 when true, 1 when false, 2 when it makes no sense.
pub(super) fn test(shell: &mut Shell<'_>, words: &[String]) -> i32 {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match alternatives(shell, &words) {
        Ok(true) => 0,
        Ok(false) => 1,
        Err(wrong) => {
            shell.complain(&format!("bash: test: {wrong}"));
            2
        }
    }
}

/// `-o` binds weaker than `-a`.
fn alternatives(shell: &Shell<'_>, words: &[&str]) -> Result<bool, String> {
    for (joint, stops_at) in [("-o", true), ("-a", false)] {
        let middle = 1..words.len().saturating_sub(1);
        if words.len() > 4
            && let Some(at) = middle.clone().find(|index| words[*index] == joint)
        {
            let left = alternatives(shell, &words[..at])?;
            return if left == stops_at {
                Ok(left)
            } else {
                alternatives(shell, &words[at + 1..])
            };
        }
    }
    simple(shell, words)
}

fn simple(shell: &Shell<'_>, words: &[&str]) -> Result<bool, String> {
    match words {
        [] => Ok(false),
        ["!", rest @ ..]
            if !rest.is_empty() && rest.len() != 2 || words.len() == 3 && words[0] == "!" =>
        {
            let rest = &words[1..];
            simple(shell, rest).map(|value| !value)
        }
        [text] => Ok(!text.is_empty()),
        [operator, text] => unary(shell, operator, text),
        [left, operator, right] => binary(left, operator, right),
        _ => Err("too many arguments".to_owned()),
    }
}

fn unary(shell: &Shell<'_>, operator: &str, text: &str) -> Result<bool, String> {
    let entry = shell.files.entry(&shell.path(text));
    Ok(match operator {
        "!" => text.is_empty(),
        "-z" => text.is_empty(),
        "-n" => !text.is_empty(),
        "-e" | "-r" | "-w" => entry.is_some(),
        "-f" => matches!(entry, Some(Entry::File { .. })),
        "-d" => matches!(entry, Some(Entry::Directory)),
        "-s" => entry.is_some_and(|entry| size_bytes(entry) > 0),
        "-x" => match entry {
            Some(Entry::File { mode, .. }) => mode & 0o111 != 0,
            Some(Entry::Directory) => true,
            None => false,
        },
        "-t" | "-L" | "-h" | "-p" | "-S" | "-b" | "-c" => false,
        _ => return Err(format!("{operator}: unary operator expected")),
    })
}

fn binary(left: &str, operator: &str, right: &str) -> Result<bool, String> {
    match operator {
        "=" | "==" => return Ok(left == right),
        "!=" => return Ok(left != right),
        "<" => return Ok(left < right),
        ">" => return Ok(left > right),
        _ => {}
    }
    let number = |text: &str| {
        let parsed = text.trim().parse::<i64>();
        parsed.map_err(|_| format!("{text}: integer expression expected"))
    };
    let order = number(left)?.cmp(&number(right)?);
    Ok(match operator {
        "-eq" => order.is_eq(),
        "-ne" => order.is_ne(),
        "-lt" => order.is_lt(),
        "-le" => order.is_le(),
        "-gt" => order.is_gt(),
        "-ge" => order.is_ge(),
        _ => return Err(format!("{operator}: binary operator expected")),
    })
}
