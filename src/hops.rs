//! Who passed on a client's address without being a trusted proxy: most often a proxy that nobody
//! named in the settings. It only remembers the last one; nothing is believed here.

use std::net::IpAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

/// One is noted at most once in this time: every request through such a proxy comes past here.
const NOTE_EVERY_S: i64 = 3600;
/// After so long without another one, it is forgotten.
const FORGET_AFTER_S: i64 = 24 * 3600;

/// A peer that sent `X-Forwarded-For`, or one of its kind, and is no trusted proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UntrustedHop {
    /// Its address.
    pub peer: IpAddr,
    /// When it was noted, in Unix time; it may have come again since, within the hour.
    pub at_s: i64,
}

/// The last untrusted hop, in memory.
#[derive(Debug)]
pub struct Hops {
    noted_at_s: AtomicI64,
    last: Mutex<Option<UntrustedHop>>,
}

impl Default for Hops {
    fn default() -> Hops {
        Hops {
            noted_at_s: AtomicI64::new(i64::MIN),
            last: Mutex::new(None),
        }
    }
}

impl Hops {
    /// Notes an untrusted hop, unless one was noted within the hour.
    pub fn note(&self, peer: IpAddr, now_s: i64) {
        let noted_at_s = self.noted_at_s.load(Ordering::Relaxed);
        if is_within(NOTE_EVERY_S, noted_at_s, now_s) {
            return;
        }
        self.noted_at_s.store(now_s, Ordering::Relaxed);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some(UntrustedHop { peer, at_s: now_s });
        tracing::warn!(
            %peer,
            "it passes addresses of clients on, but is not in KIWIDECK_TRUSTED_PROXIES: they are not believed"
        );
    }

    /// The last untrusted hop of the last 24 hours.
    #[must_use]
    pub fn last(&self, now_s: i64) -> Option<UntrustedHop> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.filter(|hop| is_within(FORGET_AFTER_S, hop.at_s, now_s))
    }
}

/// Whether something happened at most so long ago. What lies in the future has not: the clock was
/// set back.
fn is_within(limit_s: i64, at_s: i64, now_s: i64) -> bool {
    (0..limit_s).contains(&now_s.saturating_sub(at_s))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_S: i64 = 1_780_000_000;

    fn peer(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[test]
    fn the_last_hop_is_kept_for_a_day_and_changed_once_an_hour() {
        let hops = Hops::default();
        assert_eq!(hops.last(NOW_S), None);
        hops.note(peer(1), NOW_S);
        hops.note(peer(2), NOW_S + NOTE_EVERY_S - 1);
        let first = UntrustedHop {
            peer: peer(1),
            at_s: NOW_S,
        };
        assert_eq!(hops.last(NOW_S + FORGET_AFTER_S - 1), Some(first));
        assert_eq!(hops.last(NOW_S + FORGET_AFTER_S), None);
        hops.note(peer(2), NOW_S + NOTE_EVERY_S);
        assert_eq!(hops.last(NOW_S + NOTE_EVERY_S).unwrap().peer, peer(2));
    }

    #[test]
    fn r_clock_a_clock_that_was_set_back_neither_keeps_a_hop_nor_hides_the_next() {
        let hops = Hops::default();
        hops.note(peer(1), NOW_S);
        let earlier_s = NOW_S - FORGET_AFTER_S;
        assert_eq!(hops.last(earlier_s), None);
        hops.note(peer(2), earlier_s);
        assert_eq!(hops.last(earlier_s).unwrap().peer, peer(2));
    }
}
