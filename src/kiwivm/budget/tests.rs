//! R-BUDGET: background reading leaves four points in five to people, and people get all of them.

use super::*;

const NOW_S: i64 = 1_800_000_000;
const DAY_S: i64 = 86_400;

fn spend_all(budget: &mut Budget, purpose: Purpose, now_s: i64) -> u64 {
    let mut spent = 0;
    while budget.may_spend(purpose, now_s) {
        budget.spend(purpose, now_s);
        spent += 1;
        assert!(spent <= 100_000, "a budget ends");
    }
    spent
}

fn status(quarter_hour: u64, day: u64) -> RateLimitStatus {
    RateLimitStatus {
        remaining_points_15min: Some(quarter_hour),
        remaining_points_24h: Some(day),
    }
}

#[test]
fn r_budget_background_reading_spends_one_point_in_five() {
    let mut budget = Budget::new();
    assert_eq!(spend_all(&mut budget, Purpose::Background, NOW_S), 200);
    assert_eq!(spend_all(&mut budget, Purpose::Person, NOW_S), 800);
    assert_eq!(
        budget.remaining(NOW_S),
        Remaining {
            quarter_hour: 0,
            day: 19_000
        }
    );
}

#[test]
fn r_budget_background_reading_spends_one_point_in_five_of_a_day_too() {
    let mut budget = Budget::new();
    let spent: u64 = (0..96)
        .map(|quarter| spend_all(&mut budget, Purpose::Background, NOW_S + quarter * 900))
        .sum();
    assert_eq!(spent, 4000);
}

#[test]
fn r_budget_a_person_is_never_refused_while_points_remain() {
    let mut budget = Budget::new();
    spend_all(&mut budget, Purpose::Background, NOW_S);
    budget.rest(NOW_S);
    assert_eq!(spend_all(&mut budget, Purpose::Person, NOW_S), 800);
}

#[test]
fn points_come_back_when_the_window_has_passed_and_not_before() {
    let mut budget = Budget::new();
    spend_all(&mut budget, Purpose::Person, NOW_S);
    assert!(!budget.may_spend(Purpose::Person, NOW_S + 899));
    assert!(budget.may_spend(Purpose::Person, NOW_S + 960));
    assert_eq!(budget.remaining(NOW_S + 960).day, 19_000);
    assert_eq!(budget.remaining(NOW_S + DAY_S + 5760).day, 20_000);
}

#[test]
fn no_window_ever_holds_more_than_its_points() {
    let mut budget = Budget::new();
    let mut spent_at = Vec::new();
    for now_s in (NOW_S..NOW_S + 4000).step_by(7) {
        for _ in 0..20 {
            if budget.may_spend(Purpose::Person, now_s) {
                budget.spend(Purpose::Person, now_s);
                spent_at.push(now_s);
            }
        }
        let recent = spent_at
            .iter()
            .filter(|spent_s| **spent_s > now_s - 900)
            .count();
        assert!(recent <= 1000);
    }
}

#[test]
fn what_kiwivm_says_is_left_is_believed() {
    let mut budget = Budget::new();
    budget.spend(Purpose::Person, NOW_S);
    budget.learn(&status(3, 15_000), NOW_S);
    assert_eq!(
        budget.remaining(NOW_S),
        Remaining {
            quarter_hour: 3,
            day: 15_000
        }
    );
    budget.learn(&status(900, 19_900), NOW_S);
    assert_eq!(
        budget.remaining(NOW_S),
        Remaining {
            quarter_hour: 900,
            day: 19_900
        }
    );
    budget.learn(&status(0, 0), NOW_S);
    assert!(!budget.may_spend(Purpose::Person, NOW_S));
}

#[test]
fn a_larger_budget_is_learnt_and_an_absurd_one_is_not() {
    let mut budget = Budget::new();
    budget.learn(&status(5000, u64::MAX), NOW_S);
    assert_eq!(
        budget.remaining(NOW_S),
        Remaining {
            quarter_hour: 5000,
            day: POINTS_LIMIT
        }
    );
    assert_eq!(spend_all(&mut budget, Purpose::Background, NOW_S), 1000);
}

#[test]
fn what_is_unknown_changes_nothing() {
    let mut budget = Budget::new();
    budget.spend(Purpose::Person, NOW_S);
    budget.learn(&RateLimitStatus::default(), NOW_S);
    assert_eq!(
        budget.remaining(NOW_S),
        Remaining {
            quarter_hour: 999,
            day: 19_999
        }
    );
}

#[test]
fn background_reading_rests_after_429() {
    let mut budget = Budget::new();
    budget.rest(NOW_S);
    assert!(!budget.may_spend(Purpose::Background, NOW_S + REST_S - 1));
    assert!(budget.may_spend(Purpose::Background, NOW_S + REST_S));
    assert!(budget.may_spend(Purpose::Background, NOW_S - DAY_S));
}

#[test]
fn r_clock_a_clock_that_jumps_neither_panics_nor_locks_for_ever() {
    let mut budget = Budget::new();
    for now_s in [
        NOW_S,
        i64::MAX,
        i64::MIN,
        0,
        -1,
        NOW_S,
        NOW_S - 100,
        NOW_S + 10 * 365 * DAY_S,
        NOW_S,
    ] {
        budget.spend(Purpose::Background, now_s);
        budget.learn(&status(0, 0), now_s);
        budget.rest(now_s);
    }
    let much_later_s = NOW_S + 2 * DAY_S;
    assert!(budget.may_spend(Purpose::Background, much_later_s));
    spend_all(&mut budget, Purpose::Person, much_later_s);
    assert!(
        !budget.may_spend(Purpose::Person, much_later_s - 60),
        "a small step back is no gift"
    );
}
