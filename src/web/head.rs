//! The head of every page of one VPS, and how states and matters look.

use super::call;
use super::page::{Page, Plain};
use super::section::Section;
use crate::actions;
use crate::app::App;
use crate::attention::{self, Attention, Kind, Severity, State};
use crate::error::Error;
use crate::i18n::{Message, format};
use crate::kiwivm::call::{Call, Topic};
use crate::kiwivm::calls;
use crate::kiwivm::printable::printable;
use crate::model::access::{self, Right};
use crate::model::audit::{self, Outcome};
use crate::model::vps::{self, Vps};
use crate::readings::Latest;
use std::sync::Arc;

/// What the head shows.
pub(super) struct Head {
    pub(super) vps: Vps,
    pub(super) latest: Arc<Latest>,
    pub(super) state: State,
    pub(super) ip: Option<String>,
    pub(super) location: Option<String>,
    pub(super) read_at_s: Option<i64>,
    /// The panel itself runs on it: somebody said so, or it has this machine's address.
    pub(super) is_panel_host: bool,
    /// KiwiVM took a call that locks, and the lock is looked for.
    pub(super) expects_lock: bool,
    pub(super) section: Section,
    /// What this person has just done from here.
    pub(super) done: Option<Done>,
}

/// A change that was sent from a page of the VPS and taken by KiwiVM.
pub(super) struct Done {
    pub(super) call: &'static Call,
    pub(super) action: String,
}

impl Head {
    /// The VPS of this number in a URL, for a person who may see it.
    pub(super) async fn open(
        app: &App,
        page: &Page,
        id: &str,
        section: Section,
    ) -> Result<Head, Error> {
        let vps = find(app, page, id).await?;
        app.refresh.watch([vps.id], app.clock.now_s());
        let done = done(app, page, &vps).await?;
        Ok(Head {
            done,
            ..Head::of(app, vps, section)
        })
    }

    pub(super) fn of(app: &App, vps: Vps, section: Section) -> Head {
        let latest = app.readings.of(vps.id);
        let service = latest.service();
        Head {
            is_panel_host: vps.is_panel_host || has_own_address(app, &latest),
            expects_lock: app.refresh.expects_lock(vps.id, app.clock.now_s()),
            ip: service.and_then(|(_, service)| service.ip_addresses.first().cloned()),
            location: service.and_then(|(_, service)| {
                service
                    .node_datacenter
                    .clone()
                    .or_else(|| service.node_location.clone())
            }),
            read_at_s: service.map(|(at_s, _)| at_s),
            state: attention::state(&latest),
            vps,
            latest,
            section,
            done: None,
        }
    }

    /// The same head, as it is after something was read.
    pub(super) fn again(self, app: &App) -> Head {
        Head {
            done: self.done,
            ..Head::of(app, self.vps, self.section)
        }
    }

    /// An address below this VPS.
    pub(super) fn path(&self, rest: &str) -> String {
        format!("/vps/{}{rest}", self.vps.id)
    }

    /// The page of a call's form, which also takes it.
    pub(super) fn call_path(&self, call: &str) -> String {
        self.path(&format!("/call/{call}"))
    }

    /// The same with these of its fields filled in.
    pub(super) fn form_path(&self, call: &str, fields: &[(&str, &str)]) -> String {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        format!("{}?{query}", self.call_path(call))
    }

    /// The tabs that this person sees.
    pub(super) fn sections(&self, page: &Page) -> Vec<Section> {
        let all = Section::ALL.iter().copied();
        all.filter(|section| section.is_shown(page, self.vps.id))
            .collect()
    }

    /// Something runs that nothing else may disturb.
    pub(super) fn is_locked(&self) -> bool {
        self.state == State::Locked
    }

    pub(super) fn matters(&self, page: &Page) -> Vec<Attention> {
        attention::matters(&self.vps, &self.latest, (page.today(), page.now_s()))
    }

    /// Why a button for this call is off: the right is missing, or the last reading says that KiwiVM
    /// would refuse. The call's own page still sends.
    pub(super) fn barred(&self, page: &Page, call: &str) -> Option<Message> {
        let (call, person) = (calls::find(call)?, page.person()?);
        if let Err(denied) = access::may(person, call, &self.vps) {
            return Some(call::why(page, &denied));
        }
        refused(call, self.state).map(|id| page.say(id))
    }
}

/// Why KiwiVM would refuse a call to a VPS in this state: the message that says it.
fn refused(call: &Call, state: State) -> Option<&'static str> {
    match (call.name, state) {
        (_, State::KeyRefused) => Some("power-key-refused"),
        (_, State::Locked) => Some("power-locked"),
        (_, State::Suspended) if matches!(call.topic, Topic::Power | Topic::Shell) => {
            Some("power-suspended")
        }
        ("start", State::Running) => Some("power-running"),
        ("restart" | "stop" | "kill", State::Stopped) => Some("power-stopped"),
        ("resetRootPassword", State::Stopped) => Some("system-password-stopped"),
        _ => None,
    }
}

/// The action that the address of a page names, if it is this person's, and KiwiVM took it.
async fn done(app: &App, page: &Page, vps: &Vps) -> Result<Option<Done>, Error> {
    let query = page.path().split_once('?').map_or("", |(_, query)| query);
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let Some((_, action)) = pairs.find(|(name, id)| name == "done" && actions::is_id(id)) else {
        return Ok(None);
    };
    let entry = audit::find_action(&app.db, &action).await?;
    let is_theirs = |entry: &audit::Entry| {
        entry.vps_id == Some(vps.id)
            && entry.person_id == page.person().map(|person| person.id)
            && entry.outcome.as_deref() == Some(Outcome::Accepted.word())
    };
    let call = entry
        .filter(is_theirs)
        .and_then(|entry| calls::find(&entry.what));
    Ok(call.map(|call| Done {
        call,
        action: action.into_owned(),
    }))
}

fn has_own_address(app: &App, latest: &Latest) -> bool {
    let mut addresses = latest
        .service()
        .into_iter()
        .flat_map(|(_, service)| &service.ip_addresses);
    addresses.any(|ip| ip.parse().is_ok_and(|ip| app.own_addresses.contains(&ip)))
}

/// So much of what was looked for is repeated.
pub(super) const NAMED_MAX_CHARS: usize = 64;

/// The VPS of this number in a URL. One that this person may not see answers like one that is not there.
pub(super) async fn find(app: &App, page: &Page, id: &str) -> Result<Vps, Error> {
    let missing = || Error::NoVps(printable(id, NAMED_MAX_CHARS));
    let number = id.parse().map_err(|_| missing())?;
    let vps = vps::find(&app.db, number).await?.ok_or_else(missing)?;
    if page.may(vps.id, Right::View) {
        Ok(vps)
    } else {
        Err(missing())
    }
}

impl State {
    /// The drawing beside its word.
    pub(super) const fn icon(self) -> &'static str {
        match self {
            State::Starting => "clock",
            other => other.word(),
        }
    }
}

impl Attention {
    pub(super) fn tone(&self) -> &'static str {
        match self.kind.severity() {
            Severity::Danger => "danger",
            Severity::Warning => "warning",
            Severity::Info => "info",
        }
    }

    pub(super) fn icon(&self) -> &'static str {
        match (&self.kind, self.kind.severity()) {
            (Kind::Locked { .. }, _) => "locked",
            (Kind::Stopped, _) => "stopped",
            (_, Severity::Danger) => "danger",
            (_, Severity::Warning) => "warning",
            (_, Severity::Info) => "info",
        }
    }

    /// What is the matter, in a few words.
    pub(super) fn title(&self, page: &Page) -> String {
        let message = page.say(self.kind.message());
        match &self.kind {
            Kind::TransferHigh { percent } => message.with("percent", *percent).text(),
            Kind::Locked { operation, percent } => {
                let operation = if operation.is_empty() {
                    "unknown"
                } else {
                    operation
                };
                let percent = percent.map_or("unknown".to_owned(), |percent| percent.to_string());
                message
                    .with("operation", operation)
                    .with("percent", percent)
                    .text()
            }
            Kind::NullRouted { ip } => message.with("ip", ip.as_str()).text(),
            Kind::Renewal { days } if *days < 0 => page
                .say("attention-renewal-past")
                .with("days", -days)
                .text(),
            Kind::Renewal { days } => message.with("days", *days).text(),
            _ => message.text(),
        }
    }

    /// Since when, until when, and the next step.
    pub(super) fn detail(&self, page: &Page) -> String {
        let since = self.since_s.map(|at_s| {
            page.say("attention-since")
                .with("time", page.date_time(at_s))
                .text()
        });
        let until = self.until_s.filter(|_| !self.says_until()).map(|at_s| {
            page.say("attention-until")
                .with("time", page.date_time(at_s))
                .text()
        });
        let parts: Vec<String> = since
            .into_iter()
            .chain(until)
            .chain(self.next(page))
            .collect();
        format::sentences(page.language(), &parts)
    }

    /// Whether its next step names the day itself.
    const fn says_until(&self) -> bool {
        matches!(self.kind, Kind::TransferUsedUp | Kind::TransferHigh { .. })
    }

    fn next(&self, page: &Page) -> Option<String> {
        let next = page.language().attribute(self.kind.message(), "next")?;
        let date = self
            .until_s
            .map_or_else(|| "unknown".to_owned(), |at_s| page.date(at_s));
        Some(if self.says_until() {
            next.with("date", date).text()
        } else {
            next.text()
        })
    }

    /// The next step, as its button says it, and where it is taken; for a person who may.
    pub(super) fn act(&self, page: &Page, vps_id: impl Plain<i64>) -> Option<(Message, String)> {
        let vps_id = vps_id.plain();
        let (right, rest) = match self.kind {
            Kind::KeyRefused => (Right::Admin, "/edit"),
            Kind::Suspended(_) | Kind::Violation { .. } => (Right::View, "/abuse"),
            Kind::Renewal { .. } => (Right::Admin, "/edit"),
            Kind::NullRouted { .. } => (Right::View, "/network"),
            Kind::TransferUsedUp
            | Kind::TransferHigh { .. }
            | Kind::CpuThrottled
            | Kind::DiskThrottled => (Right::View, "/usage"),
            Kind::Stopped => (Right::Operate, "/call/start"),
            Kind::Locked { .. } => (Right::View, "/operations"),
            Kind::Unreachable => (Right::View, "#outside"),
        };
        let words = page.language().attribute(self.kind.message(), "act")?;
        page.may(vps_id, right)
            .then(|| (words, format!("/vps/{vps_id}{rest}")))
    }
}
