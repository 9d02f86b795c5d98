//! A session at the shell, as somebody types it: ten commands, history, completion, a script in the
//! background, a reload in the middle; nothing is lost.

use super::chromium::{Scripts, until};
use super::panel::{Kiwi, Panel};
use super::person::Person;
use fantoccini::key::Key;

const PROMPT: &str = "#command";

#[tokio::test]
async fn ten_commands_history_completion_and_a_script_lose_nothing() {
    let kiwi = Kiwi::start();
    let person = Person::at(Panel::start(&kiwi.upstream), Scripts::On).await;
    person.set_up().await;
    person.add(&kiwi.vps("100101", "Web")).await;
    person.visit("Web").await;
    person.browser.click_link("Shell").await;
    let lines = ["cd /etc", "pwd", "echo one", "false", "echo two > /tmp/two"];
    for (index, line) in lines.iter().enumerate() {
        person.enters(line, index + 1).await;
    }
    person.browser.reload().await;
    assert_eq!(person.entries().await, 5);
    let more = ["cat /tmp/two", "cd /tmp", "ls", "echo <b>", "echo last"];
    for (index, line) in more.iter().enumerate() {
        person.enters(line, index + 6).await;
    }
    person.finds_what_was_typed().await;
    person.completes_a_name().await;
    person.follows_a_script().await;
    person.open("/vps/1/shell").await;
    assert_eq!(person.entries().await, 12);
    person.is_content().await;
    person.browser.close().await;
}

impl Person {
    /// Types a line, presses Enter, and waits for its answer.
    async fn enters(&self, line: &str, number: usize) {
        self.browser.write(PROMPT, line).await;
        self.browser.press(&[Key::Enter]).await;
        self.waits_for(number).await;
    }

    async fn waits_for(&self, number: usize) {
        until("the answer of the shell", async || {
            let is_empty = self.typed().await.is_empty();
            (self.entries().await == number && is_empty).then_some(())
        })
        .await;
    }

    /// How many lines were answered.
    async fn entries(&self) -> usize {
        self.browser.count(".entry:has(.entry-foot time)").await
    }

    async fn typed(&self) -> String {
        self.browser.value(PROMPT).await
    }

    async fn holds(&self, line: &str) {
        until(line, async || (self.typed().await == line).then_some(())).await;
    }

    async fn finds_what_was_typed(&self) {
        self.browser.press(&[Key::Up]).await;
        self.holds("echo last").await;
        self.browser.press(&[Key::Up]).await;
        self.holds("echo <b>").await;
        self.browser.press(&[Key::Down, Key::Down]).await;
        self.holds("").await;
        let search = [char::from(Key::Control), 'r', char::from(Key::Control)];
        self.browser.type_text(&String::from_iter(search)).await;
        until("the search", async || {
            (self.browser.focused_id().await == "history-word").then_some(())
        })
        .await;
        self.browser.type_text("tmp/two").await;
        self.browser.press(&[Key::Down, Key::Enter]).await;
        self.holds("echo two > /tmp/two").await;
        self.browser.press(&[Key::Enter]).await;
        self.waits_for(11).await;
    }

    async fn completes_a_name(&self) {
        self.browser.write(PROMPT, "cat /tmp/tw").await;
        self.browser.press(&[Key::Tab]).await;
        self.holds("cat /tmp/two ").await;
        self.browser.press(&[Key::Enter]).await;
        self.waits_for(12).await;
    }

    async fn follows_a_script(&self) {
        self.browser.click_link("Background runs").await;
        let script = "echo from the background; exit 3";
        self.browser.write("#script", script).await;
        self.submit().await;
        self.browser.sees("exit 3").await;
        until("the end of its log", async || {
            let ended = self.browser.count(".run.is-danger .run-log").await;
            (ended == 1).then_some(())
        })
        .await;
        self.browser.reload().await;
        let log = self.browser.text_of(".run-log").await.unwrap();
        assert_eq!(log, "from the background");
    }
}
