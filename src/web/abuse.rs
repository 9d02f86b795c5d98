//! What the provider holds against a VPS: suspensions and policy violations, with their evidence, the
//! points they cost, and until when something must be done. It ends none itself: its buttons are forms
//! of calls.

use super::fleet::tone;
use super::head::Head;
use super::known::{self, Known};
use super::page::Page;
use super::section::Section;
use crate::app::App;
use crate::attention::State as VpsState;
use crate::error::Error;
use crate::i18n::{Message, format};
use crate::kiwivm::calls::{POLICY_VIOLATIONS, SUSPENSION_DETAILS};
use crate::kiwivm::printable::printable;
use crate::kiwivm::reply::{PolicyViolation, Reply, Suspension};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

const HOUR_S: i64 = 3600;
/// A deadline that is nearer than this is told in hours.
const IN_HOURS_S: i64 = 72 * HOUR_S;
/// So much of a case's number is shown.
const NUMBER_MAX_CHARS: usize = 64;

#[derive(Template)]
#[template(path = "abuse/show.html")]
struct Show {
    page: Page,
    head: Head,
    asking: bool,
    /// Of plan and transfer.
    service: Known,
    points: Points,
    lists: [List; 2],
    /// Suspended, and no case is listed.
    caseless: Option<Caseless>,
}

/// The points against it, and how often it was suspended.
#[derive(Default)]
struct Points {
    total: Option<u64>,
    max: Option<u64>,
    suspensions: Option<u64>,
}

/// The cases of one reply.
struct List {
    /// The message of its name.
    name: &'static str,
    /// The call that ends one of them.
    ends: &'static str,
    /// What the button of a case says.
    end: &'static str,
    known: Known,
    cases: Vec<Case>,
}

/// One case.
struct Case {
    /// As KiwiVM wants it back; without it no call can end the case.
    record_id: Option<String>,
    flag: Option<String>,
    soft: Option<bool>,
    points: Option<u64>,
    evidence: Option<String>,
    found_s: Option<i64>,
    suspend_at_s: Option<i64>,
}

/// Why a VPS may be suspended without a case.
struct Caseless {
    transfer_is_used_up: bool,
    resets_s: Option<i64>,
}

pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
) -> Result<Response, Error> {
    let head = Head::open(&app, &page, &id, Section::Abuse).await?;
    let (service, [suspensions, violations]) = tokio::try_join!(
        known::service(&app, &head.vps),
        Known::of_all(&app, &head.vps, [SUSPENSION_DETAILS, POLICY_VIOLATIONS])
    )?;
    let head = head.again(&app);
    Page::html(&Show {
        asking: service.asking || suspensions.asking || violations.asking,
        points: points(&suspensions, &violations),
        caseless: caseless(&head, &suspensions, page.now_s()),
        lists: [suspended(suspensions), violated(violations)],
        service,
        page,
        head,
    })
}

fn suspended(known: Known) -> List {
    let cases = known.read(Reply::suspensions).cases;
    List {
        name: "abuse-suspensions",
        ends: "unsuspend",
        end: "abuse-unsuspend",
        cases: cases.into_iter().map(Case::from).collect(),
        known,
    }
}

fn violated(known: Known) -> List {
    let cases = known.read(Reply::policy_violations).violations;
    List {
        name: "abuse-violations",
        ends: "resolvePolicyViolation",
        end: "abuse-resolve",
        cases: cases.into_iter().map(Case::from).collect(),
        known,
    }
}

impl From<Suspension> for Case {
    fn from(suspension: Suspension) -> Case {
        Case {
            record_id: suspension.record_id,
            flag: suspension.flag,
            soft: suspension.soft,
            points: suspension.abuse_points,
            evidence: suspension.evidence,
            found_s: None,
            suspend_at_s: None,
        }
    }
}

impl From<PolicyViolation> for Case {
    fn from(violation: PolicyViolation) -> Case {
        Case {
            record_id: violation.record_id,
            flag: violation.flag,
            soft: violation.soft,
            points: violation.abuse_points,
            evidence: violation.evidence,
            found_s: violation.timestamp_s,
            suspend_at_s: violation.suspend_at_s,
        }
    }
}

/// Both replies tell the points: the newer one is right.
fn points(suspensions: &Known, violations: &Known) -> Points {
    let details = suspensions.read(Reply::suspensions);
    let others = violations.read(Reply::policy_violations);
    let (one, other) = (
        (details.total_abuse_points, details.max_abuse_points),
        (others.total_abuse_points, others.max_abuse_points),
    );
    let (newer, older) = if violations.at_s > suspensions.at_s {
        (other, one)
    } else {
        (one, other)
    };
    Points {
        total: newer.0.or(older.0),
        max: newer.1.or(older.1),
        suspensions: details.suspension_count,
    }
}

/// KiwiVM lists no case when the transfer is used up.
fn caseless(head: &Head, suspensions: &Known, now_s: i64) -> Option<Caseless> {
    let has_cases = !suspensions.reply.as_ref()?.suspensions().cases.is_empty();
    let (_, service) = head.latest.service()?;
    if head.state != VpsState::Suspended || has_cases {
        return None;
    }
    let transfer = service.transfer();
    Some(Caseless {
        transfer_is_used_up: transfer.is_some_and(|transfer| transfer.exhausted()),
        resets_s: service.next_reset_s(now_s),
    })
}

impl Points {
    /// The bar: what there is of what is allowed, and its tone.
    fn bar(&self) -> Option<(u64, u64, &'static str)> {
        let (total, max) = (self.total?, self.max.filter(|max| *max > 0)?);
        Some((total.min(max), max, tone(total as f64 / max as f64 * 100.0)))
    }

    /// "160 of 1,200 points"
    fn words(&self, page: &Page) -> Message {
        let number = |points: u64| {
            let points = i64::try_from(points).unwrap_or(i64::MAX);
            format::number(page.language(), points)
        };
        match (self.total, self.max) {
            (Some(total), Some(max)) => page
                .say("abuse-points-of")
                .with("total", number(total))
                .with("max", number(max)),
            (Some(total), None) => page.say("abuse-points-only").with("total", number(total)),
            (None, _) => page.say("abuse-points-unknown"),
        }
    }
}

impl List {
    /// KiwiVM has answered, and lists nothing.
    fn is_empty(&self) -> bool {
        self.known.reply.is_some() && self.cases.is_empty()
    }

    /// Whether a button stands below any of its cases.
    fn has_buttons(&self) -> bool {
        self.cases.iter().any(Case::may_end_here)
    }

    /// One complaint is shown at once, several are folded.
    fn is_single(&self) -> bool {
        self.cases.len() == 1
    }
}

impl Case {
    fn number(&self) -> String {
        let id = self.record_id.as_deref().unwrap_or_default();
        printable(id, NUMBER_MAX_CHARS)
    }

    fn may_end_here(&self) -> bool {
        self.soft != Some(false) && self.record_id.is_some()
    }

    /// Whether its day has passed.
    fn is_overdue(&self, page: &Page) -> bool {
        self.suspend_at_s.is_some_and(|at_s| at_s <= page.now_s())
    }
}

impl Show {
    /// The lists say for what reason they fail.
    fn service_fails_alone(&self) -> bool {
        let mut lists = self.lists.iter();
        !lists.any(|list| self.service.fails_like(&list.known, &self.page))
    }

    /// "in 30 hours": days would round a whole day away.
    fn countdown(&self, at_s: &i64) -> String {
        let left_s = at_s.saturating_sub(self.page.now_s());
        let future = self.page.language().attribute("format-ago-hours", "future");
        match future.filter(|_| (HOUR_S..IN_HOURS_S).contains(&left_s)) {
            Some(words) => words.with("number", left_s / HOUR_S).text(),
            None => format::ago(self.page.language(), -left_s),
        }
    }
}
