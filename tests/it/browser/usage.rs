//! The charts of use: drawn by the script, looked at closer, and there without it.

use super::chromium::{Scripts, until};
use super::panel::{Kiwi, Panel};
use super::person::Person;
use serde_json::json;

#[tokio::test]
async fn use_is_drawn_looked_at_closer_and_figures_of_a_part_are_shown() {
    let kiwi = Kiwi::start();
    let person = at_the_use_of_a_vps(&kiwi, Scripts::On).await;
    until("three charts", async || {
        (person.browser.count(".uplot canvas").await == 3).then_some(())
    })
    .await;
    person.drags_across_a_chart().await;
    person.browser.sees("Show the whole span").await;
    person.is_content().await;
    person.browser.click("[data-figures]").await;
    until("the address of the part", async || {
        let url = person.browser.url().await;
        url.contains("span=chosen&from=").then_some(())
    })
    .await;
    person.browser.sees("95th percentile").await;
    person.is_content().await;
    person.browser.close().await;
}

#[tokio::test]
async fn without_javascript_the_server_has_drawn_it() {
    let kiwi = Kiwi::start();
    let person = at_the_use_of_a_vps(&kiwi, Scripts::Off).await;
    assert_eq!(person.browser.count(".chart svg").await, 3);
    assert_eq!(person.browser.count(".uplot").await, 0);
    person.browser.click_link("7 days").await;
    person.browser.sees("95th percentile").await;
    person.is_content().await;
    person.browser.close().await;
}

async fn at_the_use_of_a_vps(kiwi: &Kiwi, scripts: Scripts) -> Person {
    let person = Person::at(Panel::start(&kiwi.upstream), scripts).await;
    person.set_up().await;
    person.add(&kiwi.vps("100101", "Web")).await;
    person.browser.click_link("Usage").await;
    person.browser.sees("95th percentile").await;
    person
}

impl Person {
    /// With the mouse, from a third of the first chart to two thirds.
    async fn drags_across_a_chart(&self) {
        let script = "const chart = document.querySelector('.u-over');
            chart.scrollIntoView({block: 'center', behavior: 'instant'});
            const {x, y, width, height} = chart.getBoundingClientRect();
            return [x + width / 3, y + height / 2, x + width / 1.5];";
        let body = json!({"script": script, "args": []});
        let place = self.browser.extra("execute/sync", body).await;
        let at = |index: usize| place[index].as_f64().unwrap();
        for (kind, x, buttons) in [
            ("mouseMoved", at(0), 0),
            ("mousePressed", at(0), 1),
            ("mouseMoved", at(2), 1),
            ("mouseReleased", at(2), 0),
        ] {
            let event = json!({"cmd": "Input.dispatchMouseEvent", "params": {
                "type": kind, "x": x, "y": at(1), "button": "left", "buttons": buttons, "clickCount": 1}});
            self.browser.extra("goog/cdp/execute", event).await;
        }
    }
}
