//! The panel by the keyboard alone.

use super::chromium::Scripts;
use super::panel::{Kiwi, Panel};
use super::person::{NAME, PASSWORD, Person};
use fantoccini::key::Key;

/// No page needs more steps to anything on it.
const STEPS_MAX: usize = 60;

#[tokio::test]
async fn the_keyboard_alone_signs_in_skips_the_navigation_and_restarts_a_vps() {
    let kiwi = Kiwi::start();
    let person = Person::at(Panel::start(&kiwi.upstream), Scripts::On).await;
    person.set_up().await;
    person.add(&kiwi.vps("100101", "Web")).await;
    person.sign_out().await;

    person.open("/sign-in").await;
    // The cursor waits in the first field.
    person.browser.type_text(NAME).await;
    person.browser.press(&[Key::Tab]).await;
    person.browser.type_text(PASSWORD).await;
    person.browser.press(&[Key::Enter]).await;
    person.browser.sees("Add a VPS").await;
    person.steps_to("Skip to content").await;
    person.browser.press(&[Key::Tab]).await;
    assert_eq!(person.browser.focused().await, "Labels and tags");
    person.steps_to("Web").await;
    person.browser.sees("Overview").await;
    person.steps_to("Restart").await;
    person.browser.sees("This interrupts the service").await;
    person.steps_to("Restart: Web").await;
    person.browser.sees("Restart: Accepted").await;
    person.is_content().await;
    person.browser.close().await;
}

impl Person {
    /// Tab until the focus is on these words, then Enter.
    async fn steps_to(&self, words: &str) {
        let mut passed = Vec::new();
        while passed.len() < STEPS_MAX {
            self.browser.press(&[Key::Tab]).await;
            let focused = self.browser.focused().await;
            if focused == words {
                return self.browser.press(&[Key::Enter]).await;
            }
            passed.push(focused);
        }
        panic!("Tab passes {passed:?} and not {words:?}");
    }
}
