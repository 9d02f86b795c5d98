//! A whole panel for one test: a temporary database, a clock that is turned by hand, and a simulated
//! KiwiVM on a loopback socket.

use crate::visitor::Visitor;
use axum::Router;
use kiwideck::app::App;
use kiwideck::clock::Clock;
use kiwideck::config::Config;
use kiwideck::kiwivm::call::Call;
use kiwideck::kiwivm::calls::{LIVE_INFO, SERVICE_INFO};
use kiwideck::model::access::{Access, Level};
use kiwideck::model::audit::{Event, Note, Who};
use kiwideck::model::grant::{self, Given, Scope};
use kiwideck::model::person::{self, Role};
use kiwideck::model::vps::{self, Details, Vps};
use kiwideck::password::Cost;
use kiwideck::refresh;
use kiwideck::secret::Secret;
use kiwideck::simulator::{Machine, Simulator};
use kiwideck::start::{self, StartError, Surroundings};
use kiwideck::web;
use sqlx::{Connection, SqliteConnection};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tempfile::TempDir;

/// When every test begins: late in May 2026.
pub(crate) const BEGINNING_S: i64 = 1_780_000_000;
/// Everybody's password.
pub(crate) const PASSWORD: &str = "correct horse battery";
/// As cheap as argon2 allows.
const COST: Cost = Cost {
    memory_kib: 8,
    passes: 1,
};

/// A role, and what a member of it may do on every VPS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) role: Role,
    pub(crate) everywhere: Option<Access>,
}

pub(crate) const ADMIN: Standing = Standing {
    role: Role::Admin,
    everywhere: None,
};
/// A member without any grant.
pub(crate) const NEWCOMER: Standing = Standing {
    role: Role::Member,
    everywhere: None,
};
pub(crate) const VIEWER: Standing = member(Level::View, false);
pub(crate) const OPERATOR: Standing = member(Level::Operate, false);
pub(crate) const MANAGER: Standing = member(Level::Manage, false);
pub(crate) const VIEWER_WITH_SHELL: Standing = member(Level::View, true);
pub(crate) const MANAGER_WITH_SHELL: Standing = member(Level::Manage, true);

const fn member(level: Level, shell: bool) -> Standing {
    Standing {
        role: Role::Member,
        everywhere: Some(Access { level, shell }),
    }
}

/// What a test may want otherwise.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    /// `KIWIDECK_…` without the prefix.
    pub(crate) settings: Vec<(&'static str, String)>,
    /// What KiwiVM's time limits are multiplied with.
    pub(crate) time_scale: Option<f64>,
    pub(crate) cost: Cost,
}

impl Default for Wish {
    fn default() -> Wish {
        Wish {
            settings: Vec::new(),
            time_scale: None,
            cost: COST,
        }
    }
}

impl Wish {
    /// At this public address.
    pub(crate) fn at(public_url: &str) -> Wish {
        Wish {
            settings: vec![("PUBLIC_URL", public_url.to_owned())],
            ..Wish::default()
        }
    }
}

/// A panel with its KiwiVM. Clones are the same one.
#[derive(Clone)]
pub(crate) struct Panel {
    pub(crate) app: App,
    pub(crate) kiwivm: Simulator,
    pub(crate) clock: Clock,
    wish: Wish,
    upstream: SocketAddr,
    router: Router,
    folder: Arc<TempDir>,
    named: Arc<AtomicUsize>,
}

/// A running KVM machine that the panel calls `Web 1`.
pub(crate) fn web_1() -> Machine {
    Machine::kvm(100_001).labelled("Web 1")
}

impl Panel {
    /// An empty panel at its default address.
    pub(crate) async fn start() -> Panel {
        Panel::with(Wish::default()).await
    }

    pub(crate) async fn with(wish: Wish) -> Panel {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let clock = Clock::standing_at(BEGINNING_S);
        let kiwivm = Simulator::new(clock.clone());
        let (upstream, _) = kiwivm
            .listen(SocketAddr::from(([127, 0, 0, 1], 0)))
            .await
            .unwrap();
        let app = open(&wish, folder.path(), upstream, &clock).await.unwrap();
        Panel {
            router: web::router(app.clone()),
            app,
            kiwivm,
            clock,
            wish,
            upstream,
            folder,
            named: Arc::default(),
        }
    }

    /// A panel with one running KVM machine, `Web 1`, read once.
    pub(crate) async fn with_one_vps() -> (Panel, Vps) {
        Panel::of(web_1()).await
    }

    /// A panel with this machine, read once.
    pub(crate) async fn of(machine: Machine) -> (Panel, Vps) {
        let panel = Panel::start().await;
        let vps = panel.add(machine).await;
        panel.read(&vps).await;
        (panel, vps)
    }

    /// Another program on the same files, as after a kill: nothing was closed.
    pub(crate) async fn started_again(&self) -> Result<Panel, StartError> {
        let app = open(&self.wish, self.folder.path(), self.upstream, &self.clock).await?;
        Ok(Panel {
            router: web::router(app.clone()),
            app,
            ..self.clone()
        })
    }

    /// The same, with what was wished when it is started again.
    pub(crate) fn wishing(&self, wish: Wish) -> Panel {
        Panel {
            wish,
            ..self.clone()
        }
    }

    pub(crate) fn router(&self) -> Router {
        self.router.clone()
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.folder().join("kiwideck.db")
    }

    pub(crate) fn master_key_file(&self) -> PathBuf {
        self.folder().join("master.key")
    }

    /// A connection of one's own to the database file.
    pub(crate) async fn sql(&self) -> SqliteConnection {
        let url = format!("sqlite://{}", self.database().display());
        SqliteConnection::connect(&url).await.unwrap()
    }

    /// One number from the database.
    pub(crate) async fn count(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query)
            .fetch_one(&mut self.sql().await)
            .await
            .unwrap()
    }

    /// Adds a machine to KiwiVM and its key to the panel, unread, whatever is on the pages.
    pub(crate) async fn add(&self, machine: Machine) -> Vps {
        let details = Details {
            label: machine.label.clone(),
            veid: machine.veid.to_string(),
            ..Details::default()
        };
        let key = Secret::new(machine.key.clone());
        self.kiwivm.add(machine);
        self.add_to_panel(&details, &key).await
    }

    pub(crate) async fn add_to_panel(&self, details: &Details, key: &Secret) -> Vps {
        let id = vps::add(&self.app.db, &self.app.vault, details, key, &self.note())
            .await
            .unwrap();
        self.vps(id).await
    }

    /// A note of nobody's, for what tests put straight into the database.
    pub(crate) fn note(&self) -> Note {
        Note {
            who: Who::default(),
            event: Event::new("setup"),
            at_ms: self.clock.now_ms(),
        }
    }

    /// The VPS of this row, as it is now.
    pub(crate) async fn vps(&self, id: i64) -> Vps {
        vps::find(&self.app.db, id).await.unwrap().unwrap()
    }

    /// Has both readings of a VPS taken, and forgets that KiwiVM heard it.
    pub(crate) async fn read(&self, vps: &Vps) {
        for call in [SERVICE_INFO, LIVE_INFO] {
            self.read_call(vps, call).await;
        }
        self.kiwivm.forget_heard();
    }

    pub(crate) async fn read_call(&self, vps: &Vps, call: &'static Call) {
        refresh::read(&self.app, vps, call, Duration::from_secs(30)).await;
    }

    /// One tick of the background, and the end of what it began.
    pub(crate) async fn tick(&self) {
        refresh::tick(&self.app).await.unwrap();
        self.settle().await;
    }

    /// Waits until no reading and no action is under way.
    pub(crate) async fn settle(&self) {
        while !self.app.tasks.is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// The calls that KiwiVM heard since it last forgot, oldest first.
    pub(crate) fn heard(&self) -> Vec<String> {
        let heard = self.kiwivm.heard().into_iter();
        heard.map(|heard| heard.call).collect()
    }

    /// Waits until KiwiVM has heard something.
    pub(crate) async fn until_heard(&self) {
        while self.heard().is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// A new person of this standing.
    pub(crate) async fn person(&self, standing: Standing) -> (i64, String) {
        let number = self.named.fetch_add(1, Ordering::SeqCst);
        let name = format!("person-{number}");
        let hash = self.app.hasher.hash(Secret::new(PASSWORD)).await.unwrap();
        let id = person::add(&self.app.db, &name, &hash, standing.role, &self.note())
            .await
            .unwrap();
        if let Some(access) = standing.everywhere {
            self.grant(id, &Scope::Every, access).await;
        }
        (id, name)
    }

    /// Gives a person something, without an end.
    pub(crate) async fn grant(&self, person_id: i64, scope: &Scope, access: Access) {
        let given = Given {
            access,
            ends_at: None,
        };
        grant::give(&self.app.db, (person_id, scope), given, &self.note())
            .await
            .unwrap();
    }

    /// Somebody in front of a browser, not signed in.
    pub(crate) fn stranger(&self) -> Visitor {
        Visitor::new(self)
    }

    /// A new person of this standing, signed in through the page.
    pub(crate) async fn sign_in(&self, standing: Standing) -> Visitor {
        let (_, name) = self.person(standing).await;
        self.sign_in_as(&name).await
    }

    pub(crate) async fn sign_in_as(&self, name: &str) -> Visitor {
        let visitor = self.stranger();
        let fields = [("username", name), ("password", PASSWORD)];
        visitor.submit("/sign-in", &fields).await.expect(303);
        visitor
    }

    /// The origin as browsers send it, and the host.
    pub(crate) fn origin(&self) -> (String, String) {
        match &self.app.config.public_url {
            Some(url) => (url.origin.clone(), url.host.clone()),
            None => {
                let scheme = if self.app.config.is_https() {
                    "https"
                } else {
                    "http"
                };
                let host = "127.0.0.1:8080".to_owned();
                (format!("{scheme}://{host}"), host)
            }
        }
    }
}

async fn open(
    wish: &Wish,
    folder: &Path,
    upstream: SocketAddr,
    clock: &Clock,
) -> Result<App, StartError> {
    // What a test wishes stands first and is found first.
    let mut settings = wish.settings.clone();
    settings.extend([
        ("DATABASE", folder.join("kiwideck.db").display().to_string()),
        (
            "MASTER_KEY_FILE",
            folder.join("master.key").display().to_string(),
        ),
        ("UPSTREAM", format!("http://{upstream}/v1")),
    ]);
    let look_up = |name: &str| {
        let mut settings = settings.iter();
        let found = settings.find(|(known, _)| name.strip_prefix("KIWIDECK_") == Some(known))?;
        Some(found.1.clone())
    };
    let surroundings = Surroundings {
        clock: clock.clone(),
        cost: wish.cost,
        time_scale: wish.time_scale,
    };
    start::open(Config::read(&look_up).unwrap(), surroundings).await
}
