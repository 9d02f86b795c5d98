//! A small regular expression: `.`, `[…]`, `^`, `$`, `*`, `+`, `?` and `|`. No groups.

/// Longer expressions match nothing, and searching ends after this much work.
const STEP_LIMIT: usize = 300;
const WORK_LIMIT: usize = 100_000;

/// Whether the expression is found in the line.
pub(super) fn is_found(expression: &str, line: &str, extended: bool) -> bool {
    let separator = if extended { "|" } else { "\\|" };
    let line: Vec<char> = line.chars().collect();
    expression.split(separator).any(|one| {
        let steps = steps(one, extended);
        let mut search = Search { left: WORK_LIMIT };
        match steps.split_first() {
            _ if steps.len() > STEP_LIMIT => false,
            Some((first, rest)) if matches!(first.what, What::Start) => search.matches(rest, &line),
            _ => (0..=line.len()).any(|start| search.matches(&steps, &line[start..])),
        }
    })
}

/// One thing to match, and how often.
struct Step {
    what: What,
    least: usize,
    most: usize,
}

enum What {
    Start,
    End,
    Any,
    One(char),
    Of(Vec<char>, bool),
}

impl What {
    fn takes(&self, character: char) -> bool {
        match self {
            What::Start | What::End => false,
            What::Any => true,
            What::One(wanted) => *wanted == character,
            What::Of(set, negated) => {
                let inside =
                    |range: &[char]| range[1] == '-' && (range[0]..=range[2]).contains(&character);
                (set.contains(&character) || set.windows(3).any(inside)) != *negated
            }
        }
    }
}

fn steps(expression: &str, extended: bool) -> Vec<Step> {
    let characters: Vec<char> = expression.chars().collect();
    let (mut steps, mut at) = (Vec::new(), 0);
    while let Some(character) = characters.get(at) {
        at += 1;
        let what = match character {
            '^' if at == 1 => What::Start,
            '$' if at == characters.len() => What::End,
            '.' => What::Any,
            '[' => set(&characters, &mut at),
            '\\' if at < characters.len() => {
                at += 1;
                What::One(characters[at - 1])
            }
            other => What::One(*other),
        };
        let (least, most) = match characters.get(at) {
            Some('*') => (0, usize::MAX),
            Some('+') if extended => (1, usize::MAX),
            Some('?') if extended => (0, 1),
            _ => (1, 1),
        };
        at += usize::from((least, most) != (1, 1));
        steps.push(Step { what, least, most });
    }
    steps
}

fn set(characters: &[char], at: &mut usize) -> What {
    let negated = characters.get(*at) == Some(&'^');
    *at += usize::from(negated);
    let start = *at;
    // A bracket that comes first stands for itself.
    *at += 1;
    while characters
        .get(*at)
        .is_some_and(|character| *character != ']')
    {
        *at += 1;
    }
    let inside = characters.get(start..*at).unwrap_or_default().to_vec();
    *at += 1;
    What::Of(inside, negated)
}

/// A search that gives up when it has worked too long.
struct Search {
    left: usize,
}

impl Search {
    fn matches(&mut self, steps: &[Step], line: &[char]) -> bool {
        let Some((step, rest)) = steps.split_first() else {
            return true;
        };
        if matches!(step.what, What::End) {
            return line.is_empty();
        }
        let taken = line.iter().take(step.most);
        let taken = taken
            .take_while(|character| step.what.takes(**character))
            .count();
        if self.left <= taken {
            return false;
        }
        self.left -= taken + 1;
        taken >= step.least
            && (step.least..=taken)
                .rev()
                .any(|count| self.matches(rest, &line[count..]))
    }
}

#[cfg(test)]
mod tests {
    use super::is_found;

    #[test]
    fn expressions_are_found_where_they_should_be() {
        assert!(is_found("^a.*z$", "abcz", false) && is_found("b+c", "abbc", true));
        assert!(is_found("[0-9]*x", "x", false) && is_found("cat|dog", "hotdog", true));
        assert!(is_found("a\\.b", "a.b", false) && is_found("[^a]", "ab", false));
        assert!(!is_found("^b", "ab", false) && !is_found("a\\.b", "axb", false));
    }

    #[test]
    fn an_expression_made_to_take_for_ever_is_given_up() {
        assert!(!is_found(
            &format!("{}b", "a*".repeat(40)),
            &"a".repeat(1000),
            false
        ));
        assert!(!is_found(&"x".repeat(100_000), "x", false));
    }
}
