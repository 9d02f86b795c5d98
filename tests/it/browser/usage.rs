//! The charts of use: drawn by the script, looked at closer, and there without it.

use super::chromium::{Browser, Scripts, until};
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
    let mouse = [("mouseMoved", 0), ("mousePressed", 0), ("mouseMoved", 1)];
    person.moves_across_a_chart(&mouse).await;
    // What is under the mouse stands below the chart, with its time.
    let values = person.browser.text_of(".u-legend").await.unwrap();
    assert!(values.contains('%') && values.contains("20"), "{values}");
    person.moves_across_a_chart(&[("mouseReleased", 1)]).await;
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
async fn a_finger_looks_closer_and_one_that_scrolls_does_not() {
    let kiwi = Kiwi::start();
    let person = at_the_use_of_a_vps(&kiwi, Scripts::On).await;
    until("three charts", async || {
        (person.browser.count(".uplot canvas").await == 3).then_some(())
    })
    .await;
    let taken_away = [("touchStart", 0), ("touchMove", 1), ("touchCancel", 1)];
    person.moves_across_a_chart(&taken_away).await;
    assert_eq!(person.browser.count("[data-zoomed][hidden]").await, 1);
    let finger = [("touchStart", 0), ("touchMove", 1), ("touchEnd", 1)];
    person.moves_across_a_chart(&finger).await;
    person.browser.sees("Show the whole span").await;
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
    /// Each of these events on the first chart, at a third of it or at two thirds.
    async fn moves_across_a_chart(&self, events: &[(&str, usize)]) {
        let script = "const chart = document.querySelector('.u-over');
            chart.scrollIntoView({block: 'center', behavior: 'instant'});
            const {x, y, width, height} = chart.getBoundingClientRect();
            return [x + width / 3, x + width / 1.5, y + height / 2];";
        let body = json!({"script": script, "args": []});
        let place = self.browser.extra("execute/sync", body).await;
        let at = |index: usize| place[index].as_f64().unwrap();
        for (kind, third) in events {
            self.browser.sends(kind, (at(*third), at(2))).await;
        }
    }
}

impl Browser {
    /// An event of a mouse or of a finger.
    async fn sends(&self, kind: &str, (x, y): (f64, f64)) {
        let is_touch = kind.starts_with("touch");
        let points = match kind {
            "touchEnd" | "touchCancel" => json!([]),
            _ => json!([{"x": x, "y": y}]),
        };
        let held = kind == "mousePressed" || kind == "mouseMoved";
        let event = if is_touch {
            json!({"cmd": "Input.dispatchTouchEvent", "params": {"type": kind, "touchPoints": points}})
        } else {
            json!({"cmd": "Input.dispatchMouseEvent", "params": {
                "type": kind, "x": x, "y": y, "button": "left",
                "buttons": u8::from(held), "clickCount": 1}})
        };
        self.extra("goog/cdp/execute", event).await;
    }
}
