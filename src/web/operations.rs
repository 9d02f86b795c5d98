//! The long operations of a VPS: the one that runs, and those that have ended with what has changed since.
//! There is nothing to type on it: without JavaScript it reloads itself.

use super::head::Head;
use super::page::Page;
use super::section::Section;
use crate::app::App;
use crate::error::Error;
use crate::model::operation::{self, Operation};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

#[derive(Template)]
#[template(path = "operations/show.html")]
struct Show {
    page: Page,
    head: Head,
    /// Those that have ended, newest first.
    past: Vec<Operation>,
}

pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
) -> Result<Response, Error> {
    let head = Head::open(&app, &page, &id, Section::Overview).await?;
    let mut past = operation::of_vps(&app.db, head.vps.id).await?;
    past.retain(|operation| operation.ended_at_s.is_some());
    Page::html(&Show { page, head, past })
}

impl Operation {
    /// How long it took, as far as was seen.
    fn lasted_s(&self) -> Option<i64> {
        let ended_at_s = self.ended_at_s?;
        Some(ended_at_s.saturating_sub(self.seen_at_s).max(0))
    }

    fn name(&self, page: &Page) -> String {
        let unknown = || page.say("lock-unnamed").text();
        self.lock.operation.clone().unwrap_or_else(unknown)
    }
}
