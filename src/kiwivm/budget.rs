//! The points of one key: what may still be spent, and what background reading must leave to
//! people. It counts; it neither waits nor sends. Time is passed in.

use super::reply::RateLimitStatus;

/// Points per 15 minutes and VPS, inferred from recorded replies; the status call corrects it.
const QUARTER_HOUR_POINTS: u64 = 1000;
/// Points per 24 hours and VPS, inferred likewise.
const DAY_POINTS: u64 = 20_000;
/// Background reading spends at most one point in five.
const BACKGROUND_SHARE: u64 = 5;
/// More than this is not believed.
const POINTS_LIMIT: u64 = 10_000_000;
/// How long background reading keeps still after HTTP 429: KiwiVM drops requests "for a few
/// minutes".
const REST_S: i64 = 300;
/// A window is counted in this many parts, and one more for the part that is half gone.
const PARTS: usize = 15;

/// For whom a point is spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Someone waits for it. Never refused while points remain.
    Person,
    /// Keeping readings fresh.
    Background,
}

/// The points left, as far as one can know from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remaining {
    /// For these 15 minutes.
    pub quarter_hour: u64,
    /// For these 24 hours.
    pub day: u64,
}

/// What was spent of one key's points. A call costs one.
#[derive(Clone, Debug)]
pub struct Budget {
    quarter_hour: Window,
    day: Window,
    background_rests_until_s: Option<i64>,
}

impl Default for Budget {
    fn default() -> Budget {
        Budget::new()
    }
}

impl Budget {
    /// Nothing spent.
    #[must_use]
    pub fn new() -> Budget {
        Budget {
            quarter_hour: Window::new(QUARTER_HOUR_POINTS, 60),
            day: Window::new(DAY_POINTS, 96 * 60),
            background_rests_until_s: None,
        }
    }

    /// Whether one more call may be sent at this time (Unix seconds).
    #[must_use]
    pub fn may_spend(&mut self, purpose: Purpose, now_s: i64) -> bool {
        if purpose == Purpose::Background && self.background_rests(now_s) {
            return false;
        }
        let quarter_hour = self.quarter_hour.has_room(purpose, now_s);
        let day = self.day.has_room(purpose, now_s);
        quarter_hour && day
    }

    /// Counts one call, sent at this time. Count it whatever comes of it: KiwiVM does.
    pub fn spend(&mut self, purpose: Purpose, now_s: i64) {
        self.quarter_hour.spend(purpose, now_s);
        self.day.spend(purpose, now_s);
    }

    /// Believes what KiwiVM says is left: others may use the same key, and calls may cost more or
    /// less than one point.
    pub fn learn(&mut self, status: &RateLimitStatus, now_s: i64) {
        if let Some(remaining) = status.remaining_points_15min {
            self.quarter_hour.learn(remaining, now_s);
        }
        if let Some(remaining) = status.remaining_points_24h {
            self.day.learn(remaining, now_s);
        }
    }

    /// KiwiVM answered HTTP 429: background reading keeps still for a while. A person may try.
    pub fn rest(&mut self, now_s: i64) {
        self.background_rests_until_s = Some(now_s.saturating_add(REST_S));
    }

    /// What is left at this time.
    #[must_use]
    pub fn remaining(&mut self, now_s: i64) -> Remaining {
        Remaining {
            quarter_hour: self.quarter_hour.remaining(now_s),
            day: self.day.remaining(now_s),
        }
    }

    /// A clock that was turned back ends the rest too.
    fn background_rests(&self, now_s: i64) -> bool {
        self.background_rests_until_s.is_some_and(|until_s| {
            (now_s..=now_s.saturating_add(REST_S)).contains(&until_s) && until_s > now_s
        })
    }
}

/// Points of the last so many seconds, in parts instead of single moments.
#[derive(Clone, Debug)]
struct Window {
    limit: u64,
    part_s: i64,
    /// The newest part's number since 1970.
    newest: i64,
    parts: [Part; PARTS + 1],
}

#[derive(Clone, Copy, Debug, Default)]
struct Part {
    all: u64,
    background: u64,
}

impl Window {
    fn new(limit: u64, part_s: i64) -> Window {
        Window {
            limit,
            part_s,
            newest: 0,
            parts: [Part::default(); PARTS + 1],
        }
    }

    fn has_room(&mut self, purpose: Purpose, now_s: i64) -> bool {
        let room = self.remaining(now_s) > 0;
        let background: u64 = self.parts.iter().map(|part| part.background).sum();
        match purpose {
            Purpose::Person => room,
            Purpose::Background => room && background < self.limit / BACKGROUND_SHARE,
        }
    }

    fn spend(&mut self, purpose: Purpose, now_s: i64) {
        self.turn(now_s);
        self.parts[0].all += 1;
        if purpose == Purpose::Background {
            self.parts[0].background += 1;
        }
    }

    fn learn(&mut self, remaining: u64, now_s: i64) {
        self.turn(now_s);
        let remaining = remaining.min(POINTS_LIMIT);
        self.limit = self.limit.max(remaining);
        let spent = self.limit - remaining;
        let counted = self.spent();
        match spent > counted {
            true => self.parts[0].all += spent - counted,
            false => self.forgive(counted - spent),
        }
    }

    /// Takes points back, the oldest first.
    fn forgive(&mut self, mut points: u64) {
        for part in self.parts.iter_mut().rev() {
            let forgiven = part.all.min(points);
            part.all -= forgiven;
            points -= forgiven;
        }
    }

    fn remaining(&mut self, now_s: i64) -> u64 {
        self.turn(now_s);
        self.limit.saturating_sub(self.spent())
    }

    fn spent(&self) -> u64 {
        self.parts.iter().map(|part| part.all).sum()
    }

    /// Lets the old parts go. A clock that was turned back by more than the window is believed,
    /// and nothing is known any more; by less, it is waited for.
    fn turn(&mut self, now_s: i64) {
        let newest = now_s.div_euclid(self.part_s);
        let parts_gone = usize::try_from(newest.saturating_sub(self.newest));
        match parts_gone {
            Ok(gone) if gone <= PARTS => {
                self.parts.rotate_right(gone);
                self.parts[..gone].fill(Part::default());
                self.newest = newest;
            }
            Err(_) if self.newest - newest <= PARTS as i64 => {}
            _ => {
                *self = Window {
                    newest,
                    ..Window::new(self.limit, self.part_s)
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
