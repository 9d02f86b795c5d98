//! All VPSes on one page, from what was last read: opening it asks KiwiVM nothing.

use super::head::Head;
use super::page::Page;
use super::section::Section;
use crate::app::App;
use crate::attention::{Attention, Severity, State};
use crate::error::Error;
use crate::i18n::Message;
use crate::model::access::Right;
use crate::model::vps;
use askama::Template;
use axum::extract::{Query, State as Extract};
use axum::response::Response;
use serde::Deserialize;
use std::cmp::Reverse;

/// What is looked for and in which order, as plain URL parameters.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Search {
    q: String,
    state: String,
    tag: String,
    location: String,
    attention: String,
    sort: Sort,
    dir: Direction,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Sort {
    Label,
    State,
    Location,
    Transfer,
    Age,
    /// What needs a person first.
    #[default]
    #[serde(other)]
    Attention,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Direction {
    Desc,
    #[default]
    #[serde(other)]
    Asc,
}

#[derive(Template)]
#[template(path = "fleet/show.html")]
struct Show {
    page: Page,
    search: Search,
    total: usize,
    running: usize,
    attention: usize,
    rows: Vec<Row>,
    states: Vec<State>,
    tags: Vec<String>,
    locations: Vec<String>,
}

/// The rows alone, for a page that refreshes itself. A block of the page cannot be drawn alone: it
/// stands inside of conditions, and askama leaves it empty.
#[derive(Template)]
#[template(path = "fleet/rows.html")]
struct Rows<'a> {
    page: &'a Page,
    rows: &'a [Row],
}

struct Row {
    head: Head,
    /// Without the remark in brackets.
    place: String,
    transfer: Option<Transfer>,
    matters: Vec<Attention>,
}

struct Transfer {
    used_bytes: u64,
    quota_bytes: u64,
    percent: f64,
    resets_in_s: Option<i64>,
}

impl Transfer {
    fn tone(&self) -> &'static str {
        tone(self.percent)
    }
}

/// The tone of a bar that is this full.
pub(super) fn tone(percent: f64) -> &'static str {
    match percent {
        full if full >= 100.0 => "is-danger",
        high if high >= 90.0 => "is-warning",
        _ => "",
    }
}

pub(super) async fn show(
    Extract(app): Extract<App>,
    Query(search): Query<Search>,
    page: Page,
) -> Result<Response, Error> {
    let mut vpses = vps::all(&app.db).await?;
    vpses.retain(|vps| page.may(vps.id, Right::View));
    app.refresh
        .watch(vpses.iter().map(|vps| vps.id), app.clock.now_s());
    let tags = vps::tags(&vpses).into_iter().map(|(tag, _)| tag).collect();
    let rows: Vec<Row> = vpses.into_iter().map(|vps| row(&app, &page, vps)).collect();
    let show = arrange(page, search, tags, rows);
    if show.page.visitor.by_htmx {
        let rows = Rows {
            page: &show.page,
            rows: &show.rows,
        };
        return Page::html(&rows);
    }
    Page::html(&show)
}

fn arrange(page: Page, search: Search, tags: Vec<String>, rows: Vec<Row>) -> Show {
    let mut locations: Vec<String> = rows.iter().map(|row| row.place.clone()).collect();
    locations.retain(|place| !place.is_empty());
    locations.sort();
    locations.dedup();
    let states = State::ALL
        .into_iter()
        .filter(|state| rows.iter().any(|row| row.head.state == *state))
        .collect();
    let count = |wanted: fn(&Row) -> bool| rows.iter().filter(|row| wanted(row)).count();
    Show {
        total: rows.len(),
        running: count(|row| row.head.state == State::Running),
        attention: count(Row::needs_attention),
        rows: sorted(
            &search,
            rows.into_iter().filter(|row| search.fits(row)).collect(),
        ),
        page,
        search,
        states,
        tags,
        locations,
    }
}

fn row(app: &App, page: &Page, vps: vps::Vps) -> Row {
    let head = Head::of(app, vps, Section::Overview);
    let transfer = head.latest.service().and_then(|(_, service)| {
        let transfer = service.transfer()?;
        Some(Transfer {
            percent: transfer.percent()?,
            used_bytes: transfer.used_bytes,
            quota_bytes: transfer.quota_bytes,
            resets_in_s: service
                .data_next_reset_s
                .and_then(|at_s| at_s.checked_sub(page.now_s()))
                .filter(|wait_s| *wait_s >= 0),
        })
    });
    Row {
        place: place(head.location.as_deref().unwrap_or_default()).to_owned(),
        matters: head.matters(page),
        transfer,
        head,
    }
}

/// "US: Los Angeles, California (DC1 …)" without the remark.
fn place(location: &str) -> &str {
    location.split(" (").next().unwrap_or_default()
}

impl Row {
    fn needs_attention(&self) -> bool {
        self.severity() >= Some(Severity::Warning)
    }

    fn severity(&self) -> Option<Severity> {
        self.matters
            .iter()
            .map(|matter| matter.kind.severity())
            .max()
    }

    fn plan(&self) -> String {
        let service = self.head.latest.service();
        service
            .and_then(|(_, service)| service.plan.clone())
            .unwrap_or_default()
    }
}

impl Search {
    fn fits(&self, row: &Row) -> bool {
        let is = |wanted: &str, found: &str| wanted.is_empty() || wanted == found;
        is(&self.state, row.head.state.word())
            && is(&self.location, &row.place)
            && (self.tag.is_empty() || row.head.vps.tags.contains(&self.tag))
            && (self.attention.is_empty() || row.needs_attention())
            && self.words_fit(row)
    }

    /// Each word must be somewhere in what the row shows.
    fn words_fit(&self, row: &Row) -> bool {
        let vps = &row.head.vps;
        let addresses = row
            .head
            .latest
            .service()
            .map(|(_, service)| service.ip_addresses.join(" "));
        let shown = [
            &vps.label,
            &vps.veid,
            &vps.tags.join(" "),
            &vps.note,
            &row.place,
            &row.plan(),
            &addresses.unwrap_or_default(),
        ];
        let shown = shown.map(|text| text.to_lowercase()).join(" ");
        self.q
            .to_lowercase()
            .split_whitespace()
            .all(|word| shown.contains(word))
    }

    fn is_set(&self) -> bool {
        [
            &self.q,
            &self.state,
            &self.tag,
            &self.location,
            &self.attention,
        ]
        .iter()
        .any(|word| !word.is_empty())
    }

    /// The same search in another order, for a column's head: a second click turns it round.
    fn sorted_by(&self, sort: &str) -> String {
        let turned = self.sort_word() == sort && self.dir == Direction::Asc;
        let dir = if turned { "desc" } else { "asc" };
        format!("/?{}", self.query(sort, dir))
    }

    /// This very search, for the rows that refresh themselves.
    fn again(&self) -> String {
        let dir = if self.dir == Direction::Asc {
            "asc"
        } else {
            "desc"
        };
        format!("/?{}", self.query(self.sort_word(), dir))
    }

    fn query(&self, sort: &str, dir: &str) -> String {
        let pairs = [
            ("q", self.q.as_str()),
            ("state", &self.state),
            ("tag", &self.tag),
            ("location", &self.location),
            ("attention", &self.attention),
            ("sort", sort),
            ("dir", dir),
        ];
        let set = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(set)
            .finish()
    }

    const fn sort_word(&self) -> &'static str {
        match self.sort {
            Sort::Attention => "attention",
            Sort::Label => "label",
            Sort::State => "state",
            Sort::Location => "location",
            Sort::Transfer => "transfer",
            Sort::Age => "age",
        }
    }

    /// For screen readers and the arrow: none for a column that does not sort now.
    fn aria_sort(&self, sort: &str) -> Option<&'static str> {
        let turned = if self.dir == Direction::Asc {
            "ascending"
        } else {
            "descending"
        };
        (self.sort_word() == sort).then_some(turned)
    }
}

fn sorted(search: &Search, mut rows: Vec<Row>) -> Vec<Row> {
    // They come by label, and each sort keeps that order among equals.
    match search.sort {
        Sort::Attention => rows.sort_by_key(|row| Reverse(row.severity())),
        Sort::Label => {}
        Sort::State => rows.sort_by_key(|row| row.head.state),
        Sort::Location => rows.sort_by(|one, other| one.place.cmp(&other.place)),
        Sort::Transfer => rows.sort_by(|one, other| fullness(other).total_cmp(&fullness(one))),
        Sort::Age => rows.sort_by_key(|row| Reverse(row.head.read_at_s)),
    }
    if search.dir == Direction::Desc {
        rows.reverse();
    }
    rows
}

fn fullness(row: &Row) -> f64 {
    row.transfer
        .as_ref()
        .map_or(-1.0, |transfer| transfer.percent)
}

impl Show {
    fn count(&self) -> Message {
        self.page.say("fleet-count").with("count", self.total)
    }
}
