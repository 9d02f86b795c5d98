//! A reply of basicShell/exec that is longer than the panel takes: what has come of it can still be read.

/// The field that says it, beside KiwiVM's own.
pub const CUT: &str = "kiwideck_cut";

/// The beginning of a reply, cut within its last text, as a reply: the text ends where it was cut, and
/// [`CUT`] is true. Cut anywhere else it is no JSON, as before.
pub(super) fn closed(beginning: &str) -> String {
    let whole = whole_letters(beginning);
    format!("{whole}\",\"{CUT}\":true}}")
}

/// Without an escape sequence that was cut in two, and without the first half of a pair of them.
fn whole_letters(text: &str) -> &str {
    let Some(at) = text.rfind('\\') else {
        return text;
    };
    let before = text[..at].trim_end_matches('\\').len();
    let is_escaped = (at - before) % 2 == 1;
    let rest = &text[at..];
    let is_short = rest.len() < 2 || (rest.starts_with("\\u") && rest.len() < 6);
    let is_half = rest.len() == 6 && is_first_of_pair(&rest[1..]);
    match !is_escaped && (is_short || is_half) {
        true if is_short => without_half(&text[..at]),
        true => &text[..at],
        false => text,
    }
}

/// A pair whose second half was cut has lost its first half too.
fn without_half(text: &str) -> &str {
    let last = text.len().checked_sub(6).and_then(|at| text.get(at..));
    match last {
        Some(escape) if escape.starts_with("\\u") && is_first_of_pair(&escape[1..]) => {
            &text[..text.len() - 6]
        }
        _ => text,
    }
}

fn is_first_of_pair(escape: &str) -> bool {
    let lower = escape.to_ascii_lowercase();
    ["ud8", "ud9", "uda", "udb"]
        .iter()
        .any(|first| lower.starts_with(first))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn wherever_a_text_is_cut_what_has_come_of_it_is_read() {
        let whole = r#"{"error":0,"message":"a\n\\\\\" é\ud83d\ude00\u00e9\\u12 x\\"#;
        let message = "a\n\\\\\" é\u{1f600}é\\u12 x\\";
        let begins_at = whole.find("a\\n").unwrap();
        for at in begins_at..=whole.len() {
            let Some(beginning) = whole.get(..at) else {
                continue;
            };
            let reply: Value = serde_json::from_str(&closed(beginning)).expect(beginning);
            assert_eq!(reply[CUT], true);
            let read = reply["message"].as_str().unwrap();
            assert!(message.starts_with(read), "{beginning}: {read}");
        }
    }

    #[test]
    fn cut_elsewhere_it_is_no_reply() {
        for beginning in ["", "{", "{\"error\":0,\"mess", "{\"error\":0"] {
            let read = serde_json::from_str::<Value>(&closed(beginning));
            assert!(read.is_err(), "{beginning}");
        }
    }
}
