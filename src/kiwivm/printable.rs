//! Makes text from KiwiVM or a VPS fit to be shown: bounded, and without characters that steer a
//! terminal or turn the direction of reading. What is sent back to KiwiVM never comes through here.

/// The first characters of a text in one line: what does not print goes, line breaks become spaces.
#[must_use]
pub fn printable(text: &str, limit_chars: usize) -> String {
    text.chars()
        .map(|letter| match letter {
            '\n' | '\t' => ' ',
            letter => letter,
        })
        .filter(|letter| prints(*letter))
        .take(limit_chars)
        .collect()
}

/// The first characters of a text of several lines: line breaks and tabs stay.
#[must_use]
pub fn printable_lines(text: &str, limit_chars: usize) -> String {
    text.chars()
        .filter(|letter| matches!(letter, '\n' | '\t') || prints(*letter))
        .take(limit_chars)
        .collect()
}

/// Whether a character neither steers a terminal nor turns the direction of reading.
#[must_use]
pub fn prints(letter: char) -> bool {
    !letter.is_control() && !turns_text(letter)
}

fn turns_text(letter: char) -> bool {
    matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "a\u{1b}\u{7}\u{9b}\u{7f}\u{61c}\u{200e}\u{200f}\u{202a}\u{202e}\u{2066}\u{2069}\u{feff}\r\nb\tc";

    #[test]
    fn t_ansi_what_steers_or_turns_is_dropped_and_lines_stay_where_they_may() {
        assert_eq!(printable(HOSTILE, 100), "a b c");
        assert_eq!(printable_lines(HOSTILE, 100), "a\nb\tc");
        assert_eq!(printable("é中文", 2), "é中");
        assert_eq!(printable_lines("é\n文", 2), "é\n");
    }
}
