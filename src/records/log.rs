//! KiwiVM's log as this panel reads it: which entries came from the panel's own addresses, and which of
//! them tell how an action ended whose reply never came.

use super::{Logged, Said, Sought, placed};
use crate::kiwivm::call::{Call, Class};
use crate::kiwivm::calls;
use crate::kiwivm::reply::AuditEntry;
use crate::model::audit::{Entry, Outcome};
use std::collections::{BTreeSet, HashSet};
use std::net::{IpAddr, Ipv4Addr};

/// So many of the newest entries are looked through. Any more would only cost: each is held against up to
/// a thousand actions.
const LOOKED_MAX: usize = 2000;
/// Two clocks are never quite the same.
const CLOCKS_DIFFER_S: i64 = 10;
/// KiwiVM writes down what it was asked within this time after its reply.
const LOGGED_WITHIN_S: i64 = 60;
/// So long after a request without a reply an entry may still be about it.
const TRACED_WITHIN_S: i64 = 10 * 60;
/// Entries from elsewhere are counted for so long.
const RECENT_S: i64 = 30 * 86_400;

/// KiwiVM's log, and what is known of it.
#[derive(Clone, Debug, Default)]
pub struct Log {
    /// Newest first.
    pub entries: Vec<Logged>,
    /// What the newest of them say, in the same order.
    said: Vec<Said>,
    /// When the oldest of those was.
    oldest_s: Option<i64>,
    /// Every entry tells when and what: from one that does not, nothing follows.
    is_plain: bool,
    /// When it was read.
    read_at_s: Option<i64>,
    /// The panel has the VPS since then.
    added_s: i64,
    /// The addresses from which KiwiVM saw this panel.
    panel: BTreeSet<Ipv4Addr>,
    /// Entries that belong to actions whose end is known.
    claimed: HashSet<usize>,
    /// It has an entry of a change of ours.
    has_changes: bool,
    /// It has an entry of a command of ours.
    has_commands: bool,
}

/// From where an entry came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name says it")]
pub enum Origin {
    Panel,
    Elsewhere,
    Unknown,
}

/// What KiwiVM's log says of an action whose reply never came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trace {
    /// An entry that fits it.
    Logged {
        /// KiwiVM's words.
        summary: String,
        /// So long after it was sent.
        after_s: i64,
        /// From where, if that is not the panel's address.
        elsewhere: Option<Ipv4Addr>,
    },
    /// Nothing that fits, in so many seconds.
    Nothing {
        /// How long the span is.
        within_s: i64,
        /// KiwiVM is known to write down such calls: it did so before.
        is_telling: bool,
    },
    /// The log was read too early, or does not reach back so far.
    Untold {
        /// Whether reading it again can tell.
        ask_again: bool,
    },
}

/// Entries of late that did not come from this panel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// How many.
    pub count: usize,
    /// From where.
    pub addresses: BTreeSet<Ipv4Addr>,
}

impl Log {
    /// What KiwiVM answered to getAuditLog at this time, beside the actions that KiwiVM accepted from us,
    /// newest first, and the addresses of this machine.
    #[must_use]
    pub fn new(
        (entries, read_at_s): (Vec<AuditEntry>, Option<i64>),
        accepted: &[Entry],
        own_addresses: &[IpAddr],
    ) -> Log {
        let entries = placed(entries);
        let mut log = Log {
            panel: own(&entries, own_addresses),
            said: said(&entries),
            oldest_s: oldest_s(&entries),
            is_plain: is_plain(&entries),
            entries,
            read_at_s,
            ..Log::default()
        };
        let changes = accepted.iter().rev();
        for action in changes.filter(|action| is_logged(action)) {
            log.learn(action);
        }
        log
    }

    /// An action shows from where KiwiVM sees us, unless what fits it came from two addresses. What
    /// fits it is its own.
    fn learn(&mut self, action: &Entry) {
        let until_s = ended_s(action).saturating_add(LOGGED_WITHIN_S);
        let fitting = self.fitting(action, until_s);
        let addresses: BTreeSet<Ipv4Addr> = fitting
            .iter()
            .filter_map(|index| self.entries[*index].entry.requestor)
            .collect();
        if addresses.len() == 1 {
            self.panel.extend(addresses);
        }
        let free = fitting
            .into_iter()
            .filter(|index| !self.claimed.contains(index));
        let near = |index: &usize| self.after_s(action, *index).map(i64::abs);
        let nearest = free.min_by_key(near);
        if nearest.is_some() {
            self.has_commands |= is_command(action);
            self.has_changes |= !is_command(action);
        }
        self.claimed.extend(nearest);
    }

    /// The entries that fit an action, from when it was sent until then; the oldest last.
    fn fitting(&self, action: &Entry, until_s: i64) -> Vec<usize> {
        let from_s = began_s(action).saturating_sub(CLOCKS_DIFFER_S);
        let sought = Sought::call(&action.what);
        let mut span = self.since(until_s.saturating_add(1))..self.since(from_s);
        span.end = span.end.min(self.said.len());
        span.filter(|index| self.said[*index].fits(&sought))
            .collect()
    }

    /// How many entries are of this second or newer. Those without a time are older than all.
    fn since(&self, from_s: i64) -> usize {
        let is_since =
            |logged: &Logged| logged.entry.timestamp_s.is_some_and(|at_s| at_s >= from_s);
        self.entries.partition_point(is_since)
    }

    fn after_s(&self, action: &Entry, index: usize) -> Option<i64> {
        let at_s = self.entries.get(index)?.entry.timestamp_s?;
        Some(at_s.saturating_sub(began_s(action)))
    }

    /// Whether anything showed so far from where KiwiVM sees this panel.
    #[must_use]
    pub fn knows_the_panel(&self) -> bool {
        !self.panel.is_empty()
    }

    /// The addresses from which KiwiVM saw this panel.
    #[must_use]
    pub fn panel(&self) -> &BTreeSet<Ipv4Addr> {
        &self.panel
    }

    /// The same of a VPS that this panel has since then.
    #[must_use]
    pub fn added(mut self, added_s: i64) -> Log {
        self.added_s = added_s;
        self
    }

    /// From where an entry came. What was done before the panel had the VPS came from elsewhere, of
    /// course: of that nothing is said.
    #[must_use]
    pub fn origin(&self, entry: &AuditEntry) -> Origin {
        let is_older = entry.timestamp_s.is_some_and(|at_s| at_s < self.added_s);
        match entry.requestor {
            Some(address) if self.panel.contains(&address) => Origin::Panel,
            Some(_) if self.knows_the_panel() && !is_older => Origin::Elsewhere,
            _ => Origin::Unknown,
        }
    }

    /// What came from elsewhere in the last 30 days.
    #[must_use]
    pub fn elsewhere(&self, now_s: i64) -> Elsewhere {
        let since_s = now_s.saturating_sub(RECENT_S);
        let recent = self.entries.iter().map(|logged| &logged.entry);
        let foreign: Vec<Ipv4Addr> = recent
            .filter(|entry| entry.timestamp_s.is_some_and(|at_s| at_s >= since_s))
            .filter(|entry| self.origin(entry) == Origin::Elsewhere)
            .filter_map(|entry| entry.requestor)
            .collect();
        Elsewhere {
            count: foreign.len(),
            addresses: foreign.into_iter().collect(),
        }
    }

    /// What it says of an action of ours, if that is a change whose outcome is unknown.
    #[must_use]
    pub fn trace(&self, action: &Entry) -> Option<Trace> {
        if action.outcome.as_deref() != Some(Outcome::Unknown.word()) || !is_logged(action) {
            return None;
        }
        let until_s = ended_s(action).saturating_add(TRACED_WITHIN_S);
        let fitting = self.fitting(action, until_s).into_iter();
        let first = fitting.rev().find(|index| !self.claimed.contains(index));
        Some(match first {
            Some(index) => self.logged(action, index),
            None => self.silence(action, until_s),
        })
    }

    fn logged(&self, action: &Entry, index: usize) -> Trace {
        let entry = &self.entries[index].entry;
        let is_foreign = self.origin(entry) == Origin::Elsewhere;
        Trace::Logged {
            summary: entry.summary.clone().unwrap_or_default(),
            after_s: self.after_s(action, index).unwrap_or(0).max(0),
            elsewhere: entry.requestor.filter(|_| is_foreign),
        }
    }

    /// Silence tells only when the log was read after the span, and reaches back beyond it.
    fn silence(&self, action: &Entry, until_s: i64) -> Trace {
        let reaches_back = self
            .oldest_s
            .is_none_or(|oldest_s| oldest_s <= began_s(action));
        let was_read_after = self.read_at_s.is_some_and(|at_s| at_s > until_s);
        match (was_read_after, reaches_back && self.is_plain) {
            (true, true) => Trace::Nothing {
                within_s: until_s.saturating_sub(began_s(action)),
                is_telling: match is_command(action) {
                    true => self.has_commands,
                    false => self.has_changes,
                },
            },
            (is_late, _) => Trace::Untold {
                ask_again: !is_late,
            },
        }
    }
}

/// One without a summary says nothing.
fn said(entries: &[Logged]) -> Vec<Said> {
    let newest = entries.iter().take(LOOKED_MAX);
    let summaries = newest.map(|logged| logged.entry.summary.as_deref());
    summaries
        .map(|summary| Said::of(summary.unwrap_or_default()))
        .collect()
}

/// When the oldest was of those that are looked through.
fn oldest_s(entries: &[Logged]) -> Option<i64> {
    let looked = &entries[..entries.len().min(LOOKED_MAX)];
    let mut from_the_oldest = looked.iter().rev();
    from_the_oldest.find_map(|logged| logged.entry.timestamp_s)
}

fn is_plain(entries: &[Logged]) -> bool {
    let mut entries = entries.iter().map(|logged| &logged.entry);
    entries.all(|entry| entry.timestamp_s.is_some() && entry.summary.is_some())
}

/// This machine's own addresses, where KiwiVM's log has them: behind NAT it has others.
fn own(entries: &[Logged], own_addresses: &[IpAddr]) -> BTreeSet<Ipv4Addr> {
    let seen = entries.iter().filter_map(|logged| logged.entry.requestor);
    seen.filter(|address| own_addresses.contains(&IpAddr::V4(*address)))
        .collect()
}

/// Whether KiwiVM may have written it down: it changes something, or runs something.
fn is_logged(action: &Entry) -> bool {
    action.action.is_some() && calls::find(&action.what).is_some_and(|call: &Call| !call.is_read())
}

fn is_command(action: &Entry) -> bool {
    calls::find(&action.what).is_some_and(|call| call.class == Class::Shell)
}

fn began_s(action: &Entry) -> i64 {
    action.at_ms.div_euclid(1000)
}

fn ended_s(action: &Entry) -> i64 {
    let took_ms = action.took_ms.unwrap_or(0).max(0);
    action.at_ms.saturating_add(took_ms).div_euclid(1000)
}
