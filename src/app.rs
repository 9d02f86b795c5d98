//! What every request can reach. It is made once at the start and handed around.

use crate::actions::Actions;
use crate::clock::Clock;
use crate::completions::Completions;
use crate::config::Config;
use crate::factor::Factors;
use crate::held::Held;
use crate::hops::Hops;
use crate::import::Imports;
use crate::kiwivm::client::Client;
use crate::model::Database;
use crate::openings::Openings;
use crate::password::Hasher;
use crate::readings::Readings;
use crate::refresh::Refresh;
use crate::runs::Logs;
use crate::screens::Screens;
use crate::setup::SetupCode;
use crate::throttle::Throttle;
use crate::transcript::Transcripts;
use crate::vault::Vault;
use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;
use tokio_util::task::TaskTracker;

/// The panel, as one request sees it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App(Arc<Parts>);

/// The parts of the panel.
#[derive(Debug)]
pub struct Parts {
    /// The settings.
    pub config: Config,
    /// This machine's own addresses on the way out, to know the VPS that the panel runs on.
    pub own_addresses: Vec<IpAddr>,
    /// What time it is.
    pub clock: Clock,
    /// What we remember.
    pub db: Database,
    /// Seals and opens keys.
    pub vault: Vault,
    /// The way to KiwiVM.
    pub client: Client,
    /// Hashes passwords.
    pub hasher: Hasher,
    /// The actions that run or have just ended.
    pub actions: Actions,
    /// The last readings.
    pub readings: Readings,
    /// Who reads what, and when next.
    pub refresh: Refresh,
    /// Holds back those who guess passwords.
    pub throttle: Throttle,
    /// Who passed addresses on without being a trusted proxy.
    pub hops: Hops,
    /// The shell conversations of those who are signed in.
    pub transcripts: Transcripts,
    /// What shells offered a moment ago.
    pub completions: Completions,
    /// The logs of what runs in the background.
    pub logs: Logs,
    /// What waits for a proof of identity.
    pub held: Held,
    /// Which shells are open.
    pub openings: Openings,
    /// The pictures of screens that were asked for.
    pub screens: Screens,
    /// What was read from a CSV and waits to be imported.
    pub imports: Imports,
    /// Second factors that are being shown or added.
    pub factors: Factors,
    /// Opens `/setup` while there is nobody.
    pub setup_code: SetupCode,
    /// What still runs; at the end the panel waits for it.
    pub tasks: TaskTracker,
}

impl App {
    /// The panel made of these parts.
    #[must_use]
    pub fn new(parts: Parts) -> App {
        App(Arc::new(parts))
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
