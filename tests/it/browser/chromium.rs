//! A headless Chromium, driven through Debian's chromedriver as a person would: look, click, type.
//! It knows nothing of the panel. Every wait is bounded, and none is longer than it must be.

use super::process::{PATIENCE, Process};
use axum::http::Method;
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use std::future::Future;
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const FLAGS: [&str; 13] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--in-process-gpu",
    "--lang=en",
    "--accept-lang=en-US",
    "--window-size=1024,600",
];

/// How often is looked whether something has come true.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Whether pages may run scripts. What the driver itself runs is not the page's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scripts {
    On,
    Off,
}

/// A browser of its own, with an empty profile.
pub(crate) struct Browser {
    client: Client,
    process: Option<Pid>,
    // Dropped in this order: nobody writes into the profile any more when it goes.
    _driver: Process,
    _profile: TempDir,
}

/// See [`Browser::extra`].
#[derive(Debug)]
struct Extra {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Extra {
    fn endpoint(
        &self,
        base_url: &url::Url,
        session_id: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        let session_id = session_id.unwrap_or_default();
        base_url.join(&format!("session/{session_id}/{}", self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

impl Browser {
    pub(crate) async fn start(scripts: Scripts) -> Browser {
        let profile = tempfile::tempdir().unwrap();
        let driver = Process::start(Command::new("chromedriver").arg("--port=0"));
        let port: u16 = driver.wait_for_line(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        });
        let mut connector = HttpConnector::new();
        // Each command is two small packets: the second must not wait for the first's receipt.
        connector.set_nodelay(true);
        let client = ClientBuilder::new(connector)
            .capabilities(capabilities(scripts, &profile))
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("chromedriver starts Chromium; ./ci says what the tests need");
        Browser {
            process: process(&client),
            client,
            _driver: driver,
            _profile: profile,
        }
    }

    pub(crate) async fn open(&self, url: &str) {
        self.client.goto(url).await.unwrap();
    }

    pub(crate) async fn back(&self) {
        self.client.back().await.unwrap();
    }

    pub(crate) async fn reload(&self) {
        self.client.refresh().await.unwrap();
    }

    pub(crate) async fn url(&self) -> String {
        self.client.current_url().await.unwrap().to_string()
    }

    pub(crate) async fn title(&self) -> String {
        self.client.title().await.unwrap()
    }

    /// What a person reads on the page.
    pub(crate) async fn text(&self) -> String {
        // Between two pages there is none: a moment later there is.
        until("a page to read", async || self.text_of("body").await.ok()).await
    }

    /// What a person reads in the first element.
    pub(crate) async fn text_of(&self, css: &str) -> Result<String, CmdError> {
        let element = self.client.find(Locator::Css(css)).await?;
        // The browser's own words; WebDriver's take a script that is ten times as slow.
        let text = element.prop("innerText").await?;
        Ok(text.unwrap_or_default().trim().to_owned())
    }

    /// How many elements there are now.
    pub(crate) async fn count(&self, css: &str) -> usize {
        let found = self.client.find_all(Locator::Css(css)).await;
        found.unwrap().len()
    }

    /// Whether the first element is there to be seen.
    pub(crate) async fn is_shown(&self, css: &str) -> bool {
        let element = self.client.find(Locator::Css(css)).await.unwrap();
        element.is_displayed().await.unwrap()
    }

    /// Waits until a person can read these words.
    pub(crate) async fn sees(&self, words: &str) {
        let until = Instant::now() + PATIENCE;
        loop {
            let text = self.text().await;
            if text.contains(words) {
                return;
            }
            let url = self.url().await;
            assert!(
                Instant::now() < until,
                "{words:?} is not at {url}, which says:\n{text}"
            );
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Waits for the element, and gives its attribute.
    pub(crate) async fn attribute(&self, css: &str, name: &str) -> Option<String> {
        until(css, async || {
            let element = self.client.find(Locator::Css(css)).await.ok()?;
            element.attr(name).await.ok()
        })
        .await
    }

    /// Clicks as soon as there is something to click.
    pub(crate) async fn click(&self, css: &str) {
        self.on(css, async |element| element.click().await).await;
    }

    pub(crate) async fn click_link(&self, words: &str) {
        until(words, async || {
            let link = self.client.find(Locator::LinkText(words)).await.ok()?;
            link.click().await.ok()
        })
        .await;
    }

    /// Types into a field, after what is there.
    pub(crate) async fn write(&self, css: &str, text: &str) {
        self.on(css, async |element| element.send_keys(text).await)
            .await;
    }

    /// Types into a field instead of what is there.
    pub(crate) async fn rewrite(&self, css: &str, text: &str) {
        self.on(css, async |element| element.clear().await).await;
        self.write(css, text).await;
    }

    /// Presses keys, wherever the focus is.
    pub(crate) async fn press(&self, keys: &[Key]) {
        let typed: String = keys.iter().map(|key| char::from(*key)).collect();
        self.type_text(&typed).await;
    }

    pub(crate) async fn type_text(&self, text: &str) {
        let focused = self.client.active_element().await.unwrap();
        focused.send_keys(text).await.unwrap();
    }

    /// The words or the name of what has the focus.
    pub(crate) async fn focused(&self) -> String {
        let focused = self.client.active_element().await.unwrap();
        let name = focused.attr("name").await.unwrap();
        match focused.text().await.unwrap().trim() {
            "" => name.unwrap_or_default(),
            words => words.to_owned(),
        }
    }

    /// What stands in a field.
    pub(crate) async fn value(&self, css: &str) -> String {
        until(css, async || {
            let element = self.client.find(Locator::Css(css)).await.ok()?;
            element.prop("value").await.ok()
        })
        .await
        .unwrap_or_default()
    }

    /// The id of what has the focus.
    pub(crate) async fn focused_id(&self) -> String {
        let focused = self.client.active_element().await.unwrap();
        focused.attr("id").await.unwrap().unwrap_or_default()
    }

    async fn on(&self, css: &str, act: impl AsyncFn(Element) -> Result<(), CmdError>) {
        until(css, async || {
            let element = self.client.find(Locator::Css(css)).await.ok()?;
            act(element).await.ok()
        })
        .await;
    }

    /// What the browser complained about since the last look, a line each.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let log = self.extra("se/log", json!({"type": "browser"})).await;
        let lines = log.as_array().cloned().unwrap_or_default();
        let is_complaint = |line: &Value| line["level"] == "SEVERE" || line["source"] == "security";
        lines
            .iter()
            .filter(|line| is_complaint(line))
            .map(|line| line["message"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// Sends a command that WebDriver knows and fantoccini does not.
    pub(crate) async fn extra(&self, path: &'static str, body: Value) -> Value {
        self.client.issue_cmd(Extra { path, body }).await.unwrap()
    }

    /// Ends it in peace.
    pub(crate) async fn close(mut self) {
        self.client.clone().close().await.unwrap();
        self.process = None;
    }
}

/// The driver, when it is killed, leaves the browser behind.
impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(process) = self.process {
            let _ = kill_process(process, Signal::KILL);
        }
    }
}

fn process(client: &Client) -> Option<Pid> {
    let number = client.capabilities()?.get("goog:processID")?.as_i64()?;
    Pid::from_raw(number.try_into().ok()?)
}

fn capabilities(scripts: Scripts, profile: &TempDir) -> fantoccini::wd::Capabilities {
    let mut flags = FLAGS.map(str::to_owned).to_vec();
    flags.push(format!("--user-data-dir={}", profile.path().display()));
    let mut options = json!({"args": flags});
    if scripts == Scripts::Off {
        // As in the settings of the browser: pages run nothing, and <noscript> shows.
        options["prefs"] = json!({"profile.managed_default_content_settings.javascript": 2});
    }
    let all = json!({
        "goog:chromeOptions": options,
        "goog:loggingPrefs": {"browser": "ALL"},
    });
    all.as_object().unwrap().clone()
}

/// Looks again and again until there is something.
pub(crate) async fn until<T, F>(what: &str, look: impl Fn() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    let until = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < until, "waited in vain for {what}");
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
