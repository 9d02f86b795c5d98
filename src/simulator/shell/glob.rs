//! Patterns of `*`, `?` and `[…]`. A quoted character stands for itself.

/// Whether a pattern of `*`, `?` and `[…]` matches the whole text.
pub(super) fn matches(pattern: &[(char, bool)], text: &[char]) -> bool {
    let (mut at, mut in_text) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while in_text < text.len() || at < pattern.len() {
        if pattern.get(at) == Some(&('*', false)) {
            star = Some((at, in_text));
            at += 1;
        } else if let Some(next) = one_matches(pattern, at, text.get(in_text)) {
            (at, in_text) = (next, in_text + 1);
        } else if let Some((before, taken)) = star.filter(|(_, taken)| *taken < text.len()) {
            star = Some((before, taken + 1));
            (at, in_text) = (before + 1, taken + 1);
        } else {
            return false;
        }
    }
    true
}

/// Where the pattern goes on after matching this character, if it does.
fn one_matches(pattern: &[(char, bool)], at: usize, character: Option<&char>) -> Option<usize> {
    let character = *character?;
    match pattern.get(at)? {
        ('?', false) => Some(at + 1),
        ('[', false) => {
            bracket_matches(&pattern[at + 1..], character).map(|length| at + 1 + length)
        }
        (wanted, _) => (*wanted == character).then_some(at + 1),
    }
}

fn bracket_matches(pattern: &[(char, bool)], character: char) -> Option<usize> {
    let end = 1 + pattern
        .iter()
        .skip(1)
        .position(|(found, _)| *found == ']')?;
    let inside: Vec<char> = pattern[..end].iter().map(|(found, _)| *found).collect();
    let (negated, inside) = match inside.split_first() {
        Some(('!' | '^', rest)) => (true, rest),
        _ => (false, inside.as_slice()),
    };
    let mut found = inside.contains(&character);
    for range in inside.windows(3).filter(|range| range[1] == '-') {
        found |= (range[0]..=range[2]).contains(&character);
    }
    (found != negated).then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, text: &str) -> bool {
        let pattern: Vec<(char, bool)> = pattern
            .chars()
            .map(|character| (character, false))
            .collect();
        let text: Vec<char> = text.chars().collect();
        matches(&pattern, &text)
    }

    #[test]
    fn patterns_match_whole_texts() {
        assert!(check("*.log", "a.log") && check("a*b*c", "aXbYbZc") && check("", ""));
        assert!(check("?[a-c]x", "1bx") && check("[!a]", "b") && check("*", ""));
        assert!(!check("*.log", "a.logs") && !check("[!a]", "a") && !check("?", ""));
    }
}
