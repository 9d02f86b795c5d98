//! The audit log as a file, page by page as the client takes it: what the page shows, to the same
//! reader.

use crate::app::App;
use crate::model::audit::{self, Entry, Search};
use crate::model::session;
use crate::web::download::{BYTE_ORDER_MARK, CSV, day, file, moment, record};
use axum::body::Body;
use axum::response::Response;
use futures_util::stream::{self, Stream};
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::Value;

/// So many entries are in memory at a time.
const CHUNK: usize = 500;

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
            Format::Csv => CSV,
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
        let day = day(app.clock.now_s(), &self.zone);
        let of_vps = vps_id.map(|id| format!("-vps-{id}")).unwrap_or_default();
        let name = format!("audit{of_vps}-{day}.{}", self.format.word());
        let kind = self.format.content_type();
        file(&name, kind, Body::from_stream(self.chunks(app.clone())))
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
        Line {
            id: entry.id,
            time: moment(entry.at_ms, zone),
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
