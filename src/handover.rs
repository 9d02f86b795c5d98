//! A snapshot goes from one VPS of the panel to another: an export there, an import here. Each is a
//! call of its own, which passes `perform`; the token between them is in memory and nowhere else.

use crate::actions::Ended;
use crate::app::App;
use crate::model::audit::Outcome;
use crate::model::session;
use crate::perform::{self, Order, PerformError};
use crate::secret::Secret;
use std::sync::Arc;
use std::time::Duration;

/// The field of the export's reply that the import takes.
const TOKEN: &str = "token";
/// Longer than any export may take.
const EXPORT_WITHIN: Duration = Duration::from_secs(60);
/// So often, and for so long, the second sending of a form looks whether the first has come to its
/// import.
const LOOKS: u32 = 20;
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Both calls. The import has no token yet.
#[derive(Debug)]
pub struct Handover {
    /// On the VPS that has the snapshot.
    pub export: Order,
    /// On the VPS that gets it.
    pub import: Order,
}

impl Handover {
    /// Both calls, unless they go by one id: then the second would count as sent, and the token be lost.
    #[must_use]
    pub fn new(export: Order, import: Order) -> Option<Handover> {
        (export.action != import.action).then_some(Handover { export, import })
    }
}

/// Why no import was begun.
#[derive(Debug, thiserror::Error)]
pub enum HandoverError {
    /// The export was not begun.
    #[error("the export was not begun: {0}")]
    Unbegun(PerformError),
    /// The export did not succeed, or nobody knows whether it did.
    #[error("the export did not succeed")]
    NotExported(Option<Arc<Ended>>),
    /// KiwiVM exported, and the import was not begun; why, if a token came.
    #[error("the import was not begun")]
    NotImported(Option<PerformError>),
    /// The same form was sent before: what that came to, stands.
    #[error("this form was sent before")]
    Repeated,
}

/// Exports, waits for the token, and begins the import. A browser that hangs up meanwhile changes
/// nothing: no export is left without its import.
///
/// # Errors
/// See [`HandoverError`]; after each of them this sending imported nothing.
pub async fn begin(app: &App, handover: Handover) -> Result<(), HandoverError> {
    let task = app.tasks.spawn(run(app.clone(), handover));
    task.await.unwrap_or(Err(HandoverError::NotImported(None)))
}

async fn run(app: App, Handover { export, mut import }: Handover) -> Result<(), HandoverError> {
    let (action, session_id) = (export.action.clone(), export.session_id);
    holds_to_the_end(&app, &export)
        .await
        .map_err(HandoverError::Unbegun)?;
    let is_first = match perform::perform(&app, export).await {
        Ok(()) => true,
        Err(PerformError::Repeated) => false,
        Err(error) => return Err(HandoverError::Unbegun(error)),
    };
    if !exported(&app, &action).await? || !is_first {
        wait_for_the_first(&app, &import.action).await;
        return Err(HandoverError::Repeated);
    }
    let token = token(&app, &action, session_id).ok_or(HandoverError::NotImported(None))?;
    import.parameters.push(("sourceToken", token));
    perform::perform(&app, import).await.map_err(|error| {
        tracing::warn!(%error, "a snapshot was exported, and its import not begun");
        HandoverError::NotImported(Some(error))
    })
}

/// A token that no import takes is thrown away: the proof must last until the export has ended.
async fn holds_to_the_end(app: &App, export: &Order) -> Result<(), PerformError> {
    let until_s = app.clock.now_s() + EXPORT_WITHIN.as_secs().cast_signed();
    let holder = session::holder(&app.db, export.session_id, until_s).await;
    let (_, holds) = holder
        .map_err(PerformError::Unrecorded)?
        .ok_or(PerformError::SignedOut)?;
    match holds {
        true => Ok(()),
        false => Err(PerformError::Unproved),
    }
}

/// Waits for the export. False when it is so long over that nothing of it is in memory.
async fn exported(app: &App, action: &str) -> Result<bool, HandoverError> {
    let Some(action) = app.actions.find(action, app.clock.now_s()) else {
        return Ok(false);
    };
    match perform::wait(action, EXPORT_WITHIN).await {
        Some(ended) if ended.outcome == Outcome::Accepted => Ok(true),
        other => Err(HandoverError::NotExported(other)),
    }
}

fn token(app: &App, action: &str, session_id: i64) -> Option<Secret> {
    let secrets = app.actions.take_secrets(action, session_id);
    let mut secrets = secrets.into_iter();
    secrets
        .find(|(path, _)| path == TOKEN)
        .map(|(_, token)| token)
}

async fn wait_for_the_first(app: &App, import: &str) {
    for _ in 0..LOOKS {
        if app.actions.find(import, app.clock.now_s()).is_some() {
            return;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
