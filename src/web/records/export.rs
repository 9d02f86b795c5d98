//! The time line as a CSV, part by part as the client takes it: what the page shows, to the same reader.

use super::filter::Wanted;
use super::{part, trace_words};
use crate::app::App;
use crate::model::audit::Entry;
use crate::model::session;
use crate::records::{Line, Log, Logged, Origin};
use crate::web::audit::reader;
use crate::web::download::{BYTE_ORDER_MARK, CSV, day, file, moment, record};
use crate::web::page::Page;
use axum::body::Body;
use axum::response::Response;
use futures_util::stream::{self, Stream};

/// So many lines are in memory at a time.
const LINES: usize = 500;

/// The names of the cells.
const COLUMNS: [&str; 12] = [
    "time",
    "source",
    "person",
    "address",
    "what",
    "parameters",
    "outcome",
    "code",
    "message",
    "kiwivm_type",
    "origin",
    "trace",
];

/// What is exported, for whom.
pub(super) struct Export {
    pub(super) log: Log,
    pub(super) wanted: Wanted,
    /// Whose file it is: it ends with the session, and shows what its person may see by then.
    pub(super) session_id: i64,
    /// In whose language and time zone.
    pub(super) page: Page,
}

impl Export {
    /// A file to save.
    pub(super) fn response(self, app: &App, vps_id: i64) -> Response {
        let day = day(app.clock.now_s(), &self.page.zone);
        let name = format!("records-vps-{vps_id}-{day}.csv");
        file(&name, CSV, Body::from_stream(self.chunks(app.clone())))
    }

    fn chunks(self, app: App) -> impl Stream<Item = Result<String, sqlx::Error>> {
        let begin = Some(BYTE_ORDER_MARK.to_owned() + &record(&COLUMNS.map(str::to_owned)));
        stream::try_unfold((app, self, begin), |(app, mut export, begin)| async move {
            let Some(begin) = begin else {
                return Ok(None);
            };
            if !export.may_go_on(&app).await? {
                return Ok(None);
            }
            let sought = (&export.wanted, &export.log);
            let part = part(&app, &export.page, sought, LINES).await?;
            let text = part
                .lines
                .iter()
                .fold(begin, |text, line| text + &record(&export.cells(line)));
            export.wanted.before = part.older;
            let more = part.older.map(|_| String::new());
            Ok(Some((text, (app, export, more))))
        })
    }

    /// Asks once more who reads, for a file may be taken slowly.
    async fn may_go_on(&mut self, app: &App) -> Result<bool, sqlx::Error> {
        let now_s = app.clock.now_s();
        let holder = session::holder(&app.db, self.session_id, now_s).await?;
        let person = holder.map(|(person, _)| person);
        if let Some(person) = &person {
            self.wanted.audit.reader = reader(person, now_s);
        }
        Ok(person.is_some())
    }

    fn cells(&self, line: &Line) -> [String; 12] {
        match line {
            Line::Ours(entry) => self.ours(entry),
            Line::Theirs(logged) => self.theirs(logged),
        }
    }

    fn ours(&self, entry: &Entry) -> [String; 12] {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let trace = self.log.trace(entry);
        let trace = trace.map(|trace| trace_words(&self.page, &trace).2.text());
        [
            moment(entry.at_ms, &self.page.zone),
            "panel".to_owned(),
            entry.person.clone(),
            entry.address.clone(),
            entry.what.clone(),
            entry.parameters.clone(),
            text(&entry.outcome),
            entry.code.map(|code| code.to_string()).unwrap_or_default(),
            text(&entry.message),
            String::new(),
            String::new(),
            trace.unwrap_or_default(),
        ]
    }

    fn theirs(&self, logged: &Logged) -> [String; 12] {
        let entry = &logged.entry;
        let at_s = entry.timestamp_s;
        let address = entry.requestor.map(|address| address.to_string());
        let origin = match self.log.origin(entry) {
            Origin::Panel => "panel",
            Origin::Elsewhere => "elsewhere",
            Origin::Unknown => "",
        };
        let mut cells: [String; 12] = Default::default();
        cells[0] = at_s
            .map(|at_s| moment(at_s.saturating_mul(1000), &self.page.zone))
            .unwrap_or_default();
        cells[1] = "kiwivm".to_owned();
        cells[3] = address.unwrap_or_default();
        cells[4] = entry.summary.clone().unwrap_or_default();
        cells[9] = entry.kind.clone().unwrap_or_default();
        cells[10] = origin.to_owned();
        cells
    }
}
