//! Whether the month's transfer lasts: where the pace since the last reset leads. It reads nothing,
//! and promises nothing: tomorrow may be busier than today.

use crate::kiwivm::reply::Transfer;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

const DAY_S: i64 = 24 * 3600;

/// From one reset to the next, in Unix seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cycle {
    /// The last reset.
    pub begins_s: i64,
    /// The next one.
    pub ends_s: i64,
}

impl Cycle {
    /// The cycle that ends with this reset: one calendar month long. None for a time that no
    /// calendar knows.
    #[must_use]
    pub fn ending(ends_s: i64) -> Option<Cycle> {
        let end = Timestamp::from_second(ends_s).ok()?;
        let begin = end
            .to_zoned_datetime(TimeZone::UTC)
            .checked_sub(1.month())
            .ok()?;
        Some(Cycle {
            begins_s: begin.timestamp().as_second(),
            ends_s,
        })
    }

    /// Whether this moment lies in it.
    #[must_use]
    pub const fn holds(&self, at_s: i64) -> bool {
        self.begins_s <= at_s && at_s < self.ends_s
    }
}

/// Where the pace leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forecast {
    /// The quota is used up.
    UsedUp,
    /// At this pace it is used up then, before the reset.
    RunsOut {
        /// Unix seconds.
        at_s: i64,
    },
    /// At this pace this much is used when it is counted anew, and that is less than the quota.
    Lasts {
        /// As [`Transfer`] counts: multiplied.
        used_at_reset_bytes: u64,
    },
    /// The cycle has hardly begun: a pace of a few hours says nothing.
    TooEarly,
}

/// Where the pace leads that was read then. None when the reset is unknown, is past (the reading is
/// of the cycle before) or is further away than a cycle is long, or when there is no quota.
#[must_use]
pub fn forecast(transfer: &Transfer, resets_s: Option<i64>, read_at_s: i64) -> Option<Forecast> {
    if transfer.quota_bytes == 0 {
        return None;
    }
    if transfer.exhausted() {
        return Some(Forecast::UsedUp);
    }
    let cycle = Cycle::ending(resets_s?).filter(|cycle| cycle.holds(read_at_s))?;
    let passed_s = read_at_s - cycle.begins_s;
    if passed_s < DAY_S {
        return Some(Forecast::TooEarly);
    }
    Some(at_this_pace(transfer, cycle, passed_s))
}

/// The bytes a day since the last reset, as read then. None where [`forecast`] has none, and while the
/// cycle has hardly begun.
#[must_use]
pub fn pace_bytes_a_day(transfer: &Transfer, resets_s: Option<i64>, read_at_s: i64) -> Option<u64> {
    let cycle = Cycle::ending(resets_s?).filter(|cycle| cycle.holds(read_at_s))?;
    let passed_s = (read_at_s - cycle.begins_s).unsigned_abs();
    if passed_s < DAY_S.unsigned_abs() {
        return None;
    }
    let a_day = u128::from(transfer.used_bytes) * u128::from(DAY_S.unsigned_abs());
    u64::try_from(a_day / u128::from(passed_s)).ok()
}

fn at_this_pace(transfer: &Transfer, cycle: Cycle, passed_s: i64) -> Forecast {
    let (used, quota) = (
        u128::from(transfer.used_bytes),
        u128::from(transfer.quota_bytes),
    );
    let whole_s = u128::from((cycle.ends_s - cycle.begins_s).unsigned_abs());
    let passed_s = u128::from(passed_s.unsigned_abs());
    let at_reset = used * whole_s / passed_s;
    if at_reset < quota {
        return Forecast::Lasts {
            used_at_reset_bytes: u64::try_from(at_reset).unwrap_or(u64::MAX),
        };
    }
    // Something is used, or it would last: no division by zero.
    let until_s = quota * passed_s / used;
    Forecast::RunsOut {
        at_s: cycle.begins_s + i64::try_from(until_s).unwrap_or(i64::MAX / 2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kiwivm::reply::Reply;
    use serde_json::{Value, json};

    /// 3 December 2026, noon; the cycle before began on 3 November.
    const RESET_S: i64 = 1_796_299_200;
    const BEGIN_S: i64 = RESET_S - 30 * DAY_S;
    const GIB: u64 = 1 << 30;

    fn at(used_gib: u64, days: i64) -> Option<Forecast> {
        let transfer = Transfer {
            used_bytes: used_gib * GIB,
            quota_bytes: 300 * GIB,
            multiplier: 1.0,
        };
        forecast(&transfer, Some(RESET_S), BEGIN_S + days * DAY_S)
    }

    #[test]
    fn a_cycle_is_a_calendar_month() {
        let of = |text: &str| {
            let ends: Timestamp = text.parse().unwrap();
            let cycle = Cycle::ending(ends.as_second()).unwrap();
            Timestamp::from_second(cycle.begins_s).unwrap().to_string()
        };
        assert_eq!(of("2026-12-03T12:00:00Z"), "2026-11-03T12:00:00Z");
        assert_eq!(of("2026-03-31T00:00:00Z"), "2026-02-28T00:00:00Z");
        assert_eq!(of("2028-03-30T00:00:00Z"), "2028-02-29T00:00:00Z");
        assert_eq!(Cycle::ending(i64::MAX), None);
    }

    #[test]
    fn the_pace_says_whether_it_lasts_and_else_until_when() {
        let lasts = |gib| {
            Some(Forecast::Lasts {
                used_at_reset_bytes: gib * GIB,
            })
        };
        let runs_out = |days| {
            Some(Forecast::RunsOut {
                at_s: BEGIN_S + days * DAY_S,
            })
        };
        for (used_gib, days, expected) in [
            (0, 10, lasts(0)),
            (50, 10, lasts(150)),
            (99, 10, lasts(297)),
            // Exactly to the last byte is not before the reset, but no more is left.
            (100, 10, runs_out(30)),
            (150, 10, runs_out(20)),
            (299, 29, runs_out(29)),
            (300, 10, Some(Forecast::UsedUp)),
            (400, 10, Some(Forecast::UsedUp)),
            (299, 0, Some(Forecast::TooEarly)),
            (50, 30, None),
            (50, 31, None),
            (50, -1, None),
        ] {
            let found = at(used_gib, days);
            let near = match (found, expected) {
                (
                    Some(Forecast::RunsOut { at_s: one }),
                    Some(Forecast::RunsOut { at_s: other }),
                ) => (one - other).abs() < DAY_S,
                _ => found == expected,
            };
            assert!(near, "{used_gib} GiB after {days} days: {found:?}");
        }
    }

    #[test]
    fn the_pace_is_what_a_day_took_since_the_last_reset() {
        for (used_gib, days, expected) in [
            (0, 10, Some(0)),
            (50, 10, Some(5)),
            (300, 29, Some(10)),
            (50, 0, None),
            (50, 30, None),
            (50, -1, None),
        ] {
            let transfer = Transfer {
                used_bytes: used_gib * GIB,
                quota_bytes: 0,
                multiplier: 1.0,
            };
            let read_at_s = BEGIN_S + days * DAY_S;
            let pace = pace_bytes_a_day(&transfer, Some(RESET_S), read_at_s);
            assert_eq!(
                pace.map(|bytes| bytes / GIB),
                expected,
                "{used_gib} in {days}"
            );
            assert_eq!(pace_bytes_a_day(&transfer, None, read_at_s), None);
        }
    }

    #[test]
    fn without_a_quota_or_a_reset_nothing_is_said() {
        let transfer = |quota_bytes| Transfer {
            used_bytes: GIB,
            quota_bytes,
            multiplier: 1.0,
        };
        assert_eq!(forecast(&transfer(0), Some(RESET_S), BEGIN_S), None);
        assert_eq!(forecast(&transfer(300 * GIB), None, BEGIN_S), None);
        let huge = Transfer {
            used_bytes: u64::MAX - 1,
            quota_bytes: u64::MAX,
            multiplier: 1.0,
        };
        let soon = forecast(&huge, Some(RESET_S), BEGIN_S + 20 * DAY_S);
        assert!(matches!(soon, Some(Forecast::RunsOut { .. })));
    }

    /// What the arithmetic makes of KiwiVM's numbers.
    fn of_reply(multiplier: Option<Value>) -> (u64, u64, Option<Forecast>) {
        let mut reply = json!({
            "error": 0,
            "plan_monthly_data": 300 * GIB,
            "data_counter": 150 * GIB,
            "data_next_reset": RESET_S,
        });
        if let Some(multiplier) = multiplier {
            reply["monthly_data_multiplier"] = multiplier;
        }
        let service = Reply::parse(&reply.to_string()).unwrap().service_info();
        let transfer = service.transfer().unwrap();
        let read_at_s = BEGIN_S + 20 * DAY_S;
        (
            transfer.used_bytes / GIB,
            transfer.quota_bytes / GIB,
            forecast(&transfer, service.data_next_reset_s, read_at_s),
        )
    }

    #[test]
    fn the_multiplier_is_on_both_sides_and_changes_no_forecast() {
        for (multiplier, used, quota) in [
            (Some(json!(0.33)), 49, 99),
            (Some(json!(1)), 150, 300),
            (Some(json!(3)), 450, 900),
            (Some(json!("1")), 150, 300),
            (Some(json!("0.33")), 49, 99),
            (None, 150, 300),
            (Some(Value::Null), 150, 300),
            (Some(json!(0)), 150, 300),
        ] {
            let found = of_reply(multiplier.clone());
            assert_eq!((found.0, found.1), (used, quota), "{multiplier:?}");
            assert!(
                matches!(found.2, Some(Forecast::Lasts { used_at_reset_bytes })
                    if used_at_reset_bytes / GIB == quota * 3 / 4),
                "{multiplier:?}: {:?}",
                found.2
            );
        }
    }
}
