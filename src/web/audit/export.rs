//! The audit log as a file, page by page as the client takes it: what the page shows, to the same
//! reader.

use crate::app::App;
use crate::kiwivm::printable::printable;
use crate::model::audit::{self, Entry, Search};
use crate::model::session;
use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::Value;

/// So many entries are in memory at a time.
const CHUNK: usize = 500;

/// With it spreadsheets read the rest as UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// What a file looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Csv,
    JsonLines,
}

impl Format {
    /// CSV unless the other is asked for.
    pub(super) fn of(word: &str) -> Format {
        match word {
            "jsonl" => Format::JsonLines,
            _ => Format::Csv,
        }
    }

    /// Also the end of the file's name.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::JsonLines => "jsonl",
        }
    }

    const fn content_type(self) -> &'static str {
        match self {
            Format::Csv => "text/csv; charset=utf-8",
            Format::JsonLines => "application/jsonl; charset=utf-8",
        }
    }
}

/// What is exported, for whom.
#[derive(Clone, Debug)]
pub(super) struct Export {
    pub(super) format: Format,
    pub(super) search: Search,
    /// Whose file it is: it ends with the session, and shows what its person may see by then.
    pub(super) session_id: i64,
    /// The reader's.
    pub(super) zone: TimeZone,
}

impl Export {
    /// A file to save, of everything or of one VPS.
    pub(super) fn response(self, app: &App, vps_id: Option<i64>) -> Response {
        let today = Timestamp::from_second(app.clock.now_s()).unwrap_or_default();
        let day = self.zone.to_datetime(today).date();
        let of_vps = vps_id.map(|id| format!("-vps-{id}")).unwrap_or_default();
        let file = format!("audit{of_vps}-{day}.{}", self.format.word());
        let headers = [
            (header::CONTENT_TYPE, self.format.content_type().to_owned()),
            (
                header::CONTENT_DISPOSITION,
                format!("attachment; filename=\"{file}\""),
            ),
            (header::CACHE_CONTROL, "no-store".to_owned()),
        ];
        (headers, Body::from_stream(self.chunks(app.clone()))).into_response()
    }

    fn chunks(self, app: App) -> impl Stream<Item = Result<String, sqlx::Error>> {
        let begin = match self.format {
            Format::Csv => Some(BYTE_ORDER_MARK.to_owned() + &record(&COLUMNS.map(str::to_owned))),
            Format::JsonLines => Some(String::new()),
        };
        stream::try_unfold((app, self, begin), |(app, mut export, begin)| async move {
            let Some(begin) = begin else {
                return Ok(None);
            };
            if !export.may_go_on(&app).await? {
                return Ok(None);
            }
            let entries = audit::page(&app.db, &export.search, CHUNK).await?;
            let text = entries
                .iter()
                .fold(begin, |text, entry| text + &export.line(entry));
            export.search.before = entries.last().map(Entry::cursor);
            let more = (entries.len() == CHUNK).then(String::new);
            Ok(Some((text, (app, export, more))))
        })
    }

    /// Asks once more who reads, for a file may be taken slowly.
    async fn may_go_on(&mut self, app: &App) -> Result<bool, sqlx::Error> {
        let now_s = app.clock.now_s();
        let holder = session::holder(&app.db, self.session_id, now_s).await?;
        let person = holder.map(|(person, _)| person);
        if let Some(person) = &person {
            self.search.reader = super::reader(person, now_s);
        }
        Ok(person.is_some())
    }

    fn line(&self, entry: &Entry) -> String {
        let line = Line::new(entry, &self.zone);
        match self.format {
            Format::Csv => record(&line.cells()),
            Format::JsonLines => audit::line(&line) + "\n",
        }
    }
}

/// The names of [`Line::cells`]: those of the JSON.
const COLUMNS: [&str; 14] = [
    "id",
    "time",
    "person",
    "vps",
    "vps_id",
    "what",
    "parameters",
    "outcome",
    "code",
    "message",
    "took_ms",
    "request_id",
    "address",
    "action",
];

/// An entry in a file.
#[derive(Serialize)]
struct Line<'a> {
    id: i64,
    /// RFC 3339, in the reader's time zone.
    time: String,
    person: &'a str,
    vps: Option<&'a str>,
    vps_id: Option<i64>,
    what: &'a str,
    parameters: Value,
    outcome: Option<&'a str>,
    code: Option<i64>,
    message: Option<&'a str>,
    took_ms: Option<i64>,
    request_id: &'a str,
    address: &'a str,
    action: Option<&'a str>,
}

impl<'a> Line<'a> {
    fn new(entry: &'a Entry, zone: &TimeZone) -> Line<'a> {
        let at = Timestamp::from_millisecond(entry.at_ms).unwrap_or_default();
        Line {
            id: entry.id,
            time: at.display_with_offset(zone.to_offset(at)).to_string(),
            person: &entry.person,
            vps: entry.vps.as_deref(),
            vps_id: entry.vps_id,
            what: &entry.what,
            parameters: serde_json::from_str(&entry.parameters).unwrap_or_default(),
            outcome: entry.outcome.as_deref(),
            code: entry.code,
            message: entry.message.as_deref(),
            took_ms: entry.took_ms,
            request_id: &entry.request_id,
            address: &entry.address,
            action: entry.action.as_deref(),
        }
    }

    fn cells(&self) -> [String; 14] {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let number = |number: Option<i64>| number.map(|number| number.to_string());
        [
            self.id.to_string(),
            self.time.clone(),
            self.person.to_owned(),
            text(self.vps),
            number(self.vps_id).unwrap_or_default(),
            self.what.to_owned(),
            self.parameters.to_string(),
            text(self.outcome),
            number(self.code).unwrap_or_default(),
            text(self.message),
            number(self.took_ms).unwrap_or_default(),
            self.request_id.to_owned(),
            self.address.to_owned(),
            text(self.action),
        ]
    }
}

/// What spreadsheets take for a formula when it comes first; the wide ones in China and Japan.
const FORMULAS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// One line of CSV.
fn record(cells: &[String]) -> String {
    let quoted = cells.iter().map(|text| {
        let text = cell(text).replace('"', "\"\"");
        if text.contains([',', '"']) {
            format!("\"{text}\"")
        } else {
            text
        }
    });
    quoted.collect::<Vec<_>>().join(",") + "\r\n"
}

/// A text in one line, without what steers a terminal, and with a quote before what a spreadsheet
/// would take for a formula.
fn cell(text: &str) -> String {
    let plain = printable(text, usize::MAX);
    let is_formula = text.starts_with(['\t', '\r']) || plain.trim_start().starts_with(FORMULAS);
    if is_formula {
        format!("'{plain}")
    } else {
        plain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t_csvinj_a_cell_that_begins_like_a_formula_gets_a_quote() {
        for hostile in [
            "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\rx", " =1", "\u{1b}=1", "＝1",
        ] {
            let cell = cell(hostile);
            assert!(cell.starts_with('\''), "{cell:?}");
        }
        assert_eq!(cell("a=1"), "a=1");
        assert_eq!(
            record(&["=HYPERLINK(\"a\",\"b\")".into(), "x".into()]),
            "\"'=HYPERLINK(\"\"a\"\",\"\"b\"\")\",x\r\n"
        );
    }

    #[test]
    fn t_ansi_a_cell_is_one_line_without_control_characters() {
        assert_eq!(cell("a\u{1b}[31m\u{9b}b\r\nc\u{202e}"), "a[31mb c");
    }
}
