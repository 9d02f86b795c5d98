//! A session at a real `sh`, as somebody types it: ten commands, history, completion, a script in the
//! background whose log grows, reloads in the middle; nothing is lost.

use super::chromium::{Scripts, until};
use super::desk::{Desk, PROMPT, RUNS, SHELL};
use super::person::Person;
use fantoccini::key::Key;

/// Each step waits for a file, so that the log grows while somebody looks on.
const SCRIPT: &str = "echo step $((1)); while [ ! -e go-1 ]; do sleep 0.05; done; \
                      echo step $((2)); while [ ! -e go-2 ]; do sleep 0.05; done; \
                      echo step $((3)); exit 3";
const LOG: &str = ".run-log";

#[tokio::test]
async fn ten_commands_history_completion_and_a_script_lose_nothing() {
    let desk = Desk::open(Scripts::On, "web.example.com").await;
    let person = &desk.person;
    let lines = [&*desk.enter(), "pwd", "echo one", "false", "echo two > two"];
    for (index, line) in lines.iter().enumerate() {
        person.enters(line, index + 1).await;
    }
    person.browser.reload().await;
    assert_eq!(person.entries().await, 5);
    desk.reloads_while_a_line_runs().await;
    let more = ["cat two", "ls", "echo <b>", "echo last"];
    for (index, line) in more.iter().enumerate() {
        person.enters(line, index + 7).await;
    }
    person.finds_what_was_typed().await;
    person.completes_a_name().await;
    person.open(RUNS).await;
    person.browser.write("#script", SCRIPT).await;
    person.submit().await;
    desk.watches_a_log_grow().await;
    person.open(SHELL).await;
    assert_eq!(person.entries().await, 12);
    assert_eq!(person.last_output().await, "two");
    person.is_content().await;
    desk.person.browser.close().await;
}

#[tokio::test]
async fn a_snippet_asks_for_its_words_before_anything_else() {
    let desk = Desk::open(Scripts::On, "web.example.com").await;
    let person = &desk.person;
    person.enters(&desk.enter(), 1).await;
    person.enters("seq 200", 2).await;
    person.open("/snippets").await;
    person.browser.write("#name", "Say it").await;
    person.browser.write("#body", "echo {what} {whom}").await;
    person.submit().await;
    person.browser.sees("Say it").await;
    person.open(&format!("{SHELL}?snippet=1")).await;
    until("the first word", async || {
        (person.browser.focused_id().await == "v-what").then_some(())
    })
    .await;
    person.browser.type_text("it's $(x)").await;
    person.browser.press(&[Key::Tab]).await;
    person.browser.type_text("*").await;
    person.browser.press(&[Key::Enter]).await;
    person.waits_for(3).await;
    assert_eq!(person.last_output().await, "it's $(x) *");
    assert_eq!(person.browser.focused_id().await, "command");
    person.open(&format!("{SHELL}?snippet=ports")).await;
    until("the button", async || {
        (person.browser.focused().await == "Run").then_some(())
    })
    .await;
    person.is_content().await;
    desk.person.browser.close().await;
}

#[tokio::test]
async fn without_a_script_the_page_of_a_run_is_drawn_anew_until_it_has_ended() {
    let desk = Desk::open(Scripts::Off, "web.example.com").await;
    let person = &desk.person;
    person.browser.write(PROMPT, &desk.enter()).await;
    person.browser.click(".prompt button").await;
    person.waits_for(1).await;
    person.open(RUNS).await;
    person.browser.write("#script", SCRIPT).await;
    person.submit().await;
    person.browser.click_link("This one alone").await;
    person.browser.sees("step 1").await;
    desk.put("go-1");
    person.browser.sees("step 2").await;
    desk.put("go-2");
    person.browser.sees("Ended").await;
    assert_eq!(
        person.browser.text_of(LOG).await.unwrap(),
        "step 1\nstep 2\nstep 3"
    );
    assert_eq!(person.browser.count("meta[http-equiv=refresh]").await, 0);
    person.is_content().await;
    desk.person.browser.close().await;
}

#[tokio::test]
async fn without_a_script_a_line_that_runs_long_is_looked_at_again_and_what_is_typed_stays() {
    let desk = Desk::open(Scripts::Off, "web.example.com").await;
    let person = &desk.person;
    person.browser.write(PROMPT, &desk.enter()).await;
    person.browser.click(".prompt button").await;
    person.waits_for(1).await;
    let waiting = "while [ ! -e ready ]; do sleep 0.05; done; echo $((6 * 7)) waited";
    person.browser.write(PROMPT, waiting).await;
    person.browser.click(".prompt button").await;
    person.browser.sees("See whether it has ended").await;
    // Nothing takes the page away from whoever types.
    assert_eq!(person.browser.count("meta[http-equiv=refresh]").await, 0);
    desk.put("ready");
    until("its answer", async || {
        person.browser.click(".entry-foot a").await;
        (person.entries().await == 2).then_some(())
    })
    .await;
    assert_eq!(person.last_output().await, "42 waited");
    desk.person.browser.close().await;
}

impl Desk {
    /// The sixth line: it is begun, the page is left and reloaded, and the answer comes by itself.
    async fn reloads_while_a_line_runs(&self) {
        let person = &self.person;
        let waiting = "while [ ! -e ready ]; do sleep 0.05; done; echo waited";
        person.begins(waiting).await;
        person.browser.count(".entry[hx-get]").await;
        person.open("/").await;
        person.open(SHELL).await;
        person.browser.reload().await;
        assert_eq!(person.entries().await, 5);
        self.put("ready");
        person.waits_for(6).await;
        assert_eq!(person.last_output().await, "waited");
    }

    /// Line for line, through a reload, to its end; somebody who reads in it keeps the focus.
    async fn watches_a_log_grow(&self) {
        let browser = &self.person.browser;
        self.person.reads_in_the_log("step 1").await;
        browser.click(LOG).await;
        self.put("go-1");
        self.person.reads_in_the_log("step 1\nstep 2").await;
        assert_eq!(browser.focused_id().await, "log-1");
        assert_eq!(browser.count(".run.is-working").await, 1);
        browser.reload().await;
        self.person.reads_in_the_log("step 1\nstep 2").await;
        self.put("go-2");
        self.person.reads_in_the_log("step 1\nstep 2\nstep 3").await;
        browser.sees("Ended").await;
        browser.sees("This one alone").await;
        browser.reload().await;
        assert_eq!(browser.count(".run.is-danger .run-log").await, 1);
        self.person.reads_in_the_log("step 1\nstep 2\nstep 3").await;
    }
}

impl Person {
    async fn reads_in_the_log(&self, words: &str) {
        until(words, async || {
            let log = self.browser.text_of(LOG).await.ok()?;
            (log == words).then_some(())
        })
        .await;
    }

    async fn finds_what_was_typed(&self) {
        self.browser.press(&[Key::Up]).await;
        self.holds("echo last").await;
        self.browser.press(&[Key::Up]).await;
        self.holds("echo <b>").await;
        self.browser.press(&[Key::Down, Key::Down]).await;
        self.holds("").await;
        self.presses(Key::Control, 'r').await;
        until("the search", async || {
            (self.browser.focused_id().await == "history-word").then_some(())
        })
        .await;
        self.browser.type_text("two").await;
        self.browser.press(&[Key::Down, Key::Enter]).await;
        self.holds("echo two > two").await;
        self.browser.press(&[Key::Enter]).await;
        self.waits_for(11).await;
    }

    async fn completes_a_name(&self) {
        self.browser.write(PROMPT, "cat tw").await;
        self.browser.press(&[Key::Tab]).await;
        self.holds("cat two ").await;
        self.browser.press(&[Key::Enter]).await;
        self.waits_for(12).await;
    }
}
