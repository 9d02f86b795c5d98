//! THE gate: every call that a person makes passes here. Allowed → recorded → opened → sent →
//! recorded, in a task of its own, so that a browser that hangs up loses nothing. Nothing is sent
//! whose intent could not be written, and nothing is ever sent twice.

use crate::actions::{Action, Asked, Ended, Full};
use crate::app::App;
use crate::kiwivm::budget::Purpose;
use crate::kiwivm::call::{Call, Class};
use crate::kiwivm::calls::{RAW_USAGE_STATS, SHELL_EXEC};
use crate::kiwivm::client::Credentials;
use crate::kiwivm::error::{Fault, is_api_error};
use crate::kiwivm::reply::Reply;
use crate::model::access::{self, Denied, Right};
use crate::model::audit::{self, Ending, Intent, IntentError, Outcome, Who};
use crate::model::person::Person;
use crate::model::session;
use crate::model::vps::{self, Vps, VpsError};
use crate::secret::Secret;
use crate::usage;
use serde_json::{Map, Value};
use std::time::Duration;
use tokio::sync::oneshot;

/// What a person wants done.
#[derive(Clone, Debug)]
pub struct Order {
    /// From the form, or a new one: see [`crate::actions::new_id`].
    pub action: String,
    /// For the audit log.
    pub who: Who,
    /// Who wants it.
    pub person: Person,
    /// The session that may see secrets in the reply.
    pub session_id: i64,
    /// Whether the request came with the session's present token: that of before the last proof
    /// proves nothing.
    pub is_current: bool,
    /// Where.
    pub vps: Vps,
    /// What.
    pub call: &'static Call,
    /// The call's own parameters. All are kept as secrets on their way; which of them may be
    /// written down, the table knows.
    pub parameters: Vec<(&'static str, Secret)>,
    /// What the audit log says instead of the parameters: a shell command as it was typed, without
    /// what the panel wraps around it.
    pub noted: Option<Map<String, Value>>,
}

/// Why an order was not begun.
#[derive(Debug, thiserror::Error)]
pub enum PerformError {
    /// The person may not do this to this VPS.
    #[error("this may not be done: {0:?}")]
    Denied(Denied),
    /// The VPS was removed while the request was on its way: its label.
    #[error("the VPS is gone: {0}")]
    Gone(String),
    /// The person must first prove who they are.
    #[error("a proof of identity is needed")]
    Unproved,
    /// Another destroying call runs on this VPS.
    #[error("a destroying call runs on this VPS")]
    Busy,
    /// This action was begun before: its form was sent twice. The first stands.
    #[error("this action was sent before")]
    Repeated,
    /// The intent could not be written, so nothing was sent.
    #[error("nothing was sent, since it could not be recorded: {0}")]
    Unrecorded(sqlx::Error),
    /// The session ended while the request was on its way.
    #[error("the session has ended")]
    SignedOut,
    /// This person has many calls running.
    #[error("too many calls are running")]
    TooMany,
    /// The panel is stopping.
    #[error("the panel is stopping")]
    Stopping,
}

/// Begins an order. When this returns, its intent is recorded and the call is on its way.
///
/// # Errors
/// See [`PerformError`]; after each of them nothing was sent.
pub async fn perform(app: &App, order: Order) -> Result<(), PerformError> {
    access::may(&order.person, order.call, &order.vps).map_err(PerformError::Denied)?;
    let (recorded, wait) = oneshot::channel();
    let task = run(app.clone(), order, recorded);
    app.tasks.spawn(task);
    wait.await.unwrap_or(Err(PerformError::Stopping))
}

/// Waits for the end of the action of this id, for at most so long. None while it still runs, and when it
/// is not in memory any more.
pub async fn wait_for(app: &App, id: &str, at_most: Duration) -> Option<std::sync::Arc<Ended>> {
    wait(app.actions.find(id, app.clock.now_s())?, at_most).await
}

/// Waits until an action has ended, for at most so long. None while it still runs.
pub async fn wait(mut action: Action, at_most: Duration) -> Option<std::sync::Arc<Ended>> {
    let ended = tokio::time::timeout(at_most, action.ended.wait_for(Option::is_some)).await;
    match ended {
        Ok(Ok(ended)) => ended.clone(),
        _ => None,
    }
}

async fn run(app: App, order: Order, recorded: oneshot::Sender<Result<(), PerformError>>) {
    let written = admit(&app, &order).await;
    let begun = written.is_ok();
    // The browser may have hung up: the order goes on all the same.
    let _ = recorded.send(written);
    if !begun {
        return;
    }
    let began_ms = app.clock.now_ms();
    let result = send(&app, &order).await;
    let took_ms = app.clock.now_ms() - began_ms;
    close(&app, &order, result, took_ms).await;
}

/// Allows, takes its place among what runs, and records. What is not recorded gives its place back.
async fn admit(app: &App, order: &Order) -> Result<(), PerformError> {
    allow(app, order).await?;
    app.actions
        .begin(&order.action, asked(order), app.clock.now_s())
        .map_err(|full| match full {
            Full::OfThePersons => PerformError::TooMany,
            Full::OfDestroyers => PerformError::Busy,
            Full::Repeated => PerformError::Repeated,
        })?;
    let recorded = record(app, order).await;
    if recorded.is_err() {
        app.actions.withdraw(&order.action);
    }
    recorded
}

/// Asks once more, with what the database says now: the session may have ended, the rights may have
/// changed, or the VPS may have been protected, since the request began.
async fn allow(app: &App, order: &Order) -> Result<(), PerformError> {
    let now_s = app.clock.now_s();
    let (person, holds) = session::holder(&app.db, order.session_id, now_s)
        .await
        .map_err(PerformError::Unrecorded)?
        .ok_or(PerformError::SignedOut)?;
    let vps = vps::find(&app.db, order.vps.id)
        .await
        .map_err(PerformError::Unrecorded)?
        .ok_or_else(|| PerformError::Gone(order.vps.label.clone()))?;
    access::may(&person, order.call, &vps).map_err(PerformError::Denied)?;
    if !access::needs_proof(order.call) {
        return Ok(());
    }
    let proved = order.is_current && holds;
    let shell = access::needed(order.call) == Right::Shell;
    let open = shell
        && order.is_current
        && app
            .openings
            .extend((order.session_id, vps.id), proved, now_s);
    if proved || open {
        Ok(())
    } else {
        Err(PerformError::Unproved)
    }
}

async fn record(app: &App, order: &Order) -> Result<(), PerformError> {
    let intent = Intent {
        action: order.action.clone(),
        call: order.call.name,
        vps_id: order.vps.id,
        vps: order.vps.label.clone(),
        parameters: starred(order).to_string(),
    };
    audit::intend(&app.db, &order.who, &intent, app.clock.now_ms())
        .await
        .map_err(|error| match error {
            IntentError::Repeated => PerformError::Repeated,
            IntentError::Sql(error) => PerformError::Unrecorded(error),
        })
}

fn starred(order: &Order) -> Value {
    let most_bytes = match order.call.class {
        // What ran as root stands there whole.
        Class::Shell => audit::COMMAND_MAX_BYTES,
        _ => audit::TEXT_MAX_BYTES,
    };
    let kept_text = |text: &str| audit::kept_to(text, most_bytes);
    if let Some(noted) = &order.noted {
        let kept = |(name, value): (&String, &Value)| {
            let text = kept_text(value.as_str().unwrap_or_default());
            (name.clone(), text.into())
        };
        return Value::Object(noted.iter().map(kept).collect());
    }
    let mut shown = Map::new();
    for (name, value) in &order.parameters {
        let parameter = order
            .call
            .parameters
            .iter()
            .find(|parameter| parameter.name == *name);
        let secret = parameter.is_none_or(|parameter| parameter.secret());
        let value = if secret {
            "***".to_owned()
        } else {
            kept_text(value.reveal())
        };
        shown.insert((*name).to_owned(), value.into());
    }
    Value::Object(shown)
}

/// Why a call got no reply that counts as success.
enum Trouble {
    /// It never left: the key could not be opened.
    Vault(VpsError),
    Fault(Fault),
}

async fn send(app: &App, order: &Order) -> Result<Reply, Trouble> {
    let api_key = vps::open_key(&app.db, &app.vault, order.vps.id)
        .await
        .map_err(Trouble::Vault)?;
    let credentials = Credentials {
        veid: order.vps.veid.clone(),
        api_key,
    };
    app.refresh
        .spend(order.vps.id, Purpose::Person, app.clock.now_s());
    if order.call.locks {
        // Its reply may take minutes, and the lock shows before.
        app.refresh.expect_lock(order.vps.id, app.clock.now_s());
    }
    let reply = if order.call.name == RAW_USAGE_STATS.name {
        usage::take_in(app, order.vps.id, &credentials).await
    } else {
        app.client
            .send(order.call, &credentials, &order.parameters)
            .await
    };
    reply.map_err(Trouble::Fault)
}

async fn close(app: &App, order: &Order, result: Result<Reply, Trouble>, took_ms: i64) {
    app.refresh
        .heard(app, order, &result.as_ref().map_err(fault_of))
        .await;
    let ending = ending(order.call, &result, took_ms);
    let written = audit::end(&app.db, &order.action, &ending, app.clock.now_ms()).await;
    if let Err(error) = written {
        tracing::error!(action = order.action, %error, "the outcome could not be recorded; after a restart it is unknown");
    }
    let secrets = match &result {
        Ok(reply) => reply.secrets(order.call),
        Err(_) => Vec::new(),
    };
    let mut ended = ended(order.call, result, ending.outcome, took_ms);
    let lengths = secrets.iter().map(|(_, secret)| secret.reveal().len());
    ended.size_bytes += lengths.sum::<usize>();
    app.actions.end(&order.action, ended, secrets);
}

fn fault_of(trouble: &Trouble) -> Option<&Fault> {
    match trouble {
        Trouble::Fault(fault) => Some(fault),
        Trouble::Vault(_) => None,
    }
}

fn asked(order: &Order) -> Asked {
    Asked {
        session_id: order.session_id,
        person_id: order.person.id,
        vps_id: order.vps.id,
        call: order.call,
    }
}

fn ending(call: &Call, result: &Result<Reply, Trouble>, took_ms: i64) -> Ending {
    let (outcome, code, message) = match result {
        Ok(reply) => (Outcome::Accepted, exit_status(call, reply), None),
        Err(Trouble::Vault(error)) => (Outcome::Unsent, None, Some(error.to_string())),
        Err(Trouble::Fault(fault)) => (outcome(fault), fault.code(), words(call, fault)),
    };
    Ending {
        outcome,
        code,
        message,
        took_ms: Some(took_ms),
    }
}

/// A shell command's exit status is worth a line in the log; its output never is.
fn exit_status(call: &Call, reply: &Reply) -> Option<i64> {
    (call.name == SHELL_EXEC.name)
        .then(|| reply.error())
        .flatten()
}

fn outcome(fault: &Fault) -> Outcome {
    match fault {
        Fault::Refused(_) | Fault::TooManyRequests => Outcome::Refused,
        Fault::Unreachable { .. } => Outcome::Unsent,
        _ => Outcome::Unknown,
    }
}

fn words(call: &Call, fault: &Fault) -> Option<String> {
    match fault {
        // What the shell of the VPS says is output.
        Fault::Refused(refusal) if call.class == Class::Shell && !is_api_error(refusal.code) => {
            None
        }
        Fault::Refused(refusal) => Some(refusal.message.clone()),
        Fault::Unreachable { why } | Fault::Broken { why } => Some(why.clone()),
        _ => None,
    }
}

fn ended(call: &Call, result: Result<Reply, Trouble>, outcome: Outcome, took_ms: i64) -> Ended {
    let (reply, fault) = match result {
        Ok(reply) => (Some(reply.starred(call)), None),
        Err(Trouble::Fault(fault)) => (None, Some(fault)),
        Err(Trouble::Vault(error)) => {
            tracing::error!(%error, "a key could not be opened");
            (None, None)
        }
    };
    Ended {
        outcome,
        size_bytes: reply.as_ref().map_or(0, |reply| reply.to_string().len()),
        reply,
        fault,
        took_ms,
    }
}
