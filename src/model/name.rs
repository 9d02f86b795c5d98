//! One canonical form for what people type as a name: trimmed, NFKC, without control characters.

use unicode_normalization::UnicodeNormalization;

/// The text trimmed, in NFKC, with control and invisible formatting characters removed and each
/// run of white space made one space.
#[must_use]
pub fn tidy(text: &str) -> String {
    let normal: String = text.nfkc().filter(|letter| !invisible(*letter)).collect();
    normal.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A person's name as it is looked up, locked out and kept unique: tidy and lower case.
#[must_use]
pub fn canonical(name: &str) -> String {
    tidy(name).to_lowercase().nfkc().collect()
}

/// Characters that show nothing or turn the direction of what follows: two names must not differ
/// by them alone.
fn invisible(letter: char) -> bool {
    let formatting = matches!(letter,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}' | '\u{feff}');
    formatting || (letter.is_control() && !letter.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_alike_are_one() {
        for typed in ["Ada", "  ada ", "ＡＤＡ", "a\u{200b}da", "\u{feff}ADA"] {
            assert_eq!(canonical(typed), "ada", "{typed:?}");
        }
        assert_eq!(tidy("  tokyo \t web\n1 "), "tokyo web 1");
        assert_eq!(tidy("香港\u{3000}一号"), "香港 一号");
    }
}
