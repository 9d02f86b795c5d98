//! One canonical form for what people type as a name: trimmed, NFKC, without what cannot be seen; and
//! which names of people could be mistaken for another (UTS 39).

use unicode_normalization::UnicodeNormalization;
use unicode_security::mixed_script::{AugmentedScriptSet, MixedScript};
use unicode_security::skeleton;

/// The text trimmed, in NFKC, with control and invisible characters removed and each run of white space
/// made one space.
#[must_use]
pub fn tidy(text: &str) -> String {
    let seen = text.nfkc().filter(|letter| !invisible(*letter));
    // An accent may have been kept from its letter by what is gone now.
    let normal: String = seen.nfkc().collect();
    normal.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A person's name as it is looked up, locked out and kept unique: tidy and lower case.
#[must_use]
pub fn canonical(name: &str) -> String {
    tidy(name).to_lowercase().nfkc().collect()
}

/// Whether a person's name has letters of several scripts, as `\u{430}dmin` with a Cyrillic one. Latin
/// letters beside Chinese, Japanese or Korean ones are how people write there.
#[must_use]
pub fn mixes_scripts(name: &str) -> bool {
    let name = canonical(name);
    let others: String = name.chars().filter(|letter| !is_latin(*letter)).collect();
    let others = AugmentedScriptSet::for_str(&others);
    !(name.as_str().is_single_script() || others.hanb || others.jpan || others.kore)
}

/// Also what all scripts share, as digits.
fn is_latin(letter: char) -> bool {
    let mut scripts = AugmentedScriptSet::for_char('a');
    scripts.intersect_with(letter.into());
    !scripts.is_empty()
}

/// Whether two names of people are the same or look the same.
#[must_use]
pub fn are_alike(one: &str, other: &str) -> bool {
    skeleton(&canonical(one)).eq(skeleton(&canonical(other)))
}

/// Characters that show nothing or turn the direction of what follows: two names must not differ
/// by them alone. Unicode's Default_Ignorable_Code_Point, and the Braille pattern without a dot.
fn invisible(letter: char) -> bool {
    let unseen = matches!(letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}');
    unseen || (letter.is_control() && !letter.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_alike_are_one() {
        for typed in ["Ada", "  ada ", "ＡＤＡ", "a\u{200b}da", "\u{feff}ADA"] {
            assert_eq!(canonical(typed), "ada", "{typed:?}");
        }
        for unseen in [
            "\u{fe0f}",
            "\u{34f}",
            "\u{115f}",
            "\u{1160}",
            "\u{3164}",
            "\u{ffa0}",
            "\u{2800}",
            "\u{e0020}\u{e0061}",
            "\u{180b}",
            "\u{e0100}",
        ] {
            assert_eq!(canonical(&format!("a{unseen}da{unseen}")), "ada");
            assert_eq!(tidy(unseen), "", "{unseen:?}");
        }
        assert_eq!(tidy("a\u{34f}\u{301}"), "\u{e1}");
        assert_eq!(tidy("  tokyo \t web\n1 "), "tokyo web 1");
        assert_eq!(tidy("香港\u{3000}一号"), "香港 一号");
    }

    #[test]
    fn t_canon_a_name_is_of_one_script_or_of_latin_and_east_asian_letters() {
        for good in [
            "ada",
            "Ada Lovelace-2",
            "Åsa",
            "李雷",
            "li李雷2",
            "é李",
            "админ",
            "Ελένη",
            "たろう taro",
            "김철수 kim",
            "𠮷野",
            "ada@example.com",
            "o’brien",
        ] {
            assert!(!mixes_scripts(good), "{good}");
        }
        for bad in [
            "\u{430}dmin",
            "adm\u{456}n",
            "b\u{3bf}b",
            "李\u{430}",
            "\u{561}da",
        ] {
            assert!(mixes_scripts(bad), "{bad}");
        }
    }

    #[test]
    fn t_canon_names_that_look_the_same_are_alike() {
        for (one, other) in [
            ("Ada", "ada"),
            ("admin", "\u{430}dmin"),
            ("adal", "ada1"),
            ("scope", "\u{455}\u{441}\u{43e}\u{440}\u{435}"),
        ] {
            assert!(are_alike(one, other), "{one} {other}");
        }
        for (one, other) in [("ada", "adam"), ("李雷", "李蕾"), ("person-1", "person-2")] {
            assert!(!are_alike(one, other), "{one} {other}");
        }
    }
}
