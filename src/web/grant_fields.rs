//! The fields of a form that gives something: for what, how much, until when. An end is the end of a
//! day where the person is who gives it.

use super::form::{Faults, Form};
use super::page::Page;
use crate::app::App;
use crate::model::access::{Access, Level};
use crate::model::grant::{Given, Grant, Scope};
use crate::model::vps::{self, Vps};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

/// What stands in the fields.
pub(super) struct GrantFields {
    /// A scope's word; empty for none.
    pub(super) scope: String,
    pub(super) level: Level,
    pub(super) shell: bool,
    /// One of the ends that are offered; empty for no end.
    pub(super) ends: String,
    /// Any other day.
    pub(super) end_date: String,
    /// The end of a grant that is being changed.
    present_end: Option<i64>,
}

impl GrantFields {
    pub(super) fn blank() -> GrantFields {
        GrantFields {
            scope: String::new(),
            level: Level::View,
            shell: false,
            ends: String::new(),
            end_date: String::new(),
            present_end: None,
        }
    }

    /// As they were typed.
    pub(super) fn typed(form: &Form) -> GrantFields {
        GrantFields {
            scope: form.raw("scope").to_owned(),
            level: Level::from_word(form.raw("level")).unwrap_or(Level::View),
            shell: form.ticked("shell"),
            ends: form.raw("ends").to_owned(),
            end_date: form.line("end_date"),
            present_end: None,
        }
    }

    /// As a grant has them. One that has ended is renewed for a day, unless something else is chosen.
    pub(super) fn of(grant: &Grant, now_s: i64) -> GrantFields {
        let ends = match grant.given.ends_at {
            None => "",
            Some(_) if grant.holds(now_s) => "keep",
            Some(_) => "today",
        };
        GrantFields {
            scope: grant.scope.word(),
            level: grant.given.access.level,
            shell: grant.given.access.shell,
            ends: ends.to_owned(),
            end_date: String::new(),
            present_end: None,
        }
        .keeping(grant, now_s)
    }

    /// The same fields, which may leave the end of this grant as it is.
    pub(super) fn keeping(mut self, grant: &Grant, now_s: i64) -> GrantFields {
        self.present_end = grant.given.ends_at.filter(|_| grant.holds(now_s));
        self
    }

    /// What these fields give; none when something is wrong with them.
    pub(super) fn given(&self, page: &Page, faults: &mut Faults) -> Option<Given> {
        let access = Access {
            level: self.level,
            shell: self.shell,
        };
        match self.ends_at(page) {
            Ok(ends_at) => Some(Given { access, ends_at }),
            Err(fault) => {
                faults.add("end_date", page.say(fault));
                None
            }
        }
    }

    /// When it ends; or the message id of what is wrong.
    fn ends_at(&self, page: &Page) -> Result<Option<i64>, &'static str> {
        if !self.end_date.is_empty() {
            let date: Date = self.end_date.parse().map_err(|_| "grant-end-odd")?;
            return match self.ends.as_str() {
                "" | "keep" if date < today(page) => Err("grant-end-past"),
                "" | "keep" => end_of(page, date).map(Some).ok_or("grant-end-odd"),
                _ => Err("grant-end-both"),
            };
        }
        match self.ends.as_str() {
            "" => Ok(None),
            "keep" => Ok(self.present_end),
            preset => {
                let date = preset_day(preset, today(page)).ok_or("grant-end-odd")?;
                end_of(page, date).map(Some).ok_or("grant-end-odd")
            }
        }
    }

    /// The ends to choose from: each word with what it means today.
    pub(super) fn ends_offered(&self, page: &Page) -> Vec<(&'static str, String)> {
        let mut offered = Vec::new();
        if let Some(end) = self.present_end {
            let words = page.say("grant-ends-keep").with("day", page.end(end));
            offered.push(("keep", words.text()));
        }
        offered.push(("", page.say("grant-ends-never").text()));
        let today = today(page);
        let mut days = Vec::new();
        for (preset, message) in PRESETS {
            let day = preset_day(preset, today);
            if let Some(day) = day
                && let Some(end) = end_of(page, day)
                && !days.contains(&day)
            {
                days.push(day);
                offered.push((preset, page.say(message).with("day", page.end(end)).text()));
            }
        }
        offered
    }
}

/// Ends that are often wanted. On a Friday "a week" says the next one.
const PRESETS: [(&str, &str); 4] = [
    ("today", "grant-ends-today"),
    ("week", "grant-ends-week"),
    ("friday", "grant-ends-friday"),
    ("month", "grant-ends-month"),
];

fn today(page: &Page) -> Date {
    let now = Timestamp::from_second(page.now_s()).unwrap_or_default();
    page.zone().to_datetime(now).date()
}

fn preset_day(preset: &str, today: Date) -> Option<Date> {
    let days = match preset {
        "today" => 0,
        "friday" => days_to_friday(today),
        "week" => 7,
        "month" => 30,
        _ => return None,
    };
    today.checked_add(days.days()).ok()
}

/// To the next Friday, from 1 to 7.
fn days_to_friday(today: Date) -> i32 {
    let weekday = i32::from(today.weekday().to_monday_one_offset());
    match (5 - weekday).rem_euclid(7) {
        0 => 7,
        days => days,
    }
}

/// The first moment after a day.
fn end_of(page: &Page, day: Date) -> Option<i64> {
    let after = day.tomorrow().ok()?.at(0, 0, 0, 0);
    let after = page.zone().to_timestamp(after).ok()?;
    Some(after.as_second())
}

/// What there is to give.
pub(super) struct Scopes {
    pub(super) tags: Vec<(String, usize)>,
    pub(super) vpses: Vec<Vps>,
}

impl Scopes {
    pub(super) async fn read(app: &App) -> Result<Scopes, sqlx::Error> {
        let vpses = vps::all(&app.db).await?;
        Ok(Scopes {
            tags: vps::tags(&vpses),
            vpses,
        })
    }

    /// The scope of this word, if it is here.
    pub(super) fn find(&self, word: &str) -> Option<Scope> {
        let scope = Scope::from_word(word)?;
        let is_here = match &scope {
            Scope::Vps(id) => self.label(*id).is_some(),
            Scope::Tag(tag) => self.tags.iter().any(|(known, _)| known == tag),
            Scope::Every => true,
        };
        is_here.then_some(scope)
    }

    /// The label of a VPS.
    pub(super) fn label(&self, vps_id: i64) -> Option<&str> {
        let vps = self.vpses.iter().find(|vps| vps.id == vps_id);
        vps.map(|vps| vps.label.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn friday_is_the_next_one_also_on_a_friday() {
        let to_friday = |day| days_to_friday(date(2026, 11, day));
        // 23 November 2026 is a Monday.
        assert_eq!([23, 26, 27, 28, 29].map(to_friday), [4, 1, 7, 6, 5]);
    }

    #[test]
    fn the_ends_are_days_from_today() {
        let today = date(2026, 12, 30);
        let day = |preset| preset_day(preset, today);
        assert_eq!(day("today"), Some(today));
        assert_eq!(day("friday"), Some(date(2027, 1, 1)));
        assert_eq!(day("week"), Some(date(2027, 1, 6)));
        assert_eq!(day("month"), Some(date(2027, 1, 29)));
        assert_eq!(day("never"), None);
    }
}
