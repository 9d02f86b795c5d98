//! Which span of time is looked at: as it stands in the address, and understood.

use crate::model::name::tidy;
use crate::web::form::Faults;
use crate::web::page::Page;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::Deserialize;

const DAY_S: i64 = 86_400;
/// How moments stand in the fields.
const FIELD: &str = "%Y-%m-%dT%H:%M";

/// What is asked for, as plain URL parameters.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Asked {
    span: String,
    /// Of a chosen span: `2026-05-28T10:00` at the reader's, or Unix seconds.
    from: String,
    to: String,
}

/// What kind of span it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Day,
    Week,
    Month,
    Year,
    All,
    Chosen,
}

impl Kind {
    /// Those that need no more words.
    pub(super) const FIXED: [Kind; 5] = [Kind::Day, Kind::Week, Kind::Month, Kind::Year, Kind::All];

    /// As it stands in the address.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Kind::Day => "24h",
            Kind::Week => "7d",
            Kind::Month => "30d",
            Kind::Year => "1y",
            Kind::All => "all",
            Kind::Chosen => "chosen",
        }
    }

    /// The message id of its name.
    pub(super) const fn message(self) -> &'static str {
        match self {
            Kind::Day => "usage-day",
            Kind::Week => "usage-week",
            Kind::Month => "usage-month",
            Kind::Year => "usage-year",
            Kind::All => "usage-all",
            Kind::Chosen => "usage-chosen",
        }
    }

    const fn days(self) -> i64 {
        match self {
            Kind::Week => 7,
            Kind::Month => 30,
            Kind::Year => 365,
            Kind::Day | Kind::All | Kind::Chosen => 1,
        }
    }
}

/// A span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) kind: Kind,
    pub(super) from_s: i64,
    /// Not in it any more.
    pub(super) to_s: i64,
}

impl Span {
    pub(super) const fn bounds(&self) -> (i64, i64) {
        (self.from_s, self.to_s)
    }

    /// What asks for it again.
    pub(super) fn query(&self) -> String {
        match self.kind {
            Kind::Chosen => format!("span=chosen&from={}&to={}", self.from_s, self.to_s),
            fixed => format!("span={}", fixed.word()),
        }
    }

    /// As the fields of a chosen span hold it.
    pub(super) fn field_from(&self, zone: &TimeZone) -> String {
        field(self.from_s, zone)
    }

    pub(super) fn field_to(&self, zone: &TimeZone) -> String {
        field(self.to_s, zone)
    }
}

impl Asked {
    /// What is typed in a field, while something is wrong with it.
    pub(super) fn typed(&self) -> (&str, &str) {
        (&self.from, &self.to)
    }

    /// The span, with what is wrong with it: then it is the last 24 hours. `extent` is what is stored.
    pub(super) fn span(&self, page: &Page, extent: Option<(i64, i64)>) -> (Span, Faults) {
        let now_s = page.now_s();
        let mut faults = Faults::none();
        let fixed = Kind::FIXED
            .into_iter()
            .find(|kind| kind.word() == self.span);
        let kind = match fixed {
            None if self.span == Kind::Chosen.word() => Kind::Chosen,
            None => Kind::Day,
            Some(kind) => kind,
        };
        if kind == Kind::Chosen
            && let Some((from_s, to_s)) = self.chosen(page, &mut faults)
        {
            return (Span { kind, from_s, to_s }, faults);
        }
        let oldest_s = extent.map(|(from_s, _)| from_s);
        let last = now_s - kind.days() * DAY_S;
        let from_s = match kind {
            Kind::All => oldest_s.unwrap_or(last).min(last),
            _ => last,
        };
        let kind = if faults.any() { Kind::Day } else { kind };
        // A point of this very second is in it.
        let to_s = now_s + 1;
        (Span { kind, from_s, to_s }, faults)
    }

    fn chosen(&self, page: &Page, faults: &mut Faults) -> Option<(i64, i64)> {
        let (from_s, to_s) = (
            moment_s(&self.from, &page.zone),
            moment_s(&self.to, &page.zone),
        );
        if from_s.is_none() {
            faults.add("from", page.say("usage-bad-moment"));
        }
        if to_s.is_none() {
            faults.add("to", page.say("usage-bad-moment"));
        }
        let (from_s, to_s) = from_s.zip(to_s)?;
        if from_s >= to_s {
            faults.add("to", page.say("usage-turned"));
            return None;
        }
        Some((from_s, to_s))
    }
}

/// A moment in Unix seconds: as a field holds it, a day (when it begins), or such seconds. None for what
/// no calendar knows.
fn moment_s(text: &str, zone: &TimeZone) -> Option<i64> {
    let text = tidy(text);
    if let Ok(seconds) = text.parse::<i64>() {
        return Timestamp::from_second(seconds)
            .ok()
            .map(|at| at.as_second());
    }
    let moment = DateTime::strptime(FIELD, &text)
        .or_else(|_| Date::strptime("%Y-%m-%d", &text).map(|day| day.at(0, 0, 0, 0)))
        .ok()?;
    Some(zone.to_timestamp(moment).ok()?.as_second())
}

fn field(at_s: i64, zone: &TimeZone) -> String {
    let at = Timestamp::from_second(at_s).unwrap_or_default();
    zone.to_datetime(at).strftime(FIELD).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_one_of_the_readers_clock_a_day_or_seconds() {
        let shanghai = TimeZone::get("Asia/Shanghai").unwrap();
        for (text, expected) in [
            ("2026-05-28T10:30", Some(1_779_935_400)),
            (" 2026-05-28 ", Some(1_779_897_600)),
            ("1779935400", Some(1_779_935_400)),
            ("", None),
            ("yesterday", None),
            ("2026-02-30", None),
            ("99999999999999", None),
        ] {
            assert_eq!(moment_s(text, &shanghai), expected, "{text}");
        }
        assert_eq!(field(1_779_935_400, &shanghai), "2026-05-28T10:30");
    }
}
