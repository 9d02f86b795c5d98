//! What sizes, numbers and times look like.

use crate::i18n::Language::{Chinese, English};
use crate::i18n::format;
use jiff::tz::TimeZone;

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;
const TIB: u64 = 1 << 40;

#[test]
fn a_size_has_a_binary_unit_and_no_more_digits_than_it_needs() {
    let table = [
        (0, "0 B"),
        (1, "1 B"),
        (1023, "1023 B"),
        (KIB, "1 KiB"),
        (1536, "1.5 KiB"),
        (512 * MIB, "512 MiB"),
        (MIB - 1, "1 MiB"),
        (10 * MIB + MIB / 2, "10.5 MiB"),
        (GIB - 1, "1 GiB"),
        (6_285_897_728, "5.85 GiB"),
        (44_023_414_784, "41 GiB"),
        (611_537_718_433, "570 GiB"),
        (1000 * GIB, "1000 GiB"),
        (1500 * GIB, "1.46 TiB"),
        (2000 * GIB, "1.95 TiB"),
        (TIB, "1 TiB"),
        (9 * TIB + TIB - 1, "10 TiB"),
        (u64::MAX, "16 EiB"),
    ];
    for (size, text) in table {
        assert_eq!(format::bytes(English, size), text, "{size}");
        assert_eq!(format::bytes(Chinese, size), text, "{size}");
    }
}

#[test]
fn a_number_is_grouped_in_threes() {
    let table = [
        (0, "0"),
        (999, "999"),
        (1000, "1,000"),
        (1_234_567, "1,234,567"),
        (-1, "-1"),
        (-123, "-123"),
        (-1_234, "-1,234"),
        (i64::MIN, "-9,223,372,036,854,775,808"),
    ];
    for (number, text) in table {
        assert_eq!(format::number(English, number), text);
        assert_eq!(format::number(Chinese, number), text);
    }
}

#[test]
fn a_percentage_is_exact_where_it_matters() {
    let table = [
        (0.0, "0%"),
        (-0.0, "0%"),
        (0.04, "0%"),
        (0.35, "0.4%"),
        (5.0, "5%"),
        (9.94, "9.9%"),
        (9.96, "10%"),
        (37.4, "37%"),
        (98.6, "99%"),
        (99.0, "99%"),
        (99.99, "99.9%"),
        (100.0, "100%"),
        (100.6, "101%"),
        (1234.0, "1234%"),
        (-3.25, "-3.3%"),
        (f64::NAN, "0%"),
        (f64::INFINITY, "0%"),
    ];
    for (number, text) in table {
        assert_eq!(format::percent(number), text, "{number}");
    }
}

#[test]
fn a_duration_has_one_or_two_units() {
    let table = [
        (i64::MIN, "0 s", "0 秒"),
        (0, "0 s", "0 秒"),
        (59, "59 s", "59 秒"),
        (60, "1 min", "1 分钟"),
        (3599, "59 min", "59 分钟"),
        (3600, "1 h", "1 小时"),
        (7500, "2 h 5 min", "2 小时 5 分钟"),
        (86_400, "1 day", "1 天"),
        (90_000, "1 day 1 h", "1 天 1 小时"),
        (2 * 86_400 + 86_399, "2 days 23 h", "2 天 23 小时"),
        (9 * 86_400 + 5000, "9 days", "9 天"),
    ];
    for (seconds, english, chinese) in table {
        assert_eq!(format::duration(English, seconds), english, "{seconds}");
        assert_eq!(format::duration(Chinese, seconds), chinese, "{seconds}");
    }
    assert_eq!(
        format::duration(English, i64::MAX),
        "106751991167300 days",
        "nothing overflows"
    );
}

#[test]
fn how_long_ago_and_how_soon_have_one_unit() {
    let table = [
        (0, "just now", "刚刚"),
        (59, "just now", "刚刚"),
        (60, "1 minute ago", "1 分钟前"),
        (199, "3 minutes ago", "3 分钟前"),
        (3600, "1 hour ago", "1 小时前"),
        (7200, "2 hours ago", "2 小时前"),
        (86_400, "1 day ago", "1 天前"),
        (59 * 86_400, "59 days ago", "59 天前"),
        (60 * 86_400, "2 months ago", "2 个月前"),
        (729 * 86_400, "24 months ago", "24 个月前"),
        (730 * 86_400, "2 years ago", "2 年前"),
        (-1, "in a moment", "马上"),
        (-60, "in 1 minute", "1 分钟后"),
        (-2400, "in 40 minutes", "40 分钟后"),
        (-3600, "in 1 hour", "1 小时后"),
        (-9 * 86_400, "in 9 days", "9 天后"),
        (-90 * 86_400, "in 3 months", "3 个月后"),
        (-800 * 86_400, "in 2 years", "2 年后"),
        (i64::MIN, "in 292471208677 years", "292471208677 年后"),
    ];
    for (seconds, english, chinese) in table {
        assert_eq!(format::ago(English, seconds), english, "{seconds}");
        assert_eq!(format::ago(Chinese, seconds), chinese, "{seconds}");
    }
}

/// 3 December 2026, 06:05:09 UTC.
const A_MORNING_S: i64 = 1_796_277_909;

fn zone(name: &str) -> TimeZone {
    format::time_zone(name).expect("a zone compiled in")
}

#[test]
fn a_date_is_the_day_in_its_zone() {
    let shanghai = zone("Asia/Shanghai");
    assert_eq!(
        format::date(English, A_MORNING_S, &shanghai),
        "3 December 2026"
    );
    assert_eq!(
        format::date(Chinese, A_MORNING_S, &shanghai),
        "2026年12月3日"
    );
    let late_s = A_MORNING_S + 12 * 3600;
    assert_eq!(
        format::date(English, late_s, &TimeZone::UTC),
        "3 December 2026"
    );
    assert_eq!(format::date(English, late_s, &shanghai), "4 December 2026");
}

#[test]
fn every_month_has_its_name() {
    let names = "January February March April May June July August September October November \
        December";
    for (month, name) in names.split(' ').enumerate() {
        let time_s = jiff::civil::date(2026, i8::try_from(month).expect("small") + 1, 9)
            .to_zoned_datetime(TimeZone::UTC)
            .expect("a day")
            .timestamp()
            .as_second();
        assert_eq!(
            format::date(English, time_s, &TimeZone::UTC),
            format!("9 {name} 2026")
        );
        assert_eq!(
            format::date_time(English, time_s, &TimeZone::UTC),
            format!("9 {} 2026, 00:00:00 UTC", &name[..3])
        );
    }
}

#[test]
fn a_date_and_time_names_its_offset() {
    let table = [
        ("Asia/Shanghai", "3 Dec 2026, 14:05:09 UTC+8"),
        ("UTC", "3 Dec 2026, 06:05:09 UTC"),
        ("Europe/London", "3 Dec 2026, 06:05:09 UTC"),
        ("Asia/Kolkata", "3 Dec 2026, 11:35:09 UTC+5:30"),
        ("America/St_Johns", "3 Dec 2026, 02:35:09 UTC-3:30"),
        ("America/Los_Angeles", "2 Dec 2026, 22:05:09 UTC-8"),
    ];
    for (name, text) in table {
        assert_eq!(format::date_time(English, A_MORNING_S, &zone(name)), text);
    }
    assert_eq!(
        format::date_time(Chinese, A_MORNING_S, &zone("Asia/Shanghai")),
        "2026-12-03 14:05:09 UTC+8"
    );
}

#[test]
fn a_time_beyond_all_calendars_is_an_unknown_date() {
    for unix_s in [i64::MIN, i64::MAX] {
        let utc = TimeZone::UTC;
        assert_eq!(format::date(English, unix_s, &utc), "unknown date");
        assert_eq!(format::date_time(Chinese, unix_s, &utc), "日期未知");
    }
}

#[test]
fn a_zone_that_does_not_exist_is_none() {
    for name in ["", "Mars/Olympus_Mons", "../../etc/passwd"] {
        assert!(format::time_zone(name).is_none(), "{name}");
    }
}

#[test]
fn r_fault_no_number_at_the_edge_panics() {
    let edges = [i64::MIN, i64::MIN + 1, -1, 0, i64::MAX];
    // The first and the last second of the calendar, with a day on either side.
    let ends = [-377_705_023_201, 253_402_207_200];
    let near = |end: i64| [end - 86_400, end - 1, end, end + 1, end + 86_400];
    for unix_s in edges.into_iter().chain(ends.into_iter().flat_map(near)) {
        let mut words = vec![
            format::ago(English, unix_s),
            format::duration(Chinese, unix_s),
            format::number(English, unix_s),
            format::bytes(English, unix_s.cast_unsigned()),
        ];
        for name in ["Pacific/Kiritimati", "UTC", "Pacific/Pago_Pago"] {
            words.push(format::date(English, unix_s, &zone(name)));
            words.push(format::date_time(Chinese, unix_s, &zone(name)));
        }
        assert!(words.iter().all(|words| !words.is_empty()), "{unix_s}");
    }
    for number in [f64::MIN, f64::MAX, f64::NAN, f64::INFINITY] {
        assert!(format::percent(number).ends_with('%'));
    }
}
