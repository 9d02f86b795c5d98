//! Passkeys (WebAuthn): what a browser is asked, and whether what it says is right. A question waits
//! in memory for five minutes and is answered once, by whoever it was put to.

use super::kept::Kept;
use super::{Claimant, Means, ProofError, Verdict};
use crate::app::App;
use crate::config::{Config, PublicUrl};
use crate::model::passkey;
use serde_json::{Value, json};
use url::{Host, Url};
use webauthn_rs::prelude::{
    AuthenticationResult, DiscoverableAuthentication, DiscoverableKey, Passkey,
    PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential,
    Uuid,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

/// A question that nobody has answered is forgotten after so long.
pub const QUESTION_S: i64 = 5 * 60;
/// So many questions of each kind wait at a time: strangers may ask for them.
const QUESTIONS_MAX: usize = 5000;

/// Whom a question was put to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// Somebody who is signed in: the session's row.
    Session(i64),
    /// Somebody whose password was right: the half sign-in's row.
    Pending(i64),
    /// A stranger's browser: the token in its cookie.
    Browser(String),
}

impl Owner {
    pub(super) const fn session_id(&self) -> Option<i64> {
        match self {
            Owner::Session(id) => Some(*id),
            Owner::Pending(_) | Owner::Browser(_) => None,
        }
    }
}

/// Why there is no question, or no passkey.
#[derive(Debug, thiserror::Error)]
pub enum PasskeyError {
    /// The panel has no name that passkeys could be bound to.
    #[error("passkeys need a KIWIDECK_PUBLIC_URL with https and a name")]
    Impossible,
    /// A passkey in the database that cannot be read.
    #[error("a stored passkey cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// What the browser said is not right.
    #[error("the passkey was not accepted: {0}")]
    Refused(String),
}

/// A new passkey, as it is kept.
#[derive(Debug)]
pub struct New {
    /// Its id.
    pub credential_id: Vec<u8>,
    /// The public key and its counter, as JSON.
    pub credential: String,
}

/// Asks browsers, and checks what they say.
#[derive(Debug)]
pub struct Passkeys {
    webauthn: Webauthn,
    making: Kept<Owner, PasskeyRegistration>,
    proving: Kept<Owner, PasskeyAuthentication>,
    entering: Kept<Owner, DiscoverableAuthentication>,
}

impl Passkeys {
    /// Passkeys for this panel, when its address has a name and browsers take it for safe.
    pub(super) fn at(config: &Config) -> Option<Passkeys> {
        let (name, origin) = bound_to(config.public_url.as_ref()?)?;
        let builder = WebauthnBuilder::new(&name, &origin).ok()?;
        Some(Passkeys {
            webauthn: builder.rp_name("Kiwideck").build().ok()?,
            making: Kept::new(QUESTION_S, QUESTIONS_MAX),
            proving: Kept::new(QUESTION_S, QUESTIONS_MAX),
            entering: Kept::new(QUESTION_S, QUESTIONS_MAX),
        })
    }

    pub(super) fn sweep(&self, now_s: i64) {
        self.making.sweep(now_s);
        self.proving.sweep(now_s);
        self.entering.sweep(now_s);
    }
}

/// The name that passkeys are bound to, and the origin: browsers give none to an address of digits,
/// nor over plain http, except on the machine itself.
fn bound_to(public_url: &PublicUrl) -> Option<(String, Url)> {
    let origin = Url::parse(&public_url.origin).ok()?;
    let Some(Host::Domain(name)) = origin.host() else {
        return None;
    };
    let name = name.to_owned();
    (public_url.is_https || name == "localhost").then_some((name, origin))
}

fn passkeys(app: &App) -> Result<&Passkeys, PasskeyError> {
    app.factors
        .passkeys
        .as_ref()
        .ok_or(PasskeyError::Impossible)
}

fn refused(error: impl std::fmt::Display) -> PasskeyError {
    PasskeyError::Refused(error.to_string())
}

/// What the browser is told to make a passkey for this person: the options of
/// `navigator.credentials.create`, bytes in base64url.
///
/// # Errors
/// See [`ProofError`].
pub async fn ask_to_make(
    app: &App,
    (person_id, name): (i64, &str),
    owner: Owner,
) -> Result<Value, ProofError> {
    let passkeys = passkeys(app)?;
    let known = credentials(app, person_id).await?;
    let known = known.iter().map(|known| known.cred_id().clone()).collect();
    let (question, state) = passkeys
        .webauthn
        .start_passkey_registration(person_uuid(person_id), name, name, Some(known))
        .map_err(refused)?;
    passkeys.making.put(owner, state, app.clock.now_s());
    let mut question = serde_json::to_value(question).map_err(PasskeyError::from)?;
    // One that the browser can find by itself signs in without a name; one that it cannot is a
    // second factor all the same.
    question["publicKey"]["authenticatorSelection"]["residentKey"] = json!("preferred");
    Ok(question)
}

/// The passkey that the browser has made.
///
/// # Errors
/// [`PasskeyError::Refused`] when it is not what was asked for.
pub fn made(app: &App, owner: &Owner, said: &str) -> Result<New, PasskeyError> {
    let passkeys = passkeys(app)?;
    let state = passkeys.making.take(owner, app.clock.now_s());
    let state = state.ok_or_else(|| refused("no question is open"))?;
    let said: RegisterPublicKeyCredential = serde_json::from_str(said).map_err(refused)?;
    let passkey = passkeys.webauthn.finish_passkey_registration(&said, &state);
    let passkey = passkey.map_err(refused)?;
    Ok(New {
        credential_id: passkey.cred_id().to_vec(),
        credential: serde_json::to_string(&passkey)?,
    })
}

/// What the browser is told to show one of this person's passkeys: the options of
/// `navigator.credentials.get`.
///
/// # Errors
/// See [`ProofError`].
pub async fn ask_to_prove(app: &App, person_id: i64, owner: Owner) -> Result<Value, ProofError> {
    let passkeys = passkeys(app)?;
    let known = credentials(app, person_id).await?;
    let asked = passkeys.webauthn.start_passkey_authentication(&known);
    let (question, state) = asked.map_err(refused)?;
    passkeys.proving.put(owner, state, app.clock.now_s());
    Ok(serde_json::to_value(question).map_err(PasskeyError::from)?)
}

/// Whether the browser showed a passkey of this person.
pub(super) async fn check(
    app: &App,
    claimant: &Claimant,
    said: &str,
) -> Result<Verdict, ProofError> {
    let passkeys = passkeys(app)?;
    let now_s = app.clock.now_s();
    let Some(state) = passkeys.proving.take(&claimant.owner, now_s) else {
        return Ok(Verdict::Wrong);
    };
    let Ok(said) = serde_json::from_str::<PublicKeyCredential>(said) else {
        return Ok(Verdict::Wrong);
    };
    let proved = passkeys
        .webauthn
        .finish_passkey_authentication(&said, &state);
    let Ok(proved) = proved else {
        return Ok(Verdict::Wrong);
    };
    let shown = passkey::find(&app.db, proved.cred_id()).await?;
    let Some(shown) = shown.filter(|shown| shown.person_id == claimant.person_id) else {
        return Ok(Verdict::Wrong);
    };
    Ok(match note_use(app, shown, &proved).await? {
        true => Verdict::Right(Means::Passkey),
        false => Verdict::Wrong,
    })
}

/// What a stranger's browser is told to show any passkey it has for this panel.
///
/// # Errors
/// See [`PasskeyError`].
pub fn ask_to_enter(app: &App, owner: Owner) -> Result<Value, PasskeyError> {
    let passkeys = passkeys(app)?;
    let asked = passkeys.webauthn.start_discoverable_authentication();
    let (mut question, state) = asked.map_err(refused)?;
    // There is a button for it: the browser need not wait in a field.
    question.mediation = None;
    passkeys.entering.put(owner, state, app.clock.now_s());
    Ok(serde_json::to_value(question)?)
}

/// What a stranger's browser answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entering {
    /// The passkey of this person.
    Right(i64),
    /// It is not right.
    Wrong,
    /// It was asked nothing, or so long ago that nobody knows.
    Unasked,
}

/// Whose passkey a stranger's browser showed.
///
/// # Errors
/// See [`ProofError`].
pub async fn entering(app: &App, owner: &Owner, said: &str) -> Result<Entering, ProofError> {
    let state = passkeys(app)?.entering.take(owner, app.clock.now_s());
    let Some(state) = state else {
        return Ok(Entering::Unasked);
    };
    let person_id = whose(app, state, said).await?;
    Ok(person_id.map_or(Entering::Wrong, Entering::Right))
}

async fn whose(
    app: &App,
    state: DiscoverableAuthentication,
    said: &str,
) -> Result<Option<i64>, ProofError> {
    let passkeys = passkeys(app)?;
    let Ok(said) = serde_json::from_str::<PublicKeyCredential>(said) else {
        return Ok(None);
    };
    let Ok((uuid, id)) = passkeys
        .webauthn
        .identify_discoverable_authentication(&said)
    else {
        return Ok(None);
    };
    let shown = passkey::find(&app.db, id).await?;
    let Some(shown) = shown.filter(|shown| person_uuid(shown.person_id) == uuid) else {
        return Ok(None);
    };
    let credential: Passkey = read(&shown.credential)?;
    let key = DiscoverableKey::from(&credential);
    let proved = passkeys
        .webauthn
        .finish_discoverable_authentication_v2(&said, state, &key);
    let Ok(proved) = proved else { return Ok(None) };
    let person_id = shown.person_id;
    Ok(note_use(app, shown, &proved).await?.then_some(person_id))
}

/// A passkey keeps a number of its person, and not the name.
fn person_uuid(person_id: i64) -> Uuid {
    Uuid::from_u128(u128::from(person_id.unsigned_abs()))
}

async fn credentials(app: &App, person_id: i64) -> Result<Vec<Passkey>, ProofError> {
    let known = passkey::all(&app.db, person_id).await?;
    let read = known.iter().map(|known| read(&known.credential));
    Ok(read.collect::<Result<_, _>>()?)
}

fn read(credential: &str) -> Result<Passkey, PasskeyError> {
    Ok(serde_json::from_str(credential)?)
}

/// Keeps the counter, so that a copy of a passkey is noticed. False when it was removed meanwhile.
async fn note_use(
    app: &App,
    shown: passkey::Passkey,
    proved: &AuthenticationResult,
) -> Result<bool, ProofError> {
    let mut credential: Passkey = read(&shown.credential)?;
    credential.update_credential(proved);
    let credential = serde_json::to_string(&credential).map_err(PasskeyError::from)?;
    let now_s = app.clock.now_s();
    Ok(passkey::note_use(&app.db, shown.id, &credential, now_s).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_possible_at(url: &str) -> bool {
        let look_up = |name: &str| (name == "KIWIDECK_PUBLIC_URL").then(|| url.to_owned());
        Passkeys::at(&Config::read(&look_up).unwrap()).is_some()
    }

    #[test]
    fn passkeys_need_a_name_and_https_or_this_machine() {
        for url in [
            "https://ops.example.com/",
            "https://ops.example.com:8443/kiwi/",
            "http://localhost:8080/",
        ] {
            assert!(is_possible_at(url), "{url}");
        }
        for url in [
            "",
            "http://ops.example.com/",
            "http://127.0.0.1:8080/",
            "https://192.0.2.1/",
            "https://[2001:db8::1]/",
        ] {
            assert!(!is_possible_at(url), "{url}");
        }
    }
}
