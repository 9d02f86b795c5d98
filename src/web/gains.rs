//! Who would be let in by tags: what a page says before it saves them, and beside the field.

use super::form::Form;
use super::page::Page;
use crate::app::App;
use crate::error::Error;
use crate::i18n::Message;
use crate::model::grant::{self, Grant, Scope};
use crate::model::person::{self, Person};
use crate::model::reach::{self, Before};
use std::collections::BTreeSet;

/// So many are named; of more only the number is said.
const NAMED_MAX: usize = 12;

/// What somebody wants to save about one VPS.
pub(super) struct Tagged<'a> {
    /// None for one to come.
    pub(super) vps_id: Option<i64>,
    /// The tags it has.
    pub(super) former: &'a [String],
    /// The tags it gets.
    pub(super) wanted: &'a [String],
}

/// Who would get access, or more of it.
pub(super) struct Gains {
    names: BTreeSet<String>,
    /// What exactly: who confirms something else has not confirmed this.
    pub(super) proof: String,
    /// Whether the one who sent the form has been told just this, and confirmed it.
    pub(super) are_confirmed: bool,
}

/// Who would get access by these tags; none when nobody would.
pub(super) async fn gains(
    app: &App,
    form: &Form,
    tagged: &[Tagged<'_>],
) -> Result<Option<Gains>, Error> {
    let now_s = app.clock.now_s();
    let people = person::all(&app.db, now_s).await?;
    let all = grant::all(&app.db).await?;
    let grants = by_tag(all.clone(), &people, now_s);
    let (mut names, mut proof) = (BTreeSet::new(), Vec::new());
    for tagged in tagged {
        let before = Before {
            vps_id: tagged.vps_id.unwrap_or(0),
            tags: tagged.former,
            now_s,
        };
        for grant in grants.iter().filter(|grant| is_new(grant, tagged)) {
            let person = people.iter().find(|person| person.id == grant.person_id);
            if person.is_some_and(|person| reach::gains(person, grant, &all, before)) {
                names.insert(grant.person.clone());
                proof.push(format!("{}-{}", tagged.vps_id.unwrap_or(0), grant.id));
            }
        }
    }
    let proof = proof.join(" ");
    Ok((!names.is_empty()).then_some(Gains {
        are_confirmed: form.raw("confirm_access") == proof,
        names,
        proof,
    }))
}

/// The grants by a tag that give something now to people who can sign in, or will.
fn by_tag(mut grants: Vec<Grant>, people: &[Person], now_s: i64) -> Vec<Grant> {
    grants.retain(|grant| {
        let mut people = people.iter();
        let person = people.find(|person| person.id == grant.person_id);
        let may_come = person.is_some_and(|person| person.disabled_at.is_none());
        may_come && grant.holds(now_s) && matches!(grant.scope, Scope::Tag(_))
    });
    grants
}

/// Whether a grant is for a tag that is new there.
fn is_new(grant: &Grant, tagged: &Tagged<'_>) -> bool {
    let id = tagged.vps_id.unwrap_or(0);
    grant.is_for(id, tagged.wanted) && !grant.is_for(id, tagged.former)
}

impl Gains {
    pub(super) fn words(&self, page: &Page) -> Message {
        let names: Vec<&str> = self
            .names
            .iter()
            .take(NAMED_MAX)
            .map(String::as_str)
            .collect();
        let mut names = names.join(&page.say("list-comma").text());
        if self.names.len() > NAMED_MAX {
            let more = page
                .say("reply-more")
                .with("count", self.names.len() - NAMED_MAX);
            names = format!("{names} {more}");
        }
        page.say("gains-people")
            .with("count", self.names.len())
            .with("names", names)
    }
}

/// How many people each of these tags lets in, in words; tags that let nobody in are left out.
pub(super) async fn hints(
    app: &App,
    page: &Page,
    tags: Option<&[String]>,
) -> Result<Vec<Message>, Error> {
    let now_s = app.clock.now_s();
    let people = person::all(&app.db, now_s).await?;
    let grants = by_tag(grant::all(&app.db).await?, &people, now_s);
    let mut counts: Vec<(String, usize)> = Vec::new();
    for grant in grants {
        let Scope::Tag(tag) = grant.scope else {
            continue;
        };
        let is_here = |known: &String| known.eq_ignore_ascii_case(&tag);
        if tags.is_some_and(|tags| !tags.iter().any(is_here)) {
            continue;
        }
        match counts.iter_mut().find(|(known, _)| is_here(known)) {
            Some((_, count)) => *count += 1,
            None => counts.push((tag, 1)),
        }
    }
    counts.sort();
    let words = |(tag, count): (String, usize)| {
        page.say("gains-hint").with("count", count).with("tag", tag)
    };
    Ok(counts.into_iter().map(words).collect())
}
