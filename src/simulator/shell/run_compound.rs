//! Runs the commands that hold others: `{`, `if`, `for`, `while`, `case`.

use super::run::{Run, Shell, Stop};
use super::syntax::{Kind, List, Word};

impl Shell<'_> {
    pub(super) fn run_kind(&mut self, kind: &Kind) -> Run {
        match kind {
            Kind::Simple { assignments, words } => self.run_simple(assignments, words),
            Kind::Group(list) => self.run_list(list),
            Kind::Subshell(list) => Ok(self.run_apart(list)),
            Kind::If {
                branches,
                otherwise,
            } => {
                for (condition, body) in branches {
                    if self.run_condition(condition)? == 0 {
                        return self.run_list(body);
                    }
                }
                self.state.status = 0;
                self.run_list(otherwise)
            }
            Kind::For { name, words, body } => self.run_for(name, words, body),
            Kind::While {
                until,
                condition,
                body,
            } => {
                let mut status = 0;
                while (self.run_condition(condition)? == 0) != *until {
                    match self.run_list(body) {
                        Ok(ended) => status = ended,
                        Err(Stop::Break) => break,
                        Err(Stop::Continue) => {}
                        Err(stop) => return Err(stop),
                    }
                }
                Ok(status)
            }
            Kind::Case { word, arms } => self.run_case(word, arms),
            Kind::Function { name, body } => {
                self.state.functions.insert(name.clone(), body.clone());
                Ok(0)
            }
        }
    }

    fn run_for(&mut self, name: &str, words: &[Word], body: &List) -> Run {
        let values = match self.expand_all(words) {
            Ok(values) => values,
            Err(why) => return self.give_up(&why),
        };
        let mut status = 0;
        for value in values {
            self.step()?;
            self.set_variable(name, value);
            match self.run_list(body) {
                Ok(ended) => status = ended,
                Err(Stop::Break) => break,
                Err(Stop::Continue) => {}
                Err(stop) => return Err(stop),
            }
        }
        Ok(status)
    }

    fn run_case(&mut self, word: &Word, arms: &[(Vec<Word>, List)]) -> Run {
        let value = self.expand_quoted(word).unwrap_or_default();
        for (patterns, body) in arms {
            for pattern in patterns {
                if self.matches(pattern, &value) {
                    return self.run_list(body);
                }
            }
        }
        Ok(0)
    }
}
