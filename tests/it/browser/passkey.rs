//! Passkeys, with an authenticator that the driver plays: a finger that is always right.

use super::chromium::Scripts;
use super::panel::{Kiwi, Panel};
use super::person::{NAME, PASSWORD, Person};
use serde_json::json;

const SHOW: &str = "form[data-passkey=get] button";

#[tokio::test]
async fn a_passkey_is_added_signs_in_alone_and_is_a_second_factor() {
    let kiwi = Kiwi::start();
    let person = Person::at(Panel::start_named(&kiwi.upstream), Scripts::On).await;
    person.set_up().await;
    let finger = json!({
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": true,
        "hasUserVerification": true,
        "isUserVerified": true,
    });
    person.browser.extra("webauthn/authenticator", finger).await;

    person.open("/account/second-factor").await;
    person.browser.write("#name", "Laptop").await;
    person
        .browser
        .click("form[data-passkey=create] button")
        .await;
    person.browser.sees("shown only now").await;
    person.browser.click_link("I have kept them").await;
    person.browser.sees("Laptop").await;
    person.browser.sees("10 left").await;
    person.is_content().await;
    person.sign_out().await;

    person.browser.click(SHOW).await;
    person.browser.sees("Add a VPS").await;
    person.is_content().await;
    person.sign_out().await;

    person.browser.write("#username", NAME).await;
    person.browser.write("#password", PASSWORD).await;
    person.submit().await;
    person.browser.sees("Second factor").await;
    person.browser.click(SHOW).await;
    person.browser.sees("Add a VPS").await;
    person.is_content().await;

    person.open("/account/second-factor").await;
    person.browser.click("form[action$='/remove'] button").await;
    person.browser.sees("Add an authenticator app").await;
    person.sign_out().await;
    // The authenticator still has it; the panel does not know it any more.
    person.browser.click(SHOW).await;
    person.browser.sees("The passkey was not accepted").await;
    person.browser.close().await;
}
