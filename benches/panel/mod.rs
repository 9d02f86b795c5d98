//! A panel for the benches: a temporary database, a simulated KiwiVM on loopback, and requests through
//! the router. It measures nothing itself.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use axum::http::{Request, Response, header};
use http_body_util::BodyExt;
use kiwideck::app::App;
use kiwideck::config::Config;
use kiwideck::model::audit::{Event, Note, Who};
use kiwideck::model::person::{self, Role};
use kiwideck::password::Cost;
use kiwideck::secret::Secret;
use kiwideck::simulator::Simulator;
use kiwideck::start::{self, Surroundings};
use kiwideck::web;
use std::net::{Ipv6Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use tempfile::TempDir;
use tower::ServiceExt;

pub(crate) type Error = Box<dyn std::error::Error + Send + Sync>;

pub(crate) const PASSWORD: &str = "correct horse battery";

/// A panel. Clones are the same one.
#[derive(Clone)]
pub(crate) struct Panel {
    pub(crate) app: App,
    router: Router,
    clients: Arc<AtomicU16>,
    _folder: Arc<TempDir>,
}

/// What came back, read to its end.
pub(crate) type Answer = Response<Bytes>;

impl Panel {
    /// An empty panel whose passwords cost so much, in front of this KiwiVM.
    pub(crate) async fn open(cost: Cost, kiwivm: &Simulator) -> Result<Panel, Error> {
        let folder = tempfile::tempdir()?;
        let (upstream, _) = kiwivm.listen(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
        let surroundings = Surroundings {
            cost,
            ..Surroundings::default()
        };
        let app = start::open(config(folder.path(), upstream)?, surroundings).await?;
        Ok(Panel {
            router: web::router(app.clone()),
            app,
            clients: Arc::default(),
            _folder: Arc::new(folder),
        })
    }

    /// Adds an admin of this name, with [`PASSWORD`].
    pub(crate) async fn person(&self, name: &str) -> Result<i64, Error> {
        let hash = self.app.hasher.hash(Secret::new(PASSWORD)).await?;
        Ok(person::add(&self.app.db, name, &hash, Role::Admin, &self.note()).await?)
    }

    /// A note of nobody's.
    pub(crate) fn note(&self) -> Note {
        Note {
            who: Who::default(),
            event: Event::new("setup"),
            at_ms: self.app.clock.now_ms(),
        }
    }

    /// Sends the form of the sign-in page.
    pub(crate) async fn sign_in(&self, name: &str, password: &str) -> Result<Answer, Error> {
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("username", name), ("password", password)])
            .finish();
        let request = Request::post("/sign-in")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, "http://127.0.0.1:8080")
            .body(Body::from(form))?;
        self.send(request).await
    }

    /// Sends a request from an address of its own: nobody is held back for what others tried.
    pub(crate) async fn send(&self, mut request: Request<Body>) -> Result<Answer, Error> {
        let client = self.clients.fetch_add(1, Ordering::Relaxed);
        let address = Ipv6Addr::new(0x2001, 0xdb8, 0, client, 0, 0, 0, 1);
        let peer = SocketAddr::from((address, 40_000));
        request.extensions_mut().insert(ConnectInfo(peer));
        let headers = request.headers_mut();
        headers.insert(header::HOST, "127.0.0.1:8080".parse()?);
        headers.insert(header::ACCEPT_ENCODING, "gzip".parse()?);
        let (parts, body) = self.router.clone().oneshot(request).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        Ok(Response::from_parts(parts, body))
    }
}

fn config(folder: &Path, upstream: SocketAddr) -> Result<Config, Error> {
    let look_up = |name: &str| match name {
        "KIWIDECK_DATABASE" => Some(folder.join("bench.db").display().to_string()),
        "KIWIDECK_MASTER_KEY_FILE" => Some(folder.join("master.key").display().to_string()),
        "KIWIDECK_UPSTREAM" => Some(format!("http://{upstream}/v1")),
        _ => None,
    };
    Ok(Config::read(&look_up)?)
}

/// What this part of the times is not longer than: 0.5 is the median.
pub(crate) fn quantile(times_ms: &[f64], part: f64) -> f64 {
    let mut sorted = times_ms.to_vec();
    sorted.sort_by(f64::total_cmp);
    let index = (sorted.len() as f64 * part) as usize;
    sorted.get(index).copied().unwrap_or(f64::NAN)
}

/// What `/proc/self/status` says under this name, in MiB: `VmRSS` is the memory in use, `VmHWM` the
/// most there ever was.
pub(crate) fn memory_mib(name: &str) -> Result<f64, Error> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kib = line.and_then(|line| line.split_whitespace().next());
    Ok(kib.ok_or("no such line")?.parse::<f64>()? / 1024.0)
}
