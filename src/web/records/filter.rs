//! What a person looks for on the time line: as it stands in the address, and understood.

use crate::kiwivm::reply::AuditEntry;
use crate::model::audit::{self, Entry};
use crate::model::name::tidy;
use crate::records::{Log, Logged, Origin, Place};
use crate::web::audit::filter::span;
use crate::web::audit::{what, who};
use crate::web::form::Faults;
use crate::web::page::Page;
use serde::Deserialize;

/// What is looked for, as plain URL parameters. An empty one means anything.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Asked {
    pub(super) who: String,
    pub(super) what: String,
    source: String,
    /// The first day, such as 2026-05-28.
    pub(super) from: String,
    /// The last day; it belongs to the span.
    pub(super) to: String,
    before: String,
}

/// Whose entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Both,
    Ours,
    Theirs,
    /// KiwiVM's that did not come from this panel.
    Elsewhere,
}

impl Source {
    pub(super) const ALL: [Source; 4] = [
        Source::Both,
        Source::Ours,
        Source::Theirs,
        Source::Elsewhere,
    ];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Source::Both => "",
            Source::Ours => "panel",
            Source::Theirs => "kiwivm",
            Source::Elsewhere => "elsewhere",
        }
    }

    /// The message id of its name.
    pub(super) const fn message(self) -> &'static str {
        match self {
            Source::Both => "records-both",
            Source::Ours => "records-panel",
            Source::Theirs => "records-kiwivm",
            Source::Elsewhere => "records-only-elsewhere",
        }
    }
}

/// What is looked for, understood.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    /// In our log: the VPS, the span, and who reads.
    pub(super) audit: audit::Search,
    who: String,
    what: String,
    pub(super) source: Source,
    /// Only what is older than this.
    pub(super) before: Option<Place>,
}

impl Asked {
    /// What is set, to be asked again.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let pairs = [
            ("who", self.who.as_str()),
            ("what", &self.what),
            ("source", &self.source),
            ("from", &self.from),
            ("to", &self.to),
        ];
        pairs.into_iter().filter(|(_, value)| !value.is_empty())
    }

    /// Its page, below the VPS.
    pub(super) fn path(&self) -> String {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(self.pairs())
            .finish();
        format!("/records?{query}")
    }

    pub(super) fn is_source(&self, source: &Source) -> bool {
        self.source() == *source
    }

    fn source(&self) -> Source {
        let mut all = Source::ALL.into_iter();
        all.find(|source| source.word() == self.source)
            .unwrap_or(Source::Both)
    }

    /// Understood, with days in the reader's time zone; or what is wrong with which field. Who may
    /// read what is not decided here.
    pub(super) fn wanted(&self, page: &Page, vps_id: i64) -> Result<Wanted, Faults> {
        let (from_ms, to_ms) = span(page, (&self.from, &self.to))?;
        Ok(Wanted {
            audit: audit::Search {
                vps_id: Some(vps_id),
                from_ms,
                to_ms,
                ..audit::Search::default()
            },
            who: folded(&tidy(&self.who)),
            what: folded(&tidy(&self.what)),
            source: self.source(),
            before: self.before.parse().ok(),
        })
    }
}

impl Wanted {
    /// Whether words are looked for: then many entries may be looked at in vain.
    pub(super) fn has_words(&self) -> bool {
        !self.who.is_empty() || !self.what.is_empty()
    }

    /// Whether an entry of ours is looked for. Its span and its reader are SQL's business.
    pub(super) fn takes_ours(&self, page: &Page, entry: &Entry) -> bool {
        let is_who = [&entry.person, &who(page, entry), &entry.address]
            .into_iter()
            .any(|text| folded(text).contains(&self.who));
        let message = entry.message.as_deref().unwrap_or_default();
        let texts = [&entry.what, &*what(page, entry), &entry.parameters, message];
        is_who
            && texts
                .into_iter()
                .any(|text| folded(text).contains(&self.what))
    }

    /// Whether an entry of KiwiVM's is looked for.
    pub(super) fn takes_theirs(&self, log: &Log, logged: &Logged) -> bool {
        let entry = &logged.entry;
        let is_source = match self.source {
            Source::Both | Source::Theirs => true,
            Source::Elsewhere => log.origin(entry) == Origin::Elsewhere,
            Source::Ours => false,
        };
        let address = entry.requestor.map(|address| address.to_string());
        let summary = entry.summary.as_deref().unwrap_or_default();
        is_source
            && self.before.is_none_or(|before| logged.place < before)
            && self.spans(entry)
            && address.unwrap_or_default().contains(&self.who)
            && folded(summary).contains(&self.what)
    }

    /// An entry without a time is in no span.
    fn spans(&self, entry: &AuditEntry) -> bool {
        let (from_ms, to_ms) = (self.audit.from_ms, self.audit.to_ms);
        let Some(at_s) = entry.timestamp_s else {
            return from_ms.is_none() && to_ms.is_none();
        };
        let at_ms = at_s.saturating_mul(1000);
        from_ms.is_none_or(|from_ms| at_ms >= from_ms) && to_ms.is_none_or(|to_ms| at_ms < to_ms)
    }
}

fn folded(text: &str) -> String {
    text.to_lowercase()
}
