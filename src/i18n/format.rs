//! Sizes, numbers and times as a person reads them. Pure: the time and its zone are passed in, and
//! every word comes from `format.ftl`.

use super::{Language, Message};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};

/// The units of [`bytes`], each 1024 times the one before.
const UNITS: [&str; 7] = [
    "format-bytes",
    "format-kibibytes",
    "format-mebibytes",
    "format-gibibytes",
    "format-tebibytes",
    "format-pebibytes",
    "format-exbibytes",
];

const MINUTE_S: u64 = 60;
const HOUR_S: u64 = 60 * MINUTE_S;
const DAY_S: u64 = 24 * HOUR_S;
const MONTH_S: u64 = 30 * DAY_S;
const YEAR_S: u64 = 365 * DAY_S;

/// A size in binary units, with three significant digits at most below a thousand: `1.46 TiB`.
#[must_use]
pub fn bytes(language: Language, bytes: u64) -> String {
    let mut unit = 0;
    // Compared as it will be shown: 1023.9 MiB is 1 GiB.
    while unit + 1 < UNITS.len() && rounded(bytes, unit, 0) >= 1024 {
        unit += 1;
    }
    let decimals = match rounded(bytes, unit, 2) {
        0..1_000 => 2,
        1_000..10_000 => 1,
        _ => 0,
    };
    let number = decimal(rounded(bytes, unit, decimals), decimals);
    language.say(UNITS[unit]).with("number", number).text()
}

/// The units of [`bits_a_second`], each 1000 times the one before.
const BIT_UNITS: [&str; 4] = [
    "format-bits-a-second",
    "format-kilobits-a-second",
    "format-megabits-a-second",
    "format-gigabits-a-second",
];

/// A rate as operators of networks say it: `1.46 Mbit/s`, in units of a thousand.
#[must_use]
pub fn bits_a_second(language: Language, bits: f64) -> String {
    let (mut unit, mut number) = (0, bits.max(0.0));
    while unit + 1 < BIT_UNITS.len() && number >= 999.5 {
        number /= 1000.0;
        unit += 1;
    }
    let places = match number {
        _ if unit == 0 => 0,
        ..9.995 => 2,
        ..99.95 => 1,
        _ => 0,
    };
    let mut text = format!("{number:.places$}");
    if text.contains('.') {
        text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
    }
    language.say(BIT_UNITS[unit]).with("number", text).text()
}

/// What the units of rates are called, from the smallest: a number stands for `{}`.
#[must_use]
pub fn bit_units(language: Language) -> Vec<String> {
    let named = BIT_UNITS
        .iter()
        .map(|id| language.say(id).with("number", "{}").text());
    named.collect()
}

/// The same of the units of [`bytes`].
#[must_use]
pub fn byte_units(language: Language) -> Vec<String> {
    let named = UNITS
        .iter()
        .map(|id| language.say(id).with("number", "{}").text());
    named.collect()
}

/// `bytes` in this unit, times ten to the power of `decimals`, rounded half up.
fn rounded(bytes: u64, unit: usize, decimals: u32) -> u128 {
    let divisor = 1_u128 << (10 * unit);
    (u128::from(bytes) * 10_u128.pow(decimals) + divisor / 2) / divisor
}

/// A number that was multiplied by ten to the power of `decimals`, without zeros at its end.
fn decimal(number: u128, decimals: u32) -> String {
    let power = 10_u128.pow(decimals);
    let (whole, fraction) = (number / power, number % power);
    if fraction == 0 {
        return whole.to_string();
    }
    let width = decimals as usize;
    let text = format!("{whole}.{fraction:0width$}");
    text.trim_end_matches('0').to_owned()
}

/// A whole number in groups of three digits: `1,234,567`.
#[must_use]
pub fn number(language: Language, number: i64) -> String {
    let separator = language.say("format-group-separator").text();
    let digits = number.unsigned_abs().to_string();
    let mut text = String::from(if number < 0 { "-" } else { "" });
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push_str(&separator);
        }
        text.push(digit);
    }
    text
}

/// Per cent of a hundred (37.4 is `37%`), with one decimal where it matters: below 10, and close
/// to 100, which is never reached by rounding. What is not a number is 0.
#[must_use]
pub fn percent(percent: f64) -> String {
    let percent = if percent.is_finite() { percent } else { 0.0 };
    let tenths = if (99.0..100.0).contains(&percent) {
        (percent * 10.0).floor()
    } else if percent.abs() < 9.95 {
        (percent * 10.0).round()
    } else {
        percent.round() * 10.0
    };
    // Adding 0 makes -0 a plain 0.
    format!("{}%", tenths / 10.0 + 0.0)
}

/// A span of time in its one or two largest units, rounded down; a negative one is none.
#[must_use]
pub fn duration(language: Language, seconds: i64) -> String {
    let seconds = u64::try_from(seconds).unwrap_or(0);
    let (days, hours) = (seconds / DAY_S, seconds % DAY_S / HOUR_S);
    let minutes = seconds % HOUR_S / MINUTE_S;
    let parts = if seconds < MINUTE_S {
        [("format-seconds", seconds), ("", 0)]
    } else if seconds < HOUR_S {
        [("format-minutes", minutes), ("", 0)]
    } else if seconds < DAY_S {
        [("format-hours", hours), ("format-minutes", minutes)]
    } else if days < 3 {
        [("format-days", days), ("format-hours", hours)]
    } else {
        [("format-days", days), ("", 0)]
    };
    let [(first, number), (second, rest)] = parts;
    let first = language.say(first).with("number", number).text();
    if rest == 0 {
        return first;
    }
    let second = language.say(second).with("number", rest).text();
    format!("{first} {second}")
}

/// Sentences in a row: English wants a space between them, Chinese none.
#[must_use]
pub fn sentences(language: Language, sentences: &[String]) -> String {
    sentences.join(match language {
        Language::English => " ",
        Language::Chinese => "",
    })
}

/// How long ago something was, `seconds` before now; below 0 it is yet to come.
#[must_use]
pub fn ago(language: Language, seconds: i64) -> String {
    let past = seconds >= 0;
    let seconds = seconds.unsigned_abs();
    let (id, unit_s) = match seconds {
        0..MINUTE_S => return moment(language, past).text(),
        MINUTE_S..HOUR_S => ("format-ago-minutes", MINUTE_S),
        HOUR_S..DAY_S => ("format-ago-hours", HOUR_S),
        _ if seconds < 2 * MONTH_S => ("format-ago-days", DAY_S),
        _ if seconds < 2 * YEAR_S => ("format-ago-months", MONTH_S),
        _ => ("format-ago-years", YEAR_S),
    };
    let number = seconds / unit_s;
    said(language, id, past).with("number", number).text()
}

fn moment(language: Language, past: bool) -> Message {
    language.say(if past {
        "format-just-now"
    } else {
        "format-in-a-moment"
    })
}

/// The message itself for the past, its attribute `future` for what is to come.
fn said(language: Language, id: &str, past: bool) -> Message {
    let future = (!past).then(|| language.attribute(id, "future")).flatten();
    future.unwrap_or_else(|| language.say(id))
}

/// The day of a Unix time in this zone: `3 December 2026`.
#[must_use]
pub fn date(language: Language, unix_s: i64, zone: &TimeZone) -> String {
    match local(unix_s, zone) {
        Some((day, _)) => with_day(language.say("format-date"), day).text(),
        None => language.say("format-date-unknown").text(),
    }
}

/// The second of a Unix time in this zone: `3 Dec 2026, 14:05:09 UTC+8`.
#[must_use]
pub fn date_time(language: Language, unix_s: i64, zone: &TimeZone) -> String {
    match local(unix_s, zone) {
        Some((day, offset)) => with_day(language.say("format-date-time"), day)
            .with("clock", clock(day))
            .with("offset", utc_offset(offset))
            .text(),
        None => language.say("format-date-unknown").text(),
    }
}

/// When something ends, as people say it in this zone: `Fri 27 Nov 2026` at the end of that day, and
/// `Fri 27 Nov 2026, 16:30` at any other time.
#[must_use]
pub fn end(language: Language, unix_s: i64, zone: &TimeZone) -> String {
    let (Some((moment, _)), Some((last, _))) = (local(unix_s, zone), local(unix_s - 1, zone))
    else {
        return language.say("format-date-unknown").text();
    };
    if last.date() < moment.date() {
        return day(language, last);
    }
    let clock = format!("{:02}:{:02}", moment.hour(), moment.minute());
    language
        .say("format-day-time")
        .with("day", day(language, moment))
        .with("clock", clock)
        .text()
}

/// A day with its weekday: `Fri 27 Nov 2026`.
fn day(language: Language, moment: DateTime) -> String {
    let weekday = moment.weekday().to_monday_one_offset();
    with_day(language.say("format-day"), moment)
        .with("weekday", weekday)
        .text()
}

/// The zone of this IANA name in the time zone data compiled in, or none.
#[must_use]
pub fn time_zone(name: &str) -> Option<TimeZone> {
    TimeZoneDatabase::bundled().get(name).ok()
}

/// None for a time beyond the year 9999, either way.
fn local(unix_s: i64, zone: &TimeZone) -> Option<(DateTime, Offset)> {
    let timestamp = Timestamp::from_second(unix_s).ok()?;
    Some((zone.to_datetime(timestamp), zone.to_offset(timestamp)))
}

/// Numbers with leading zeros are texts to Fluent, hence twice the month and the day.
fn with_day(message: Message, day: DateTime) -> Message {
    message
        .with("year", day.year())
        .with("month", day.month())
        .with("day", day.day())
        .with("month-digits", format!("{:02}", day.month()))
        .with("day-digits", format!("{:02}", day.day()))
}

fn clock(day: DateTime) -> String {
    let (hour, minute, second) = (day.hour(), day.minute(), day.second());
    format!("{hour:02}:{minute:02}:{second:02}")
}

/// `UTC`, `UTC+8`, `UTC-3:30`: abbreviations such as CST name several zones.
fn utc_offset(offset: Offset) -> String {
    let seconds = offset.seconds();
    let (hours, minutes) = (seconds.abs() / 3600, seconds.abs() % 3600 / 60);
    let sign = if seconds < 0 { '-' } else { '+' };
    match (hours, minutes) {
        (0, 0) => "UTC".to_owned(),
        (_, 0) => format!("UTC{sign}{hours}"),
        _ => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}
