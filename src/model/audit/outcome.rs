//! The four ways in which a call ends.

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// KiwiVM took it.
    Accepted,
    /// KiwiVM refused it: nothing was done.
    Refused,
    /// It left, and no reply told what came of it.
    Unknown,
    /// It never left.
    Unsent,
}

impl Outcome {
    /// All outcomes.
    pub const ALL: [Outcome; 4] = [
        Outcome::Accepted,
        Outcome::Refused,
        Outcome::Unknown,
        Outcome::Unsent,
    ];

    /// As it stands in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Outcome::Accepted => "accepted",
            Outcome::Refused => "refused",
            Outcome::Unknown => "unknown",
            Outcome::Unsent => "unsent",
        }
    }

    /// The outcome of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Outcome> {
        Outcome::ALL
            .into_iter()
            .find(|outcome| outcome.word() == word)
    }

    /// The message id of its name.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Outcome::Accepted => "outcome-accepted",
            Outcome::Refused => "outcome-refused",
            Outcome::Unknown => "outcome-unknown",
            Outcome::Unsent => "outcome-unsent",
        }
    }
}
