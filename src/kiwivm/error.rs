//! What a call can come to beside success, in a form that a page turns into words without knowing
//! HTTP. No fault holds a key or the value of a parameter.

use super::loose::Fields;
use super::printable::printable;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The longest text of KiwiVM that a fault keeps.
const TEXT_LIMIT_CHARS: usize = 2000;

/// Why a call did not succeed, as far as one can know from here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Fault {
    /// KiwiVM answered, and its answer is no.
    Refused(Box<Refusal>),
    /// Over budget (HTTP 429): the call was not executed.
    TooManyRequests,
    /// The request never left: no address, no connection, no trusted certificate.
    Unreachable {
        /// A short technical reason.
        why: String,
    },
    /// The request left and no complete reply came in time.
    Silent {
        /// How long was waited.
        after: Duration,
    },
    /// The request left and the connection ended before the reply was whole.
    Broken {
        /// A short technical reason.
        why: String,
    },
    /// A reply that is not the API's JSON.
    Nonsense {
        /// Its HTTP status.
        status: u16,
        /// Its first 200 characters, without control characters.
        beginning: String,
    },
    /// A reply longer than the call may have.
    TooLong {
        /// The longest reply taken.
        limit_bytes: usize,
    },
}

impl Fault {
    /// Whether KiwiVM may have done what it was asked to. A change must then not be sent again.
    #[must_use]
    pub fn outcome_unknown(&self) -> bool {
        match self {
            Fault::Refused(_) | Fault::TooManyRequests | Fault::Unreachable { .. } => false,
            Fault::Silent { .. }
            | Fault::Broken { .. }
            | Fault::Nonsense { .. }
            | Fault::TooLong { .. } => true,
        }
    }

    /// The refusal that says that a long operation keeps the VPS locked, if that is the reason.
    #[must_use]
    pub fn locked(&self) -> Option<&Refusal> {
        match self {
            Fault::Refused(refusal) if refusal.kind == RefusalKind::Locked => Some(refusal),
            _ => None,
        }
    }

    /// The message that says what happened; its attribute `next` says what to do.
    #[must_use]
    pub fn message_id(&self) -> &'static str {
        match self {
            Fault::Refused(refusal) => refusal.kind.message_id(),
            Fault::TooManyRequests => "fault-too-many-requests",
            Fault::Unreachable { .. } => "fault-unreachable",
            Fault::Silent { .. } => "fault-silent",
            Fault::Broken { .. } => "fault-broken",
            Fault::Nonsense { .. } => "fault-nonsense",
            Fault::TooLong { .. } => "fault-too-long",
        }
    }

    /// KiwiVM's own number for it, if it answered.
    #[must_use]
    pub fn code(&self) -> Option<i64> {
        match self {
            Fault::Refused(refusal) => Some(refusal.code),
            _ => None,
        }
    }
}

/// From here on `error` is the API's own word. Below, of the shell's calls, it is the exit status.
const API_ERRORS_FROM: i64 = 700_000;

/// Whether `error` of one of the shell's calls is KiwiVM's word, and not the VPS's.
#[must_use]
pub const fn is_api_error(code: i64) -> bool {
    code >= API_ERRORS_FROM
}

/// KiwiVM's no.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    /// The reply's `error`; never 0.
    pub code: i64,
    /// The reply's `message`, without control characters; may be empty.
    pub message: String,
    /// What the code means.
    pub kind: RefusalKind,
    /// The reply's `additionalErrorInfo`.
    pub details: Option<String>,
    /// The long operation that is under way, when that is the reason.
    pub lock: Option<Lock>,
}

impl Refusal {
    /// Reads the refusal in a reply with this `error`.
    #[must_use]
    pub fn read(code: i64, fields: Fields) -> Refusal {
        let kind = RefusalKind::of(code);
        let details = fields.text("additionalErrorInfo").map(|text| clean(&text));
        let lock = (kind == RefusalKind::Locked).then(|| Lock::read(fields));
        Refusal {
            code,
            message: clean(&fields.text("message").unwrap_or_default()),
            kind,
            details,
            lock,
        }
    }
}

/// What KiwiVM's error codes mean, as far as anyone has seen them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefusalKind {
    /// 700005: wrong key or wrong VEID; the two cannot be told apart.
    Authentication,
    /// 788888: a long operation runs. Reads answer it too: it is a state, not a fault of anyone.
    Locked,
    /// 700000: needs a running VPS.
    NotRunning,
    /// 700003: start on a running VPS.
    AlreadyRunning,
    /// 700001: a required parameter is absent.
    MissingParameter,
    /// 734152: the migration backend is away; also what a VPS with a blocked IP gets.
    MigrationUnavailable,
    /// 739102: resetRootPassword on a VPS that does not run.
    PasswordNeedsRunning,
    /// Any other code; the message has to explain.
    Other,
}

impl RefusalKind {
    /// The meaning of this code.
    #[must_use]
    pub fn of(code: i64) -> RefusalKind {
        match code {
            700_005 => RefusalKind::Authentication,
            788_888 => RefusalKind::Locked,
            700_000 => RefusalKind::NotRunning,
            700_003 => RefusalKind::AlreadyRunning,
            700_001 => RefusalKind::MissingParameter,
            734_152 => RefusalKind::MigrationUnavailable,
            739_102 => RefusalKind::PasswordNeedsRunning,
            _ => RefusalKind::Other,
        }
    }

    /// The message that says what happened; its attribute `next` says what to do.
    #[must_use]
    pub fn message_id(self) -> &'static str {
        match self {
            RefusalKind::Authentication => "refusal-authentication",
            RefusalKind::Locked => "refusal-locked",
            RefusalKind::NotRunning => "refusal-not-running",
            RefusalKind::AlreadyRunning => "refusal-already-running",
            RefusalKind::MissingParameter => "refusal-missing-parameter",
            RefusalKind::MigrationUnavailable => "refusal-migration-unavailable",
            RefusalKind::PasswordNeedsRunning => "refusal-password-needs-running",
            RefusalKind::Other => "refusal-other",
        }
    }
}

/// The long operation that keeps a VPS locked (`additionalLockingInfo` of error 788888).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// What runs, for example `OS Reinstall: debian-13-x86_64`.
    pub operation: Option<String>,
    /// How far it is, 0 to 100.
    pub percent: Option<u8>,
    /// What it is doing now, for example `Starting VM`.
    pub progress: Option<String>,
    /// How old these facts were when KiwiVM told them.
    pub last_update_age_s: Option<i64>,
}

impl Lock {
    fn read(fields: Fields) -> Lock {
        let info = fields.within("additionalLockingInfo");
        let percent = info.count("completed_percent");
        let progress = info.text("friendly_progress_message");
        Lock {
            operation: fields.text("additionalErrorInfo").map(|text| clean(&text)),
            percent: percent
                .and_then(|percent| u8::try_from(percent).ok())
                .filter(|percent| *percent <= 100),
            progress: progress.map(|text| clean(&text)),
            last_update_age_s: info.integer("last_status_update_s_ago"),
        }
    }
}

/// A text of KiwiVM, fit to be kept: bounded, and without characters that steer a terminal or turn
/// the direction of reading.
fn clean(text: &str) -> String {
    printable(text, TEXT_LIMIT_CHARS)
}

#[cfg(test)]
mod tests;
