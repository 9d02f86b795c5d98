//! From settings to a running panel, and from a running panel to a clean stop.

use crate::actions::Actions;
use crate::app::{App, Parts};
use crate::clock::Clock;
use crate::completions::Completions;
use crate::config::Config;
use crate::factor::Factors;
use crate::held::Held;
use crate::hops::Hops;
use crate::import::Imports;
use crate::kiwivm::client::{Client, Upstream, UpstreamError};
use crate::model::database::DatabaseError;
use crate::model::vps::VpsError;
use crate::model::{self, Database, audit, device, pending, person, session, vps};
use crate::openings::Openings;
use crate::password::{Cost, HashError, Hasher};
use crate::readings::Readings;
use crate::refresh::{self, Refresh};
use crate::runs::{self, Logs};
use crate::screens::Screens;
use crate::setup::SetupCode;
use crate::throttle::Throttle;
use crate::transcript;
use crate::vault::{Vault, VaultError};
use crate::web::{self, server, server::Listener};
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};
use std::time::Duration;
use tokio_util::task::TaskTracker;

/// After the sign to stop, actions under way have so long; then they are *unknown*.
const FINISH_WITHIN: Duration = Duration::from_secs(15);
/// How often what has expired is removed: sessions, transcripts, replies with their secrets.
const SWEEP_EVERY: Duration = Duration::from_secs(60);
/// How often old rows of the audit log go to files.
const ARCHIVE_EVERY: Duration = Duration::from_secs(24 * 60 * 60);
/// How often the copy of the audit log looks for new rows. Commands append too, in other processes.
const COPY_EVERY: Duration = Duration::from_secs(1);

/// Why the panel does not start, in one line.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The master key.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A sealed key.
    #[error(transparent)]
    Key(#[from] VpsError),
    /// The way to KiwiVM.
    #[error("KIWIDECK_UPSTREAM: {0}")]
    Upstream(#[from] UpstreamError),
    /// The hasher.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// SQLite's word.
    #[error("the database: {0}")]
    Sql(#[from] sqlx::Error),
    /// The operating system's word.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// What a start needs beside the settings. Tests turn the clock and hash cheaply.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// What time it is.
    pub clock: Clock,
    /// What a password's hash costs.
    pub cost: Cost,
    /// By how much KiwiVM's time limits are shortened; none in earnest.
    pub time_scale: Option<f64>,
}

/// Opens everything the panel needs.
///
/// # Errors
/// See [`StartError`].
pub async fn open(config: Config, surroundings: Surroundings) -> Result<App, StartError> {
    let db = Database::open(&config.database).await?;
    let vault = Vault::from_file(&config.master_key_file, vps::nothing_sealed(&db).await?)?;
    vps::check_vault(&db, &vault).await?;
    if audit::begin_chain(&db, surroundings.clock.now_ms()).await? {
        tracing::info!("the audit log is a chain of hashes from now on");
    }
    let interrupted = audit::end_interrupted(&db, surroundings.clock.now_ms()).await?;
    if interrupted > 0 {
        tracing::warn!(
            interrupted,
            "actions were under way when the panel stopped: their outcome is unknown"
        );
    }
    let mut upstream = Upstream::new(config.upstream.clone());
    upstream.proxy.clone_from(&config.upstream_proxy);
    upstream.extra_root_der.clone_from(&config.upstream_ca);
    if let Some(time_scale) = surroundings.time_scale {
        upstream.time_scale = time_scale;
    }
    model::run::end_interrupted(&db).await?;
    let kept = (config.shell_keep, surroundings.clock.now_s());
    let transcripts = transcript::load(&db, &vault, kept).await?;
    Ok(App::new(Parts {
        own_addresses: own_addresses(),
        readings: Readings::load(&db).await?,
        client: Client::new(upstream)?,
        hasher: Hasher::new(surroundings.cost)?,
        setup_code: SetupCode::new()?,
        clock: surroundings.clock,
        actions: Actions::default(),
        refresh: Refresh::default(),
        throttle: Throttle::default(),
        hops: Hops::default(),
        transcripts,
        completions: Completions::default(),
        logs: Logs::default(),
        held: Held::default(),
        openings: Openings::default(),
        screens: Screens::default(),
        imports: Imports::default(),
        factors: Factors::new(&config),
        tasks: TaskTracker::new(),
        config,
        db,
        vault,
    }))
}

/// Serves until `stop`, then waits for what is under way and closes the database.
pub async fn run(app: App, listener: Listener, stop: impl Future<Output = ()>) {
    let background = [
        tokio::spawn(refresh::run(app.clone())),
        tokio::spawn(runs::run(app.clone())),
        tokio::spawn(sweep(app.clone())),
        tokio::spawn(archive_daily(app.clone())),
        tokio::spawn(copy_audit(app.clone())),
    ];
    server::serve(listener, web::router(app.clone()), stop).await;
    for task in background {
        task.abort();
    }
    app.tasks.close();
    if tokio::time::timeout(FINISH_WITHIN, app.tasks.wait())
        .await
        .is_err()
    {
        tracing::warn!("actions are still under way: their outcome will be unknown");
    }
    app.db.close().await;
}

/// Whether nobody is here yet, so that `/setup` waits for its code.
///
/// # Errors
/// SQLite's.
pub async fn needs_setup(app: &App) -> Result<bool, sqlx::Error> {
    person::nobody(&app.db).await
}

/// The addresses this machine would send from. Connecting a UDP socket sends nothing: it only asks
/// the routing table.
fn own_addresses() -> Vec<IpAddr> {
    let routes: [(IpAddr, IpAddr); 2] = [
        (
            Ipv4Addr::UNSPECIFIED.into(),
            Ipv4Addr::new(192, 0, 2, 1).into(),
        ),
        (
            Ipv6Addr::UNSPECIFIED.into(),
            Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into(),
        ),
    ];
    let source = |(here, there): (IpAddr, IpAddr)| {
        let socket = UdpSocket::bind((here, 0)).ok()?;
        socket.connect((there, 9)).ok()?;
        Some(socket.local_addr().ok()?.ip())
    };
    routes
        .into_iter()
        .filter_map(source)
        .filter(|ip| !ip.is_loopback())
        .collect()
}

async fn sweep(app: App) {
    let mut ticks = tokio::time::interval(SWEEP_EVERY);
    loop {
        ticks.tick().await;
        sweep_once(&app).await;
    }
}

/// Drops what has expired, in memory and in the database.
pub async fn sweep_once(app: &App) {
    let now_s = app.clock.now_s();
    app.transcripts.sweep(now_s);
    app.logs.sweep(now_s);
    app.completions.sweep(now_s);
    app.held.sweep(now_s);
    app.openings.sweep(now_s);
    app.screens.sweep(now_s);
    app.actions.sweep(now_s);
    app.imports.sweep(now_s);
    app.factors.sweep(now_s);
    if let Err(error) = sweep_database(app, now_s).await {
        tracing::warn!(%error, "ended sessions could not be removed");
    }
}

async fn sweep_database(app: &App, now_s: i64) -> Result<(), sqlx::Error> {
    session::sweep(&app.db, app.config.session, now_s).await?;
    // Whose session is gone, however it ended, takes their conversations along.
    let owners = app.transcripts.owners();
    let there = session::all(&app.db).await?;
    let gone = owners.into_iter().filter(|owner| !there.contains(owner));
    gone.for_each(|owner| app.transcripts.forget(owner));
    pending::sweep(&app.db, now_s).await?;
    model::transcript::sweep(&app.db, now_s).await?;
    device::sweep(&app.db, now_s).await
}

/// Keeps the audit log as short as the settings say.
async fn archive_daily(app: App) {
    let keep_ms = i64::from(app.config.audit_keep_days) * 24 * 60 * 60 * 1000;
    if keep_ms == 0 {
        return;
    }
    let mut ticks = tokio::time::interval(ARCHIVE_EVERY);
    loop {
        ticks.tick().await;
        let now_ms = app.clock.now_ms();
        let (folder, before_ms) = (&app.config.audit_archive, now_ms - keep_ms);
        match audit::archive(&app.db, folder, before_ms, (&audit::Who::panel(), now_ms)).await {
            Ok(files) if files.is_empty() => {}
            Ok(files) => tracing::info!(
                files = files.len(),
                "old rows of the audit log were archived"
            ),
            Err(error) => tracing::error!(%error, "the audit log could not be archived"),
        }
    }
}

/// Copies the audit log to where the settings say. A fault is said once, not every second.
async fn copy_audit(app: App) {
    let Some(to) = &app.config.audit_copy else {
        return;
    };
    let mut ticks = tokio::time::interval(COPY_EVERY);
    let mut is_failing = false;
    loop {
        ticks.tick().await;
        let copied = audit::copy_new(&app.db, to).await;
        match &copied {
            Err(error) if !is_failing => {
                tracing::warn!(%error, "the audit log cannot be copied; it will be tried again");
            }
            Ok(_) if is_failing => tracing::info!("the audit log is copied again"),
            _ => {}
        }
        is_failing = copied.is_err();
    }
}
