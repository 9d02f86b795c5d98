//! A message on its way to a person, with its arguments. It is written once, by `Display`;
//! escaping it for HTML is the template's business.

use super::{Language, catalogue};
use fluent_bundle::types::FluentValue;
use fluent_bundle::{FluentArgs, FluentAttribute, FluentMessage};
use std::collections::HashSet;
use std::fmt;
use std::sync::{LazyLock, Mutex, PoisonError};

/// A message and its arguments, ready to be shown.
#[derive(Debug)]
pub struct Message {
    language: Language,
    words: Words,
    arguments: FluentArgs<'static>,
}

#[derive(Debug)]
enum Words {
    Value(FluentMessage<'static>),
    Attribute(FluentAttribute<'static>),
    Missing(String),
}

impl Message {
    pub(super) fn value(language: Language, message: FluentMessage<'static>) -> Message {
        Message::of(language, Words::Value(message))
    }

    pub(super) fn attribute(language: Language, attribute: FluentAttribute<'static>) -> Message {
        Message::of(language, Words::Attribute(attribute))
    }

    pub(super) fn missing(language: Language, id: &str) -> Message {
        let tag = language.tag();
        log_once(&format!("{tag} {id}: no such message"));
        Message::of(language, Words::Missing(id.to_owned()))
    }

    fn of(language: Language, words: Words) -> Message {
        let arguments = FluentArgs::new();
        Message {
            language,
            words,
            arguments,
        }
    }

    /// The same message with this argument. Numbers are shown as they are, without grouping.
    #[must_use]
    pub fn with(mut self, name: &'static str, argument: impl Into<Argument>) -> Message {
        self.arguments.set(name, argument.into().0);
        self
    }

    /// The message as text.
    #[must_use]
    pub fn text(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for Message {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pattern = match &self.words {
            Words::Value(message) => message.value(),
            Words::Attribute(attribute) => Some(attribute.value()),
            Words::Missing(id) => return formatter.write_str(id),
        };
        let Some(pattern) = pattern else {
            return Ok(());
        };
        let mut errors = Vec::new();
        let bundle = catalogue::bundle(self.language);
        bundle.write_pattern(formatter, pattern, Some(&self.arguments), &mut errors)?;
        if !errors.is_empty() {
            log_once(&format!("{:?}: {errors:?}", self.words));
        }
        Ok(())
    }
}

/// A page is drawn many times a second: what is wrong with a message is said the first time only.
fn log_once(problem: &str) {
    if is_new(problem) {
        tracing::error!(problem, "message");
    }
}

/// Whether a problem was never met before. Ids can come from a reply, so only so many are kept.
pub(super) fn is_new(problem: &str) -> bool {
    const LIMIT: usize = 1000;
    static MET: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);
    let mut met = MET.lock().unwrap_or_else(PoisonError::into_inner);
    met.len() < LIMIT && met.insert(problem.to_owned())
}

/// A value put into a message.
#[derive(Clone, Debug)]
pub struct Argument(FluentValue<'static>);

/// Beyond it an `f64`, which is all Fluent has for numbers, skips integers.
const EXACT_LIMIT: i128 = 1 << 53;

impl Argument {
    /// A number that plurals are chosen by.
    fn integer(number: i128) -> Argument {
        if number.abs() < EXACT_LIMIT {
            Argument(FluentValue::from(number))
        } else {
            Argument::from(number.to_string())
        }
    }
}

impl From<&str> for Argument {
    fn from(text: &str) -> Argument {
        Argument::from(text.to_owned())
    }
}

impl From<String> for Argument {
    fn from(text: String) -> Argument {
        Argument(FluentValue::from(text))
    }
}

impl From<Message> for Argument {
    fn from(message: Message) -> Argument {
        Argument::from(message.text())
    }
}

impl From<f64> for Argument {
    /// Only whole numbers are numbers to Fluent: its plural rules panic on what is not finite or
    /// has too many digits, and a fraction is "other" in both languages anyway.
    fn from(number: f64) -> Argument {
        if number.fract() == 0.0 && number.abs() < EXACT_LIMIT as f64 {
            Argument::integer(number as i128)
        } else {
            Argument::from(number.to_string())
        }
    }
}

/// Templates pass what they hold by reference.
impl<T: Clone + Into<Argument>> From<&T> for Argument {
    fn from(value: &T) -> Argument {
        value.clone().into()
    }
}

macro_rules! from_integers {
    ($($integer:ty)*) => {$(
        impl From<$integer> for Argument {
            fn from(number: $integer) -> Argument {
                Argument::integer(number as i128)
            }
        }
    )*};
}

from_integers!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize);
