//! A KiwiVM of our own, in process: for the demo, for `kiwideck simulator`, for tests.
//! It talks to nobody, starts no process, and knows nothing of the panel.

mod builder;
mod calls;
mod chance;
mod fleet;
mod listener;
mod machine;
mod newborn;
mod operation;
mod php;
mod picture;
mod places;
mod points;
mod shell;
mod snapshot;
mod transport;
mod trouble;
mod usage;

#[cfg(test)]
mod tests;

pub use machine::{
    AuditEntry, Hypervisor, Machine, Notification, NullRoute, Plan, Power, Suspension, Transfer,
    Violation,
};
pub use operation::{Effect, Operation};
pub use snapshot::{Backup, Snapshot};
pub use trouble::{Hold, Misbehaviour, Target};

use crate::clock::Clock;
use crate::secret::Secret;
use axum::Router;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use calls::{Exports, Reply, Scene};
use indexmap::IndexMap;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::task::JoinHandle;
use transport::{Parameters, Refusal};
use trouble::Troubles;

const HEARD_LIMIT: usize = 10_000;

/// A simulated KiwiVM with its VPSes. Clones are the same one.
#[derive(Clone, Debug)]
pub struct Simulator {
    clock: Clock,
    world: Arc<Mutex<World>>,
}

/// What there is to know about a simulated VPS before anything is asked.
#[derive(Clone, Debug)]
pub struct Vps {
    /// Its VEID.
    pub veid: u32,
    /// Its key.
    pub key: Secret,
    /// What a person might call it.
    pub label: String,
    /// Its hostname.
    pub hostname: String,
    /// What runs it.
    pub hypervisor: Hypervisor,
}

/// One request that was heard.
#[derive(Clone, Debug)]
pub struct Heard {
    /// The call's name, as it stood in the URL.
    pub call: String,
    /// The VEID, as it was sent.
    pub veid: String,
    /// GET or POST.
    pub method: String,
    /// The other parameters, without the key.
    pub parameters: Vec<(String, String)>,
    /// When, Unix seconds.
    pub at_s: i64,
}

#[derive(Debug, Default)]
struct World {
    machines: IndexMap<u32, Machine>,
    exports: Exports,
    heard: VecDeque<Heard>,
    troubles: Troubles,
    latency: Duration,
}

impl Simulator {
    /// One without VPSes.
    #[must_use]
    pub fn new(clock: Clock) -> Simulator {
        Simulator {
            clock,
            world: Arc::default(),
        }
    }

    /// A dozen and some VPSes, each in an interesting state.
    #[must_use]
    pub fn demo(clock: Clock) -> Simulator {
        Simulator::new(clock).with(fleet::demo())
    }

    /// This many plausible VPSes, the same on every run.
    #[must_use]
    pub fn with_vpses(clock: Clock, count: usize) -> Simulator {
        Simulator::new(clock).with(fleet::plausible(count))
    }

    fn with(self, machines: Vec<Machine>) -> Simulator {
        for machine in machines {
            self.add(machine);
        }
        self
    }

    /// Adds a machine, or replaces the one of its VEID. Its times count from now.
    pub fn add(&self, mut machine: Machine) {
        machine.move_by(self.clock.now_s());
        self.world().machines.insert(machine.veid, machine);
    }

    /// Every VPS.
    #[must_use]
    pub fn vpses(&self) -> Vec<Vps> {
        self.world().machines.values().map(introduce).collect()
    }

    /// The VPS of this VEID, if there is one.
    #[must_use]
    pub fn vps(&self, veid: u32) -> Option<Vps> {
        self.world().machines.get(&veid).map(introduce)
    }

    /// Changes a machine, as it is now. Without such a machine nothing happens.
    pub fn alter(&self, veid: u32, change: impl FnOnce(&mut Machine)) {
        let now_s = self.clock.now_s();
        if let Some(machine) = self.world().machines.get_mut(&veid) {
            machine.settle(now_s);
            change(machine);
        }
    }

    /// A copy of a machine as it is now.
    #[must_use]
    pub fn machine(&self, veid: u32) -> Option<Machine> {
        let mut copy = None;
        self.alter(veid, |machine| copy = Some(machine.clone()));
        copy
    }

    /// The last 10 000 requests, oldest first.
    #[must_use]
    pub fn heard(&self) -> Vec<Heard> {
        self.world().heard.iter().cloned().collect()
    }

    /// How often this call was heard.
    #[must_use]
    pub fn heard_count(&self, call: &str) -> usize {
        let world = self.world();
        world
            .heard
            .iter()
            .filter(|heard| heard.call == call)
            .count()
    }

    /// Forgets what was heard.
    pub fn forget_heard(&self) {
        self.world().heard.clear();
    }

    /// Every reply takes this long from now on.
    pub fn set_latency(&self, latency: Duration) {
        self.world().latency = latency;
    }

    /// The next matching request is answered with this misbehaviour.
    pub fn misbehave(&self, target: impl Into<Target>, misbehaviour: Misbehaviour) {
        self.misbehave_times(target, misbehaviour, 1);
    }

    /// The next matching request waits for its answer until what this gives is dropped.
    pub fn hold(&self, target: impl Into<Target>) -> Hold {
        let (hold, held) = Hold::new();
        self.misbehave(target, held);
        hold
    }

    /// The next so many matching requests are; `usize::MAX` until [`Simulator::behave`].
    pub fn misbehave_times(
        &self,
        target: impl Into<Target>,
        misbehaviour: Misbehaviour,
        times: usize,
    ) {
        let mut world = self.world();
        world.troubles.add(target.into(), misbehaviour, times);
    }

    /// No more misbehaviour.
    pub fn behave(&self) {
        self.world().troubles.clear();
    }

    /// The API below `/v1/`.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/v1/{*call}", axum::routing::any(answer))
            .with_state(self.clone())
    }

    /// Serves the API on a socket of its own (port 0: any) until the task is aborted.
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub async fn listen(
        &self,
        address: SocketAddr,
    ) -> std::io::Result<(SocketAddr, JoinHandle<()>)> {
        listener::listen(self.router(), address).await
    }

    /// A panic elsewhere leaves the world as usable as it was.
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hear(&self, heard: Heard) -> (Option<Misbehaviour>, Duration) {
        let mut world = self.world();
        let due = world.troubles.due(&heard.call, &heard.veid);
        if world.heard.len() == HEARD_LIMIT {
            world.heard.pop_front();
        }
        world.heard.push_back(heard);
        (due, world.latency)
    }

    fn execute(&self, call: &str, parameters: &Parameters) -> Response {
        let now_s = self.clock.now_s();
        let mut world = self.world();
        let World {
            machines, exports, ..
        } = &mut *world;
        let Some(machine) = authenticated(machines, parameters) else {
            return transport::fields_response(Refusal::authentication().into_fields());
        };
        machine.settle(now_s);
        let mut scene = Scene {
            machine,
            exports,
            parameters,
            now_s,
        };
        match calls::answer(call, &mut scene) {
            Reply::Fields(fields) => transport::fields_response(fields),
            Reply::Usage(series) => series.into_response(),
            Reply::TooMany => transport::too_many(),
        }
    }
}

fn introduce(machine: &Machine) -> Vps {
    Vps {
        veid: machine.veid,
        key: Secret::new(machine.key.clone()),
        label: machine.label.clone(),
        hostname: machine.hostname.clone(),
        hypervisor: machine.hypervisor,
    }
}

/// A missing, unknown or wrong VEID or key: all look the same from outside.
fn authenticated<'machines>(
    machines: &'machines mut IndexMap<u32, Machine>,
    parameters: &Parameters,
) -> Option<&'machines mut Machine> {
    let veid = parameters.given("veid")?.parse::<u32>().ok()?;
    let machine = machines.get_mut(&veid)?;
    (machine.key == parameters.given("api_key")?).then_some(machine)
}

async fn answer(
    State(simulator): State<Simulator>,
    Path(call): Path<String>,
    request: Request,
) -> Response {
    let method = request.method().to_string();
    let parameters = match Parameters::read(request).await {
        Ok(parameters) => parameters,
        Err(status) => return transport::status_response(status),
    };
    let (due, latency) = simulator.hear(Heard {
        call: call.clone(),
        veid: parameters.present("veid").unwrap_or_default().to_owned(),
        method,
        parameters: parameters.own(),
        at_s: simulator.clock.now_s(),
    });
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    let executed = async { simulator.execute(&call, &parameters) };
    match due {
        Some(misbehaviour) => trouble::misbehave(misbehaviour, executed).await,
        None => executed.await,
    }
}
