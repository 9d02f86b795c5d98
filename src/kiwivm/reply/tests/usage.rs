//! getRawUsageStats, read as a tree and read from the text.

use super::*;
use crate::kiwivm::reply::{UsagePoint, UsageReply};

/// The points of this reply, which both ways of reading must agree on.
fn points(text: &str) -> Vec<UsagePoint> {
    let from_tree = Reply::parse(text).unwrap().usage_points();
    let from_text = UsageReply::parse(text).unwrap();
    assert_eq!(from_text.points, from_tree);
    assert!(!from_text.rest.fields.contains_key("data"));
    from_tree
}

#[test]
fn usage_as_it_was_recorded() {
    let points = points(USAGE);
    assert_eq!(points.len(), 2);
    assert_eq!(points[1].network_in_bytes, Some(86_073_344));
    assert_eq!(points[1].cpu_percent, Some(12.0));
}

#[test]
fn usage_comes_with_numbers_as_text_on_openvz() {
    let point = r#"{"timestamp":"1788993001","cpu_usage":"5.5","disk_read_bytes":"-"}"#;
    let points = points(&format!(
        r#"{{"vm_type":"ovz","data":[{point}],"error":"0"}}"#
    ));
    assert_eq!(points[0].timestamp_s, 1_788_993_001);
    assert_eq!(points[0].cpu_percent, Some(5.5));
    assert_eq!(points[0].disk_read_bytes, None);
}

#[test]
fn usage_with_holes_keeps_the_points_that_say_when_they_were() {
    let point = r#"{"timestamp":1}"#;
    for data in [
        format!(r#"[null,{{"cpu_usage":1}},{point},7,[]]"#),
        format!(r#"{{"0":{point},"7":null}}"#),
    ] {
        let points = points(&format!(r#"{{"error":0,"data":{data}}}"#));
        assert_eq!(points.len(), 1);
    }
}

#[test]
fn usage_that_is_no_list_has_no_points() {
    for data in [
        "null",
        "true",
        "-1",
        "1",
        "0.5",
        "\"x\"",
        "\"\\u00e9\"",
        "[]",
        "{}",
    ] {
        assert!(points(&format!(r#"{{"data":{data},"error":0}}"#)).is_empty());
    }
    assert!(points(r#"{"error":0}"#).is_empty());
}

#[test]
fn what_is_no_reply_is_none_in_either_reading() {
    for text in [
        "",
        "null",
        "[]",
        "{}",
        r#"{"data":[]}"#,
        r#"{"error":0,"data":[}"#,
    ] {
        assert_eq!(Reply::parse(text), None);
        assert_eq!(UsageReply::parse(text), None);
    }
}
