//! What a request can fail with, in words of the product. It knows no HTTP: `web::error_page` gives
//! each a status and draws it.

use crate::factor::ProofError;
use crate::model::access::{Denied, Right};
use crate::model::person::PersonError;
use crate::model::totp::SeedError;
use crate::model::vps::VpsError;
use crate::password::HashError;
use crate::perform::PerformError;

/// Why a request gets an error page.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such page.
    #[error("there is no such page")]
    NoPage,
    /// There is no such VPS: the number that was looked for.
    #[error("there is no VPS {0}")]
    NoVps(String),
    /// There is no such call: the name that was looked for.
    #[error("there is no call {0}")]
    NoCall(String),
    /// There is no such action, or it is not this person's.
    #[error("there is no such action")]
    NoAction,
    /// There is no such person.
    #[error("there is no such person")]
    NoPerson,
    /// The person lacks this right.
    #[error("the right is missing: {0:?}")]
    Forbidden(Right),
    /// The VPS is protected from destroying calls.
    #[error("the VPS is protected")]
    Protected,
    /// The person must first prove who they are, and then the request goes on.
    #[error("a proof of identity is needed")]
    NeedsProof,
    /// A destroying call runs on this VPS.
    #[error("a destroying call runs on this VPS")]
    Busy,
    /// The request comes from another site's page.
    #[error("the request comes from another site")]
    ForeignOrigin,
    /// The request is for a host that is not this panel's: the Host header.
    #[error("the host {0} is not this panel's")]
    ForeignHost(String),
    /// The form could not be read.
    #[error("the form could not be read")]
    BadForm,
    /// The request's body is too long.
    #[error("the request is too long")]
    TooLong,
    /// The request's body came too slowly.
    #[error("the request came too slowly")]
    TooSlow,
    /// The page is there, but not for this method.
    #[error("not for this method")]
    BadMethod,
    /// The database is locked, full or away.
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    /// Nothing was sent, since it could not be recorded.
    #[error("nothing was sent, since it could not be recorded: {0}")]
    Unrecorded(sqlx::Error),
    /// The session ended while the request was on its way.
    #[error("the session has ended")]
    SignedOut,
    /// The directory that the page showed is not known any more.
    #[error("the directory of the prompt is not known any more")]
    NoDirectory,
    /// This person has many calls running.
    #[error("too many calls are running")]
    TooMany,
    /// What this VPS used was read a moment ago, or is being read.
    #[error("what the VPS used was asked for a moment ago")]
    JustAsked,
    /// The panel is stopping.
    #[error("the panel is stopping")]
    Stopping,
    /// A fault of ours. The text is for the log only.
    #[error("{0}")]
    Ours(String),
}

impl From<VpsError> for Error {
    fn from(error: VpsError) -> Error {
        match error {
            VpsError::Sql(error) => Error::Database(error),
            other => Error::Ours(other.to_string()),
        }
    }
}

impl From<PersonError> for Error {
    fn from(error: PersonError) -> Error {
        match error {
            PersonError::Sql(error) => Error::Database(error),
            PersonError::Missing => Error::NoPerson,
            other => Error::Ours(other.to_string()),
        }
    }
}

impl From<PerformError> for Error {
    fn from(error: PerformError) -> Error {
        match error {
            PerformError::Denied(denied) => denied.into(),
            PerformError::Gone(vps) => Error::NoVps(vps),
            PerformError::Unproved => Error::NeedsProof,
            PerformError::Busy => Error::Busy,
            PerformError::Unrecorded(error) => Error::Unrecorded(error),
            PerformError::Stopping => Error::Stopping,
            PerformError::SignedOut => Error::SignedOut,
            PerformError::TooMany => Error::TooMany,
            PerformError::Repeated => Error::Ours(error.to_string()),
        }
    }
}

impl From<ProofError> for Error {
    fn from(error: ProofError) -> Error {
        match error {
            ProofError::Sql(error) => Error::Database(error),
            other => Error::Ours(other.to_string()),
        }
    }
}

impl From<SeedError> for Error {
    fn from(error: SeedError) -> Error {
        ProofError::from(error).into()
    }
}

impl From<HashError> for Error {
    fn from(error: HashError) -> Error {
        Error::Ours(error.to_string())
    }
}

impl From<askama::Error> for Error {
    fn from(error: askama::Error) -> Error {
        Error::Ours(error.to_string())
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Error {
        Error::Ours(error.to_string())
    }
}

impl From<Denied> for Error {
    fn from(denied: Denied) -> Error {
        match denied {
            Denied::Right(right) => Error::Forbidden(right),
            Denied::Protected => Error::Protected,
        }
    }
}

impl From<Right> for Error {
    fn from(right: Right) -> Error {
        Error::Forbidden(right)
    }
}
