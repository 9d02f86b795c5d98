//! KiwiVM's audit log beside ours, on one time line: their order, and where a page of it ends. Pure: it
//! reads nothing and asks nobody.

mod fit;
mod log;

pub use fit::{Said, Sought};
pub use log::{Elsewhere, Log, Origin, Trace};

use crate::kiwivm::reply::AuditEntry;
use crate::model::audit::{Cursor, Entry};
use std::cmp::Reverse;
use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

/// One entry of the time line.
#[derive(Clone, Debug)]
pub enum Line {
    /// An entry of this panel's audit log.
    Ours(Box<Entry>),
    /// An entry of KiwiVM's.
    Theirs(Logged),
}

/// An entry of KiwiVM's audit log, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// As KiwiVM wrote it.
    pub entry: AuditEntry,
    /// Where it stands.
    pub place: Place,
}

/// A place on the time line. A greater one is newer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    at_ms: i64,
    side: Side,
    number: i64,
}

/// Whose entry it is. At the same moment ours came first: it was written before the call left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    Ours,
    Theirs,
}

impl Place {
    /// That of an entry of ours.
    #[must_use]
    pub const fn of(entry: &Entry) -> Place {
        Place {
            at_ms: entry.at_ms,
            side: Side::Ours,
            number: entry.id,
        }
    }

    /// That of the entry of KiwiVM's with this number among those of its second. KiwiVM tells seconds:
    /// it counts as the end of its own. One without a time is older than all.
    const fn of_theirs(timestamp_s: Option<i64>, number: i64) -> Place {
        let at_ms = match timestamp_s {
            Some(timestamp_s) => timestamp_s.saturating_mul(1000).saturating_add(999),
            None => i64::MIN,
        };
        Place {
            at_ms,
            side: Side::Theirs,
            number,
        }
    }

    /// The place in our log after which only older entries follow.
    #[must_use]
    pub const fn among_ours(self) -> Cursor {
        Cursor {
            at_ms: self.at_ms,
            id: match self.side {
                Side::Ours => self.number,
                Side::Theirs => i64::MAX,
            },
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = match self.side {
            Side::Ours => 0,
            Side::Theirs => 1,
        };
        write!(out, "{}-{side}-{}", self.at_ms, self.number)
    }
}

impl FromStr for Place {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Place, ParseIntError> {
        // From the right: a time before 1970 has a sign.
        let (rest, number) = text.rsplit_once('-').unwrap_or_default();
        let (at_ms, side) = rest.rsplit_once('-').unwrap_or_default();
        Ok(Place {
            at_ms: at_ms.parse()?,
            side: match side {
                "0" => Side::Ours,
                _ => Side::Theirs,
            },
            number: number.parse()?,
        })
    }
}

impl Line {
    /// Where it stands.
    #[must_use]
    pub fn place(&self) -> Place {
        match self {
            Line::Ours(entry) => Place::of(entry),
            Line::Theirs(logged) => logged.place,
        }
    }
}

/// The entries of KiwiVM's log in their places, newest first.
#[must_use]
pub fn placed(entries: Vec<AuditEntry>) -> Vec<Logged> {
    let mut placed: Vec<Logged> = Vec::with_capacity(entries.len());
    let mut numbers = std::collections::HashMap::new();
    for entry in entries {
        let number = numbers.entry(entry.timestamp_s).or_insert(0_i64);
        *number += 1;
        placed.push(Logged {
            place: Place::of_theirs(entry.timestamp_s, *number),
            entry,
        });
    }
    placed.sort_by_key(|logged| Reverse(logged.place));
    placed
}

/// What was found in our log.
#[derive(Clone, Debug, Default)]
pub struct Looked {
    /// Those that were looked for.
    pub entries: Vec<Entry>,
    /// The last entry that was looked at, unless it is the oldest there is.
    pub to: Option<Place>,
}

/// A part of the time line, newest first.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// Its entries.
    pub lines: Vec<Line>,
    /// After which place the next part begins, if there may be one.
    pub older: Option<Place>,
}

/// The newest entries of both, at most so many. Further back than our log was looked through, those of
/// KiwiVM's wait for the next part.
#[must_use]
pub fn merge(ours: Looked, theirs: Vec<Logged>, at_most: usize) -> Part {
    let is_reached = |logged: &Logged| ours.to.is_none_or(|to| logged.place >= to);
    let theirs = theirs.into_iter().filter(is_reached).map(Line::Theirs);
    let ours_too = ours
        .entries
        .into_iter()
        .map(|entry| Line::Ours(Box::new(entry)));
    let mut lines: Vec<Line> = ours_too.chain(theirs).collect();
    lines.sort_by_key(|line| Reverse(line.place()));
    let is_whole = lines.len() <= at_most;
    lines.truncate(at_most);
    let older = if is_whole {
        ours.to
    } else {
        lines.last().map(Line::place)
    };
    Part { lines, older }
}

#[cfg(test)]
mod tests;
