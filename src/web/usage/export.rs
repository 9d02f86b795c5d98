//! The samples of a span as a file, some weeks at a time as the client takes it. It holds numbers and
//! times only: nothing in it can be a formula.

use super::span::Span;
use crate::app::App;
use crate::model::access::{self, Right};
use crate::model::session;
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

/// What is exported, for whom.
#[derive(Clone, Debug)]
pub(super) struct Export {
    pub(super) vps_id: i64,
    pub(super) span: Span,
    /// Whose file it is: it ends with the session, or with the right to see the VPS.
    pub(super) session_id: i64,
    /// The reader's.
    pub(super) zone: TimeZone,
}

impl Export {
    /// A file to save.
    pub(super) fn response(self, app: &App) -> Response {
        let day = download::day(app.clock.now_s(), &self.zone);
        let word = self.span.kind.word();
        let name = format!("usage-vps-{}-{word}-{day}.csv", self.vps_id);
        let lines = self.lines(app.clone());
        download::file(&name, download::CSV, Body::from_stream(lines))
    }

    fn lines(self, app: App) -> impl Stream<Item = Result<String, sqlx::Error>> {
        let begin = format!("{}{COLUMNS}", download::BYTE_ORDER_MARK);
        let begin = (self.span.from_s, begin);
        stream::try_unfold(begin, move |(from_s, begin)| {
            let (app, export) = (app.clone(), self.clone());
            async move {
                let is_over = from_s >= export.span.to_s || !export.may_go_on(&app).await?;
                if is_over {
                    return Ok((!begin.is_empty()).then(|| (begin, (i64::MAX, String::new()))));
                }
                let to_s = from_s.saturating_add(PIECE_S).min(export.span.to_s);
                let samples = usage::read(&app.db, export.vps_id, (from_s, to_s)).await?;
                let text = samples
                    .iter()
                    .fold(begin, |text, sample| text + &line(sample, &export.zone));
                Ok(Some((text, (to_s, String::new()))))
            }
        })
    }

    /// Asks once more who reads, for a file may be taken slowly.
    async fn may_go_on(&self, app: &App) -> Result<bool, sqlx::Error> {
        let holder = session::holder(&app.db, self.session_id, app.clock.now_s()).await?;
        Ok(holder.is_some_and(|(person, _)| access::has(&person, self.vps_id, Right::View)))
    }
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
