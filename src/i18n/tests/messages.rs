//! How a message is said.

use crate::i18n::Language::{self, Chinese, English};
use crate::i18n::message::{Message, is_new};

/// Not a literal in the call, so that the walk through the sources does not look for it.
const NO_SUCH_ID: &str = "no-such-message";

#[test]
fn a_missing_message_shows_its_id() {
    assert_eq!(English.say(NO_SUCH_ID).with("x", 1).text(), NO_SUCH_ID);
    assert!(Chinese.say_if_known(NO_SUCH_ID).is_none());
    assert!(Chinese.attribute(NO_SUCH_ID, NO_SUCH_ID).is_none());
    assert!(English.attribute("format-days", NO_SUCH_ID).is_none());
}

#[test]
fn a_forgotten_argument_does_not_stop_the_page() {
    assert_eq!(English.say("format-bytes").text(), "{$number} B");
    assert_eq!(English.say("format-days").text(), "{$number} days");
}

#[test]
fn english_has_a_plural() {
    let days = |number: i64| English.say("format-days").with("number", number).text();
    assert_eq!(days(1), "1 day");
    assert_eq!(days(0), "0 days");
    assert_eq!(days(2), "2 days");
}

#[test]
fn numbers_are_shown_whole_and_ungrouped() {
    let shown = |argument: crate::i18n::Argument| {
        English
            .say("format-bytes")
            .with("number", argument)
            .text()
            .trim_end_matches(" B")
            .to_owned()
    };
    assert_eq!(shown(1_234_567_u32.into()), "1234567");
    assert_eq!(shown(u64::MAX.into()), u64::MAX.to_string());
    assert_eq!(shown(i64::MIN.into()), i64::MIN.to_string());
    assert_eq!(shown(0.33.into()), "0.33");
    assert_eq!(shown(2.0.into()), "2");
    assert_eq!(shown((-0.0).into()), "0");
    assert_eq!(shown((&&7_usize).into()), "7");
    assert_eq!(shown((&String::from("7")).into()), "7");
}

#[test]
fn a_plural_is_chosen_for_any_number_without_a_panic() {
    let numbers = [
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::MAX,
        f64::MIN_POSITIVE,
        1e300,
        1e-300,
        0.1 + 0.2,
        -1.5,
    ];
    for language in Language::ALL {
        for number in numbers {
            let said = language.say("format-days").with("number", number).text();
            assert!(said.starts_with(&number.to_string()), "{said}");
        }
    }
}

#[test]
fn text_from_outside_is_said_as_it_is() {
    let hostile = "{ $number } <b> { format-bytes }\u{2068}";
    let said = English.say("format-bytes").with("number", hostile).text();
    assert_eq!(said, format!("{hostile} B"));
}

#[test]
fn a_message_fits_into_another() {
    let inner = Chinese.say("format-just-now");
    let outer = Chinese.say("format-days").with("number", inner);
    assert_eq!(outer.text(), "刚刚 天");
}

#[test]
fn a_problem_is_logged_once() {
    assert!(is_new("a problem of this test"));
    assert!(!is_new("a problem of this test"));
}

#[test]
fn a_message_may_wait_in_a_task() {
    fn assert_send<T: Send + 'static>() {}
    assert_send::<Message>();
}
