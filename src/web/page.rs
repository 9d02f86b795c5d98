//! What every page knows of its reader. Templates say words, times and sizes through it.

use super::assets;
use super::markup::{Ago, Icon};
use super::visitor::{Theme, Visitor};
use crate::app::App;
use crate::error::Error;
use crate::hops::UntrustedHop;
use crate::i18n::{Language, Message, format};
use crate::kiwivm::error::Fault;
use crate::model::access::{self, Right};
use crate::model::audit::{Event, Note};
use crate::model::person::Person;
use crate::model::session::{self, Session};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Response};
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A number, however many references askama puts in front of it.
pub(super) trait Plain<N> {
    fn plain(&self) -> N;
}

impl Plain<i64> for i64 {
    fn plain(&self) -> i64 {
        *self
    }
}

impl Plain<u64> for u64 {
    fn plain(&self) -> u64 {
        *self
    }
}

impl<N, P: Plain<N>> Plain<N> for &P {
    fn plain(&self) -> N {
        (**self).plain()
    }
}

/// What a template has at hand.
#[derive(Clone, Debug)]
pub(super) struct Page {
    pub(super) visitor: Visitor,
    /// The reader's time zone.
    pub(super) zone: TimeZone,
}

impl<S: Send + Sync> FromRequestParts<S> for Page {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Page, Response> {
        Ok(Page::new(Visitor::from_request_parts(parts, state).await?))
    }
}

impl Page {
    /// An event that this person causes, for the audit log.
    pub(super) fn note(&self, app: &App, event: Event) -> Note {
        self.visitor.note(app, event)
    }

    pub(super) fn new(visitor: Visitor) -> Page {
        let chosen = visitor
            .session
            .as_ref()
            .and_then(|session| format::time_zone(session.person.time_zone.as_deref()?));
        Page {
            zone: chosen.unwrap_or_else(|| visitor.own_zone.clone()),
            visitor,
        }
    }

    /// The page as a response.
    pub(super) fn html(template: &impl askama::Template) -> Result<Response, Error> {
        Ok(Html(template.render()?).into_response())
    }

    pub(super) fn say(&self, id: &str) -> Message {
        self.visitor.language.say(id)
    }

    /// The longer words beside a name: its attribute `about`.
    pub(super) fn about(&self, id: &str) -> String {
        let about = self.visitor.language.attribute(id, "about");
        about.map(|about| about.text()).unwrap_or_default()
    }

    pub(super) fn language(&self) -> Language {
        self.visitor.language
    }

    /// The language the switch leads to.
    pub(super) fn other_language(&self) -> Language {
        match self.visitor.language {
            Language::English => Language::Chinese,
            Language::Chinese => Language::English,
        }
    }

    pub(super) fn theme(&self) -> Option<&'static str> {
        self.visitor.theme.map(Theme::word)
    }

    pub(super) fn now_s(&self) -> i64 {
        self.visitor.now_s
    }

    pub(super) fn path(&self) -> &str {
        &self.visitor.path
    }

    /// Whether this is the page at `path`, whatever is asked of it.
    pub(super) fn is_at(&self, path: &str) -> bool {
        self.visitor.path.split('?').next() == Some(path)
    }

    pub(super) fn url(&self, path: &str) -> String {
        self.visitor.url(path)
    }

    /// The hashed address of a static file.
    pub(super) fn asset(&self, name: &str) -> String {
        self.visitor.url(&assets::path(name))
    }

    pub(super) fn icon(&self, name: &'static str) -> Icon {
        Icon::new(self.asset("icons.svg"), name)
    }

    /// A new action id for a form. Without random numbers there is none, and the form's action gets one
    /// when it is sent.
    pub(super) fn new_action(&self) -> String {
        crate::actions::new_id().unwrap_or_default()
    }

    pub(super) fn person(&self) -> Option<&Person> {
        self.visitor.session.as_ref().map(|session| &session.person)
    }

    /// Whose page it is. Behind `require_session` there is always somebody.
    pub(super) fn session(&self) -> Result<&Session, Error> {
        self.visitor
            .session
            .as_ref()
            .ok_or_else(|| Error::Ours("a page without a session".into()))
    }

    /// What an admin must know of how requests come in.
    pub(super) fn stray_hop(&self) -> Option<UntrustedHop> {
        self.visitor.hop.filter(|_| self.is_admin())
    }

    /// The day it is for the reader.
    pub(super) fn today(&self) -> Date {
        let now = jiff::Timestamp::from_second(self.now_s()).unwrap_or_default();
        self.zone.to_datetime(now).date()
    }

    /// The time zone of the person, or the panel's own.
    pub(super) fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Whether others share this panel. While nobody does, people and grants stay out of sight.
    pub(super) fn has_company(&self) -> bool {
        self.visitor
            .session
            .as_ref()
            .is_some_and(|session| session.has_company)
    }

    pub(super) fn is_admin(&self) -> bool {
        self.person().is_some_and(access::is_admin)
    }

    pub(super) fn may(&self, vps_id: impl Plain<i64>, right: Right) -> bool {
        self.person()
            .is_some_and(|person| access::has(person, vps_id.plain(), right))
    }

    /// The right, or the 403 that names it.
    pub(super) fn require(&self, vps_id: i64, right: Right) -> Result<(), Error> {
        Ok(access::require(&self.session()?.person, vps_id, right)?)
    }

    /// A proof, not older than a few minutes, of who asks. Without one the request is held until
    /// there is one.
    pub(super) fn require_proof(&self) -> Result<(), Error> {
        if self.session()?.is_proved(self.now_s()) {
            Ok(())
        } else {
            Err(Error::NeedsProof)
        }
    }

    /// Asks once more, after a wait, whether this person may still see the secrets of a VPS: the session may
    /// have ended meanwhile, the right or the proof.
    pub(super) async fn still_manages(&self, app: &App, vps_id: i64) -> Result<(), Error> {
        let session = self.session()?;
        let holder = session::holder(&app.db, session.id, app.clock.now_s()).await?;
        let (person, is_proved) = holder.ok_or(Error::SignedOut)?;
        access::require(&person, vps_id, Right::Manage)?;
        if is_proved && session.is_current() {
            Ok(())
        } else {
            Err(Error::NeedsProof)
        }
    }

    /// For pages of admins only.
    pub(super) fn require_admin(&self) -> Result<(), Error> {
        if self.is_admin() {
            Ok(())
        } else {
            Err(Error::Forbidden(Right::Admin))
        }
    }

    /// What happened to a call, and what to do next.
    pub(super) fn fault(&self, fault: &Fault) -> String {
        super::reply::fault_words(self, fault)
    }

    pub(super) fn bytes(&self, bytes: impl Plain<u64>) -> String {
        format::bytes(self.language(), bytes.plain())
    }

    pub(super) fn duration(&self, seconds: impl Plain<i64>) -> String {
        format::duration(self.language(), seconds.plain())
    }

    pub(super) fn date(&self, unix_s: impl Plain<i64>) -> String {
        format::date(self.language(), unix_s.plain(), &self.zone)
    }

    pub(super) fn date_time(&self, unix_s: impl Plain<i64>) -> String {
        format::date_time(self.language(), unix_s.plain(), &self.zone)
    }

    /// A day of the calendar, the same for every reader.
    pub(super) fn day(&self, day: &Date) -> String {
        let midnight = day.to_zoned_datetime(self.zone.clone());
        midnight.map_or_else(
            |_| day.to_string(),
            |at| self.date(at.timestamp().as_second()),
        )
    }

    /// A whole number in groups of digits.
    pub(super) fn number(&self, number: impl Plain<u64>) -> String {
        let number = i64::try_from(number.plain()).unwrap_or(i64::MAX);
        format::number(self.language(), number)
    }

    /// The last moment that still counts: "Fri 27 Nov 2026" when that is a day's end.
    pub(super) fn end(&self, unix_s: impl Plain<i64>) -> String {
        format::end(self.language(), unix_s.plain(), &self.zone)
    }

    /// "3 minutes ago", with the exact time in its title.
    pub(super) fn ago(&self, unix_s: impl Plain<i64>) -> Ago {
        let unix_s = unix_s.plain();
        Ago {
            unix_s,
            words: format::ago(self.language(), self.now_s().saturating_sub(unix_s)),
            exact: self.date_time(unix_s),
        }
    }

    /// "as of 3 minutes ago": one element, for Chinese puts its word behind the time.
    pub(super) fn as_of(&self, unix_s: impl Plain<i64>) -> Ago {
        // A reading may come while its page is being made.
        let ago = self.ago(unix_s.plain().min(self.now_s()));
        Ago {
            words: self.say("vps-as-of").with("ago", ago.words).text(),
            ..ago
        }
    }
}
