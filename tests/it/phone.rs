//! An authenticator app on somebody's phone, and how it gets there.

use crate::answer::Answer;
use crate::panel::Panel;
use crate::visitor::Visitor;
use kiwideck::clock::Clock;
use totp_rs::{Builder, Secret};

/// Where a second factor is added.
pub(crate) const FACTOR: &str = "/account/second-factor";
pub(crate) const APP: &str = "/account/second-factor/app";

/// An app with a seed in it. Its clock is the panel's.
#[derive(Clone)]
pub(crate) struct Phone {
    pub(crate) seed: String,
    clock: Clock,
}

impl Phone {
    /// Types this seed, as a page shows it, into the app.
    pub(crate) fn of(seed: &str, clock: Clock) -> Phone {
        Phone {
            seed: seed.replace(' ', ""),
            clock,
        }
    }

    /// Types the seed of the enrolment page into the app.
    pub(crate) async fn reads(visitor: &Visitor, panel: &Panel) -> Phone {
        let page = visitor.open(APP).await.expect(200);
        Phone {
            seed: shown_seed(&page),
            clock: panel.clock.clone(),
        }
    }

    /// The code that it shows now.
    pub(crate) fn code(&self) -> String {
        self.code_in(0)
    }

    /// The code that it will show, or showed, so many steps from now.
    pub(crate) fn code_in(&self, steps: i64) -> String {
        let seed = Secret::try_from_base32(&self.seed).unwrap();
        let app = Builder::new().with_secret(seed).build().unwrap();
        let at_s = self.clock.now_s() + 30 * steps;
        app.generate(at_s.try_into().unwrap()).to_string()
    }

    /// A code that is wrong whatever the time.
    pub(crate) fn wrong_code(&self) -> String {
        let right: Vec<String> = (-3..=3).map(|steps| self.code_in(steps)).collect();
        let mut codes = (0..10).map(|digit: u32| digit.to_string().repeat(6));
        codes.find(|code| !right.contains(code)).unwrap()
    }
}

/// The seed as the page shows it to those who type.
pub(crate) fn shown_seed(page: &Answer) -> String {
    let is_seed = |text: &String| text.len() == 39 && text.split(' ').all(|group| group.len() == 4);
    let seed = page.inside("p").into_iter().find(is_seed);
    seed.expect("the page shows a seed").replace(' ', "")
}

/// Adds an app to somebody who is signed in. Gives the app, and the recovery codes that came with it.
/// A step passes, so that the next code is a new one.
pub(crate) async fn enrol(visitor: &Visitor, panel: &Panel) -> (Phone, Vec<String>) {
    let phone = Phone::reads(visitor, panel).await;
    let fields = [("code", &*phone.code())];
    let page = visitor.submit(APP, &fields).await.expect(200);
    panel.clock.turn(30);
    (phone, shown_codes(&page))
}

/// The recovery codes that a page shows.
pub(crate) fn shown_codes(page: &Answer) -> Vec<String> {
    let text = page.inside("textarea").into_iter().next();
    let text = text.expect("the page shows codes");
    text.split_whitespace().map(str::to_owned).collect()
}
