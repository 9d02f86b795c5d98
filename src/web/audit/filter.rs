//! What a person looks for in the audit log: as it stands in the address, and understood.

use crate::model::audit::Search;
use crate::model::name::{canonical, tidy};
use crate::web::form::Faults;
use crate::web::page::Page;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

/// What is looked for, as plain URL parameters. An empty one means anything.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Asked {
    pub(super) person: String,
    pub(super) vps: String,
    pub(super) call: String,
    pub(super) outcome: String,
    /// The first day, such as 2026-05-28.
    pub(super) from: String,
    /// The last day; it belongs to the span.
    pub(super) to: String,
    before: String,
    /// Of an export.
    pub(super) format: String,
}

impl Asked {
    /// What is set, to be asked again.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let pairs = [
            ("person", self.person.as_str()),
            ("vps", &self.vps),
            ("call", &self.call),
            ("outcome", &self.outcome),
            ("from", &self.from),
            ("to", &self.to),
        ];
        pairs.into_iter().filter(|(_, value)| !value.is_empty())
    }

    /// Understood, with days in the reader's time zone; or what is wrong with which field. Who may
    /// read what is not decided here.
    pub(super) fn search(&self, page: &Page) -> Result<Search, Faults> {
        let (from_ms, to_ms) = span(page, (&self.from, &self.to))?;
        Ok(Search {
            person: canonical(&self.person),
            // What is no number is no VPS, rather than every VPS.
            vps_id: (!self.vps.is_empty()).then(|| self.vps.parse().unwrap_or(0)),
            what: self.call.clone(),
            outcome: self.outcome.clone(),
            from_ms,
            to_ms,
            before: self.before.parse().ok(),
            reader: None,
        })
    }
}

/// From when until when a first and a last day reach in the reader's time zone, in Unix milliseconds;
/// or what is wrong with the fields `from` and `to`.
pub(in crate::web) fn span(
    page: &Page,
    (from, to): (&str, &str),
) -> Result<(Option<i64>, Option<i64>), Faults> {
    let mut faults = Faults::none();
    let mut day = |field, text: &str| match day(text) {
        Ok(day) => day,
        Err(_) => {
            faults.add(field, page.say("audit-bad-day"));
            None
        }
    };
    let (from, to) = (day("from", from), day("to", to));
    if from.is_some() && to.is_some() && from > to {
        faults.add("to", page.say("audit-days-turned"));
    }
    if faults.any() {
        return Err(faults);
    }
    let after = to.and_then(|day| day.tomorrow().ok());
    let begins_ms = |day: Option<Date>| day.and_then(|day| beginning_ms(day, &page.zone));
    Ok((begins_ms(from), begins_ms(after)))
}

fn day(text: &str) -> Result<Option<Date>, jiff::Error> {
    match tidy(text).as_str() {
        "" => Ok(None),
        text => Date::strptime("%Y-%m-%d", text).map(Some),
    }
}

/// When a day begins there, in Unix milliseconds. None at the ends of all time, where nothing is.
fn beginning_ms(day: Date, zone: &TimeZone) -> Option<i64> {
    let beginning = zone.to_timestamp(day.at(0, 0, 0, 0)).ok()?;
    Some(beginning.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_when_it_does_at_the_reader() {
        let may = day("2026-05-28").unwrap().unwrap();
        let at = |zone: &str| beginning_ms(may, &TimeZone::get(zone).unwrap()).unwrap();
        assert_eq!(at("UTC"), 1_779_926_400_000);
        assert_eq!(at("UTC") - at("Asia/Shanghai"), 8 * 3_600_000);
        for text in ["28.5.2026", "2026-02-30", "today", "2026-05-28T00:00", "-1"] {
            assert!(day(text).is_err(), "{text}");
        }
        assert_eq!(day(" ").unwrap(), None);
    }
}
