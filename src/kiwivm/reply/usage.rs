//! getRawUsageStats: two years in steps of 300 s. As a JSON tree such a reply takes 200 MiB, as a text
//! 30; so its points can also be read one by one while it comes in.

use super::Reply;
use crate::kiwivm::loose::Fields;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::io::{BufReader, Cursor, Read};

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

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
    #[must_use]
    pub fn shown(&self) -> Value {
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

/// Reads a reply as it comes in: each point goes to `take` and is forgotten here. What it gives is all
/// of the reply but its points. It may read to the end and yet be no reply: see [`Reply::error`].
///
/// # Errors
/// When it is no JSON object, or ends too soon. What was taken until then is no reply either.
pub fn read(from: impl Read, take: &mut dyn FnMut(UsagePoint)) -> serde_json::Result<Reply> {
    let mut text = serde_json::Deserializer::from_reader(BufReader::new(unmarked(from)?));
    let rest = WholeReply(take).deserialize(&mut text)?;
    text.end()?;
    Ok(rest)
}

/// The same without a byte-order mark.
fn unmarked(mut from: impl Read) -> serde_json::Result<impl Read> {
    let mut first = Vec::new();
    from.by_ref()
        .take(BYTE_ORDER_MARK.len() as u64)
        .read_to_end(&mut first)
        .map_err(serde_json::Error::io)?;
    if first == BYTE_ORDER_MARK {
        first.clear();
    }
    Ok(Cursor::new(first).chain(from))
}

struct WholeReply<'a>(&'a mut dyn FnMut(UsagePoint));

impl<'de> DeserializeSeed<'de> for WholeReply<'_> {
    type Value = Reply;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Reply, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for WholeReply<'_> {
    type Value = Reply;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a reply of KiwiVM")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Reply, A::Error> {
        let mut fields = Map::new();
        while let Some(name) = from.next_key::<String>()? {
            match name.as_str() {
                "data" => from.next_value_seed(Points(&mut *self.0))?,
                _ => drop(fields.insert(name, from.next_value()?)),
            }
        }
        Ok(Reply::new(fields))
    }
}

/// Whatever `data` is: what is no list of points has none.
struct Points<'a>(&'a mut dyn FnMut(UsagePoint));

impl Points<'_> {
    fn take(&mut self, point: &Value) {
        if let Some(point) = UsagePoint::read(Fields::of(point)) {
            (self.0)(point);
        }
    }
}

impl<'de> DeserializeSeed<'de> for Points<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Points<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("anything")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut from: A) -> Result<(), A::Error> {
        while let Some(point) = from.next_element::<Value>()? {
            self.take(&point);
        }
        Ok(())
    }

    /// A list with holes.
    fn visit_map<A: MapAccess<'de>>(mut self, mut from: A) -> Result<(), A::Error> {
        while let Some((_, point)) = from.next_entry::<IgnoredAny, Value>()? {
            self.take(&point);
        }
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}
