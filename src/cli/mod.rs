//! The commands. Each reads its arguments, says what it did in plain lines, and does nothing that the
//! library does not do for the web pages too.

mod audit;
mod demo;
mod health;
mod people;
mod vpses;

use crate::clock::Clock;
use crate::config::{Config, ConfigError};
use crate::model::audit::{Event, Note, Who};
use crate::simulator::Simulator;
use crate::start::{self, StartError, Surroundings};
use crate::web::server::{Certificate, Listener, TlsError};
use clap::{Args, Parser, Subcommand};
use std::io::{BufRead, IsTerminal, Write};
use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// A self-hosted panel for a team's BandwagonHost VPSes. Settings are KIWIDECK_* environment variables.
#[derive(Parser)]
#[command(name = "kiwideck", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the panel (the default).
    Serve,
    /// Try the panel with a simulated KiwiVM, on this machine alone; nothing is kept.
    Demo(demo::Demo),
    /// Serve the simulated KiwiVM alone, for other clients.
    Simulator(Simulated),
    /// The people who sign in.
    #[command(subcommand)]
    User(people::User),
    /// The VPSes.
    #[command(subcommand)]
    Vps(vpses::VpsCommand),
    /// The audit log.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Write a consistent copy of the database while the panel runs. The master key is not in it.
    Backup {
        /// The copy; it must not be there yet.
        file: PathBuf,
    },
    /// Exit with 0 when the running panel answers.
    Healthcheck,
}

/// The simulated KiwiVM.
#[derive(Args)]
struct Simulated {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8081")]
    listen: SocketAddr,
    /// How many plain VPSes; without it, the demo's with their interesting states.
    #[arg(long)]
    vps: Option<usize>,
    /// Each answer waits so long.
    #[arg(long, default_value_t = 0)]
    latency_ms: u64,
    /// Print VEIDs and keys as JSON.
    #[arg(long)]
    json: bool,
}

/// Why a command failed, in one line for a person.
#[derive(Debug, thiserror::Error)]
enum CommandError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error(transparent)]
    Database(#[from] crate::model::database::DatabaseError),
    #[error(transparent)]
    Person(#[from] crate::model::person::PersonError),
    #[error(transparent)]
    Vps(#[from] crate::model::vps::VpsError),
    #[error(transparent)]
    Import(#[from] crate::import::ImportError),
    #[error(transparent)]
    Verify(#[from] crate::model::audit::VerifyError),
    #[error(transparent)]
    Archive(#[from] crate::model::audit::ArchiveError),
    #[error(transparent)]
    Hash(#[from] crate::password::HashError),
    #[error("the database: {0}")]
    Sql(#[from] sqlx::Error),
    #[error(transparent)]
    Io(#[from] std::io::Error),
    #[error("{0}")]
    Said(String),
}

/// Reads the command line and does what it says.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // Database, copies and keys are nobody else's business.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    match runtime.block_on(run(arguments.command.unwrap_or(Command::Serve))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn fail(error: &dyn std::fmt::Display) -> ExitCode {
    complain(&format!("kiwideck: {error}"));
    ExitCode::FAILURE
}

async fn run(command: Command) -> Result<(), CommandError> {
    match command {
        Command::Serve => serve().await,
        Command::Demo(demo) => demo::run(demo).await,
        Command::Simulator(simulated) => simulate(simulated).await,
        Command::User(user) => people::run(user).await,
        Command::Vps(command) => vpses::run(command).await,
        Command::Audit(command) => audit::run(command).await,
        Command::Backup { file } => backup(&file).await,
        Command::Healthcheck => health::run().await,
    }
}

async fn serve() -> Result<(), CommandError> {
    let config = Config::from_environment()?;
    log(&config.log)?;
    own(&config.database)?;
    let certificate = config.tls.clone().map(Certificate::open).transpose()?;
    let tcp = listen(config.listen).await?;
    let address = address(&config, &tcp)?;
    let app = start::open(config, Surroundings::default()).await?;
    if start::needs_setup(&app).await? {
        complain(&format!(
            "nobody is here yet: open {address}/setup and use the set-up code {}",
            app.setup_code.reveal()
        ));
    }
    tracing::info!(address, "serving");
    let certificate = certificate.map(Arc::new);
    start::run(app, Listener { tcp, certificate }, stopped()).await;
    tracing::info!("stopped");
    Ok(())
}

/// What people type to get here.
fn address(config: &Config, listener: &TcpListener) -> std::io::Result<String> {
    Ok(match &config.public_url {
        Some(url) => format!("{}{}", url.origin, url.base),
        None if config.is_https() => format!("https://{}", listener.local_addr()?),
        None => format!("http://{}", listener.local_addr()?),
    })
}

async fn listen(address: SocketAddr) -> Result<TcpListener, CommandError> {
    TcpListener::bind(address)
        .await
        .map_err(|error| cannot_listen(address, &error))
}

fn cannot_listen(address: SocketAddr, error: &std::io::Error) -> CommandError {
    CommandError::Said(format!(
        "cannot listen at {address} (KIWIDECK_LISTEN, --listen): {error}"
    ))
}

async fn simulate(simulated: Simulated) -> Result<(), CommandError> {
    log("info")?;
    let simulator = match simulated.vps {
        Some(count) => Simulator::with_vpses(Clock::system(), count),
        None => Simulator::demo(Clock::system()),
    };
    simulator.set_latency(Duration::from_millis(simulated.latency_ms));
    let listened = simulator.listen(simulated.listen).await;
    let (address, task) = listened.map_err(|error| cannot_listen(simulated.listen, &error))?;
    if simulated.json {
        let vpses: Vec<_> = simulator.vpses().iter().map(|vps| {
            serde_json::json!({"veid": vps.veid, "api_key": vps.key.reveal(), "label": vps.label})
        }).collect();
        say(
            &serde_json::json!({"upstream": format!("http://{address}/v1"), "vpses": vpses})
                .to_string(),
        )?;
    } else {
        say(&format!("simulated KiwiVM at http://{address}/v1"))?;
        for vps in simulator.vpses() {
            say(&format!("{} {} {}", vps.veid, vps.key.reveal(), vps.label))?;
        }
    }
    stopped().await;
    task.abort();
    Ok(())
}

async fn backup(file: &Path) -> Result<(), CommandError> {
    let config = Config::from_environment()?;
    if !config.database.exists() {
        let file = config.database.display();
        return Err(CommandError::Said(format!(
            "KIWIDECK_DATABASE: there is no database {file}"
        )));
    }
    open_database(&config).await?.copy_to(file).await?;
    say(&format!(
        "copied to {}; the master key is not in it, keep that elsewhere",
        file.display()
    ))
}

/// The database of the settings; it is made when it is not there yet.
async fn open_database(config: &Config) -> Result<crate::model::Database, CommandError> {
    own(&config.database)?;
    Ok(crate::model::Database::open(&config.database).await?)
}

/// Another user than the owner would leave files behind that the panel cannot write.
fn own(database: &Path) -> Result<(), CommandError> {
    let Ok(metadata) = std::fs::metadata(database) else {
        return Ok(());
    };
    let own = rustix::process::geteuid().as_raw();
    if metadata.uid() == own {
        return Ok(());
    }
    Err(CommandError::Said(format!(
        "the database {} belongs to user {}, but this runs as user {own}: run it as the owner",
        database.display(),
        metadata.uid()
    )))
}

/// Done when the process is asked to stop.
async fn stopped() {
    let (Ok(mut terminate), Ok(mut interrupt)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        tracing::error!("signals cannot be heard; stop the panel by killing it");
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

fn log(filter: &str) -> Result<(), CommandError> {
    let filter = EnvFilter::try_new(filter)
        .map_err(|_| CommandError::Said(format!("KIWIDECK_LOG: {filter:?} is not a log filter")))?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // They would be said on the error stream: when that is gone, by a panic.
        .log_internal_errors(false)
        .with_ansi(std::io::stderr().is_terminal())
        .try_init()
        .map_err(|error| CommandError::Said(error.to_string()))
}

/// An event that a command causes.
fn note(event: Event) -> Note {
    Note {
        who: Who::command_line(),
        event,
        at_ms: Clock::system().now_ms(),
    }
}

/// A line for whoever ran the command.
fn say(line: &str) -> Result<(), CommandError> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

/// A line on the error stream. When even that is gone there is nobody to tell.
fn complain(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// A secret: typed unseen on a terminal, else the first line of standard input. Never an argument,
/// which every user of the machine could read.
fn secret(prompt: &str) -> Result<crate::secret::Secret, CommandError> {
    let typed = if std::io::stdin().is_terminal() {
        rpassword::prompt_password(prompt)?
    } else {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line)?;
        line
    };
    Ok(crate::secret::Secret::new(
        typed.trim_end_matches(['\r', '\n']),
    ))
}
