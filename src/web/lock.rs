//! What the pages of a VPS say about a long operation: that it runs and how far it is, and for a while
//! after its end what has changed. The banner is fetched alone, so that no form on the page is touched.

use super::head::Head;
use super::page::Page;
use super::section::Section;
use crate::app::App;
use crate::attention;
use crate::error::Error;
use crate::i18n::Message;
use crate::model::operation::{Change, Operation};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

/// So long after its end an operation is still told of.
const SHOWN_S: i64 = 3600;
/// So long after an end the banner comes again until it is known what has changed.
const COMPARING_S: i64 = 120;

#[derive(Template)]
#[template(path = "components/lock.html")]
struct Banner {
    page: Page,
    head: Head,
    /// The page around it is as it was: it may have to be loaded anew.
    reloads: bool,
}

pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
) -> Result<Response, Error> {
    let head = Head::open(&app, &page, &id, Section::Calls).await?;
    if !page.visitor.by_htmx {
        return Ok(page.visitor.see_other(&head.path("/operations")));
    }
    let banner = Banner {
        page,
        head,
        reloads: true,
    };
    Page::html(&banner)
}

impl Head {
    /// What runs and how far it is, in a few words.
    pub(super) fn lock_title(&self, page: &Page) -> String {
        let running = self.latest.lock();
        let title = running.map(|running| attention::lock(running).title(page));
        title.unwrap_or_default()
    }

    /// The long operation that ended a short while ago.
    pub(super) fn just_ended(&self, page: &Page) -> Option<(i64, &Operation)> {
        let newest = self.latest.operation.as_deref()?;
        let ended_at_s = newest.ended_at_s?;
        let age_s = page.now_s() - ended_at_s;
        (age_s < SHOWN_S).then_some((ended_at_s, newest))
    }

    /// What the banner says has ended. The page of operations says so itself.
    pub(super) fn told_end(&self, page: &Page) -> Option<(i64, &Operation)> {
        self.just_ended(page)
            .filter(|_| !page.is_at(&self.path("/operations")))
    }

    /// Whether a long operation runs, or what came of one is not yet known.
    pub(super) fn awaits_lock(&self, page: &Page) -> bool {
        let is_comparing = |(ended_at_s, ended): (i64, &Operation)| {
            !ended.is_settled() && page.now_s() - ended_at_s < COMPARING_S
        };
        self.latest.lock().is_some()
            || self.expects_lock
            || self.just_ended(page).is_some_and(is_comparing)
    }

    /// Whether the banner comes again. The overview does so as a whole.
    pub(super) fn lock_comes_again(&self, page: &Page) -> bool {
        self.awaits_lock(page) && self.section != Section::Overview
    }
}

impl Operation {
    /// What has ended, in a few words.
    pub(super) fn end_words(&self, page: &Page) -> Message {
        let title = self.lock.operation.as_deref().unwrap_or("unknown");
        page.say("lock-ended").with("operation", title)
    }

    /// What has changed: a name, and from what to what.
    pub(super) fn change_words(&self, page: &Page) -> Vec<(Message, String)> {
        let changes = self.changes().into_iter();
        let mut words: Vec<_> = changes.flat_map(|change| words(page, change)).collect();
        words.retain(|(_, text)| !text.is_empty());
        words
    }
}

fn words(page: &Page, change: Change) -> Vec<(Message, String)> {
    let from_to = |name, from: &str, to: &str| vec![(page.say(name), format!("{from} → {to}"))];
    match change {
        Change::Location { from, to } => from_to("fleet-location", &from, &to),
        Change::Os { from, to } => from_to("vps-os", &from, &to),
        Change::Hostname { from, to } => from_to("vps-hostname", &from, &to),
        Change::Plan { from, to } => from_to("fleet-plan", &from, &to),
        Change::Snapshots { from, to } => {
            from_to("reply-snapshots", &from.to_string(), &to.to_string())
        }
        Change::Addresses { gone, come } => vec![
            (page.say("lock-gone"), gone.join(", ")),
            (page.say("reply-newIps"), come.join(", ")),
        ],
    }
}
