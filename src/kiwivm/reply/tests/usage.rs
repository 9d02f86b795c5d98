//! getRawUsageStats, read as a tree and read as a stream.

use super::*;
use crate::kiwivm::reply::{UsagePoint, read_usage};
use std::io::Read;

/// The same text, a few bytes at a time.
struct Dripping<'a>(&'a [u8]);

impl Read for Dripping<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let most = buffer.len().min(2);
        self.0.read(&mut buffer[..most])
    }
}

fn from_stream(text: &str) -> Option<(Reply, Vec<UsagePoint>)> {
    let mut points = Vec::new();
    let rest = read_usage(Dripping(text.as_bytes()), &mut |point| points.push(point)).ok()?;
    rest.error().map(|_| (rest, points))
}

/// The points of this reply, which both ways of reading must agree on.
fn points(text: &str) -> Vec<UsagePoint> {
    let from_tree = Reply::parse(text).unwrap().usage_points();
    let (rest, from_stream) = from_stream(text).unwrap();
    assert_eq!(from_stream, from_tree);
    assert!(!rest.fields.contains_key("data"));
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
        r#"{"error":0,"data":[{"timestamp":1}]"#,
        r#"{"error":0,"data":[]} more"#,
    ] {
        assert_eq!(Reply::parse(text), None);
        assert!(from_stream(text).is_none(), "{text}");
    }
}

#[test]
fn a_byte_order_mark_before_the_usage_is_taken() {
    let text = "\u{feff} {\"error\":0,\"data\":[{\"timestamp\":1}]}\n";
    assert_eq!(from_stream(text).unwrap().1.len(), 1);
}

#[test]
fn an_error_is_seen_before_and_behind_the_points() {
    for text in [
        r#"{"error":700005,"data":[{"timestamp":1}]}"#,
        r#"{"data":[{"timestamp":1}],"error":700005}"#,
    ] {
        assert_eq!(from_stream(text).unwrap().0.error(), Some(700_005));
    }
}
