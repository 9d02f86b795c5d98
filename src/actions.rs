//! The actions that run or have just ended, in memory: their replies, and for a short while the
//! secrets in them, for the session that asked. What must last is in the audit log.

use crate::kiwivm::call::Call;
use crate::kiwivm::error::Fault;
use crate::model::audit::Outcome;
use crate::secret::Secret;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// A secret, and the reply it came in, waits this long.
pub const KEPT_S: i64 = 600;
/// All replies kept at a time; the oldest go first.
const KEPT_MAX_BYTES: usize = 64 * 1024 * 1024;

/// So many calls of one person run at a time: each may hold a reply of many megabytes.
const RUNNING_MAX: usize = 8;

/// Why there is no room for one more action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// This person has many calls running.
    OfThePersons,
    /// A destroying call runs on this VPS, and its reply is not in yet.
    OfDestroyers,
    /// This action runs, or ended a moment ago.
    Repeated,
}

/// How an action ended, with what KiwiVM replied.
#[derive(Debug)]
pub struct Ended {
    /// Accepted, refused, unknown or unsent.
    pub outcome: Outcome,
    /// The reply, secret fields starred; none without a whole reply.
    pub reply: Option<Value>,
    /// Why it did not succeed.
    pub fault: Option<Fault>,
    /// How long it took.
    pub took_ms: i64,
    /// About how much memory the reply and its secrets hold.
    pub size_bytes: usize,
}

/// An action that runs or has just ended.
#[derive(Clone, Debug)]
pub struct Action {
    /// The session that asked: only it sees secrets.
    pub session_id: i64,
    /// The person who asked.
    pub person_id: i64,
    /// The VPS.
    pub vps_id: i64,
    /// The call.
    pub call: &'static Call,
    /// When it was asked for.
    pub began_s: i64,
    /// How it ended; none while it runs.
    pub ended: watch::Receiver<Option<Arc<Ended>>>,
}

struct Kept {
    action: Action,
    ending: watch::Sender<Option<Arc<Ended>>>,
    secrets: Vec<(String, Secret)>,
}

/// All of them, by action id.
#[derive(Default)]
pub struct Actions {
    kept: Mutex<HashMap<String, Kept>>,
}

impl std::fmt::Debug for Actions {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Actions")
    }
}

/// A new action id: 128 random bits in hexadecimal.
///
/// # Errors
/// When the machine gives no random numbers.
pub fn new_id() -> std::io::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

/// Whether this could be an action id: nothing else is looked up or written.
#[must_use]
pub fn is_id(text: &str) -> bool {
    text.len() == 32
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Who asks for what.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// The session that asks.
    pub session_id: i64,
    /// The person who asks.
    pub person_id: i64,
    /// The VPS.
    pub vps_id: i64,
    /// The call.
    pub call: &'static Call,
}

impl Actions {
    /// Keeps a new action, which runs, if there is room for it.
    ///
    /// # Errors
    /// See [`Full`].
    pub fn begin(&self, id: &str, asked: Asked, now_s: i64) -> Result<(), Full> {
        let (ending, ended) = watch::channel(None);
        let action = Action {
            session_id: asked.session_id,
            person_id: asked.person_id,
            vps_id: asked.vps_id,
            call: asked.call,
            began_s: now_s,
            ended,
        };
        let mut kept = self.lock();
        sweep(&mut kept, now_s);
        if kept.contains_key(id) {
            return Err(Full::Repeated);
        }
        check_room(&kept, &action)?;
        kept.insert(
            id.to_owned(),
            Kept {
                action,
                ending,
                secrets: Vec::new(),
            },
        );
        Ok(())
    }

    /// Takes back an action that was not recorded and so never left.
    pub fn withdraw(&self, id: &str) {
        self.lock().remove(id);
    }

    /// Notes how an action ended, and wakes those who wait for it.
    pub fn end(&self, id: &str, ended: Ended, secrets: Vec<(String, Secret)>) {
        let mut kept = self.lock();
        if let Some(kept) = kept.get_mut(id) {
            kept.secrets = secrets;
            kept.ending.send_replace(Some(Arc::new(ended)));
        }
    }

    /// The action, while it runs and for ten minutes after.
    #[must_use]
    pub fn find(&self, id: &str, now_s: i64) -> Option<Action> {
        let mut kept = self.lock();
        sweep(&mut kept, now_s);
        kept.get(id).map(|kept| kept.action.clone())
    }

    /// Drops what is too old to be shown, secrets above all.
    pub fn sweep(&self, now_s: i64) {
        sweep(&mut self.lock(), now_s);
    }

    /// How many secrets of this action wait for this session.
    #[must_use]
    pub fn secrets_waiting(&self, id: &str, session_id: i64) -> usize {
        let kept = self.lock();
        kept.get(id)
            .filter(|kept| kept.action.session_id == session_id)
            .map_or(0, |kept| kept.secrets.len())
    }

    /// Hands out the secrets of this action to the session that asked, once.
    #[must_use]
    pub fn take_secrets(&self, id: &str, session_id: i64) -> Vec<(String, Secret)> {
        let mut kept = self.lock();
        match kept.get_mut(id) {
            Some(kept) if kept.action.session_id == session_id => std::mem::take(&mut kept.secrets),
            _ => Vec::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a new action may run beside those that run now.
fn check_room(kept: &HashMap<String, Kept>, new: &Action) -> Result<(), Full> {
    let running = || {
        let actions = kept.values().map(|kept| &kept.action);
        actions.filter(|action| action.ended.borrow().is_none())
    };
    let of_person = running().filter(|action| action.person_id == new.person_id);
    if of_person.count() >= RUNNING_MAX {
        return Err(Full::OfThePersons);
    }
    let destroys = |action: &&Action| action.call.is_destroy() && action.vps_id == new.vps_id;
    if new.call.is_destroy() && running().any(|action| destroys(&action)) {
        return Err(Full::OfDestroyers);
    }
    Ok(())
}

/// Drops what has ended and is old, and then the oldest until the rest fits.
fn sweep(kept: &mut HashMap<String, Kept>, now_s: i64) {
    kept.retain(|_, kept| {
        let running = kept.ending.borrow().is_none();
        running
            || now_s - kept.action.began_s
                < KEPT_S + kept.action.call.time_limit.as_secs().cast_signed()
    });
    let mut sizes: Vec<(i64, String, usize)> = kept
        .iter()
        .filter_map(|(id, kept)| {
            let size_bytes = kept.ending.borrow().as_ref()?.size_bytes;
            Some((kept.action.began_s, id.clone(), size_bytes))
        })
        .collect();
    let mut total: usize = sizes.iter().map(|(_, _, size)| size).sum();
    sizes.sort();
    for (_, id, size) in sizes {
        if total <= KEPT_MAX_BYTES {
            break;
        }
        kept.remove(&id);
        total -= size;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kiwivm::calls::find;

    const ID: &str = "0123456789abcdef0123456789abcdef";

    fn asked(session_id: i64) -> Asked {
        Asked {
            session_id,
            person_id: 1,
            vps_id: 7,
            call: find("resetRootPassword").unwrap(),
        }
    }

    fn ended(size_bytes: usize) -> Ended {
        Ended {
            outcome: Outcome::Accepted,
            reply: None,
            fault: None,
            took_ms: 1,
            size_bytes,
        }
    }

    #[test]
    fn a_secret_is_handed_out_once_and_only_to_the_session_that_asked() {
        let actions = Actions::default();
        actions.begin(ID, asked(3), 1000).unwrap();
        actions.end(
            ID,
            ended(10),
            vec![("password".into(), Secret::new("hunter22"))],
        );
        assert_eq!(actions.secrets_waiting(ID, 4), 0);
        assert!(actions.take_secrets(ID, 4).is_empty());
        assert_eq!(actions.secrets_waiting(ID, 3), 1);
        assert_eq!(actions.take_secrets(ID, 3).len(), 1);
        assert!(actions.take_secrets(ID, 3).is_empty());
    }

    #[test]
    fn after_ten_minutes_reply_and_secrets_are_gone() {
        let actions = Actions::default();
        actions.begin(ID, asked(3), 1000).unwrap();
        assert!(actions.find(ID, 1000 + 86400).is_some(), "it still runs");
        actions.end(ID, ended(10), vec![]);
        assert!(actions.find(ID, 1000 + KEPT_S).is_some());
        assert!(actions.find(ID, 1000 + KEPT_S + 21).is_none());
    }

    #[test]
    fn many_large_replies_push_out_the_oldest() {
        let actions = Actions::default();
        for index in 0..5 {
            let id = format!("{index:032x}");
            actions.begin(&id, asked(3), 1000 + index).unwrap();
            actions.end(&id, ended(30 * 1024 * 1024), vec![]);
        }
        assert!(actions.find(&format!("{:032x}", 0), 1005).is_none());
        assert!(actions.find(&format!("{:032x}", 4), 1005).is_some());
    }

    #[test]
    fn one_destroying_call_runs_on_a_vps_at_a_time_and_its_reply_makes_room() {
        let actions = Actions::default();
        let destroying = |vps_id| Asked {
            vps_id,
            call: find("reinstallOS").unwrap(),
            ..asked(3)
        };
        let id = |index| format!("{index:032x}");
        actions.begin(&id(0), destroying(7), 1000).unwrap();
        let second = actions.begin(&id(1), destroying(7), 1000);
        assert_eq!(second, Err(Full::OfDestroyers));
        actions.begin(&id(2), destroying(8), 1000).unwrap();
        actions.begin(&id(3), asked(3), 1000).unwrap();
        let unknown = Ended {
            outcome: Outcome::Unknown,
            ..ended(0)
        };
        actions.end(&id(0), unknown, vec![]);
        actions.begin(&id(4), destroying(7), 1000).unwrap();
    }
}
