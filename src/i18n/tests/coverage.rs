//! What the table of calls declares, has its words.

use crate::i18n::Language;
use crate::kiwivm::call::{Class, Topic};
use crate::kiwivm::calls::CALLS;

fn assert_said(id: &str) {
    for language in Language::ALL {
        let tag = language.tag();
        assert!(language.say_if_known(id).is_some(), "{tag}: {id}");
    }
}

fn assert_explained(id: &str, attribute: &str) {
    assert_said(id);
    for language in Language::ALL {
        let tag = language.tag();
        let found = language.attribute(id, attribute);
        assert!(found.is_some(), "{tag}: {id}.{attribute}");
    }
}

#[test]
fn every_call_has_a_title_and_says_what_it_does() {
    for call in CALLS {
        assert_explained(&format!("call-{}", call.slug()), "about");
    }
}

#[test]
fn every_parameter_has_a_label() {
    for parameter in CALLS.iter().flat_map(|call| call.parameters) {
        assert_said(&format!("parameter-{}", parameter.name));
    }
}

#[test]
fn every_topic_has_a_heading() {
    for topic in Topic::ALL {
        assert_said(topic.message());
    }
}

#[test]
fn every_loss_has_its_sentence() {
    for call in CALLS.iter().filter(|call| call.class == Class::Destroy) {
        assert_said(
            call.loses
                .expect("a destroying call loses something")
                .message(),
        );
    }
}

#[test]
fn every_secret_field_has_a_label() {
    for field in CALLS.iter().flat_map(|call| call.secret_fields) {
        assert_said(&format!("reply-{field}"));
    }
}

#[test]
fn every_class_is_explained() {
    for class in [
        "class-read",
        "class-change",
        "class-interrupts",
        "class-destroy",
        "class-shell",
        "class-guarded",
    ] {
        assert_explained(class, "about");
    }
}

#[test]
fn every_fault_says_what_to_do_next() {
    for fault in [
        "fault-unreachable",
        "fault-silent",
        "fault-broken",
        "fault-nonsense",
        "fault-too-long",
        "fault-too-many-requests",
        "refusal-authentication",
        "refusal-locked",
        "refusal-not-running",
        "refusal-already-running",
        "refusal-missing-parameter",
        "refusal-migration-unavailable",
        "refusal-password-needs-running",
        "refusal-other",
    ] {
        assert_explained(fault, "next");
    }
}

#[test]
fn a_lock_is_told_as_far_as_it_is_known() {
    let locked = |operation: &str, percent: &str| {
        Language::ALL.map(|language| {
            language
                .say("attention-locked")
                .with("operation", operation)
                .with("percent", percent)
                .text()
        })
    };
    assert_eq!(locked("unknown", "unknown"), ["Locked", "锁定中"]);
    assert_eq!(
        locked("unknown", "80"),
        ["Locked, 80% done", "锁定中，已完成 80%"]
    );
    assert_eq!(
        locked("OS Reinstall", "80"),
        [
            "Locked: OS Reinstall, 80% done",
            "锁定中（正在执行 OS Reinstall），已完成 80%"
        ]
    );
}

#[test]
fn a_hint_may_show_a_brace() {
    for language in Language::ALL {
        let hint = language
            .attribute("parameter-json_notification_preferences", "hint")
            .expect("a hint")
            .text();
        assert!(hint.contains(r#"{"3": 1, "7": 0}"#), "{hint}");
    }
}
