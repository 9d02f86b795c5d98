//! What a VPS's last readings mean: its state in one word, and what needs a person's attention, with
//! since when and until when. One derivation for every page; it reads nothing and asks nobody.

use crate::kiwivm::error::{Fault, RefusalKind};
use crate::kiwivm::reply::{LiveInfo, Power, ServiceInfo};
use crate::model::operation::Operation;
use crate::model::vps::Vps;
use crate::readings::Latest;
use jiff::civil::Date;

/// The state of a VPS in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each name is the word itself")]
pub enum State {
    KeyRefused,
    Suspended,
    Locked,
    Stopped,
    Unreachable,
    Starting,
    Running,
    Unknown,
    Unchecked,
}

impl State {
    /// All states; what needs attention first.
    pub const ALL: [State; 9] = [
        State::KeyRefused,
        State::Suspended,
        State::Locked,
        State::Stopped,
        State::Unreachable,
        State::Starting,
        State::Running,
        State::Unknown,
        State::Unchecked,
    ];

    /// As it stands in URLs and class names.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            State::KeyRefused => "key-refused",
            State::Suspended => "suspended",
            State::Locked => "locked",
            State::Stopped => "stopped",
            State::Unreachable => "unreachable",
            State::Starting => "starting",
            State::Running => "running",
            State::Unknown => "unknown",
            State::Unchecked => "unchecked",
        }
    }

    /// The message id of its name.
    #[must_use]
    pub fn message(self) -> String {
        format!("state-{}", self.word())
    }

    /// The state of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// The state that the last readings tell.
#[must_use]
pub fn state(latest: &Latest) -> State {
    // What failed since KiwiVM last told of a lock is newer than that.
    let is_newer = |at_s| latest.lock().is_none_or(|running| at_s > running.told_at_s);
    let failure = latest.failure().filter(|failure| is_newer(failure.at));
    match failure.map(|failure| &failure.fault) {
        Some(Fault::Refused(refusal)) if refusal.kind == RefusalKind::Authentication => {
            return State::KeyRefused;
        }
        Some(Fault::Refused(_) | Fault::TooManyRequests) | None => {}
        Some(_) => return State::Unreachable,
    }
    if latest.lock().is_some() {
        return State::Locked;
    }
    if latest
        .service()
        .is_some_and(|(_, service)| service.suspended == Some(true))
    {
        return State::Suspended;
    }
    let Some(live) = &latest.live else {
        return if latest.service.is_some() {
            State::Unknown
        } else {
            State::Unchecked
        };
    };
    power(&live.value)
}

/// Whether it runs, by what KiwiVM last said of that.
#[must_use]
pub fn power(live: &LiveInfo) -> State {
    match &live.power {
        Some(Power::Running) => State::Running,
        Some(Power::Stopped) => State::Stopped,
        Some(Power::Starting) => State::Starting,
        Some(Power::Other(_)) | None => State::Unknown,
    }
}

/// What needs attention.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "each name is the matter itself")]
pub enum Kind {
    KeyRefused,
    Suspended(Cause),
    /// Suspended without a case: it ends by itself when the transfer is counted anew.
    TransferUsedUp,
    /// What it is about, as far as known. It lasts until the suspension.
    Violation {
        flag: Option<String>,
    },
    NullRouted {
        ip: String,
    },
    TransferHigh {
        percent: u64,
    },
    Stopped,
    Locked {
        operation: String,
        percent: Option<u8>,
    },
    Unreachable,
    CpuThrottled,
    DiskThrottled,
    /// By what people wrote down, it is to be paid for in so many days; below 0 that day is past.
    Renewal {
        days: i64,
    },
}

/// Why it is suspended.
#[derive(Clone, Debug, PartialEq)]
pub enum Cause {
    /// Not asked for yet.
    Unread,
    /// KiwiVM lists no case.
    Caseless,
    /// A case: what it is about, and whether unsuspend ends it, as far as known.
    Case {
        /// In KiwiVM's word.
        flag: Option<String>,
        /// One hard case is enough: only support ends the suspension then.
        is_soft: Option<bool>,
    },
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each name is the word itself")]
pub enum Severity {
    Info,
    Warning,
    Danger,
}

/// One matter that needs a person, or that a person should know of.
#[derive(Clone, Debug, PartialEq)]
pub struct Attention {
    /// What.
    pub kind: Kind,
    /// Since when, in Unix seconds, where known.
    pub since_s: Option<i64>,
    /// Until when, where known.
    pub until_s: Option<i64>,
}

impl Kind {
    /// The message id of the matter; its attribute `next` is the next step, and `act` the button
    /// that leads to it.
    #[must_use]
    pub const fn message(&self) -> &'static str {
        match self {
            Kind::KeyRefused => "attention-key-refused",
            Kind::Suspended(_) => "attention-suspended",
            Kind::TransferUsedUp => "attention-transfer-used-up",
            Kind::Violation { .. } => "attention-violation",
            Kind::NullRouted { .. } => "attention-null-routed",
            Kind::TransferHigh { .. } => "attention-transfer-high",
            Kind::Stopped => "attention-stopped",
            Kind::Locked { .. } => "attention-locked",
            Kind::Unreachable => "attention-unreachable",
            Kind::CpuThrottled => "attention-cpu-throttled",
            Kind::DiskThrottled => "attention-disk-throttled",
            Kind::Renewal { .. } => "attention-renewal",
        }
    }

    /// How bad it is.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        match self {
            Kind::KeyRefused
            | Kind::Suspended(_)
            | Kind::TransferUsedUp
            | Kind::Violation { .. }
            | Kind::NullRouted { .. } => Severity::Danger,
            Kind::TransferHigh { percent } if *percent >= 100 => Severity::Danger,
            Kind::TransferHigh { .. }
            | Kind::Stopped
            | Kind::Unreachable
            | Kind::CpuThrottled
            | Kind::DiskThrottled
            | Kind::Renewal { .. } => Severity::Warning,
            Kind::Locked { .. } => Severity::Info,
        }
    }
}

/// From this share of the quota on, the transfer needs attention.
const TRANSFER_HIGH_PERCENT: f64 = 90.0;

/// So many days before it a renewal needs attention.
const RENEWAL_DAYS: i64 = 14;

/// What needs attention now, on this day, worst first.
#[must_use]
pub fn matters(vps: &Vps, latest: &Latest, (today, now_s): (Date, i64)) -> Vec<Attention> {
    let mut matters = of_the_way(vps, latest);
    if let Some((_, service)) = latest.service() {
        matters.extend(of_service(service, latest, now_s));
    }
    if let Some(live) = &latest.live {
        matters.extend(of_live(&live.value, state(latest)));
    }
    matters.extend(renewal(vps, today));
    matters.sort_by_key(|matter| std::cmp::Reverse(matter.kind.severity()));
    matters
}

/// The long operation that keeps a VPS locked.
#[must_use]
pub fn lock(running: &Operation) -> Attention {
    let kind = Kind::Locked {
        operation: running.lock.operation.clone().unwrap_or_default(),
        percent: running.lock.percent,
    };
    matter(kind, Some(running.seen_at_s), None)
}

/// What the way to KiwiVM tells: a lock, a refused key, no answer.
fn of_the_way(vps: &Vps, latest: &Latest) -> Vec<Attention> {
    let lock = latest.lock().map(lock);
    lock.into_iter().chain(of_failure(vps, latest)).collect()
}

fn of_failure(vps: &Vps, latest: &Latest) -> Option<Attention> {
    let failure = latest.failure()?;
    match &failure.fault {
        Fault::Refused(refusal) if refusal.kind == RefusalKind::Authentication => {
            let since_s = vps.key_refused_since.or(Some(failure.since));
            Some(matter(Kind::KeyRefused, since_s, None))
        }
        Fault::Refused(_) | Fault::TooManyRequests => None,
        _ => Some(matter(Kind::Unreachable, Some(failure.since), None)),
    }
}

fn of_service(service: &ServiceInfo, latest: &Latest, now_s: i64) -> Vec<Attention> {
    let resets_s = service.next_reset_s(now_s);
    let mut matters = Vec::new();
    if service.suspended == Some(true) {
        matters.push(suspension(service, latest, resets_s));
    }
    if service.policy_violation == Some(true) {
        matters.push(violation(latest));
    }
    for (ip, route) in &service.null_routes {
        matters.push(matter(
            Kind::NullRouted { ip: ip.clone() },
            route.since_s,
            route.until_s(),
        ));
    }
    if let Some(percent) = service.transfer().and_then(|transfer| transfer.percent())
        && percent >= TRANSFER_HIGH_PERCENT
        && !matters
            .iter()
            .any(|matter| matter.kind == Kind::TransferUsedUp)
    {
        // Rounded down: 99.9 % is not yet all.
        let percent = percent as u64;
        matters.push(matter(Kind::TransferHigh { percent }, None, resets_s));
    }
    matters
}

/// KiwiVM suspends for a case, or because the transfer is used up: then it lists none.
fn suspension(service: &ServiceInfo, latest: &Latest, resets_s: Option<i64>) -> Attention {
    let cause = cause(latest);
    let is_exhausted = service
        .transfer()
        .is_some_and(|transfer| transfer.exhausted());
    match cause {
        Cause::Unread | Cause::Caseless if is_exhausted => {
            matter(Kind::TransferUsedUp, None, resets_s)
        }
        cause => matter(Kind::Suspended(cause), None, None),
    }
}

/// The worst of the open cases.
fn cause(latest: &Latest) -> Cause {
    let Some(suspensions) = &latest.suspensions else {
        return Cause::Unread;
    };
    let cases = suspensions.value.cases.iter();
    match cases.min_by_key(|case| case.soft.unwrap_or(true)) {
        None => Cause::Caseless,
        Some(case) => Cause::Case {
            flag: case.flag.clone(),
            is_soft: case.soft,
        },
    }
}

/// The violation that leads to a suspension first.
fn violation(latest: &Latest) -> Attention {
    let violations = latest
        .violations
        .as_ref()
        .map(|aged| &aged.value.violations);
    let violations = violations.map(Vec::as_slice).unwrap_or_default();
    let first = violations
        .iter()
        .min_by_key(|violation| violation.suspend_at_s.unwrap_or(i64::MAX));
    let kind = Kind::Violation {
        flag: first.and_then(|violation| violation.flag.clone()),
    };
    let since_s = first.and_then(|violation| violation.timestamp_s);
    matter(
        kind,
        since_s,
        first.and_then(|violation| violation.suspend_at_s),
    )
}

/// What people wrote down about paying for it.
fn renewal(vps: &Vps, today: Date) -> Option<Attention> {
    let days = i64::from((vps.renews_on? - today).get_days());
    (days <= RENEWAL_DAYS).then(|| matter(Kind::Renewal { days }, None, None))
}

fn of_live(live: &LiveInfo, state: State) -> Vec<Attention> {
    let mut matters = Vec::new();
    if state == State::Stopped {
        matters.push(matter(Kind::Stopped, None, None));
    }
    if live.cpu_throttled == Some(true) {
        matters.push(matter(Kind::CpuThrottled, None, None));
    }
    if live.disk_throttled == Some(true) {
        matters.push(matter(Kind::DiskThrottled, None, None));
    }
    matters
}

fn matter(kind: Kind, since_s: Option<i64>, until_s: Option<i64>) -> Attention {
    Attention {
        kind,
        since_s,
        until_s,
    }
}
