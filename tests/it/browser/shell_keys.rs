//! The keys of the prompt, real ones and those of a touch screen: each does what it does in a terminal.

use super::chromium::{Scripts, until};
use super::desk::{Desk, PROMPT};
use super::person::Person;
use fantoccini::key::Key;
use serde_json::json;

const KEYS: &str = ".shell-keys";
const WAITING: &str = ".entry[hx-get]";
const VISIBLE: &str = ".entry:not([hidden])";

#[tokio::test]
async fn control_c_waits_no_longer_control_l_clears_the_view_and_escape_leaves_the_prompt() {
    let desk = Desk::open(Scripts::On, "web.example.com").await;
    let person = &desk.person;
    person.enters(&desk.enter(), 1).await;
    person
        .begins("while [ ! -e go ]; do sleep 0.05; done; echo went on")
        .await;
    person.sees_so_many(WAITING, 1).await;
    person.presses(Key::Control, 'c').await;
    person.sees_so_many(WAITING, 0).await;
    person.browser.sees("On the VPS it may go on").await;
    // The prompt is free for the next line, and Ctrl+C empties it.
    person.browser.write(PROMPT, "half a li").await;
    person.presses(Key::Control, 'c').await;
    person.holds("").await;
    person.enters("touch go; echo next", 2).await;
    person.presses(Key::Control, 'l').await;
    person.sees_so_many(VISIBLE, 0).await;
    assert_eq!(person.browser.focused_id().await, "command");
    person.enters("echo after", 3).await;
    person.sees_so_many(VISIBLE, 1).await;
    // What is out of sight is not gone, and the command did go on.
    until("the line that went on", async || {
        person.browser.reload().await;
        (person.entries().await == 4).then_some(())
    })
    .await;
    person.browser.sees("went on").await;
    until("the focus in the prompt", async || {
        (person.browser.focused_id().await == "command").then_some(())
    })
    .await;
    person.browser.press(&[Key::Escape]).await;
    assert_ne!(person.browser.focused_id().await, "command");
    person.presses_tab_anywhere().await;
    // The newest answer is the next place, and not whatever the browser holds for it.
    assert_eq!(person.browser.focused().await, "after");
    person.is_content().await;
    desk.person.browser.close().await;
}

#[tokio::test]
async fn the_arrows_move_within_a_command_of_several_lines_and_out_of_it() {
    let desk = Desk::open(Scripts::On, "web.example.com").await;
    let person = &desk.person;
    person.enters(&desk.enter(), 1).await;
    person.browser.write(PROMPT, "echo one").await;
    person.presses(Key::Shift, char::from(Key::Enter)).await;
    person.browser.type_text("echo two").await;
    person.browser.press(&[Key::Enter]).await;
    person.waits_for(2).await;
    assert_eq!(person.last_output().await, "one\ntwo");
    person.enters("echo three", 3).await;
    person.browser.press(&[Key::Up]).await;
    person.holds("echo three").await;
    person.browser.press(&[Key::Up]).await;
    person.holds("echo one\necho two").await;
    person.browser.press(&[Key::Up, Key::Up]).await;
    person.holds(&desk.enter()).await;
    person.browser.press(&[Key::Down]).await;
    person.holds("echo one\necho two").await;
    person.browser.press(&[Key::Down]).await;
    person.holds("echo three").await;
    desk.person.browser.close().await;
}

#[tokio::test]
async fn a_touch_screen_has_a_row_of_the_keys_that_its_keyboard_lacks() {
    let desk = Desk::open(Scripts::On, "web.example.com").await;
    let person = &desk.person;
    desk.put("note");
    assert!(!person.browser.is_shown(KEYS).await);
    person.takes_a_phone().await;
    person.browser.reload().await;
    assert!(person.browser.is_shown(KEYS).await);
    person.enters(&desk.enter(), 1).await;
    person.browser.write(PROMPT, "cat no").await;
    person.touches("Tab").await;
    person.holds("cat note ").await;
    for key in ["|", "~", "/", "-"] {
        person.touches(key).await;
    }
    person.holds("cat note |~/-").await;
    assert_eq!(person.browser.focused_id().await, "command");
    person.touches("Ctrl+C").await;
    person.holds("").await;
    person.touches("↑").await;
    person.holds(&desk.enter()).await;
    person.touches("↓").await;
    person.holds("").await;
    person.is_content().await;
    desk.person.browser.close().await;
}

impl Person {
    async fn sees_so_many(&self, css: &str, number: usize) {
        until(css, async || {
            (self.browser.count(css).await == number).then_some(())
        })
        .await;
    }

    /// A small screen with a finger before it.
    async fn takes_a_phone(&self) {
        let screen = json!({"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": true});
        for (command, parameters) in [
            ("Emulation.setDeviceMetricsOverride", screen),
            (
                "Emulation.setTouchEmulationEnabled",
                json!({"enabled": true}),
            ),
        ] {
            self.devtools(command, parameters).await;
        }
    }

    /// The driver would move the focus to write there.
    async fn presses_tab_anywhere(&self) {
        for kind in ["keyDown", "keyUp"] {
            let key =
                json!({"type": kind, "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9});
            self.devtools("Input.dispatchKeyEvent", key).await;
        }
    }

    async fn touches(&self, key: &str) {
        let buttons = ["Tab", "↑", "↓", "Ctrl+C", "/", "|", "~", "-"];
        let at = buttons.iter().position(|button| *button == key).unwrap() + 1;
        let css = format!("{KEYS} button:nth-child({at})");
        assert_eq!(self.browser.text_of(&css).await.unwrap(), key);
        self.browser.click(&css).await;
    }
}
