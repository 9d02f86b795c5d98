//! The real program on temporary folders and free ports: the panel, and a simulated KiwiVM for it.

use super::process::Process;
use serde_json::Value;
use sqlx::Connection;
use std::net::TcpListener;
use std::process::Command;
use std::rc::Rc;
use tempfile::TempDir;

/// `kiwideck serve`, with nobody in it yet. Clones are the same one.
#[derive(Clone)]
pub(crate) struct Panel {
    /// Without a slash at its end.
    pub(crate) address: String,
    pub(crate) setup_code: String,
    _process: Rc<Process>,
    folder: Rc<TempDir>,
}

impl Panel {
    /// Makes every proof of who somebody is as old as if they had been at lunch.
    pub(crate) async fn age_proofs(&self) {
        let file = self.folder.path().join("kiwideck.db");
        let url = format!("sqlite://{}", file.display());
        let mut sql = sqlx::SqliteConnection::connect(&url).await.unwrap();
        sqlx::query("UPDATE session SET proved_at = proved_at - 3600")
            .execute(&mut sql)
            .await
            .unwrap();
    }

    /// One at the root of its host.
    pub(crate) fn start(upstream: &str) -> Panel {
        Panel::serve(upstream, &[("KIWIDECK_LISTEN", "127.0.0.1:0")])
    }

    /// One below a base path such as `/kiwi`.
    pub(crate) fn start_below(base: &str, upstream: &str) -> Panel {
        let listen = free_address();
        let public_url = format!("http://{listen}{base}/");
        let settings = [
            ("KIWIDECK_LISTEN", &*listen),
            ("KIWIDECK_PUBLIC_URL", &*public_url),
        ];
        Panel::serve(upstream, &settings)
    }

    /// One that has a name: passkeys are bound to names.
    pub(crate) fn start_named(upstream: &str) -> Panel {
        let listen = free_address();
        let (_, port) = listen.rsplit_once(':').unwrap();
        let public_url = format!("http://localhost:{port}/");
        let settings = [
            ("KIWIDECK_LISTEN", &*listen),
            ("KIWIDECK_PUBLIC_URL", &*public_url),
        ];
        Panel::serve(upstream, &settings)
    }

    fn serve(upstream: &str, settings: &[(&str, &str)]) -> Panel {
        let folder = tempfile::tempdir().unwrap();
        let process = Process::start(
            kiwideck()
                .arg("serve")
                .env("KIWIDECK_DATABASE", folder.path().join("kiwideck.db"))
                .env("KIWIDECK_MASTER_KEY_FILE", folder.path().join("master.key"))
                .env("KIWIDECK_UPSTREAM", upstream)
                .envs(settings.iter().copied()),
        );
        let (address, setup_code) = process.wait_for_line(|line| {
            let (_, rest) = line.split_once("open ")?;
            let (address, code) = rest.split_once("/setup and use the set-up code ")?;
            Some((address.to_owned(), code.trim().to_owned()))
        });
        Panel {
            address,
            setup_code,
            _process: Rc::new(process),
            folder: Rc::new(folder),
        }
    }
}

/// A public URL names its port, so it must be known before the panel listens.
fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

/// The program, with none of the settings of whoever runs the tests.
fn kiwideck() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kiwideck"));
    command.env_clear();
    command
}

/// What a person knows of a VPS.
#[derive(Clone)]
pub(crate) struct Vps {
    pub(crate) veid: String,
    pub(crate) key: String,
    pub(crate) label: String,
}

/// `kiwideck simulator`, with the VPSes of the demo.
pub(crate) struct Kiwi {
    pub(crate) upstream: String,
    vpses: Vec<Vps>,
    _process: Process,
}

impl Kiwi {
    pub(crate) fn start() -> Kiwi {
        let arguments = ["simulator", "--listen", "127.0.0.1:0", "--json"];
        let process = Process::start(kiwideck().args(arguments));
        let said: Value = process.wait_for_line(|line| serde_json::from_str(line).ok());
        let vpses = said["vpses"].as_array().unwrap();
        Kiwi {
            upstream: said["upstream"].as_str().unwrap().to_owned(),
            vpses: vpses.iter().map(vps).collect(),
            _process: process,
        }
    }

    /// The VPS of this VEID, under a label of our own.
    pub(crate) fn vps(&self, veid: &str, label: &str) -> Vps {
        let known = self.vpses.iter().find(|vps| vps.veid == veid);
        Vps {
            label: label.to_owned(),
            ..known.unwrap().clone()
        }
    }
}

fn vps(said: &Value) -> Vps {
    Vps {
        veid: said["veid"].to_string(),
        key: said["api_key"].as_str().unwrap().to_owned(),
        label: said["label"].as_str().unwrap().to_owned(),
    }
}
