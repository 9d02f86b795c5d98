//! A VPS that says markup and terminal escapes wherever its shell says anything: hostname, names of
//! files, what is in them, error messages, logs.

use super::chromium::{Scripts, until};
use super::desk::{Desk, PROMPT, RUNS, SHELL};
use super::person::Person;
use fantoccini::key::Key;
use serde_json::{Value, json};

const MARKUP: &str = "<img src=x onerror=document.title='pwned'>";
/// Sets a title, clears the screen, moves, hides, colours, and turns the direction of writing.
const ESCAPES: &str = "\u{1b}]0;pwned\u{7}\u{1b}[2J\u{1b}[99;99H\u{1b}[8m\u{1b}[31mred\u{202e}drow";
const CONTENT: &str = "</pre></li></ol></section><script>document.title='pwned'</script>\
                       \u{1b}]8;;javascript:document.title='pwned'\u{1b}\\link\u{1b}]8;;\u{1b}\\\n";

/// What the page shows outside of where it belongs, a line each: cells that stick out of their entry,
/// elements where only text may be, letters that steer or turn, a page wider than the screen.
const STRAYS: &str = r#"(() => {
  const strays = [];
  const cells = document.querySelectorAll(".entry-line, .entry-output, .entry-fault, .entry-foot, .entry-sent, .prompt-place, .offered, .run-log, .run-script");
  cells.forEach((cell) => {
    const box = cell.getBoundingClientRect();
    const around = cell.closest(".entry, .prompt, .run, .shell").getBoundingClientRect();
    const isIn = box.left >= around.left - 1 && box.right <= around.right + 1 && box.top >= around.top - 1 && box.bottom <= around.bottom + 1;
    if (box.width && !isIn) strays.push(`${cell.className} sticks out`);
  });
  document.querySelectorAll(".entry-output *, .run-log *").forEach((part) => {
    if (part.tagName !== "SPAN" || part.getAttributeNames().join() !== "class") strays.push(part.outerHTML);
  });
  const plain = document.querySelectorAll(".entry-place *, .entry-command *, .entry-sent pre *, .prompt-place *, .offered span *, .offered > :not(span)");
  plain.forEach((part) => strays.push(part.outerHTML));
  const steering = document.body.textContent.match(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  if (steering) strays.push(`U+${steering[0].codePointAt(0).toString(16)}`);
  const { scrollWidth, clientWidth } = document.documentElement;
  const wide = [...document.querySelectorAll("main *")].filter((part) => part.getBoundingClientRect().right > clientWidth && !part.closest("pre *"));
  if (scrollWidth > clientWidth) strays.push(`${scrollWidth} px wide: ${wide.map((part) => `${part.tagName} ${part.className}`)}`);
  return strays;
})()"#;

#[tokio::test]
async fn t_xss_up_markup_and_escapes_from_a_vps_stay_text_in_their_cells() {
    let desk = Desk::open(Scripts::On, &format!("{MARKUP}{ESCAPES}")).await;
    let person = &desk.person;
    desk.fill();
    let lines = [
        &*desk.enter(),
        "ls",
        "cat ./[!d]*",
        "for name in ./*; do cd \"$name/none\"; done",
        "cd nowhere\u{202e}",
        "cd d*",
    ];
    for (index, line) in lines.iter().enumerate() {
        person.enters(line, index + 1).await;
        person.is_within_its_cells().await;
    }
    person.browser.sees(MARKUP).await;
    person.browser.sees("</pre></li></ol>").await;
    person.sees_names_offered().await;
    person
        .begins_in_the_background("ls ..; cat ../[!d]*; echo read")
        .await;
    for width in [390, 1280] {
        person.takes_a_screen(width).await;
        for path in [SHELL, RUNS, "/audit", "/vps/1/audit"] {
            person.open(path).await;
            person.browser.sees(MARKUP).await;
            person.is_within_its_cells().await;
        }
    }
    desk.person.browser.close().await;
}

impl Desk {
    fn fill(&self) {
        let long = "w".repeat(200);
        for name in [
            MARKUP,
            ESCAPES,
            &long,
            "a\nb",
            "\"><svg onload=document.title='pwned'>",
        ] {
            let content = format!("{CONTENT}{ESCAPES}{}\n", "w".repeat(5000));
            std::fs::write(self.root().join(name), content).unwrap();
        }
        std::fs::create_dir(self.root().join(format!("d{MARKUP}{ESCAPES}"))).unwrap();
    }
}

impl Person {
    async fn is_within_its_cells(&self) {
        let url = self.browser.url().await;
        assert_eq!(self.asks_the_page(STRAYS).await, json!([]), "at {url}");
        self.is_unharmed().await;
    }

    async fn sees_names_offered(&self) {
        self.browser.write(PROMPT, "cat ../").await;
        self.browser.press(&[Key::Tab]).await;
        until("names to choose from", async || {
            self.browser.is_shown(".offered").await.then_some(())
        })
        .await;
        self.is_within_its_cells().await;
        self.presses(Key::Control, 'c').await;
    }

    async fn begins_in_the_background(&self, script: &str) {
        self.open(RUNS).await;
        self.browser.write("#script", script).await;
        self.submit().await;
        self.browser.sees("read").await;
        self.browser.sees("exit 0").await;
    }

    async fn takes_a_screen(&self, width: u32) {
        let screen =
            json!({"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 600});
        self.devtools("Emulation.setDeviceMetricsOverride", screen)
            .await;
    }

    async fn asks_the_page(&self, expression: &str) -> Value {
        let question = json!({"expression": expression, "returnByValue": true});
        let answer = self.devtools("Runtime.evaluate", question).await;
        answer["result"]["value"].clone()
    }
}
