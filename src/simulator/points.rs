//! The call points of one VPS: 1000 in 15 minutes and 20 000 in 24 hours, one a call (inferred).

use std::collections::VecDeque;

const QUARTER_MINUTES: i64 = 15;
const DAY_MINUTES: i64 = 24 * 60;
const QUARTER_POINTS: u32 = 1000;
const DAY_POINTS: u32 = 20_000;

/// What was spent, by the minute, for a day back.
#[derive(Clone, Debug, Default)]
pub(super) struct Points {
    spent: VecDeque<(i64, u32)>,
}

impl Points {
    /// Takes one point, or says that there is none.
    pub(super) fn spend(&mut self, now_s: i64) -> bool {
        let (quarter, day) = self.left(now_s);
        if quarter == 0 || day == 0 {
            return false;
        }
        self.add(now_s.div_euclid(60), 1);
        true
    }

    /// What is left for 15 minutes and for 24 hours.
    pub(super) fn left(&self, now_s: i64) -> (u32, u32) {
        let minute = now_s.div_euclid(60);
        let quarter = self.spent_since(minute - QUARTER_MINUTES);
        let day = self.spent_since(minute - DAY_MINUTES);
        (
            QUARTER_POINTS.saturating_sub(quarter),
            DAY_POINTS.saturating_sub(day),
        )
    }

    /// Spends until this many are left for the next 15 minutes.
    pub(super) fn leave(&mut self, points: u32) {
        self.add(0, QUARTER_POINTS.saturating_sub(points));
    }

    pub(super) fn move_by(&mut self, seconds: i64) {
        for (minute, _) in &mut self.spent {
            *minute += seconds.div_euclid(60);
        }
    }

    fn spent_since(&self, minute: i64) -> u32 {
        let recent = self.spent.iter().filter(|(at, _)| *at > minute);
        recent.map(|(_, count)| count).sum()
    }

    fn add(&mut self, minute: i64, count: u32) {
        self.spent.retain(|(at, _)| *at > minute - DAY_MINUTES);
        match self.spent.back_mut() {
            Some((at, spent)) if *at == minute => *spent += count,
            _ => self.spent.push_back((minute, count)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_run_out_and_come_back_after_a_quarter_of_an_hour() {
        let mut points = Points::default();
        assert!((0..1000).all(|_| points.spend(6_000)));
        assert!(!points.spend(6_000));
        assert_eq!(points.left(6_000), (0, 19_000));
        assert!(points.spend(6_000 + 15 * 60));
    }

    #[test]
    fn a_day_has_twenty_thousand_points() {
        let mut points = Points::default();
        for quarter in 0..20 {
            assert!((0..1000).all(|_| points.spend(quarter * 900)));
        }
        assert!(!points.spend(20 * 900));
        assert!(points.spend(86_400));
    }
}
