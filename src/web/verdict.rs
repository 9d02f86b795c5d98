//! The one sentence on top of a VPS's overview: how it is, whose doing that is, until when, and where the
//! next step is taken. It says what `attention` found, and finds nothing itself.

use super::head::Head;
use super::page::Page;
use super::section::Section;
use crate::attention::{Attention, Cause, Kind, Severity, State};
use crate::forecast::{self, Forecast};
use crate::i18n::{Message, format};

/// The judgement of a VPS.
pub(super) struct Verdict {
    pub(super) tone: &'static str,
    pub(super) icon: &'static str,
    pub(super) words: String,
    /// Since when, until when exactly, and what to do.
    pub(super) detail: Option<String>,
    /// The next step, as its button says it, and where it is taken.
    pub(super) act: Option<(Message, String)>,
}

/// Says the worst of these matters, or that all is well.
pub(super) fn of(page: &Page, head: &Head, matters: &[Attention]) -> Verdict {
    let worst = matters.first();
    let sentences: Vec<String> = [
        state(page, head, worst),
        worst.and_then(|matter| told(page, head, matter)),
        transfer(page, head).filter(|_| tells_transfer(worst)),
    ]
    .into_iter()
    .flatten()
    .collect();
    Verdict {
        tone: worst.map_or(tone(head, page.now_s()), Attention::tone),
        icon: worst.map_or(head.state.icon(), Attention::icon),
        words: format::sentences(page.language(), &sentences),
        detail: worst
            .filter(|matter| !tells_all(&matter.kind))
            .map(|matter| matter.detail(page)),
        act: match worst {
            Some(matter) => matter.act(page, head.vps.id),
            None => use_of_transfer(page, head),
        },
    }
}

/// Whether its sentence leaves nothing to add.
const fn tells_all(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Suspended(_) | Kind::TransferUsedUp | Kind::Locked { .. }
    )
}

/// The tone where nothing is the matter: well, unless the transfer will not last.
fn tone(head: &Head, now_s: i64) -> &'static str {
    match (head.state, pace(head, now_s)) {
        (_, Some(Forecast::RunsOut { .. })) => "warning",
        (State::Running, _) => "ok",
        _ => "muted",
    }
}

/// Where the pace of the transfer leads.
fn pace(head: &Head, now_s: i64) -> Option<Forecast> {
    let (read_at_s, service) = head.latest.service()?;
    forecast::forecast(&service.transfer()?, service.next_reset_s(now_s), read_at_s)
}

/// Whether it runs, unless the worst matter says so itself. What stands in the way of knowing it, the
/// state beside the name says.
fn state(page: &Page, head: &Head, worst: Option<&Attention>) -> Option<String> {
    let is_told = |kind: &Kind| matches!(kind, Kind::Stopped);
    let id = match head.state {
        State::Running => "verdict-running",
        State::Starting => "verdict-starting",
        State::Stopped if worst.is_some_and(|matter| is_told(&matter.kind)) => return None,
        State::Stopped => "verdict-off",
        State::Unchecked => "verdict-unchecked",
        State::Unknown => "verdict-unknown",
        State::Locked | State::Suspended | State::Unreachable | State::KeyRefused => return None,
    };
    Some(page.say(id).text())
}

/// What stops the VPS makes its transfer a side issue.
fn tells_transfer(worst: Option<&Attention>) -> bool {
    worst.is_none_or(|matter| matter.kind.severity() < Severity::Danger)
        && !matches!(
            worst.map(|matter| &matter.kind),
            Some(Kind::Unreachable | Kind::Locked { .. } | Kind::Stopped)
        )
}

/// The worst matter in one sentence. What the sentence about the transfer tells is not said twice.
fn told(page: &Page, head: &Head, matter: &Attention) -> Option<String> {
    let told = match &matter.kind {
        Kind::TransferHigh { .. } => return None,
        Kind::KeyRefused => page.say("verdict-key-refused"),
        Kind::Unreachable => page
            .say("verdict-unreachable")
            .with("seen", seen(page, head).unwrap_or_else(unknown)),
        Kind::Stopped => page.say("verdict-stopped"),
        // What runs and how far it is, the banner says.
        Kind::Locked { .. } => page.say("verdict-locked"),
        Kind::Suspended(cause) => suspended(page, cause),
        Kind::TransferUsedUp => {
            let date = matter.until_s.map(|at_s| page.date(at_s));
            page.say("verdict-transfer-used-up")
                .with("date", date.unwrap_or_else(unknown))
        }
        Kind::Violation { flag } => page
            .say("verdict-violation")
            .with("flag", flag.clone().unwrap_or_else(unknown))
            .with("time", left(page, matter.until_s)),
        Kind::NullRouted { ip } => page
            .say("verdict-null-routed")
            .with("ip", ip.as_str())
            .with("time", left(page, matter.until_s)),
        Kind::CpuThrottled => page.say("verdict-cpu-throttled"),
        Kind::DiskThrottled => page.say("verdict-disk-throttled"),
        Kind::Renewal { .. } => page
            .say("verdict-renewal")
            .with("renewal", matter.title(page)),
    };
    Some(told.text())
}

/// By this word a message chooses its words for what nobody knows.
fn unknown() -> String {
    "unknown".to_owned()
}

/// How long it is until then; or the word `past`.
fn left(page: &Page, until_s: Option<i64>) -> String {
    match until_s.map(|at_s| at_s - page.now_s()) {
        Some(left_s) if left_s > 0 => page.duration(left_s),
        Some(_) => "past".to_owned(),
        None => unknown(),
    }
}

fn suspended(page: &Page, cause: &Cause) -> Message {
    match cause {
        Cause::Unread => page.say("verdict-suspended-unread"),
        Cause::Caseless => page.say("verdict-suspended-caseless"),
        Cause::Case { flag, is_soft } => page
            .say("verdict-suspended")
            .with("flag", flag.clone().unwrap_or_else(unknown))
            .with("soft", softness(*is_soft)),
    }
}

const fn softness(is_soft: Option<bool>) -> &'static str {
    match is_soft {
        Some(true) => "soft",
        Some(false) => "hard",
        None => "unknown",
    }
}

/// How it was when KiwiVM last said so.
fn seen(page: &Page, head: &Head) -> Option<String> {
    let live = head.latest.live.as_ref()?;
    let state = crate::attention::power(&live.value);
    let words = page
        .say("verdict-seen")
        .with("state", page.say(&state.message()))
        .with("ago", page.ago(live.at_s).words);
    Some(words.text())
}

/// Where to look when the transfer will not last.
fn use_of_transfer(page: &Page, head: &Head) -> Option<(Message, String)> {
    let runs_out = matches!(pace(head, page.now_s()), Some(Forecast::RunsOut { .. }));
    let words = page
        .language()
        .attribute("attention-transfer-high", "act")?;
    runs_out.then(|| (words, head.path(&Section::Usage.path())))
}

/// The month's transfer: how much is used, how long it has to last, and whether it does.
fn transfer(page: &Page, head: &Head) -> Option<String> {
    let (_, service) = head.latest.service()?;
    let transfer = service.transfer()?;
    let resets_s = service.next_reset_s(page.now_s());
    let forecast = pace(head, page.now_s());
    let left = |at_s: i64| page.duration(at_s - page.now_s());
    let message = page
        .say("verdict-transfer")
        .with("percent", format::percent(transfer.percent()?))
        .with("time", resets_s.map_or_else(|| "unknown".to_owned(), left))
        .with("outlook", outlook(forecast));
    Some(match (forecast, resets_s) {
        (Some(Forecast::RunsOut { at_s }), Some(resets_s)) => message
            .with("date", page.date(at_s))
            .with("before", page.duration(resets_s - at_s))
            .text(),
        _ => message.with("date", "").with("before", "").text(),
    })
}

const fn outlook(forecast: Option<Forecast>) -> &'static str {
    match forecast {
        Some(Forecast::Lasts { .. }) => "lasts",
        Some(Forecast::RunsOut { .. }) => "runs-out",
        Some(Forecast::TooEarly) => "early",
        Some(Forecast::UsedUp) | None => "unknown",
    }
}
