//! `kiwideck demo`: the whole panel on a temporary database, with the simulated KiwiVM behind it.
//! Everything is on loopback and gone when it stops.

use super::{CommandError, log, note, say, stopped};
use crate::actions;
use crate::app::App;
use crate::clock::Clock;
use crate::config::{Config, demo_password};
use crate::model::access::{Access, Level};
use crate::model::audit::Event;
use crate::model::grant::{self, Given, Scope};
use crate::model::link::{self, Invited};
use crate::model::person::{self, Role};
use crate::model::vps::{self, Details};
use crate::refresh;
use crate::secret::Secret;
use crate::simulator::Simulator;
use crate::start::{self, Surroundings};
use crate::web::server::Listener;
use clap::Args;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use tokio::net::TcpListener;

/// The demo's arguments.
#[derive(Args)]
pub(super) struct Demo {
    /// Where to listen; on this machine only.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
}

/// The demo's people who can sign in.
const PEOPLE: [(&str, Role); 3] = [
    ("admin", Role::Admin),
    ("operator", Role::Member),
    ("viewer", Role::Member),
];

pub(super) async fn run(demo: Demo) -> Result<(), CommandError> {
    if !demo.listen.ip().is_loopback() {
        return Err(CommandError::Said(
            "the demo listens on this machine only, such as 127.0.0.1:8080".into(),
        ));
    }
    log("warn")?;
    let folder = tempfile::tempdir()?;
    let simulator = Simulator::demo(Clock::system());
    let (upstream, task) = simulator
        .listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
        .await?;
    let listener = listen(demo.listen).await?;
    let config = config(folder.path(), upstream)?;
    let app = start::open(config, Surroundings::default()).await?;
    add_vpses(&app, &simulator).await?;
    let people = add_people(&app).await?;
    say(&format!("http://{}", listener.local_addr()?))?;
    for (name, password) in people {
        say(&format!("sign in as {name} / {}", password.reveal()))?;
    }
    start::run(app, Listener::plain(listener), stopped()).await;
    task.abort();
    Ok(())
}

/// The wanted port, or a free one when somebody has it.
async fn listen(wanted: SocketAddr) -> Result<TcpListener, CommandError> {
    match TcpListener::bind(wanted).await {
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            Ok(TcpListener::bind(SocketAddr::new(wanted.ip(), 0)).await?)
        }
        other => Ok(other?),
    }
}

fn config(folder: &Path, upstream: SocketAddr) -> Result<Config, CommandError> {
    let settings = [
        (
            "KIWIDECK_DATABASE",
            folder.join("demo.db").display().to_string(),
        ),
        (
            "KIWIDECK_MASTER_KEY_FILE",
            folder.join("master.key").display().to_string(),
        ),
        ("KIWIDECK_UPSTREAM", format!("http://{upstream}/v1")),
    ];
    let look_up = |name: &str| {
        settings
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value.clone())
    };
    Ok(Config::read(&look_up)?)
}

async fn add_vpses(app: &App, simulator: &Simulator) -> Result<(), CommandError> {
    let tags = ["web", "db", "proxy", "test"];
    for (index, machine) in simulator.vpses().into_iter().enumerate() {
        let details = Details {
            label: machine.label.clone(),
            veid: machine.veid.to_string(),
            tags: vec![tags[index % tags.len()].to_owned()],
            ..Details::default()
        };
        let id = vps::add(
            &app.db,
            &app.vault,
            &details,
            &machine.key,
            &note(Event::new("vps-added")),
        )
        .await?;
        if let Some(vps) = vps::find(&app.db, id).await? {
            refresh::ask(app, vps);
        }
    }
    Ok(())
}

async fn add_people(app: &App) -> Result<Vec<(&'static str, Secret)>, CommandError> {
    let mut people = Vec::new();
    for (name, role) in PEOPLE {
        let password = match demo_password() {
            Some(password) => password,
            None => actions::new_id()?.chars().take(16).collect(),
        };
        let hash = app.hasher.hash(Secret::new(password.as_str())).await?;
        let added = note(Event::new("person-added").with("name", name));
        let id = person::add(&app.db, name, &hash, role, &added).await?;
        match name {
            "operator" => give_operator(app, id).await?,
            "viewer" => give(app, (id, name), (tag("web"), Level::View, false)).await?,
            _ => {}
        }
        people.push((name, Secret::new(password)));
    }
    invite(app).await?;
    Ok(people)
}

/// Everything may be operated, and one VPS has a shell for them.
async fn give_operator(app: &App, id: i64) -> Result<(), CommandError> {
    let operator = (id, "operator");
    give(app, operator, (Scope::Every, Level::Operate, false)).await?;
    if let Some(vps) = vps::all(&app.db).await?.first() {
        give(app, operator, (Scope::Vps(vps.id), Level::Operate, true)).await?;
    }
    Ok(())
}

async fn give(
    app: &App,
    (id, name): (i64, &str),
    (scope, level, shell): (Scope, Level, bool),
) -> Result<(), CommandError> {
    let given = Given {
        access: Access { level, shell },
        ends_at: None,
    };
    let note = note(Event::new("grant-given").with("name", name));
    Ok(grant::give(&app.db, (id, &scope), given, &note).await?)
}

fn tag(name: &str) -> Scope {
    Scope::Tag(name.to_owned())
}

/// Somebody who is not here yet. Their link is in nobody's hands; the admin can make another.
async fn invite(app: &App) -> Result<(), CommandError> {
    let access = Access {
        level: Level::Manage,
        shell: false,
    };
    let given = Given {
        access,
        ends_at: Some(app.clock.now_s() + 7 * 24 * 3600),
    };
    let invited = Invited {
        name: "grace",
        role: Role::Member,
        grant: Some((&tag("db"), given)),
    };
    let event = Event::new("person-invited").with("name", invited.name);
    link::invite(&app.db, &invited, &note(event)).await?;
    Ok(())
}
