//! The last readings of every VPS, in memory: the fleet page asks nobody and decodes nothing. The
//! database keeps the same for the next start; `refresh` fills both.

use crate::kiwivm::calls::{LIVE_INFO, POLICY_VIOLATIONS, SERVICE_INFO, SUSPENSION_DETAILS};
use crate::kiwivm::error::Fault;
use crate::kiwivm::reply::{LiveInfo, PolicyViolations, Reply, ServiceInfo, Suspensions};
use crate::model::Database;
use crate::model::operation::{self, Operation};
use crate::model::reading::{self, Failure, Reading};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// A reply with its time.
#[derive(Clone, Debug)]
pub struct Aged<T> {
    /// When KiwiVM said it, in Unix seconds.
    pub at_s: i64,
    /// What it said.
    pub value: Arc<T>,
    /// Something was changed since, perhaps this.
    pub is_stale: bool,
}

/// What was last read of one VPS.
#[derive(Clone, Debug, Default)]
pub struct Latest {
    /// The last getServiceInfo.
    pub service: Option<Aged<ServiceInfo>>,
    /// The last getLiveServiceInfo.
    pub live: Option<Aged<LiveInfo>>,
    /// Since then getServiceInfo fails.
    pub service_failure: Option<Failure>,
    /// Since then getLiveServiceInfo fails.
    pub live_failure: Option<Failure>,
    /// The last getSuspensionDetails: asked for while it is suspended.
    pub suspensions: Option<Aged<Suspensions>>,
    /// The last getPolicyViolations: asked for while there is one.
    pub violations: Option<Aged<PolicyViolations>>,
    /// Since then getSuspensionDetails fails.
    pub suspensions_failure: Option<Failure>,
    /// Since then getPolicyViolations fails.
    pub violations_failure: Option<Failure>,
    /// The long operation that is under way, or that ended last.
    pub operation: Option<Arc<Operation>>,
}

impl Latest {
    /// The newest plan, addresses and transfer: both calls tell them.
    #[must_use]
    pub fn service(&self) -> Option<(i64, &ServiceInfo)> {
        let service = self.service.as_ref().map(|aged| (aged.at_s, &*aged.value));
        let live = self
            .live
            .as_ref()
            .map(|aged| (aged.at_s, &aged.value.service));
        service
            .into_iter()
            .chain(live)
            .max_by_key(|(at_s, _)| *at_s)
    }

    /// The newest failure that no success has followed.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        let read_at = self.service().map(|(at_s, _)| at_s);
        [&self.service_failure, &self.live_failure]
            .into_iter()
            .flatten()
            .filter(|failure| read_at.is_none_or(|read_at| failure.at >= read_at))
            .max_by_key(|failure| failure.at)
    }

    /// The long operation that is under way, as far as known.
    #[must_use]
    pub fn lock(&self) -> Option<&Operation> {
        let newest = self.operation.as_deref();
        newest.filter(|operation| operation.ended_at_s.is_none())
    }
}

/// What was last read of every VPS.
#[derive(Debug, Default)]
pub struct Readings {
    latest: RwLock<HashMap<i64, Arc<Latest>>>,
}

impl Readings {
    /// Takes up what the database kept.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn load(db: &Database) -> Result<Readings, sqlx::Error> {
        let readings = Readings::default();
        let calls = [
            SERVICE_INFO,
            LIVE_INFO,
            SUSPENSION_DETAILS,
            POLICY_VIOLATIONS,
        ];
        for (vps_id, call, reading) in reading::of_calls(db, calls.map(|call| call.name)).await? {
            readings.take_up(vps_id, &call, reading);
        }
        for (vps_id, operation) in operation::newest(db).await? {
            readings.change(vps_id, |latest| latest.operation = Some(operation.into()));
        }
        Ok(readings)
    }

    fn take_up(&self, vps_id: i64, call: &str, reading: Reading) {
        if let Some((at_s, text)) = reading.reply
            && let Some(reply) = Reply::parse(&text)
        {
            self.keep(vps_id, call, &reply, at_s);
            let of_cases = [SUSPENSION_DETAILS, POLICY_VIOLATIONS];
            if reading.is_stale && of_cases.iter().any(|one| one.name == call) {
                self.doubt_cases(vps_id);
            }
        }
        if let Some(failure) = reading.failure {
            self.change(vps_id, |latest| {
                if let Some(slot) = failure_slot(latest, call) {
                    *slot = Some(failure);
                }
            });
        }
    }

    /// What was last read of this VPS; nothing at all when it was never read.
    #[must_use]
    pub fn of(&self, vps_id: i64) -> Arc<Latest> {
        let latest = self.latest.read().unwrap_or_else(PoisonError::into_inner);
        latest.get(&vps_id).cloned().unwrap_or_default()
    }

    /// Keeps a reply, if it is of one of the calls that the fleet needs.
    pub fn keep(&self, vps_id: i64, call: &str, reply: &Reply, at_s: i64) {
        self.change(vps_id, |latest| {
            if call == SERVICE_INFO.name {
                latest.service = Some(Aged::new(at_s, reply.service_info()));
            } else if call == LIVE_INFO.name {
                latest.live = Some(Aged::new(at_s, reply.live_info()));
            } else if call == SUSPENSION_DETAILS.name {
                latest.suspensions = Some(Aged::new(at_s, reply.suspensions()));
            } else if call == POLICY_VIOLATIONS.name {
                latest.violations = Some(Aged::new(at_s, reply.policy_violations()));
            }
            if let Some(slot) = failure_slot(latest, call) {
                *slot = None;
            }
        });
    }

    /// Notes a failure; the old reply stays.
    pub fn fail(&self, vps_id: i64, call: &str, fault: &Fault, at_s: i64) {
        self.change(vps_id, |latest| {
            if let Some(slot) = failure_slot(latest, call) {
                *slot = Some(Failure {
                    since: slot.as_ref().map_or(at_s, |failure| failure.since),
                    at: at_s,
                    fault: fault.clone(),
                });
            }
        });
    }

    /// What KiwiVM holds against a VPS is read anew: something was changed, perhaps that.
    pub fn doubt_cases(&self, vps_id: i64) {
        self.change(vps_id, |latest| {
            if let Some(suspensions) = &mut latest.suspensions {
                suspensions.is_stale = true;
            }
            if let Some(violations) = &mut latest.violations {
                violations.is_stale = true;
            }
        });
    }

    /// Forgets the reply to one of the calls that tell what KiwiVM holds against a VPS: it holds something
    /// else now.
    pub fn forget_cases(&self, vps_id: i64, call: &str) {
        self.change(vps_id, |latest| {
            if call == SUSPENSION_DETAILS.name {
                latest.suspensions = None;
            } else if call == POLICY_VIOLATIONS.name {
                latest.violations = None;
            }
        });
    }

    /// Takes one step in the life of a VPS's long operation, if what is known makes one, and gives the
    /// operation as it is since.
    pub fn follow(
        &self,
        vps_id: i64,
        step: impl FnOnce(&Latest) -> Option<Operation>,
    ) -> Option<Arc<Operation>> {
        let mut stepped = None;
        self.change(vps_id, |latest| {
            stepped = step(latest).map(Arc::new);
            if stepped.is_some() {
                latest.operation.clone_from(&stepped);
            }
        });
        stepped
    }

    /// Forgets a VPS that was removed, or got another VEID or key.
    pub fn forget(&self, vps_id: i64) {
        let mut latest = self.latest.write().unwrap_or_else(PoisonError::into_inner);
        latest.remove(&vps_id);
    }

    fn change(&self, vps_id: i64, change: impl FnOnce(&mut Latest)) {
        let mut all = self.latest.write().unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(all.entry(vps_id).or_default()));
    }
}

impl<T> Aged<T> {
    fn new(at_s: i64, value: T) -> Aged<T> {
        Aged {
            at_s,
            value: Arc::new(value),
            is_stale: false,
        }
    }
}

fn failure_slot<'a>(latest: &'a mut Latest, call: &str) -> Option<&'a mut Option<Failure>> {
    if call == SERVICE_INFO.name {
        Some(&mut latest.service_failure)
    } else if call == LIVE_INFO.name {
        Some(&mut latest.live_failure)
    } else if call == SUSPENSION_DETAILS.name {
        Some(&mut latest.suspensions_failure)
    } else if call == POLICY_VIOLATIONS.name {
        Some(&mut latest.violations_failure)
    } else {
        None
    }
}
