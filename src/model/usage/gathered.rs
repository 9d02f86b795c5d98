//! What is new in a reply, while it comes in: nothing else of it is kept in memory, and what is old is
//! kept by the hour. Points may come in any order, and twice.

use super::sample::{HOUR_S, STEP_S, Sample};
use super::{DAY_S, FINE_DAYS};
use crate::kiwivm::reply::UsagePoint;
use std::collections::{BTreeMap, VecDeque};

/// A point that lies further ahead than this is not believed: it would hide all that come after it.
const AHEAD_MAX_S: i64 = HOUR_S;
/// The newest points, as they came, for whoever asked for the reply itself.
const SHOWN: usize = 288;

/// The new points of one reply.
#[derive(Debug)]
pub struct Gathered {
    /// All until then is stored.
    stored_until_s: Option<i64>,
    fine_from_s: i64,
    until_s: i64,
    fine: BTreeMap<i64, Sample>,
    hours: BTreeMap<i64, Hour>,
    newest: VecDeque<UsagePoint>,
    points: u64,
    since_s: Option<i64>,
}

/// An hour, and which of its twelve steps are in it.
#[derive(Debug)]
struct Hour {
    sample: Sample,
    steps: u16,
}

impl Gathered {
    /// Nothing yet. All until then is stored already.
    #[must_use]
    pub fn new(stored_until_s: Option<i64>, now_s: i64) -> Gathered {
        Gathered {
            stored_until_s,
            fine_from_s: (now_s.div_euclid(DAY_S) - FINE_DAYS) * DAY_S,
            until_s: now_s + AHEAD_MAX_S,
            fine: BTreeMap::new(),
            hours: BTreeMap::new(),
            newest: VecDeque::new(),
            points: 0,
            since_s: None,
        }
    }

    /// From here on every five minutes are kept: the beginning of a day.
    #[must_use]
    pub const fn fine_from_s(&self) -> i64 {
        self.fine_from_s
    }

    /// How many points there were, new or not.
    #[must_use]
    pub const fn points(&self) -> u64 {
        self.points
    }

    /// The oldest point, new or not.
    #[must_use]
    pub const fn since_s(&self) -> Option<i64> {
        self.since_s
    }

    /// The last points as they came, the last first.
    pub fn newest(&self) -> impl Iterator<Item = &UsagePoint> {
        self.newest.iter().rev()
    }

    /// What is new, by day.
    pub(super) fn by_day(&self) -> BTreeMap<i64, Vec<Sample>> {
        let mut days: BTreeMap<i64, Vec<Sample>> = BTreeMap::new();
        let hours = self.hours.values().map(|hour| &hour.sample);
        for sample in hours.chain(self.fine.values()) {
            let day = sample.at_s.div_euclid(DAY_S);
            days.entry(day).or_default().push(*sample);
        }
        days
    }

    fn take(&mut self, point: &UsagePoint) {
        self.points += 1;
        self.since_s = Some(self.since_s.unwrap_or(i64::MAX).min(point.timestamp_s));
        self.newest.push_back(*point);
        if self.newest.len() > SHOWN {
            self.newest.pop_front();
        }
        let at_s = point.timestamp_s;
        let is_stored = self.stored_until_s.is_some_and(|until_s| at_s <= until_s);
        if is_stored || !(1..=self.until_s).contains(&at_s) {
            return;
        }
        match at_s < self.fine_from_s {
            true => self.take_into_hour(&Sample::of(point)),
            false => drop(self.fine.insert(at_s, Sample::of(point))),
        }
    }

    fn take_into_hour(&mut self, sample: &Sample) {
        let at_s = sample.at_s.div_euclid(HOUR_S) * HOUR_S;
        let step = 1_u16 << ((sample.at_s - at_s) / STEP_S);
        let Some(hour) = self.hours.get_mut(&at_s) else {
            let sample = Sample {
                at_s,
                is_hour: true,
                ..*sample
            };
            self.hours.insert(
                at_s,
                Hour {
                    sample,
                    steps: step,
                },
            );
            return;
        };
        if hour.steps & step == 0 {
            hour.steps |= step;
            hour.sample.take(sample);
        }
    }
}

impl Extend<UsagePoint> for Gathered {
    fn extend<Points: IntoIterator<Item = UsagePoint>>(&mut self, points: Points) {
        for point in points {
            self.take(&point);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::usage::Flow;

    const NOW_S: i64 = 1_780_000_000;

    fn point(at_s: i64) -> UsagePoint {
        UsagePoint {
            timestamp_s: at_s,
            cpu_percent: Some(10.0),
            network_out_bytes: Some(1000),
            ..UsagePoint::default()
        }
    }

    fn samples(gathered: &Gathered) -> Vec<Sample> {
        gathered.by_day().into_values().flatten().collect()
    }

    #[test]
    fn points_in_any_order_and_twice_are_the_same_samples() {
        let old_s = (NOW_S - 100 * DAY_S) / HOUR_S * HOUR_S + 7;
        let times = [NOW_S - 300, NOW_S - 600, old_s, old_s + 300, old_s + 3600];
        let mut in_order = Gathered::new(None, NOW_S);
        in_order.extend(times.map(point));
        let mut turned = Gathered::new(None, NOW_S);
        turned.extend(times.into_iter().rev().chain(times).map(point));
        assert_eq!(samples(&in_order), samples(&turned));
        let found = samples(&in_order);
        assert_eq!(found.len(), 4);
        assert_eq!(found[0].flow(Flow::NetworkOut), Some(2000));
        assert!(found[0].is_hour && !found[3].is_hour);
    }

    #[test]
    fn what_is_stored_what_lies_ahead_and_what_was_never_is_left_out() {
        let mut gathered = Gathered::new(Some(NOW_S - 600), NOW_S);
        let times = [
            NOW_S - 900,
            NOW_S - 600,
            NOW_S - 300,
            NOW_S + 86_400,
            i64::MAX,
            0,
            -5,
            i64::MIN,
        ];
        gathered.extend(times.map(point));
        let found = samples(&gathered);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].at_s, NOW_S - 300);
        assert_eq!(gathered.points(), 8);
    }

    #[test]
    fn two_years_take_little_room_and_a_day_of_them_is_shown() {
        let mut gathered = Gathered::new(None, NOW_S);
        gathered.extend((0..200_000).map(|step| point(NOW_S - step * STEP_S)));
        let found = samples(&gathered);
        assert!(found.len() < 26_300 + 15_000, "{}", found.len());
        assert_eq!(gathered.newest().count(), 288);
        let counted: i64 = found.iter().map(|sample| i64::from(sample.points)).sum();
        assert_eq!(counted, 200_000);
    }
}
