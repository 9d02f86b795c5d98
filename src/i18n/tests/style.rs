//! How the words are written: what a reader would mark in every text, and a program can see.

use super::parsed::parts;
use crate::i18n::Language::{Chinese, English};

/// A date is one word in Chinese: 2026年12月3日. The others' argument ends in Chinese: 3 分钟前更新.
const WITHOUT_SPACES: [&str; 8] = [
    "format-date",
    "format-day",
    "fleet-resets-in",
    "outlook-runs-out",
    "vps-as-of",
    "verdict-seen",
    "verdict-transfer",
    "verdict-violation",
];

#[test]
fn english_is_calm() {
    for part in parts(English) {
        for text in &part.texts {
            let lower = text.to_lowercase();
            // `#!/bin/bash` is no exclamation.
            let calm = !lower.replace("#!", "").contains('!') && !lower.contains("please");
            assert!(calm, "{}: {text}", part.name);
        }
    }
}

#[test]
fn chinese_has_a_space_between_chinese_and_latin() {
    for part in parts(Chinese) {
        let exempt = WITHOUT_SPACES.contains(&part.name.as_str());
        for text in part.texts.iter().filter(|_| !exempt) {
            let wrong = neighbours(text).find(|&(left, right)| {
                (is_chinese(left) && right.is_ascii_alphanumeric())
                    || (left.is_ascii_alphanumeric() && is_chinese(right))
            });
            assert_eq!(wrong, None, "{}: {text}", part.name);
        }
    }
}

#[test]
fn chinese_has_full_width_punctuation() {
    const HALF_WIDTH: &str = ",.;:!?()\"";
    for part in parts(Chinese) {
        for text in &part.texts {
            let wrong = neighbours(text).find(|&(left, right)| {
                (is_chinese(left) && HALF_WIDTH.contains(right))
                    || (HALF_WIDTH.contains(left) && is_chinese(right))
            });
            assert_eq!(wrong, None, "{}: {text}", part.name);
        }
    }
}

#[test]
fn chinese_is_not_english_left_over() {
    let words = |text: &str| {
        let latin = |word: &&str| word.chars().all(|letter| letter.is_ascii_lowercase());
        text.split_whitespace().filter(latin).count()
    };
    for part in parts(Chinese) {
        // A name or a command in between is fine; three plain words in a row are a sentence.
        assert!(words(&part.texts[0]) < 3, "{}", part.name);
    }
}

/// Every two characters that stand side by side.
fn neighbours(text: &str) -> impl Iterator<Item = (char, char)> {
    text.chars().zip(text.chars().skip(1))
}

fn is_chinese(letter: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&letter)
}
