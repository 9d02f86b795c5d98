//! Photographs the demo's pages, small and large, light and dark, in both languages:
//! `cargo run --example screenshots -- FOLDER`. It judges nothing: a person looks at the pictures.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a tool for those who work on the panel: what goes wrong ends it"
)]

#[path = "../tests/it/browser/chromium.rs"]
#[expect(dead_code, reason = "the journeys use the rest")]
mod chromium;
#[path = "../tests/it/browser/process.rs"]
mod process;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chromium::{Browser, Scripts};
use process::Process;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const PASSWORD: &str = "pictures of the demo";
/// The demo may have to be built first.
const BUILD_LIMIT: Duration = Duration::from_secs(600);
const HEIGHT: u64 = 900;
const HEIGHT_MAX: u64 = 2400;
/// The demo's first VPS, and one in each of some states.
const HEALTHY: u32 = 1;
const LOCKED: u32 = 15;
const SUSPENDED: u32 = 8;
const CONTAINER: u32 = 2;
const STOPPED: u32 = 3;
const BLOCKED: u32 = 11;
const MANY_ADDRESSES: u32 = 17;
const VIOLATING: u32 = 10;
const SNAPSHOTS: u32 = 16;

/// How a page is looked at.
#[derive(Clone, Copy)]
struct Look {
    width: u64,
    theme: &'static str,
    language: &'static str,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let folder = std::env::args()
        .nth(1)
        .expect("cargo run --example screenshots -- FOLDER");
    std::fs::create_dir_all(&folder).unwrap();
    let demo = demo();
    let address: String = demo.wait_at_most(BUILD_LIMIT, |line| {
        line.starts_with("http://").then(|| line.to_owned())
    });
    let studio = Studio {
        folder: folder.into(),
        browser: Browser::start(Scripts::On).await,
        address,
    };
    studio.photograph_for_strangers().await;
    studio.sign_in().await;
    let pages = studio.prepare().await;
    studio.photograph_all(&pages).await;
    studio.browser.close().await;
}

/// Built as it is now, so that no old page is photographed.
fn demo() -> Process {
    let arguments = ["run", "--quiet", "--", "demo", "--listen", "127.0.0.1:0"];
    Process::start(
        Command::new("cargo")
            .args(arguments)
            .env("KIWIDECK_DEMO_PASSWORD", PASSWORD),
    )
}

struct Studio {
    folder: PathBuf,
    browser: Browser,
    address: String,
}

impl Studio {
    async fn sign_in(&self) {
        self.open("/sign-in").await;
        self.browser.write("#username", "admin").await;
        self.browser.write("#password", PASSWORD).await;
        self.browser.click(".form button").await;
        self.browser.sees("Web 1").await;
    }

    async fn open(&self, path: &str) {
        let url = format!("{}{path}", self.address);
        self.browser.open(&url).await;
    }

    async fn photograph_for_strangers(&self) {
        self.photograph_all(&[("sign-in", "/sign-in".to_owned())])
            .await;
    }

    /// Does what makes the pages worth a picture, and names them.
    async fn prepare(&self) -> Vec<(&'static str, String)> {
        let vps = format!("/vps/{HEALTHY}");
        let list = self.ask(&vps, "snapshot/list").await;
        let password = self.ask(&vps, "resetRootPassword").await;
        let refused = self.ask(&format!("/vps/{SUSPENDED}"), "restart").await;
        for command in [
            "cd /etc",
            "pwd; ls",
            "cat <<EOF > /tmp/note\none\ntwo\nEOF",
            "cat /tmp/note",
            "exit 3",
        ] {
            self.run(&vps, command).await;
        }
        let pages = [
            ("fleet", "/"),
            ("fleet-none", "/?q=nothing+like+it"),
            ("overview", &*vps),
            ("overview-locked", &format!("/vps/{LOCKED}")),
            ("overview-suspended", &format!("/vps/{SUSPENDED}")),
            ("migrate", &format!("{vps}/migrate")),
            ("migrate-locked", &format!("/vps/{LOCKED}/migrate")),
            ("operations", &format!("/vps/{LOCKED}/operations")),
            ("usage", &format!("{vps}/usage")),
            ("usage-year", &format!("{vps}/usage?span=1y")),
            ("calls", &format!("{vps}/calls")),
            ("call-destroy", &format!("{vps}/call/reinstallOS")),
            ("call-restart", &format!("{vps}/call/restart")),
            ("action-list", &list),
            ("action-secret", &password),
            ("action-refused", &refused),
            ("abuse", &format!("/vps/{SUSPENDED}/abuse")),
            ("abuse-violation", &format!("/vps/{VIOLATING}/abuse")),
            ("records", &format!("{vps}/records")),
            ("notifications", &format!("{vps}/notifications")),
            ("snapshots", &format!("/vps/{SNAPSHOTS}/snapshots")),
            ("snapshots-locked", &format!("/vps/{LOCKED}/snapshots")),
            (
                "snapshots-import",
                &format!("{vps}/snapshots/import?source={SNAPSHOTS}"),
            ),
            ("shell", &format!("{vps}/shell")),
            ("runs", &format!("{vps}/shell/runs")),
            ("snippets", "/snippets"),
            ("network", &format!("{vps}/network")),
            ("network-blocked", &format!("/vps/{BLOCKED}/network")),
            ("network-many", &format!("/vps/{MANY_ADDRESSES}/network")),
            ("network-container", &format!("/vps/{CONTAINER}/network")),
            ("system", &format!("{vps}/system")),
            ("system-search", &format!("{vps}/system?q=debian")),
            ("system-container", &format!("/vps/{CONTAINER}/system")),
            ("system-stopped", &format!("/vps/{STOPPED}/system")),
            ("edit", &format!("{vps}/edit")),
            ("new", "/vps/new"),
            ("import", "/vps/import"),
            ("labels", "/vps/labels"),
            ("audit", "/audit"),
            ("people", "/people"),
            ("person", "/people/2"),
            ("grant", "/people/4/grants/4"),
            ("access", &format!("{vps}/access")),
            ("account", "/account"),
            ("second-factor", "/account/second-factor"),
            ("authenticator", "/account/second-factor/app"),
            ("settings", "/settings"),
            ("error", "/vps/987654"),
        ];
        pages.map(|(name, path)| (name, path.to_owned())).to_vec()
    }

    /// Makes a call through its form, and gives the path of its action.
    async fn ask(&self, vps: &str, call: &str) -> String {
        self.open(&format!("{vps}/call/{call}")).await;
        self.browser.click(".form .buttons button").await;
        let path = chromium::until("the page of the action", async || {
            let url = self.browser.url().await;
            url.find("/actions/").map(|at| url[at..].to_owned())
        });
        path.await
    }

    async fn run(&self, vps: &str, command: &str) {
        self.open(&format!("{vps}/shell")).await;
        // Shift+Enter makes a line where Enter alone sends.
        let typed = command.replace('\n', "\u{e008}\u{e007}\u{e008}");
        self.browser.write("#command", &typed).await;
        self.browser.click(".prompt button").await;
    }

    async fn photograph_all(&self, pages: &[(&str, String)]) {
        for look in looks() {
            self.wear(look).await;
            for (name, path) in pages {
                self.size(look, HEIGHT).await;
                self.open(path).await;
                self.photograph(name, look).await;
            }
        }
    }

    async fn wear(&self, look: Look) {
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": look.theme}]});
        let cookie =
            json!({"name": "kiwideck-language", "value": look.language, "url": self.address});
        self.devtools("Emulation.setEmulatedMedia", media).await;
        self.devtools("Emulation.setScrollbarsHidden", json!({"hidden": true}))
            .await;
        self.devtools("Network.setCookie", cookie).await;
    }

    async fn size(&self, look: Look, height: u64) {
        let metrics = json!({
            "width": look.width, "height": height, "deviceScaleFactor": 1, "mobile": look.width < 600,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await;
    }

    async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let body = json!({"cmd": command, "params": parameters});
        self.browser.extra("goog/cdp/execute", body).await
    }

    async fn photograph(&self, name: &str, look: Look) {
        let sizes = self.devtools("Page.getLayoutMetrics", json!({})).await;
        let size = &sizes["cssContentSize"];
        let height = size["height"].as_f64().unwrap_or(0.0) as u64;
        // A page wider than the screen is a fault: the picture is as wide as the screen, and says so.
        let wide = size["width"].as_f64().unwrap_or(0.0) as u64;
        if wide > look.width {
            println!("{name} is {wide} px wide at {} px", look.width);
        }
        // As high as the page: what sticks to the screen's edge would lie across the middle of it.
        self.size(look, height.clamp(HEIGHT, HEIGHT_MAX)).await;
        let shot = json!({"format": "png"});
        let answer = self.devtools("Page.captureScreenshot", shot).await;
        let picture = BASE64_STANDARD
            .decode(answer["data"].as_str().unwrap())
            .unwrap();
        std::fs::write(file(&self.folder, name, look), picture).unwrap();
    }
}

fn looks() -> Vec<Look> {
    let mut looks = Vec::new();
    for language in ["en", "zh-CN"] {
        for theme in ["light", "dark"] {
            for width in [1280, 390] {
                looks.push(Look {
                    width,
                    theme,
                    language,
                });
            }
        }
    }
    looks
}

fn file(folder: &Path, name: &str, look: Look) -> PathBuf {
    let Look {
        width,
        theme,
        language,
    } = look;
    folder.join(format!("{name}-{width}-{theme}-{language}.png"))
}
