//! One action: how it goes, how it ended, what KiwiVM replied, and once the secrets in the reply.

use super::call;
use super::head::Head;
use super::page::Page;
use super::records;
use super::reply;
use super::section::Section;
use super::snapshots;
use crate::actions::{self, Action, Ended};
use crate::app::App;
use crate::error::Error;
use crate::i18n::{Message, format};
use crate::kiwivm::call::Call;
use crate::kiwivm::calls::{self, SNAPSHOT_EXPORT, SNAPSHOT_LIST};
use crate::kiwivm::error::{Fault, Refusal, RefusalKind};
use crate::model::access::{self, Right};
use crate::model::audit::{self, Entry, Event, Outcome};
use crate::model::vps::{self, Vps};
use crate::records::Trace;
use crate::secret::Secret;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Response};
use serde_json::Value;
use std::borrow::Cow;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "action/show.html", blocks = ["state"])]
struct Show {
    page: Page,
    entry: Entry,
    id: String,
    /// None when the VPS was removed since.
    head: Option<Head>,
    call: Option<&'static Call>,
    running_since_s: Option<i64>,
    ended: Option<Arc<Ended>>,
    secrets_waiting: usize,
    secrets: Vec<(String, Secret)>,
    /// What KiwiVM's log says of it, when its reply never came.
    trace: Option<Trace>,
    /// The VPSes that may import with the token that is shown.
    targets: Vec<Vps>,
}

pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
) -> Result<Response, Error> {
    let show = open(&app, page, id).await?;
    if show.page.visitor.by_htmx {
        if show.outcome().is_some() {
            // The end has more to show than the part that was polling: the whole page comes.
            let again = show.page.url(&format!("/actions/{}", show.id));
            return Ok(([("hx-redirect", again)], "").into_response());
        }
        return Ok(Html(show.as_state().render()?).into_response());
    }
    Page::html(&show)
}

/// Shows the secrets of a reply, once. It is a POST: opening or reloading a page uses up nothing.
pub(super) async fn reveal(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
) -> Result<Response, Error> {
    let mut show = open(&app, page, id).await?;
    let vps_id = show.entry.vps_id.unwrap_or_default();
    show.page.require(vps_id, Right::Manage)?;
    show.page.require_proof()?;
    if show.keeps_links() {
        return Ok(show
            .page
            .visitor
            .see_other(&format!("/actions/{}", show.id)));
    }
    if show.secrets_waiting > 0 {
        let event = Event::new("secrets-shown")
            .about(vps_id, show.entry.vps.as_deref().unwrap_or_default())
            .with("call", &show.entry.what);
        audit::note(&app.db, &show.page.note(&app, event)).await?;
    }
    show.secrets = app.actions.take_secrets(&show.id, show.page.session()?.id);
    show.secrets_waiting = 0;
    if show.entry.what == SNAPSHOT_EXPORT.name && !show.secrets.is_empty() {
        show.targets = snapshots::others(&app, &show.page, vps_id).await?;
    }
    Page::html(&show)
}

/// An action that this person began, or may see because the VPS is theirs to see.
async fn open(app: &App, page: Page, id: String) -> Result<Show, Error> {
    if !actions::is_id(&id) {
        return Err(Error::NoAction);
    }
    let entry = audit::find_action(&app.db, &id)
        .await?
        .ok_or(Error::NoAction)?;
    let person = &page.session()?.person;
    let is_own = entry.person_id == Some(person.id);
    let vps_id = entry.vps_id.unwrap_or_default();
    if !is_own && !access::is_admin(person) {
        return Err(Error::NoAction);
    }
    let action = app.actions.find(&id, app.clock.now_s());
    let ended = action
        .as_ref()
        .and_then(|action| action.ended.borrow().clone());
    let vps = vps::find(&app.db, vps_id).await?;
    if vps.is_some() {
        app.refresh.watch([vps_id], app.clock.now_s());
    }
    // Whoever may not see the VPS any more still sees what they did, and no more.
    let may_see = page.may(vps_id, Right::View);
    let may_see_secrets = page.may(vps_id, Right::Manage);
    let trace = match may_see {
        true => records::trace(app, &entry).await?,
        false => None,
    };
    Ok(Show {
        trace,
        call: calls::find(&entry.what),
        head: vps
            .filter(|_| may_see)
            .map(|vps| Head::of(app, vps, Section::Calls)),
        running_since_s: running_since(action.as_ref(), &entry),
        secrets_waiting: if may_see_secrets {
            app.actions.secrets_waiting(&id, page.session()?.id)
        } else {
            0
        },
        // What another person was answered is not shown to an admin: only that and how it ended.
        ended: ended.filter(|_| is_own && may_see),
        secrets: Vec::new(),
        targets: Vec::new(),
        entry,
        page,
        id,
    })
}

/// How long a call took: milliseconds, or seconds with one decimal.
pub(super) fn took(took_ms: i64) -> String {
    match took_ms {
        0..1000 => format!("{took_ms} ms"),
        _ => format!("{}.{} s", took_ms / 1000, took_ms % 1000 / 100),
    }
}

fn running_since(action: Option<&Action>, entry: &Entry) -> Option<i64> {
    let action = action?;
    let running = entry.outcome.is_none() && action.ended.borrow().is_none();
    running.then_some(action.began_s)
}

impl Show {
    /// How it ended: from memory, or from the audit log, which may be written a moment later.
    fn outcome(&self) -> Option<Outcome> {
        if self.running_since_s.is_some() {
            return None;
        }
        let kept = self.ended.as_ref().map(|ended| ended.outcome);
        kept.or_else(|| Outcome::from_word(self.entry.outcome.as_deref()?))
            .or(Some(Outcome::Unknown))
    }

    fn name(&self) -> Message {
        match self.call {
            Some(call) => self.page.say(&call::message(call)),
            None => self.page.say("action-unknown-call"),
        }
    }

    fn tone(&self) -> &'static str {
        match self.outcome() {
            None => "is-working",
            Some(Outcome::Accepted) => "is-accepted",
            Some(Outcome::Refused | Outcome::Unsent) => "is-refused",
            Some(Outcome::Unknown) => "is-unknown",
        }
    }

    fn icon(&self) -> &'static str {
        match self.outcome() {
            None => "clock",
            Some(Outcome::Accepted) => "ok",
            Some(Outcome::Refused | Outcome::Unsent) => "danger",
            Some(Outcome::Unknown) => "unknown",
        }
    }

    /// What that means, and what to do.
    fn words(&self) -> String {
        let fault = self.ended.as_ref().and_then(|ended| ended.fault.as_ref());
        match (fault, self.outcome()) {
            (Some(fault), Some(outcome)) if outcome != Outcome::Unknown => {
                reply::fault_words(&self.page, fault)
            }
            (Some(fault), Some(outcome)) if !self.is_read() => {
                format!(
                    "{} {}",
                    self.page.about(outcome.message()),
                    reply::fault_words(&self.page, fault)
                )
            }
            (Some(fault), _) => reply::fault_words(&self.page, fault),
            (None, Some(Outcome::Refused)) => self.entry.message.clone().unwrap_or_default(),
            (None, Some(Outcome::Accepted)) => self.accepted(),
            (None, Some(outcome)) => self.page.about(outcome.message()),
            (None, None) => self.page.about("outcome-running"),
        }
    }

    fn accepted(&self) -> String {
        if self.is_read() {
            return self.page.about("outcome-answered");
        }
        let more = self
            .call
            .filter(|call| call.locks)
            .and_then(|_| self.page.language().attribute("outcome-accepted", "locks"))
            .map(|more| more.text());
        let about = self.page.about("outcome-accepted");
        let sentences: Vec<String> = std::iter::once(about).chain(more).collect();
        format::sentences(self.page.language(), &sentences)
    }

    /// A change was taken: what comes of it shows on the overview.
    fn changed(&self) -> bool {
        self.outcome() == Some(Outcome::Accepted) && !self.is_read()
    }

    /// KiwiVM refused because a long operation runs.
    fn is_locked(&self) -> bool {
        self.refusal()
            .is_some_and(|refusal| refusal.kind == RefusalKind::Locked)
    }

    fn refusal(&self) -> Option<&Refusal> {
        match self.ended.as_ref()?.fault.as_ref()? {
            Fault::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// KiwiVM's own words, by the names of their fields.
    fn said(&self) -> Vec<(&'static str, &str)> {
        let Some(refusal) = self.refusal() else {
            return Vec::new();
        };
        let details = refusal.details.as_deref().unwrap_or_default();
        let said = [
            ("reply-message", refusal.message.as_str()),
            ("reply-additionalErrorInfo", details),
        ];
        said.into_iter()
            .filter(|(_, text)| !text.is_empty())
            .collect()
    }

    fn needs_a_cold_start(&self) -> bool {
        self.changed() && self.call.is_some_and(|call| call.needs_a_cold_start)
    }

    /// The links to whole disks are shown one at a time, on the page of the snapshots.
    fn keeps_links(&self) -> bool {
        self.entry.what == SNAPSHOT_LIST.name
    }

    fn trace(&self) -> Option<(&'static str, &'static str, Message)> {
        let trace = self.trace.as_ref()?;
        Some(records::trace_words(&self.page, trace))
    }

    fn is_read(&self) -> bool {
        self.call.is_some_and(Call::is_read)
    }

    fn headline(&self) -> Message {
        let outcome = match self.outcome() {
            Some(Outcome::Accepted) if self.is_read() => self.page.say("outcome-answered"),
            Some(outcome) => self.page.say(outcome.message()),
            None => self.page.say("outcome-running"),
        };
        self.page
            .say("action-headline")
            .with("call", self.name())
            .with("outcome", outcome)
    }

    /// KiwiVM's reply, as this person may see it.
    fn seen(&self) -> Option<Cow<'_, Value>> {
        let reply = self.ended.as_ref()?.reply.as_ref()?;
        let vps_id = self.entry.vps_id.unwrap_or_default();
        Some(if self.page.may(vps_id, Right::Operate) {
            Cow::Borrowed(reply)
        } else {
            Cow::Owned(reply::without_addresses(reply))
        })
    }

    /// None when it says nothing but that it was taken.
    fn reply(&self) -> Option<reply::Node> {
        let node = reply::node(&self.page, &*self.seen()?);
        (!matches!(node, reply::Node::Nothing)).then_some(node)
    }

    fn raw(&self) -> Option<(String, bool)> {
        self.seen().map(|reply| reply::raw(&reply))
    }

    fn elapsed_s(&self) -> i64 {
        self.running_since_s
            .map_or(0, |since_s| self.page.now_s() - since_s)
    }

    fn began_s(&self) -> i64 {
        self.entry.at_ms.div_euclid(1000)
    }

    fn took(&self) -> Option<String> {
        let took_ms = self
            .entry
            .took_ms
            .or(self.ended.as_ref().map(|ended| ended.took_ms))?;
        Some(took(took_ms))
    }

    /// A secret's name in words: that of its field.
    fn secret_name(&self, path: &str) -> String {
        reply::path_words(&self.page, path)
    }

    fn parameters(&self) -> Vec<(String, String)> {
        super::audit::parameters(&self.entry.parameters)
    }
}
