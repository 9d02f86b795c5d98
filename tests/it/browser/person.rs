//! Somebody at the browser: what every journey does in the panel.

use super::chromium::{Browser, Scripts};
use super::panel::{Panel, Vps};

pub(crate) const NAME: &str = "ada";
pub(crate) const PASSWORD: &str = "correct horse battery";

/// A person before their browser, and the panel that it shows.
pub(crate) struct Person {
    pub(crate) browser: Browser,
    pub(crate) panel: Panel,
}

impl Person {
    pub(crate) async fn at(panel: Panel, scripts: Scripts) -> Person {
        Person {
            browser: Browser::start(scripts).await,
            panel,
        }
    }

    pub(crate) async fn open(&self, path: &str) {
        let url = format!("{}{path}", self.panel.address);
        self.browser.open(&url).await;
    }

    /// Comes to a panel without people, and makes the first admin.
    pub(crate) async fn set_up(&self) {
        self.open("/").await;
        self.browser.sees("Make the first admin").await;
        self.browser.write("#code", &self.panel.setup_code).await;
        self.browser.write("#username", NAME).await;
        self.browser.write("#password", PASSWORD).await;
        self.browser.write("#repeated", PASSWORD).await;
        self.submit().await;
        self.browser.sees("Add a VPS").await;
        self.is_content().await;
    }

    pub(crate) async fn add(&self, vps: &Vps) {
        self.open("/").await;
        self.browser.click_link("Add a VPS").await;
        self.browser.write("#label", &vps.label).await;
        self.browser.write("#veid", &vps.veid).await;
        self.browser.write("#api_key", &vps.key).await;
        self.submit().await;
        self.browser.sees("Saved.").await;
        self.is_content().await;
    }

    /// Goes from the page of all VPSes to one of them.
    pub(crate) async fn visit(&self, label: &str) {
        self.open("/").await;
        self.browser.click_link(label).await;
        self.browser.sees("Overview").await;
    }

    /// Presses the button of the page's form.
    pub(crate) async fn submit(&self) {
        self.browser
            .click(".form .buttons button:not([type=button])")
            .await;
    }

    pub(crate) async fn sign_out(&self) {
        self.browser.click(".menu summary").await;
        self.browser.click("form[action$='/sign-out'] button").await;
        self.browser.sees("Password").await;
        self.is_content().await;
    }

    /// The browser complained about nothing, and no link led out of the panel.
    pub(crate) async fn is_content(&self) {
        let url = self.browser.url().await;
        assert!(
            url.starts_with(&format!("{}/", self.panel.address)),
            "{url} is outside of the panel"
        );
        assert_eq!(self.browser.complaints().await, [""; 0], "at {url}");
    }
}
