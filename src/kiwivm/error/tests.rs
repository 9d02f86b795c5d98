//! What a fault keeps, and what it must not.

use super::*;
use serde_json::json;

const LOCKED: &str = include_str!("../../../tests/fixtures/error.788888.json");

fn refusal(value: &serde_json::Value) -> Refusal {
    let fields = Fields::of(value);
    Refusal::read(fields.integer("error").unwrap(), fields)
}

#[test]
fn a_locked_vps_says_what_runs_and_how_far_it_is() {
    let refusal = refusal(&serde_json::from_str(LOCKED).unwrap());
    assert_eq!(refusal.kind, RefusalKind::Locked);
    let lock = refusal.lock.unwrap();
    assert_eq!(
        lock.operation.as_deref(),
        Some("OS Reinstall: debian-13-x86_64")
    );
    assert_eq!(lock.percent, Some(80));
    assert_eq!(lock.progress.as_deref(), Some("Starting VM"));
    assert_eq!(lock.last_update_age_s, Some(19));
}

#[test]
fn a_lock_without_facts_is_a_lock_all_the_same() {
    for info in [
        json!(null),
        json!([]),
        json!("x"),
        json!({"completed_percent": 400}),
    ] {
        let refusal = refusal(&json!({"error": 788_888, "additionalLockingInfo": info}));
        assert_eq!(refusal.lock, Some(Lock::default()));
    }
}

#[test]
fn a_refusal_keeps_no_control_characters_and_is_bounded() {
    let message = format!("\u{1b}[31mno\u{202e}\n{}", "x".repeat(10_000));
    let refusal = refusal(&json!({"error": 1, "message": message}));
    assert!(refusal.message.starts_with("[31mno x"));
    assert_eq!(refusal.message.chars().count(), TEXT_LIMIT_CHARS);
    assert_eq!(refusal.kind, RefusalKind::Other);
}

#[test]
fn a_fault_survives_being_stored() {
    let locked = refusal(&serde_json::from_str(LOCKED).unwrap());
    for fault in [
        Fault::Refused(Box::new(locked)),
        Fault::TooManyRequests,
        Fault::Silent {
            after: Duration::from_secs(20),
        },
        Fault::Nonsense {
            status: 502,
            beginning: "<html>".into(),
        },
    ] {
        let stored = serde_json::to_string(&fault).unwrap();
        assert_eq!(serde_json::from_str::<Fault>(&stored).unwrap(), fault);
    }
}

#[test]
fn only_a_request_that_left_and_got_no_clear_answer_is_unknown() {
    let why = String::new();
    assert!(!Fault::TooManyRequests.outcome_unknown());
    assert!(!Fault::Unreachable { why: why.clone() }.outcome_unknown());
    assert!(!Fault::Refused(Box::new(refusal(&json!({"error": 700_005})))).outcome_unknown());
    assert!(Fault::Broken { why }.outcome_unknown());
    assert!(
        Fault::Silent {
            after: Duration::ZERO
        }
        .outcome_unknown()
    );
    assert!(Fault::TooLong { limit_bytes: 1 }.outcome_unknown());
}
