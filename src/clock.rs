//! The only place that knows what time it is. Tests turn it by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Tells the time: the machine's, or one that a test turns.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    turned: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Clock {
        Clock { turned: None }
    }

    /// A clock that stands still at this Unix time, in seconds, until it is turned.
    #[must_use]
    pub fn standing_at(now_s: i64) -> Clock {
        Clock {
            turned: Some(Arc::new(AtomicI64::new(now_s * 1000))),
        }
    }

    /// Unix time in seconds.
    #[must_use]
    pub fn now_s(&self) -> i64 {
        self.now_ms().div_euclid(1000)
    }

    /// Unix time in milliseconds.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        match &self.turned {
            Some(now_ms) => now_ms.load(Ordering::SeqCst),
            None => system_now_ms(),
        }
    }

    /// Turns a standing clock forward, or back. The machine's clock cannot be turned.
    pub fn turn(&self, seconds: i64) {
        if let Some(now_ms) = &self.turned {
            now_ms.fetch_add(seconds * 1000, Ordering::SeqCst);
        }
    }
}

/// Milliseconds since 1970; a machine whose clock stands before that counts as 1970.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
fn system_now_ms() -> i64 {
    let since_1970 = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX)
}
