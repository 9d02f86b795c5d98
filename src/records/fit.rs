//! Whether a line of KiwiVM's log may be about a call of ours. KiwiVM writes free text whose form nobody
//! has documented, so the match is loose.

use crate::kiwivm::calls::CALLS;

/// So much of a summary is read: the rest names nothing.
const SUMMARY_MAX_CHARS: usize = 200;
/// Words shorter than this say nothing: the `OS` of `reinstallOS`.
const WORD_MIN: usize = 3;

/// What a summary says, made ready to be asked often.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// In small letters.
    summary: String,
    /// The call that it names.
    named: Option<&'static str>,
}

/// A call, and the words that a summary without its name must have.
#[derive(Debug)]
pub struct Sought<'a> {
    call: &'a str,
    words: Vec<String>,
}

impl Said {
    /// What this summary says.
    #[must_use]
    pub fn of(summary: &str) -> Said {
        let beginning: String = summary.chars().take(SUMMARY_MAX_CHARS).collect();
        let summary = beginning.to_lowercase();
        Said {
            named: named(&summary),
            summary,
        }
    }

    /// Whether it may be about this call: it names it, or has all its words.
    #[must_use]
    pub fn fits(&self, sought: &Sought) -> bool {
        if let Some(named) = self.named {
            return named == sought.call;
        }
        let words = &sought.words;
        let is_there = |word: &String| begins_a_word(&self.summary, word);
        !words.is_empty() && words.iter().all(is_there)
    }
}

impl<'a> Sought<'a> {
    /// This call.
    #[must_use]
    pub fn call(call: &'a str) -> Sought<'a> {
        Sought {
            words: words(call),
            call,
        }
    }
}

/// The call that a summary names as only a program would write it: with a stroke or a capital inside.
fn named(summary: &str) -> Option<&'static str> {
    let is_unmistakable =
        |name: &str| name.contains(|letter: char| letter == '/' || letter.is_uppercase());
    let names = CALLS.iter().map(|call| call.name);
    names
        .filter(|name| is_unmistakable(name) && stands_alone(summary, &name.to_lowercase()))
        .max_by_key(|name| name.len())
}

fn stands_alone(summary: &str, name: &str) -> bool {
    summary.match_indices(name).any(|(start, _)| {
        let before = summary[..start].chars().next_back();
        let after = summary[start + name.len()..].chars().next();
        let goes_on = |letter: Option<char>| {
            letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '/')
        };
        !goes_on(before) && !goes_on(after)
    })
}

/// `snapshot` and `creat` of `snapshot/create`: what "creation" and "created" have in common.
fn words(call: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for letter in call.chars() {
        if letter == '/' || letter.is_uppercase() {
            words.push(String::new());
        }
        if letter != '/'
            && let Some(last) = words.last_mut()
        {
            last.extend(letter.to_lowercase());
        }
    }
    let said = words.into_iter().filter(|word| word.len() >= WORD_MIN);
    said.map(|word| word.strip_suffix('e').unwrap_or(&word).to_owned())
        .collect()
}

fn begins_a_word(summary: &str, word: &str) -> bool {
    summary.match_indices(word).any(|(start, _)| {
        let before = summary[..start].chars().next_back();
        !before.is_some_and(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(call: &str, summary: &str) -> bool {
        Said::of(summary).fits(&Sought::call(call))
    }

    #[test]
    fn a_summary_fits_the_call_that_it_names_or_describes() {
        for (call, summary) in [
            ("restart", "API: restart"),
            ("restart", "VPS restarted"),
            ("start", "VPS Started by API"),
            ("snapshot/create", "API: snapshot/create"),
            ("snapshot/create", "Snapshot created"),
            ("snapshot/create", "Creation of snapshot (API)"),
            ("migrate/start", "Migration started: USCA_6"),
            ("reinstallOS", "OS Reinstall: debian-13-x86_64"),
            ("reinstallOS", "reinstallos requested"),
            ("resetRootPassword", "Root password was reset"),
            ("setPTR", "PTR record set to mail.example.com"),
            ("iso/mount", "ISO mounted"),
        ] {
            assert!(fits(call, summary), "{call}: {summary}");
        }
    }

    #[test]
    fn a_summary_does_not_fit_another_call() {
        for (call, summary) in [
            ("start", "API: restart"),
            ("start", "VPS restarted"),
            ("start", "API: migrate/start"),
            ("stop", "API: start"),
            ("snapshot/create", "VPS created"),
            ("snapshot/create", "API: snapshot/delete"),
            ("iso/mount", "ISO unmounted"),
            ("restart", "KiwiVM login"),
            ("restart", ""),
            ("unsuspend", "VPS suspended"),
        ] {
            assert!(!fits(call, summary), "{call}: {summary}");
        }
    }
}
