//! The pictures of screens that were asked for, in memory: the newest of each session, for a short while.
//! A screen may show anything, so a picture is a secret; who may ask for one is decided elsewhere.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A picture is kept so long.
const KEPT_S: i64 = 600;
/// So many sessions have one at a time; the oldest go first.
const KEPT_MAX: usize = 16;

/// The screen of a VPS at one moment.
#[derive(Clone)]
pub struct Picture {
    /// Which VPS.
    pub vps_id: i64,
    /// The action that asked for it.
    pub action: String,
    /// When, in Unix seconds.
    pub taken_s: i64,
    /// PNG; none when KiwiVM sent no picture.
    pub png: Option<Arc<[u8]>>,
}

/// What may be on a screen is not for a log.
impl std::fmt::Debug for Picture {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Picture of VPS {}", self.vps_id)
    }
}

/// All of them, by session.
#[derive(Debug, Default)]
pub struct Screens {
    kept: Mutex<HashMap<i64, Picture>>,
}

impl Screens {
    /// Keeps the newest picture of a session.
    pub fn keep(&self, session_id: i64, picture: Picture) {
        let mut kept = self.lock(picture.taken_s);
        kept.insert(session_id, picture);
        while kept.len() > KEPT_MAX {
            let oldest = kept.iter().min_by_key(|(_, picture)| picture.taken_s);
            let Some(oldest) = oldest.map(|(session_id, _)| *session_id) else {
                return;
            };
            kept.remove(&oldest);
        }
    }

    /// The picture that this action of this session brought, while it is kept.
    #[must_use]
    pub fn find(&self, session_id: i64, action: &str, now_s: i64) -> Option<Picture> {
        let kept = self.lock(now_s);
        let picture = kept.get(&session_id)?;
        (picture.action == action).then(|| picture.clone())
    }

    /// Drops those whose time is over.
    pub fn sweep(&self, now_s: i64) {
        drop(self.lock(now_s));
    }

    /// Without those whose time is over. A clock that was set back ends it too.
    fn lock(&self, now_s: i64) -> MutexGuard<'_, HashMap<i64, Picture>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, picture| (0..KEPT_S).contains(&(now_s - picture.taken_s)));
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(action: &str, taken_s: i64) -> Picture {
        Picture {
            vps_id: 1,
            action: action.to_owned(),
            taken_s,
            png: None,
        }
    }

    #[test]
    fn a_picture_is_its_sessions_alone_and_goes_after_ten_minutes() {
        let screens = Screens::default();
        screens.keep(7, picture("a", 1000));
        assert!(screens.find(7, "a", 1599).is_some());
        assert!(screens.find(8, "a", 1599).is_none());
        assert!(screens.find(7, "b", 1599).is_none());
        assert!(screens.find(7, "a", 1600).is_none());
    }

    #[test]
    fn a_session_has_one_and_only_so_many_sessions_do() {
        let screens = Screens::default();
        screens.keep(1, picture("a", 1000));
        screens.keep(1, picture("b", 1001));
        assert!(screens.find(1, "a", 1001).is_none());
        for session_id in 2..40 {
            screens.keep(session_id, picture("c", 1001 + session_id));
        }
        assert!(screens.find(1, "b", 1050).is_none());
        assert_eq!(screens.lock(1050).len(), KEPT_MAX);
    }
}
