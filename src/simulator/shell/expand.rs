//! Expands words: values, command substitution, sums, splitting, patterns.

use super::arithmetic;
use super::glob;
use super::run::Shell;
use super::syntax::{Change, Part, Word};

/// Text whose characters know whether they were quoted.
type Marked = Vec<(char, bool)>;

impl Shell<'_> {
    /// The words as a command gets them.
    pub(super) fn expand_all(&mut self, words: &[Word]) -> Result<Vec<String>, String> {
        let mut all = Vec::new();
        for word in words {
            for field in self.fields(word)? {
                all.extend(self.matching_paths(&field));
            }
        }
        Ok(all)
    }

    /// The word as one text: neither split nor matched against paths.
    pub(super) fn expand_quoted(&mut self, word: &Word) -> Result<String, String> {
        let mut text = String::new();
        for part in word {
            text.push_str(&self.value(part)?);
        }
        Ok(text)
    }

    /// Whether a pattern, in which quoted characters stand for themselves, matches.
    pub(super) fn matches(&mut self, pattern: &Word, value: &str) -> bool {
        let mut marked = Marked::new();
        for part in pattern {
            let value = self.value(part).unwrap_or_default();
            marked.extend(value.chars().map(|character| (character, is_quoted(part))));
        }
        let text: Vec<char> = value.chars().collect();
        self.work(text.len());
        glob::matches(&marked, &text)
    }

    fn fields(&mut self, word: &Word) -> Result<Vec<Marked>, String> {
        let mut fields: Vec<Marked> = Vec::new();
        let mut open: Option<Marked> = None;
        for part in word {
            if let Part::Value {
                name,
                change: None,
                quoted: true,
            } = part
                && name == "@"
            {
                self.push_arguments(&mut fields, &mut open);
                continue;
            }
            let value = self.value(part)?;
            let splits = matches!(
                part,
                Part::Value { quoted: false, .. }
                    | Part::Command { quoted: false, .. }
                    | Part::Sum { quoted: false, .. }
            );
            if splits {
                split(&value, &mut fields, &mut open);
            } else {
                let quoted = is_quoted(part);
                let field = open.get_or_insert_default();
                field.extend(value.chars().map(|character| (character, quoted)));
            }
        }
        fields.extend(open);
        Ok(fields)
    }

    /// `"$@"`: each argument a field of its own.
    fn push_arguments(&self, fields: &mut Vec<Marked>, open: &mut Option<Marked>) {
        let mut first = true;
        for argument in &self.state.arguments {
            if !first {
                fields.extend(open.take());
            }
            first = false;
            let field = open.get_or_insert_default();
            field.extend(argument.chars().map(|character| (character, true)));
        }
        if first && open.as_ref().is_some_and(Vec::is_empty) {
            open.take();
        }
    }

    /// Long values count as work: a loop that doubles one must end before memory does.
    fn value(&mut self, part: &Part) -> Result<String, String> {
        let value = self.value_of(part)?;
        self.work(value.len() / 32);
        Ok(value)
    }

    fn value_of(&mut self, part: &Part) -> Result<String, String> {
        match part {
            Part::Plain(text) | Part::Quoted(text) => Ok(text.clone()),
            Part::Home => Ok(self.variable("HOME").unwrap_or_default()),
            Part::Command { list, .. } => Ok(self.captured(list)),
            Part::Sum { text, .. } => {
                let text = self.expand_quoted(text)?;
                let lookup = |name: &str| self.variable(name).unwrap_or_default();
                Ok(arithmetic::evaluate(&text, &lookup)?.to_string())
            }
            Part::Value { name, change, .. } => {
                let value = self.named(name);
                match change {
                    None => Ok(value.unwrap_or_default()),
                    Some(change) => self.changed(name, value, change),
                }
            }
        }
    }

    fn named(&self, name: &str) -> Option<String> {
        let arguments = &self.state.arguments;
        match name {
            "?" => Some(self.state.status.to_string()),
            "$" => Some("4242".to_owned()),
            "!" => None,
            "-" => Some("hB".to_owned()),
            "#" => Some(arguments.len().to_string()),
            "@" | "*" => Some(arguments.join(" ")),
            "0" => Some("bash".to_owned()),
            "PWD" => Some(self.state.directory.clone()),
            "RANDOM" => Some("4".to_owned()),
            "SECONDS" => Some("0".to_owned()),
            _ => match name.parse::<usize>() {
                Ok(number) => arguments.get(number.wrapping_sub(1)).cloned(),
                Err(_) => self.variable(name),
            },
        }
    }

    fn changed(
        &mut self,
        name: &str,
        value: Option<String>,
        change: &Change,
    ) -> Result<String, String> {
        match change {
            Change::Length => Ok(value.unwrap_or_default().chars().count().to_string()),
            Change::Cut {
                sign,
                longest,
                pattern,
            } => {
                let value = value.unwrap_or_default();
                Ok(self.cut(&value, (*sign, *longest), pattern))
            }
            Change::Instead {
                sign,
                empty_too,
                word,
            } => {
                let present = value.filter(|value| !(*empty_too && value.is_empty()));
                match (sign, present) {
                    ('+', Some(_)) => self.expand_quoted(word),
                    ('+', None) => Ok(String::new()),
                    (_, Some(value)) => Ok(value),
                    (_, None) => self.instead(name, *sign, word),
                }
            }
        }
    }

    fn instead(&mut self, name: &str, sign: char, word: &Word) -> Result<String, String> {
        let text = self.expand_quoted(word)?;
        match sign {
            '=' => self.set_variable(name, text.clone()),
            '?' => return Err(format!("{name}: {text}")),
            _ => {}
        }
        Ok(text)
    }

    /// `${x#…}` and its kin: the shortest or longest match cut off an end.
    fn cut(&mut self, value: &str, (sign, longest): (char, bool), pattern: &Word) -> String {
        let text: Vec<char> = value.chars().collect();
        let mut ends: Vec<usize> = (0..=text.len()).collect();
        if (sign == '#') == longest {
            ends.reverse();
        }
        for end in ends {
            let (front, back) = text.split_at(end);
            let (part, rest) = if sign == '#' {
                (front, back)
            } else {
                (back, front)
            };
            let part: String = part.iter().collect();
            if self.is_killed() || self.matches(pattern, &part) {
                return rest.iter().collect();
            }
        }
        value.to_owned()
    }

    /// The paths a field with an unquoted pattern matches; the field itself when there are none.
    fn matching_paths(&mut self, field: &Marked) -> Vec<String> {
        let text: String = field.iter().map(|(character, _)| character).collect();
        if !field
            .iter()
            .any(|(character, quoted)| !quoted && "*?[".contains(*character))
        {
            return vec![text];
        }
        let absolute = text.starts_with('/');
        let mut found = vec![if absolute {
            "/".to_owned()
        } else {
            String::new()
        }];
        for step in field
            .split(|(character, _)| *character == '/')
            .filter(|step| !step.is_empty())
        {
            found = found
                .iter()
                .flat_map(|front| self.entries_matching(front, step))
                .collect();
        }
        if found.is_empty() { vec![text] } else { found }
    }

    fn entries_matching(&self, front: &str, step: &[(char, bool)]) -> Vec<String> {
        let directory = self.path(if front.is_empty() { "." } else { front });
        let hidden = step.first().is_some_and(|(character, _)| *character == '.');
        let names = self.files.names(&directory).into_iter();
        let names = names.filter(|name| {
            let text: Vec<char> = name.chars().collect();
            (hidden || !name.starts_with('.')) && glob::matches(step, &text)
        });
        let joint = if front.is_empty() || front.ends_with('/') {
            ""
        } else {
            "/"
        };
        names.map(|name| format!("{front}{joint}{name}")).collect()
    }
}

fn is_quoted(part: &Part) -> bool {
    match part {
        Part::Plain(_) => false,
        Part::Quoted(_) | Part::Home => true,
        Part::Value { quoted, .. } | Part::Command { quoted, .. } | Part::Sum { quoted, .. } => {
            *quoted
        }
    }
}

/// Splits an unquoted value at white space, going on with the field that is open.
fn split(value: &str, fields: &mut Vec<Marked>, open: &mut Option<Marked>) {
    for character in value.chars() {
        if matches!(character, ' ' | '\t' | '\n') {
            fields.extend(open.take());
        } else {
            open.get_or_insert_default().push((character, false));
        }
    }
}
