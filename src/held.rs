//! Requests that wait until their person has proved who they are: in memory only, since what was
//! typed may be secret, for ten minutes, for the session that sent them. It sends nothing itself.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use zeroize::Zeroizing;

/// A held request waits so long.
const HELD_S: i64 = 600;
/// One session has so many waiting; its oldest go first.
const OF_A_SESSION_MAX: usize = 4;
/// So many wait in all; the oldest go first.
const ALL_MAX: usize = 64;

/// A form that was sent too early.
#[derive(Clone)]
pub struct Request {
    /// Below the base path, with the query.
    pub path: String,
    /// What the body is.
    pub content_type: String,
    /// As it was sent.
    pub body: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for Request {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Request({}, ***)", self.path)
    }
}

struct Waiting {
    session_id: i64,
    since_s: i64,
    request: Request,
}

/// All that wait, by a random id.
#[derive(Default)]
pub struct Held(Mutex<HashMap<String, Waiting>>);

impl std::fmt::Debug for Held {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Held")
    }
}

impl Held {
    /// Keeps a request of this session under this id.
    pub fn hold(&self, id: &str, session_id: i64, request: Request, now_s: i64) {
        let mut held = self.lock();
        make_room(&mut held, session_id, now_s);
        let waiting = Waiting {
            session_id,
            since_s: now_s,
            request,
        };
        held.insert(id.to_owned(), waiting);
    }

    /// The path of a request of this session that still waits.
    #[must_use]
    pub fn path(&self, id: &str, session_id: i64, now_s: i64) -> Option<String> {
        let held = self.lock();
        let waiting = held.get(id)?;
        waiting
            .is_of(session_id, now_s)
            .then(|| waiting.request.path.clone())
    }

    /// Hands out a request of this session, once.
    #[must_use]
    pub fn take(&self, id: &str, session_id: i64, now_s: i64) -> Option<Request> {
        let mut held = self.lock();
        if !held.get(id)?.is_of(session_id, now_s) {
            return None;
        }
        held.remove(id).map(|waiting| waiting.request)
    }

    /// Drops what has waited too long.
    pub fn sweep(&self, now_s: i64) {
        self.lock().retain(|_, waiting| waiting.is_fresh(now_s));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn is_of(&self, session_id: i64, now_s: i64) -> bool {
        self.session_id == session_id && self.is_fresh(now_s)
    }

    fn is_fresh(&self, now_s: i64) -> bool {
        (0..HELD_S).contains(&(now_s - self.since_s))
    }
}

fn make_room(held: &mut HashMap<String, Waiting>, session_id: i64, now_s: i64) {
    held.retain(|_, waiting| waiting.is_fresh(now_s));
    drop_oldest(held, OF_A_SESSION_MAX, |waiting| {
        waiting.session_id == session_id
    });
    drop_oldest(held, ALL_MAX, |_| true);
}

/// Drops the oldest of these until there is room for one more.
fn drop_oldest(
    held: &mut HashMap<String, Waiting>,
    most: usize,
    counts: impl Fn(&Waiting) -> bool,
) {
    let mut ids: Vec<(i64, String)> = held
        .iter()
        .filter(|(_, waiting)| counts(waiting))
        .map(|(id, waiting)| (waiting.since_s, id.clone()))
        .collect();
    ids.sort();
    let surplus = (ids.len() + 1).saturating_sub(most);
    for (_, id) in ids.into_iter().take(surplus) {
        held.remove(&id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(path: &str) -> Request {
        Request {
            path: path.into(),
            content_type: "application/x-www-form-urlencoded".into(),
            body: Zeroizing::new(b"api_key=private_TEST".to_vec()),
        }
    }

    #[test]
    fn t_stepup_a_held_request_goes_once_and_only_to_its_session() {
        let held = Held::default();
        held.hold("a", 1, request("/vps/7/edit"), 1000);
        assert!(held.take("a", 2, 1000).is_none());
        assert!(held.take("a", 1, 1000 + HELD_S).is_none());
        assert_eq!(held.path("a", 1, 1000).as_deref(), Some("/vps/7/edit"));
        assert_eq!(held.take("a", 1, 1000).unwrap().path, "/vps/7/edit");
        assert!(held.take("a", 1, 1000).is_none());
    }

    #[test]
    fn little_is_held_of_one_session_and_of_all() {
        let held = Held::default();
        for index in 0..1000_i64 {
            let id = format!("{index}");
            held.hold(&id, index % 100, request("/"), 1000 + index / 10);
        }
        assert!(held.lock().len() <= ALL_MAX);
        for index in 0..10_i64 {
            held.hold(&format!("own {index}"), 7, request("/"), 1200 + index);
        }
        let own = held
            .lock()
            .values()
            .filter(|own| own.session_id == 7)
            .count();
        assert_eq!(own, OF_A_SESSION_MAX);
        assert!(held.path("own 9", 7, 1210).is_some());
    }

    #[test]
    fn t_secret_leak_a_held_request_does_not_print_what_was_typed() {
        assert!(!format!("{:?}", request("/x")).contains("private"));
    }
}
