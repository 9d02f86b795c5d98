//! The samples of a span as a file, some weeks at a time as the client takes it. It holds numbers and
//! times only: nothing in it can be a formula.

use super::span::Span;
use crate::app::App;
use crate::model::usage::{self, Sample};
use crate::web::download;
use axum::body::Body;
use axum::response::Response;
use futures_util::stream::{self, Stream};
use jiff::tz::TimeZone;
use std::fmt::Write as _;

/// So much is in memory at a time.
const PIECE_S: i64 = 30 * 86_400;
const COLUMNS: &str = "time,seconds,cpu_percent,network_in_bytes,network_out_bytes,disk_read_bytes,disk_write_bytes\r\n";

/// A file to save, with times in this zone.
pub(super) fn response(app: &App, (vps_id, span): (i64, Span), zone: TimeZone) -> Response {
    let day = download::day(app.clock.now_s(), &zone);
    let name = format!("usage-vps-{vps_id}-{}-{day}.csv", span.kind.word());
    let lines = lines(app.clone(), (vps_id, span), zone);
    download::file(&name, download::CSV, Body::from_stream(lines))
}

fn lines(
    app: App,
    (vps_id, span): (i64, Span),
    zone: TimeZone,
) -> impl Stream<Item = Result<String, sqlx::Error>> {
    let begin = (
        span.from_s,
        format!("{}{COLUMNS}", download::BYTE_ORDER_MARK),
    );
    stream::try_unfold(begin, move |(from_s, begin)| {
        let (app, zone) = (app.clone(), zone.clone());
        async move {
            if from_s >= span.to_s {
                return Ok((!begin.is_empty()).then(|| (begin, (from_s, String::new()))));
            }
            let to_s = from_s.saturating_add(PIECE_S).min(span.to_s);
            let samples = usage::read(&app.db, vps_id, (from_s, to_s)).await?;
            let text = samples
                .iter()
                .fold(begin, |text, sample| text + &line(sample, &zone));
            Ok(Some((text, (to_s, String::new()))))
        }
    })
}

/// What was not recorded is an empty cell.
fn line(sample: &Sample, zone: &TimeZone) -> String {
    let time = download::moment(sample.at_s.saturating_mul(1000), zone);
    let mut line = format!("{time},{},", sample.lasts_s());
    if let Some(percent) = sample.cpu_percent {
        let _ = write!(line, "{percent}");
    }
    for bytes in sample.bytes {
        line.push(',');
        if let Some(bytes) = bytes {
            let _ = write!(line, "{bytes}");
        }
    }
    line + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_when_for_how_long_and_what() {
        let sample = Sample {
            at_s: 1_779_935_400,
            points: 1,
            cpu_percent: Some(12.5),
            bytes: [Some(1), None, Some(0), Some(u64::MAX)],
            ..Sample::default()
        };
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        assert_eq!(
            line(&sample, &zone),
            "2026-05-28T10:30:00+08:00,300,12.5,1,,0,18446744073709551615\r\n"
        );
    }
}
