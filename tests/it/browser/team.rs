//! Two people and one VPS: an invitation, a second factor, a grant, the shell by a fresh proof, and
//! the end of it all while the shell is open.

use super::chromium::{Browser, Scripts};
use super::panel::{Kiwi, Panel};
use super::person::{NAME, PASSWORD, Person};
use crate::phone::Phone;
use kiwideck::clock::Clock;

const COLLEAGUE: &str = "grace";
const APP: &str = "/account/second-factor/app";

#[tokio::test]
async fn somebody_is_invited_proves_who_they_are_and_is_out_when_the_grant_is_taken() {
    let kiwi = Kiwi::start();
    let admin = Person::at(Panel::start_named(&kiwi.upstream), Scripts::On).await;
    admin.set_up().await;
    admin.add(&kiwi.vps("100101", "Web")).await;
    let link = admin.invites(COLLEAGUE).await;
    let colleague = admin.beside(Browser::start(Scripts::On).await);
    colleague.joins(&link).await;
    let phone = colleague.adds_an_app().await;
    admin.gives_the_shell_of("Web", COLLEAGUE).await;
    colleague.visit("Web").await;

    admin.panel.age_proofs().await;
    colleague.browser.click_link("Shell").await;
    colleague.browser.sees("Confirm it is you").await;
    // That of the next half minute, which is taken early: no code works twice.
    colleague
        .browser
        .write("#proof-code", &phone.code_in(1))
        .await;
    colleague.submit().await;
    colleague.runs("hostname", 1).await;
    colleague.is_content().await;

    admin.takes_what_was_given_to(COLLEAGUE).await;
    colleague.browser.write("#command", "uptime").await;
    colleague.browser.click(".prompt button").await;
    colleague.browser.sees("Password").await;
    let url = colleague.browser.url().await;
    assert!(url.contains("/sign-in"), "{url}");
    admin.reads_no("uptime").await;
    colleague.browser.close().await;
    admin.browser.close().await;
}

impl Person {
    /// Somebody else at the same panel.
    fn beside(&self, browser: Browser) -> Person {
        Person {
            browser,
            panel: self.panel.clone(),
        }
    }

    /// Invites somebody, and gives the link as it stands on the page.
    async fn invites(&self, name: &str) -> String {
        self.open("/account").await;
        self.browser
            .click_link("Share this panel: invite somebody")
            .await;
        self.browser.write("#username", name).await;
        self.submit().await;
        self.browser.sees("Shown once").await;
        self.is_content().await;
        self.browser.text_of(".secret code").await.unwrap()
    }

    async fn joins(&self, link: &str) {
        self.browser.open(link).await;
        assert!(self.browser.url().await.ends_with("/join"));
        self.browser.write("#password", PASSWORD).await;
        self.browser.write("#repeated", PASSWORD).await;
        self.submit().await;
        self.browser.sees("VPSes").await;
        assert_eq!(self.browser.count("#rows tr").await, 0);
        self.is_content().await;
        // It works once.
        self.browser.open(link).await;
        self.browser.sees("It was used already").await;
        self.browser.complaints().await;
    }

    async fn adds_an_app(&self) -> Phone {
        self.open(APP).await;
        let phone = Phone::of(
            &self.browser.text_of(".seed").await.unwrap(),
            Clock::system(),
        );
        self.browser.write("#code", &phone.code()).await;
        self.submit().await;
        self.browser.sees("shown only now").await;
        self.browser.click_link("I have kept them").await;
        self.browser.sees("10 left").await;
        self.is_content().await;
        phone
    }

    async fn gives_the_shell_of(&self, label: &str, name: &str) {
        self.open("/people").await;
        self.browser.click_link(name).await;
        let only = "#scope optgroup:last-child option:only-child";
        assert_eq!(self.browser.text_of(only).await.unwrap(), label);
        self.browser.click(only).await;
        self.browser.click("input[name=shell]").await;
        self.browser
            .click("form[action$='/grants'] .buttons button")
            .await;
        self.browser.sees("View, with shell").await;
        self.is_content().await;
    }

    async fn takes_what_was_given_to(&self, name: &str) {
        self.open("/people").await;
        self.browser.click_link(name).await;
        self.browser.click("form[action$='/take'] button").await;
        // The admin's proof is as old as the other's was.
        self.browser.sees("Confirm it is you").await;
        self.browser.write("#proof-password", PASSWORD).await;
        self.submit().await;
        self.browser.sees("Nothing now").await;
        self.is_content().await;
    }

    /// The audit log tells of no such command.
    async fn reads_no(&self, command: &str) {
        self.open("/audit").await;
        self.browser.sees(NAME).await;
        let text = self.browser.text().await;
        assert!(
            text.contains("hostname") && !text.contains(command),
            "{text}"
        );
    }
}
