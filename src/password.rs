//! Hashes and checks passwords with argon2id, two at a time, whatever comes. It knows no person.

use crate::secret::Secret;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{OnceCell, Semaphore};

/// The fewest characters a password may have.
pub const LENGTH_MIN: usize = 10;
/// The most bytes a password may have: more is work for us and safety for nobody.
pub const LENGTH_MAX_BYTES: usize = 1024;

/// How much work one hash is.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Memory of one hash.
    pub memory_kib: u32,
    /// Passes over that memory.
    pub passes: u32,
}

impl Default for Cost {
    /// OWASP's first choice for argon2id with one lane.
    fn default() -> Cost {
        Cost {
            memory_kib: 46 * 1024,
            passes: 2,
        }
    }
}

/// Hashes passwords, at most two at the same time: 200 sign-ins at once cost time, not memory.
#[derive(Clone, Debug)]
pub struct Hasher {
    argon2: Argon2<'static>,
    permits: Arc<Semaphore>,
    computed: Arc<AtomicU64>,
    stand_in: Arc<OnceCell<String>>,
}

/// Hashing failed: no memory, no random numbers, or the program is stopping.
#[derive(Debug, thiserror::Error)]
#[error("the password could not be hashed: {0}")]
pub struct HashError(String);

impl Hasher {
    /// A hasher of this cost.
    ///
    /// # Errors
    /// When argon2 refuses the cost.
    pub fn new(cost: Cost) -> Result<Hasher, HashError> {
        let params = Params::new(cost.memory_kib, cost.passes, 1, None).map_err(failed)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        Ok(Hasher {
            argon2,
            permits: Arc::new(Semaphore::new(2)),
            computed: Arc::default(),
            stand_in: Arc::default(),
        })
    }

    /// The hash of a password as a PHC string.
    ///
    /// # Errors
    /// When the machine cannot compute it.
    pub async fn hash(&self, password: Secret) -> Result<String, HashError> {
        let argon2 = self.argon2.clone();
        self.compute(move || hash(&argon2, password.reveal()))
            .await?
    }

    /// Whether the password is the one that was hashed. Without a hash (an unknown name) the same
    /// work is done against a stand-in, and the answer is no.
    ///
    /// # Errors
    /// When the machine cannot compute it.
    pub async fn check(&self, password: Secret, hash: Option<String>) -> Result<bool, HashError> {
        let known = hash.is_some();
        // Made before either way, so that the first unknown name costs no more than a known one.
        let stand_in = self.stand_in().await?;
        let hash = hash.unwrap_or(stand_in);
        let argon2 = self.argon2.clone();
        let fits = self
            .compute(move || {
                PasswordHash::new(&hash).is_ok_and(|hash| {
                    argon2
                        .verify_password(password.reveal().as_bytes(), &hash)
                        .is_ok()
                })
            })
            .await?;
        Ok(fits && known)
    }

    /// The hash that an unknown name is checked against. It is made at the first sign-in and not at
    /// the start, which it would make slow.
    async fn stand_in(&self) -> Result<String, HashError> {
        let argon2 = self.argon2.clone();
        let make = || async {
            self.work(move || hash(&argon2, "no person has this password"))
                .await?
        };
        self.stand_in.get_or_try_init(make).await.cloned()
    }

    /// How many hashes were computed since the start: what a sign-in costs is counted, not timed.
    #[must_use]
    pub fn computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }

    async fn compute<T: Send + 'static>(
        &self,
        hashing: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HashError> {
        let computed = self.computed.clone();
        self.work(move || {
            computed.fetch_add(1, Ordering::Relaxed);
            hashing()
        })
        .await
    }

    /// Works on a thread of its own, at most two at a time. The place is given back when the work
    /// is done and not when nobody waits for it any more: it cannot be stopped in the middle.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HashError> {
        let permit = self.permits.clone().acquire_owned().await.map_err(failed)?;
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop(permit);
            done
        })
        .await
        .map_err(failed)
    }
}

fn hash(argon2: &Argon2<'_>, password: &str) -> Result<String, HashError> {
    let hash: PasswordHash = argon2.hash_password(password.as_bytes()).map_err(failed)?;
    Ok(hash.to_string())
}

fn failed(error: impl std::fmt::Display) -> HashError {
    HashError(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_checked_against_its_hash_and_an_unknown_name_costs_the_same() {
        let cost = Cost {
            memory_kib: 64,
            passes: 1,
        };
        let hasher = Hasher::new(cost).unwrap();
        let hash = hasher
            .hash(Secret::new("correct horse battery"))
            .await
            .unwrap();
        assert!(hash.starts_with("$argon2id$"));
        let before = hasher.computed();
        let right = hasher.check(Secret::new("correct horse battery"), Some(hash.clone()));
        assert!(right.await.unwrap());
        let wrong = hasher.check(Secret::new("wrong"), Some(hash));
        assert!(!wrong.await.unwrap());
        let unknown = hasher.check(Secret::new("no person has this password"), None);
        assert!(!unknown.await.unwrap());
        assert_eq!(hasher.computed() - before, 3);
    }

    #[tokio::test]
    async fn t_hash_dos_a_client_that_hangs_up_leaves_its_place_taken_until_its_hash_is_done() {
        let hasher = Hasher::new(Cost {
            memory_kib: 64,
            passes: 1,
        })
        .unwrap();
        let (begun, mut begins) = tokio::sync::mpsc::unbounded_channel();
        let mut gates = Vec::new();
        for _ in 0..2 {
            let (gate, opens) = std::sync::mpsc::channel::<()>();
            let (begun, hasher) = (begun.clone(), hasher.clone());
            let client = tokio::spawn(async move {
                let hashing = move || {
                    begun.send(()).unwrap();
                    opens.recv().unwrap_err();
                };
                hasher.compute(hashing).await
            });
            begins.recv().await.unwrap();
            client.abort();
            assert!(client.await.unwrap_err().is_cancelled());
            gates.push(gate);
        }
        assert_eq!(hasher.permits.available_permits(), 0);
        drop(gates);
        let places = hasher.permits.acquire_many(2).await;
        assert!(places.is_ok());
    }
}
