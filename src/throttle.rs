//! Holds back those who guess passwords: per address, and per name and address. A browser in which the
//! person has signed in before counts by itself: nobody can lock a person out by guessing, not even
//! from the person's own address. Doors without a name count per address, each by itself.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// So many wrong passwords are free.
const FREE_TRIES: u32 = 10;
/// So many questions for a passkey: many people may sit behind one address, and look away.
const FREE_QUESTIONS: u32 = 30;
/// The first wait; each further wrong password doubles it.
const WAIT_MIN_S: i64 = 30;
/// The longest wait.
const WAIT_MAX_S: i64 = 3600;
/// After so long without a wrong password all is forgotten.
const FORGET_AFTER_S: i64 = 24 * 3600;
/// No more keys than this are kept: an attacker's addresses cost us little memory.
const KEYS_MAX: usize = 20_000;

/// Whoever tries a password.
#[derive(Clone, Copy, Debug)]
pub struct Guesser<'a> {
    /// The canonical name that is tried.
    pub name: &'a str,
    /// Where from.
    pub address: IpAddr,
    /// The row of the browser, if the person of this name has signed in there before.
    pub device_id: Option<i64>,
}

/// Where a stranger tries something that belongs to no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Door {
    /// A link that lets somebody in, or a name on its page.
    Link,
    /// The code of the first start.
    SetUp,
    /// Asking what a passkey has to answer.
    Question,
    /// Answering it.
    Passkey,
}

/// Who guesses: an address, alone, at one name or at one door, or a browser that the person of a name
/// knows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Address(IpAddr),
    NameAndAddress(String, IpAddr),
    Device(i64),
    Door(Door, IpAddr),
}

impl Key {
    const fn free_tries(&self) -> u32 {
        match self {
            Key::Door(Door::Question, _) => FREE_QUESTIONS,
            _ => FREE_TRIES,
        }
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Tries {
    wrong: u32,
    last_s: i64,
}

impl Tries {
    fn wait_until_s(self, free_tries: u32, now_s: i64) -> i64 {
        // A clock that was set back must not make a wait endless.
        if self.wrong < free_tries || self.last_s - now_s > WAIT_MAX_S {
            return i64::MIN;
        }
        let doublings = (self.wrong - free_tries).min(16);
        self.last_s + (WAIT_MIN_S << doublings).min(WAIT_MAX_S)
    }
}

/// Counts wrong passwords in memory.
#[derive(Debug, Default)]
pub struct Throttle {
    tries: Mutex<HashMap<Key, Tries>>,
}

impl Throttle {
    /// Takes one try. Nothing when it may go on, else the seconds to wait. The try counts as wrong
    /// until [`Throttle::right`] takes it back, so that many at once do not get past the count.
    #[must_use]
    pub fn take(&self, guesser: &Guesser<'_>, now_s: i64) -> Option<i64> {
        self.take_all(keys(guesser), now_s)
    }

    /// Takes one try at a door, which counts as wrong until [`Throttle::give_back`].
    #[must_use]
    pub fn take_at(&self, door: Door, address: IpAddr, now_s: i64) -> Option<i64> {
        self.take_all(vec![Key::Door(door, network(address))], now_s)
    }

    /// It was right, or no guess at all: the address gets its try at this door back.
    pub fn give_back(&self, door: Door, address: IpAddr) {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tries) = tries.get_mut(&Key::Door(door, network(address))) {
            tries.wrong = tries.wrong.saturating_sub(1);
        }
    }

    fn take_all(&self, keys: Vec<Key>, now_s: i64) -> Option<i64> {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        make_room(&mut tries, now_s);
        let wait_until_s = keys
            .iter()
            .filter_map(|key| Some(tries.get(key)?.wait_until_s(key.free_tries(), now_s)))
            .max();
        if let Some(wait_until_s) = wait_until_s
            && wait_until_s > now_s
        {
            return Some(wait_until_s - now_s);
        }
        for key in keys {
            let tries = tries.entry(key).or_default();
            if (now_s - tries.last_s).abs() > FORGET_AFTER_S {
                tries.wrong = 0;
            }
            tries.wrong += 1;
            tries.last_s = now_s;
        }
        None
    }

    /// The password was right: this name from this address starts anew, and so does a known browser;
    /// the address gets its try back.
    pub fn right(&self, guesser: &Guesser<'_>) {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        for key in keys(guesser) {
            if !matches!(key, Key::Address(_)) {
                tries.remove(&key);
            } else if let Some(tries) = tries.get_mut(&key) {
                tries.wrong = tries.wrong.saturating_sub(1);
            }
        }
    }
}

/// Keeps the memory bounded: first what is old goes, then whoever waits for nothing, then all.
fn make_room(tries: &mut HashMap<Key, Tries>, now_s: i64) {
    if tries.len() + 2 <= KEYS_MAX {
        return;
    }
    tries.retain(|_, tries| (now_s - tries.last_s).abs() < WAIT_MAX_S);
    if tries.len() > KEYS_MAX / 2 {
        tries.retain(|key, tries| tries.wrong >= key.free_tries());
    }
    if tries.len() > KEYS_MAX / 2 {
        tries.clear();
    }
}

fn keys(guesser: &Guesser<'_>) -> Vec<Key> {
    if let Some(device_id) = guesser.device_id {
        return vec![Key::Device(device_id)];
    }
    let address = network(guesser.address);
    vec![
        Key::Address(address),
        Key::NameAndAddress(guesser.name.to_owned(), address),
    ]
}

/// An IPv6 guesser has a whole /64 to itself: it counts as one address.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(ip) => {
            let mut segments = ip.segments();
            segments[4..].fill(0);
            IpAddr::V6(segments.into())
        }
        ipv4 => ipv4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: &str = "192.0.2.7";

    fn at<'a>(name: &'a str, address: &str) -> Guesser<'a> {
        Guesser {
            name,
            address: address.parse().unwrap(),
            device_id: None,
        }
    }

    #[test]
    fn after_ten_wrong_passwords_the_wait_begins_and_grows() {
        let throttle = Throttle::default();
        for _ in 0..10 {
            assert_eq!(throttle.take(&at("ada", HERE), 1000), None);
        }
        assert_eq!(throttle.take(&at("ada", HERE), 1000), Some(30));
        assert_eq!(throttle.take(&at("ada", HERE), 1029), Some(1));
        assert_eq!(throttle.take(&at("ada", HERE), 1030), None);
        assert_eq!(throttle.take(&at("ada", HERE), 1030), Some(60));
        assert_eq!(throttle.take(&at("ada", HERE), 1030 + 2 * 86400), None);
    }

    #[test]
    fn nobody_is_locked_out_from_another_address() {
        let throttle = Throttle::default();
        for _ in 0..50 {
            let _ = throttle.take(&at("ada", HERE), 1000);
        }
        assert_eq!(throttle.take(&at("ada", "198.51.100.1"), 1000), None);
    }

    #[test]
    fn one_address_cannot_try_ten_passwords_at_each_of_many_names() {
        let throttle = Throttle::default();
        for index in 0..10 {
            assert_eq!(
                throttle.take(&at(&format!("person{index}"), HERE), 1000),
                None
            );
        }
        assert!(throttle.take(&at("another", HERE), 1000).is_some());
    }

    #[test]
    fn the_addresses_of_one_ipv6_network_count_together() {
        let throttle = Throttle::default();
        for index in 0..10 {
            let _ = throttle.take(&at("ada", &format!("2001:db8::{index}")), 1000);
        }
        assert!(throttle.take(&at("ada", "2001:db8::ffff"), 1000).is_some());
        assert_eq!(throttle.take(&at("ada", "2001:db8:1::1"), 1000), None);
    }

    #[test]
    fn each_door_counts_by_itself_and_gives_back_what_was_right() {
        let throttle = Throttle::default();
        let here = HERE.parse().unwrap();
        for _ in 0..20 {
            assert_eq!(throttle.take_at(Door::Link, here, 1000), None);
            throttle.give_back(Door::Link, here);
        }
        for _ in 0..10 {
            assert_eq!(throttle.take_at(Door::Link, here, 1000), None);
        }
        assert_eq!(throttle.take_at(Door::Link, here, 1000), Some(30));
        assert_eq!(throttle.take_at(Door::SetUp, here, 1000), None);
        assert_eq!(throttle.take(&at("ada", HERE), 1000), None);
    }

    #[test]
    fn a_crowd_of_addresses_costs_little_memory_and_frees_no_guesser() {
        let throttle = Throttle::default();
        for _ in 0..11 {
            let _ = throttle.take(&at("ada", HERE), 1000);
        }
        for index in 0..30_000_u32 {
            let address = std::net::Ipv4Addr::from(0x0a00_0000 + index);
            let _ = throttle.take(&at("bob", &address.to_string()), 1000);
        }
        assert!(throttle.tries.lock().unwrap().len() <= KEYS_MAX);
        assert!(throttle.take(&at("ada", HERE), 1000).is_some());
    }

    #[test]
    fn r_clock_a_wait_ends_although_the_clock_was_set_back() {
        let throttle = Throttle::default();
        for _ in 0..20 {
            let _ = throttle.take(&at("ada", HERE), 2_000_000_000);
        }
        assert_eq!(throttle.take(&at("ada", HERE), 1_000_000_000), None);
    }

    #[test]
    fn a_right_password_starts_the_name_anew() {
        let throttle = Throttle::default();
        for _ in 0..9 {
            let _ = throttle.take(&at("ada", HERE), 1000);
        }
        assert_eq!(throttle.take(&at("ada", HERE), 1000), None);
        throttle.right(&at("ada", HERE));
        assert_eq!(throttle.take(&at("ada", HERE), 1000), None);
    }

    #[test]
    fn t_login_dos_a_known_browser_waits_for_its_own_guesses_and_for_no_others() {
        let throttle = Throttle::default();
        for _ in 0..20 {
            let _ = throttle.take(&at("ada", HERE), 1000);
        }
        let known = |device_id| Guesser {
            device_id: Some(device_id),
            ..at("ada", HERE)
        };
        for _ in 0..10 {
            assert_eq!(throttle.take(&known(7), 1000), None);
        }
        assert_eq!(throttle.take(&known(7), 1000), Some(30));
        assert_eq!(throttle.take(&known(8), 1000), None);
        throttle.right(&known(7));
        assert_eq!(throttle.take(&known(7), 1000), None);
    }
}
