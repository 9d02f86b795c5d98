//! Whole-number sums, as in `$((1 + x * 2))`.

/// The value, or what is wrong.
pub(super) fn evaluate(text: &str, lookup: &dyn Fn(&str) -> String) -> Result<i64, String> {
    let characters: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    let mut sum = Sum {
        characters: &characters,
        at: 0,
        depth: 0,
        lookup,
    };
    let value = sum.binary(0)?;
    if sum.at == characters.len() {
        return Ok(value);
    }
    Err(format!("{text}: syntax error in expression"))
}

struct Sum<'text> {
    characters: &'text [char],
    at: usize,
    depth: usize,
    lookup: &'text dyn Fn(&str) -> String,
}

/// Operators by how strongly they bind, the weakest first.
const LEVELS: &[&[&str]] = &[
    &["||"],
    &["&&"],
    &["==", "!="],
    &["<=", ">=", "<", ">"],
    &["+", "-"],
    &["*", "/", "%"],
];

impl Sum<'_> {
    fn take(&mut self, text: &str) -> bool {
        let length = text.len();
        let next = self.characters.get(self.at..self.at + length);
        let found = next.is_some_and(|next| next.iter().copied().eq(text.chars()));
        if found {
            self.at += length;
        }
        found
    }

    fn binary(&mut self, level: usize) -> Result<i64, String> {
        let Some(operators) = LEVELS.get(level) else {
            return self.unary();
        };
        let mut left = self.binary(level + 1)?;
        while let Some(operator) = operators.iter().find(|operator| self.take(operator)) {
            let right = self.binary(level + 1)?;
            left = combine(left, operator, right)?;
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<i64, String> {
        self.depth += 1;
        if self.depth > 50 {
            return Err("expression recursion level exceeded".to_owned());
        }
        let value = if self.take("-") {
            self.unary()?.wrapping_neg()
        } else if self.take("!") {
            i64::from(self.unary()? == 0)
        } else if self.take("(") {
            let value = self.binary(0)?;
            if !self.take(")") {
                return Err("missing `)'".to_owned());
            }
            value
        } else {
            self.operand()?
        };
        self.depth -= 1;
        Ok(value)
    }

    fn operand(&mut self) -> Result<i64, String> {
        let rest = self.characters[self.at..].iter();
        let word: String = rest
            .take_while(|c| c.is_ascii_alphanumeric() || **c == '_')
            .collect();
        self.at += word.len();
        if word.starts_with(|first: char| first.is_ascii_digit()) {
            return word
                .parse()
                .map_err(|_| format!("{word}: value too great for base"));
        }
        if word.is_empty() {
            return Err("syntax error: operand expected".to_owned());
        }
        // A name without a number stands for 0.
        Ok((self.lookup)(&word).trim().parse().unwrap_or(0))
    }
}

fn combine(left: i64, operator: &str, right: i64) -> Result<i64, String> {
    Ok(match operator {
        "||" => i64::from(left != 0 || right != 0),
        "&&" => i64::from(left != 0 && right != 0),
        "==" => i64::from(left == right),
        "!=" => i64::from(left != right),
        "<=" => i64::from(left <= right),
        ">=" => i64::from(left >= right),
        "<" => i64::from(left < right),
        ">" => i64::from(left > right),
        "+" => left.wrapping_add(right),
        "-" => left.wrapping_sub(right),
        "*" => left.wrapping_mul(right),
        _ if right == 0 => return Err("division by 0".to_owned()),
        "/" => left.wrapping_div(right),
        _ => left.wrapping_rem(right),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_know_which_operator_binds_first() {
        let lookup = |name: &str| {
            if name == "x" {
                "7".to_owned()
            } else {
                String::new()
            }
        };
        assert_eq!(evaluate("1 + x * 2", &lookup), Ok(15));
        assert_eq!(evaluate("(1 + x) * -2 == -16 && !y", &lookup), Ok(1));
        assert!(evaluate("1 / 0", &lookup).is_err());
        assert!(evaluate("1 +", &lookup).is_err());
    }
}
