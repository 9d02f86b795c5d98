//! Somebody at the shell of a VPS that is a folder of this machine: what its journeys do there.

use super::chromium::{Scripts, until};
use super::panel::{Panel, Vps};
use super::person::Person;
use crate::shell_upstream::{Shell, Upstream};
use fantoccini::key::Key;
use kiwideck::clock::Clock;
use kiwideck::simulator::{Machine, Simulator};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

pub(crate) const PROMPT: &str = "#command";
pub(crate) const SHELL: &str = "/vps/1/shell";
pub(crate) const RUNS: &str = "/vps/1/shell/runs";

const VEID: u32 = 100_101;
/// No command of a journey may outlive it by much.
const LIMIT: Duration = Duration::from_secs(60);

/// A person whose VPS answers its shell's calls with `sh`, and all others with the simulator.
pub(crate) struct Desk {
    pub(crate) person: Person,
    pub(crate) scratch: TempDir,
    _upstream: Upstream,
}

impl Desk {
    /// At the shell of a VPS with this hostname, in an empty folder.
    pub(crate) async fn open(scripts: Scripts, hostname: &str) -> Desk {
        let simulator = Simulator::new(Clock::system());
        simulator.add(Machine::kvm(VEID));
        simulator.alter(VEID, |machine| {
            machine.hostname = hostname.to_owned();
            machine.live_hostname = hostname.to_owned();
        });
        let upstream = Upstream::beside(simulator.router(), Shell::Dash, LIMIT).await;
        let person = Person::at(Panel::start(&upstream.url), scripts).await;
        person.set_up().await;
        let vps = Vps {
            veid: VEID.to_string(),
            key: simulator.vps(VEID).unwrap().key.reveal().to_owned(),
            label: "Web".to_owned(),
        };
        person.add(&vps).await;
        person.open(SHELL).await;
        Desk {
            person,
            scratch: tempfile::tempdir().unwrap(),
            _upstream: upstream,
        }
    }

    pub(crate) fn root(&self) -> &Path {
        self.scratch.path()
    }

    /// What the first line of a session is here.
    pub(crate) fn enter(&self) -> String {
        format!("cd {}", self.root().display())
    }

    /// Writes a file, for which a script waits.
    pub(crate) fn put(&self, name: &str) {
        std::fs::write(self.root().join(name), "").unwrap();
    }
}

impl Person {
    /// Types a line, presses Enter, and waits for its answer.
    pub(crate) async fn enters(&self, line: &str, number: usize) {
        self.begins(line).await;
        self.waits_for(number).await;
    }

    /// Types a line and presses Enter.
    pub(crate) async fn begins(&self, line: &str) {
        self.browser.write(PROMPT, line).await;
        self.browser.press(&[Key::Enter]).await;
        self.holds("").await;
    }

    pub(crate) async fn waits_for(&self, number: usize) {
        until("the answer of the shell", async || {
            (self.entries().await == number).then_some(())
        })
        .await;
    }

    /// How many lines were answered.
    pub(crate) async fn entries(&self) -> usize {
        self.browser.count(".entry:has(.entry-foot time)").await
    }

    /// Waits until this stands in the prompt.
    pub(crate) async fn holds(&self, line: &str) {
        until(line, async || {
            (self.browser.value(PROMPT).await == line).then_some(())
        })
        .await;
    }

    /// Presses a key while another is held.
    pub(crate) async fn presses(&self, held: Key, key: char) {
        let held = char::from(held);
        self.browser
            .type_text(&String::from_iter([held, key, held]))
            .await;
    }

    /// Sends a command to the browser that only its developers' tools know.
    pub(crate) async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let body = json!({"cmd": command, "params": parameters});
        self.browser.extra("goog/cdp/execute", body).await
    }

    /// What the newest line wrote.
    pub(crate) async fn last_output(&self) -> String {
        let newest = ".entry:last-child .entry-output";
        until(newest, async || self.browser.text_of(newest).await.ok()).await
    }
}
