//! How somebody shows who they are: the one check behind signing in and behind proving it again. It
//! knows no page and begins no session.

pub mod authenticator;
mod kept;
pub mod passkeys;
pub mod recovery;

use crate::app::App;
use crate::config::Config;
use crate::model::audit::{Event, Note, Who};
use crate::model::totp::{self, SeedError};
use crate::model::{factor, person, recovery as codes};
use crate::password::HashError;
use crate::secret::Secret;
use crate::throttle::Guesser;
use authenticator::Seed;
use kept::Kept;
use passkeys::{Owner, PasskeyError, Passkeys};
use std::net::IpAddr;

/// A seed that nobody has confirmed is forgotten after so long.
const ENROLMENT_S: i64 = 10 * 60;
/// So many people may be enrolling at a time.
const ENROLMENTS_MAX: usize = 1000;

/// What is in memory while somebody shows who they are, or adds something to do it with.
#[derive(Debug)]
pub struct Factors {
    /// Seeds that wait for their first code, by session.
    enrolments: Kept<i64, Seed>,
    /// None where the panel's address allows no passkeys.
    pub passkeys: Option<Passkeys>,
}

/// What a person may show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Methods {
    /// A code of the app.
    pub code: bool,
    /// A recovery code.
    pub recovery: bool,
    /// A passkey.
    pub passkey: bool,
    /// The password: only of those who have no second factor.
    pub password: bool,
}

/// What somebody shows.
#[derive(Debug)]
pub enum Attempt {
    /// The password.
    Password(Secret),
    /// A code of the app, or a recovery code, as it was typed.
    Code(String),
    /// What the browser says of a passkey, as JSON.
    Passkey(String),
}

/// By what somebody was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// The password.
    Password,
    /// A code of the app.
    Code,
    /// A recovery code.
    RecoveryCode,
    /// A passkey.
    Passkey,
}

impl Attempt {
    /// As it stands in the audit log.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Attempt::Password(_) => Means::Password.word(),
            Attempt::Code(_) => Means::Code.word(),
            Attempt::Passkey(_) => Means::Passkey.word(),
        }
    }
}

impl Means {
    /// As it stands in the audit log.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Means::Password => "password",
            Means::Code => "code",
            Means::RecoveryCode => "recovery code",
            Means::Passkey => "passkey",
        }
    }
}

/// What the check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is the person, by this.
    Right(Means),
    /// It is not right.
    Wrong,
    /// Nothing was looked at: so many seconds must pass first.
    Wait(i64),
}

/// Who claims to be whom.
#[derive(Clone, Debug)]
pub struct Claimant {
    /// The person's row.
    pub person_id: i64,
    /// The person's canonical name.
    pub name: String,
    /// Where the claim comes from.
    pub address: IpAddr,
    /// The row of the browser, if it is a known one of this person's.
    pub device_id: Option<i64>,
    /// Ties what is recorded to the log.
    pub request_id: String,
    /// The half sign-in or the session that a passkey's challenge was made for.
    pub owner: Owner,
}

impl Claimant {
    fn guesser(&self) -> Guesser<'_> {
        Guesser {
            name: &self.name,
            address: self.address,
            device_id: self.device_id,
        }
    }

    fn note(&self, app: &App, event: Event) -> Note {
        Note {
            who: Who {
                person_id: Some(self.person_id),
                person: self.name.clone(),
                address: self.address.to_string(),
                request_id: self.request_id.clone(),
                session_id: self.owner.session_id(),
                device_id: self.device_id,
            },
            event,
            at_ms: app.clock.now_ms(),
        }
    }
}

/// Why nothing could be checked.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// The database's word.
    #[error(transparent)]
    Sql(#[from] sqlx::Error),
    /// A seed that does not open.
    #[error(transparent)]
    Seed(SeedError),
    /// Hashing failed.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// The passkeys' word.
    #[error(transparent)]
    Passkey(#[from] PasskeyError),
}

impl From<SeedError> for ProofError {
    fn from(error: SeedError) -> ProofError {
        match error {
            SeedError::Sql(error) => ProofError::Sql(error),
            other @ SeedError::Vault(_) => ProofError::Seed(other),
        }
    }
}

impl Factors {
    /// Nothing under way yet; passkeys where the settings allow them.
    #[must_use]
    pub fn new(config: &Config) -> Factors {
        Factors {
            enrolments: Kept::new(ENROLMENT_S, ENROLMENTS_MAX),
            passkeys: Passkeys::at(config),
        }
    }

    /// The seed that waits for its first code in this session; made when there is none.
    ///
    /// # Errors
    /// When the machine gives no random numbers.
    pub fn enrolment(&self, session_id: i64, now_s: i64) -> std::io::Result<Seed> {
        if let Some(seed) = self.enrolments.find(&session_id, now_s) {
            return Ok(seed);
        }
        let seed = Seed::new()?;
        self.enrolments.put(session_id, seed.clone(), now_s);
        Ok(seed)
    }

    /// A seed was confirmed: it is in the database now.
    pub fn enrolled(&self, session_id: i64) {
        self.enrolments.forget(&session_id);
    }

    /// Forgets what nobody finished.
    pub fn sweep(&self, now_s: i64) {
        self.enrolments.sweep(now_s);
        if let Some(passkeys) = &self.passkeys {
            passkeys.sweep(now_s);
        }
    }
}

/// What this person may show, here.
///
/// # Errors
/// SQLite's.
pub async fn methods(app: &App, person_id: i64) -> Result<Methods, sqlx::Error> {
    let present = factor::present(&app.db, person_id).await?;
    Ok(Methods {
        code: present.totp,
        recovery: present.any() && present.codes_left > 0,
        passkey: present.passkeys > 0 && app.factors.passkeys.is_some(),
        password: !present.any(),
    })
}

/// Looks at what somebody shows. Guesses are counted and held back here, whoever asks.
///
/// # Errors
/// See [`ProofError`].
pub async fn check(
    app: &App,
    claimant: &Claimant,
    attempt: Attempt,
) -> Result<Verdict, ProofError> {
    let methods = methods(app, claimant.person_id).await?;
    match attempt {
        Attempt::Password(password) if methods.password => {
            password_fits(app, claimant, password).await
        }
        Attempt::Code(typed) => match recovery::hash(&typed) {
            Some(hash) if methods.recovery => take_recovery_code(app, claimant, &hash).await,
            None if methods.code => code_fits(app, claimant, &typed).await,
            _ => Ok(Verdict::Wrong),
        },
        Attempt::Passkey(said) if methods.passkey => passkeys::check(app, claimant, &said).await,
        _ => Ok(Verdict::Wrong),
    }
}

async fn password_fits(
    app: &App,
    claimant: &Claimant,
    password: Secret,
) -> Result<Verdict, ProofError> {
    let guesser = claimant.guesser();
    if let Some(wait_s) = app.throttle.take(&guesser, app.clock.now_s()) {
        return Ok(Verdict::Wait(wait_s));
    }
    let hash = person::password_hash(&app.db, claimant.person_id).await?;
    if !app.hasher.check(password, hash).await? {
        return Ok(Verdict::Wrong);
    }
    app.throttle.right(&guesser);
    Ok(Verdict::Right(Means::Password))
}

/// A code of the app. What cannot be one is no guess and costs no try.
async fn code_fits(app: &App, claimant: &Claimant, typed: &str) -> Result<Verdict, ProofError> {
    let Some(code) = authenticator::code(typed) else {
        return Ok(Verdict::Wrong);
    };
    let person_id = claimant.person_id;
    let Some(seed) = totp::seed(&app.db, &app.vault, person_id).await? else {
        return Ok(Verdict::Wrong);
    };
    let note = claimant.note(app, Event::new("codes-guessed"));
    if let Some(wait_s) = totp::take_try(&app.db, person_id, &note).await? {
        return Ok(Verdict::Wait(wait_s));
    }
    let Some(step) = Seed::from(seed).step_of(&code, app.clock.now_s()) else {
        return Ok(Verdict::Wrong);
    };
    Ok(match totp::take_step(&app.db, person_id, step).await? {
        true => Verdict::Right(Means::Code),
        false => Verdict::Wrong,
    })
}

/// A recovery code is not held back by wrong codes of the app: whoever knows the password alone must
/// not keep the person out. It is held back like a password.
async fn take_recovery_code(
    app: &App,
    claimant: &Claimant,
    hash: &[u8],
) -> Result<Verdict, ProofError> {
    let guesser = claimant.guesser();
    if let Some(wait_s) = app.throttle.take(&guesser, app.clock.now_s()) {
        return Ok(Verdict::Wait(wait_s));
    }
    let note = claimant.note(app, Event::new("recovery-code-used"));
    if !codes::take(&app.db, claimant.person_id, hash, &note).await? {
        return Ok(Verdict::Wrong);
    }
    app.throttle.right(&guesser);
    Ok(Verdict::Right(Means::RecoveryCode))
}
