//! getRawUsageStats: two years in steps of 300 s. As a JSON tree such a reply takes 200 MiB, so its
//! points can also be read one by one from the text, in a tenth of that.

use super::Reply;
use crate::kiwivm::loose::Fields;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// One entry of getRawUsageStats: 300 seconds of use.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct UsagePoint {
    /// When, Unix seconds.
    pub timestamp_s: i64,
    /// CPU time, 100 for one core.
    pub cpu_percent: Option<f64>,
    /// Received.
    pub network_in_bytes: Option<u64>,
    /// Sent.
    pub network_out_bytes: Option<u64>,
    /// Read from disk.
    pub disk_read_bytes: Option<u64>,
    /// Written to disk.
    pub disk_write_bytes: Option<u64>,
}

impl UsagePoint {
    /// Every point that says when it was.
    pub(super) fn read_all(fields: Fields) -> Vec<UsagePoint> {
        fields
            .whole_list("data")
            .into_iter()
            .filter_map(|point| UsagePoint::read(Fields::of(point)))
            .collect()
    }

    /// The point under KiwiVM's own names.
    fn shown(&self) -> Value {
        serde_json::json!({
            "timestamp": self.timestamp_s,
            "cpu_usage": self.cpu_percent,
            "network_in_bytes": self.network_in_bytes,
            "network_out_bytes": self.network_out_bytes,
            "disk_read_bytes": self.disk_read_bytes,
            "disk_write_bytes": self.disk_write_bytes,
        })
    }

    fn read(fields: Fields) -> Option<UsagePoint> {
        Some(UsagePoint {
            timestamp_s: fields.integer("timestamp")?,
            cpu_percent: fields.float("cpu_usage"),
            network_in_bytes: fields.count("network_in_bytes"),
            network_out_bytes: fields.count("network_out_bytes"),
            disk_read_bytes: fields.count("disk_read_bytes"),
            disk_write_bytes: fields.count("disk_write_bytes"),
        })
    }
}

/// A reply to getRawUsageStats whose points never were a JSON tree.
#[derive(Clone, Debug, PartialEq)]
pub struct UsageReply {
    /// All of the reply but its points.
    pub rest: Reply,
    /// Its points, oldest first.
    pub points: Vec<UsagePoint>,
}

impl UsageReply {
    /// As [`Reply::parse`].
    #[must_use]
    pub fn parse(text: &str) -> Option<UsageReply> {
        let reply: UsageReply = serde_json::from_str(super::bare(text)).ok()?;
        reply.rest.error().map(|_| reply)
    }

    /// A reply that can be shown: how many points there are, since when, and the newest of them.
    #[must_use]
    pub fn newest(self, count: usize) -> Reply {
        let mut fields = self.rest.fields;
        fields.insert("points".into(), self.points.len().into());
        let since_s = self.points.first().map(|point| point.timestamp_s);
        fields.insert("since_timestamp".into(), since_s.into());
        let newest = self.points.iter().rev().take(count).map(UsagePoint::shown);
        fields.insert("data".into(), newest.collect());
        Reply::new(fields)
    }
}

impl<'de> Deserialize<'de> for UsageReply {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<UsageReply, D::Error> {
        from.deserialize_map(WholeReply)
    }
}

struct WholeReply;

impl<'de> Visitor<'de> for WholeReply {
    type Value = UsageReply;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a reply of KiwiVM")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<UsageReply, A::Error> {
        let mut fields = Map::new();
        let mut points = Vec::new();
        while let Some(name) = from.next_key::<String>()? {
            match name.as_str() {
                "data" => points = from.next_value::<Points>()?.0,
                _ => drop(fields.insert(name, from.next_value()?)),
            }
        }
        let rest = Reply::new(fields);
        Ok(UsageReply { rest, points })
    }
}

/// Whatever `data` is: what is no list of points has none.
struct Points(Vec<UsagePoint>);

impl<'de> Deserialize<'de> for Points {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Points, D::Error> {
        from.deserialize_any(AllPoints).map(Points)
    }
}

struct AllPoints;

impl<'de> Visitor<'de> for AllPoints {
    type Value = Vec<UsagePoint>;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("anything")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Vec<UsagePoint>, A::Error> {
        let mut points = Vec::new();
        while let Some(point) = from.next_element::<Value>()? {
            points.extend(UsagePoint::read(Fields::of(&point)));
        }
        Ok(points)
    }

    /// A list with holes.
    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Vec<UsagePoint>, A::Error> {
        let mut points = Vec::new();
        while let Some((_, point)) = from.next_entry::<IgnoredAny, Value>()? {
            points.extend(UsagePoint::read(Fields::of(&point)));
        }
        Ok(points)
    }

    fn visit_unit<E>(self) -> Result<Vec<UsagePoint>, E> {
        Ok(Vec::new())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Vec<UsagePoint>, E> {
        Ok(Vec::new())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Vec<UsagePoint>, E> {
        Ok(Vec::new())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Vec<UsagePoint>, E> {
        Ok(Vec::new())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Vec<UsagePoint>, E> {
        Ok(Vec::new())
    }

    fn visit_str<E>(self, _: &str) -> Result<Vec<UsagePoint>, E> {
        Ok(Vec::new())
    }
}
