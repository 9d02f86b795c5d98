//! A command with a name at the prompt: shown in full, its placeholders asked for, then run like a line.

use super::super::form::Form;
use super::super::page::Page;
use super::super::snippets::{self, shipped_name};
use super::send::Typed;
use crate::app::App;
use crate::error::Error;
use crate::snippet::{Body, Placeholder, SHIPPED};

/// One that may be chosen.
pub(super) struct Offered {
    /// As addresses and forms have it: the word of a shipped one, or a row.
    pub(super) word: String,
    pub(super) name: String,
    pub(super) is_team: bool,
    pub(super) text: String,
    body: Body,
}

impl Offered {
    fn new(word: String, name: String, (text, is_team): (String, bool)) -> Option<Offered> {
        let body = Body::read(&text).ok()?;
        Some(Offered {
            word,
            name,
            is_team,
            text,
            body,
        })
    }

    /// What is asked for before the run.
    pub(super) fn placeholders(&self) -> Vec<&Placeholder> {
        self.body.placeholders()
    }
}

/// All that this person may choose from: their own, the team's, those that come with the program.
pub(super) async fn offered(app: &App, page: &Page) -> Result<Vec<Offered>, Error> {
    let kept = snippets::all(app, page).await?.into_iter();
    let kept =
        kept.filter_map(|one| Offered::new(one.id.to_string(), one.name, (one.body, one.is_team)));
    let shipped = SHIPPED.iter().filter_map(|(word, text)| {
        let name = shipped_name(page, word);
        Offered::new((*word).to_owned(), name, ((*text).to_owned(), false))
    });
    Ok(kept.chain(shipped).collect())
}

/// The command that a filled form means. What was shown is what runs: one that was changed meanwhile is
/// refused.
pub(super) async fn filled(app: &App, page: &Page, form: &Form) -> Result<Typed, Error> {
    let word = form.raw("snippet");
    let mut offered = offered(app, page).await?.into_iter();
    let chosen = offered.find(|one| one.word == word).ok_or(Error::NoPage)?;
    if crate::shell::typed(form.raw("body")) != chosen.text {
        return Err(Error::BadForm);
    }
    let value = |name: &str| form.find(&format!("v-{name}")).map(str::to_owned);
    let filled = chosen.body.filled(value).ok_or(Error::BadForm)?;
    Ok(Typed {
        sent: filled.sent,
        shown: filled.shown,
    })
}
