//! The download link of one snapshot, fresh from KiwiVM and shown once. Whoever has it has the whole
//! disk: the links of the other snapshots, and those that are not https, are dropped unseen.

use super::Section;
use crate::actions::Ended;
use crate::app::App;
use crate::error::Error;
use crate::kiwivm::calls::SNAPSHOT_LIST;
use crate::kiwivm::printable::printable;
use crate::model::access::Right;
use crate::model::audit::{self, Event};
use crate::perform::{self, PerformError};
use crate::secret::Secret;
use crate::web::form::Form;
use crate::web::head::Head;
use crate::web::order::{ANSWER_WITHIN, action_id, order};
use crate::web::page::Page;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::Value;

/// So much of a file's name is repeated: KiwiVM's have about 90 characters.
const NAME_MAX_CHARS: usize = 200;

#[derive(Template)]
#[template(path = "snapshots/link.html")]
struct Reveal {
    page: Page,
    head: Head,
    file_name: String,
    /// The link, or why there is none.
    found: Result<Secret, String>,
}

pub(in crate::web) async fn reveal(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let head = Head::open(&app, &page, &id, Section::Snapshots).await?;
    page.require(head.vps.id, Right::Manage)?;
    page.require_proof()?;
    let file_name = form.raw("snapshot").to_owned();
    if file_name.is_empty() {
        return Ok(page.visitor.see_other(&head.path("/snapshots")));
    }
    let found = ask(&app, &page, (&head, &form)).await?;
    if found.is_ok() {
        let event = Event::new("secrets-shown")
            .about(head.vps.id, &head.vps.label)
            .with("call", SNAPSHOT_LIST.name)
            .with("snapshot", &file_name);
        audit::note(&app.db, &page.note(&app, event)).await?;
    }
    Page::html(&Reveal {
        page,
        head,
        file_name,
        found,
    })
}

/// Asks KiwiVM for the list, and takes one link out of what it says; or the words for why there is none.
async fn ask(
    app: &App,
    page: &Page,
    (head, form): (&Head, &Form),
) -> Result<Result<Secret, String>, Error> {
    let action = action_id(form)?;
    let order = order(page, (head.vps.clone(), SNAPSHOT_LIST), action.clone())?;
    match perform::perform(app, order).await {
        Ok(()) => {}
        Err(PerformError::Repeated) => return Ok(Err(page.say("snapshots-link-shown").text())),
        Err(error) => return Err(error.into()),
    }
    let at_most = SNAPSHOT_LIST.time_limit + ANSWER_WITHIN;
    let ended = perform::wait_for(app, &action, at_most).await;
    let secrets = app.actions.take_secrets(&action, page.session()?.id);
    // KiwiVM may have answered slowly.
    page.still_manages(app, head.vps.id).await?;
    let Some(reply) = ended.as_ref().and_then(|ended| ended.reply.as_ref()) else {
        return Ok(Err(why(page, ended.as_deref())));
    };
    let Some(place) = place(reply, form.raw("snapshot")) else {
        return Ok(Err(page.say("snapshots-link-gone").text()));
    };
    let link = link(secrets, &place);
    Ok(link.ok_or_else(|| page.say("snapshots-link-none").text()))
}

impl Reveal {
    fn shown_name(&self) -> String {
        printable(&self.file_name, NAME_MAX_CHARS)
    }
}

/// Why KiwiVM listed nothing.
fn why(page: &Page, ended: Option<&Ended>) -> String {
    match ended.and_then(|ended| ended.fault.as_ref()) {
        Some(fault) => page.fault(fault),
        None => page.say("snapshots-link-unheard").text(),
    }
}

/// Where a snapshot stands in the reply, as the paths of secrets say it.
fn place(reply: &Value, file_name: &str) -> Option<String> {
    let is_named = |item: &Value| item.get("fileName").and_then(Value::as_str) == Some(file_name);
    match reply.get("snapshots")? {
        Value::Array(items) => items
            .iter()
            .position(is_named)
            .map(|index| format!("snapshots[{index}]")),
        Value::Object(items) => items
            .iter()
            .find(|(_, item)| is_named(item))
            .map(|(key, _)| format!("snapshots.{key}")),
        _ => None,
    }
}

/// The https link at this place. What calls itself one and is another kind of address is none.
fn link(secrets: Vec<(String, Secret)>, place: &str) -> Option<Secret> {
    let path = format!("{place}.downloadLinkSSL");
    let is_https = |link: &Secret| {
        let rest = link.reveal().strip_prefix("https://");
        rest.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_graphic()))
    };
    secrets
        .into_iter()
        .find(|(known, _)| *known == path)
        .map(|(_, link)| link)
        .filter(is_https)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_snapshot_is_found_in_a_list_and_in_a_list_with_holes() {
        let list = json!({"snapshots": [{"fileName": "a"}, {"fileName": "b"}]});
        assert_eq!(place(&list, "b").as_deref(), Some("snapshots[1]"));
        assert_eq!(place(&list, "c"), None);
        let holes = json!({"snapshots": {"0": {"fileName": "a"}, "2": {"fileName": "b"}}});
        assert_eq!(place(&holes, "b").as_deref(), Some("snapshots.2"));
        assert_eq!(place(&json!({"snapshots": "b"}), "b"), None);
        assert_eq!(place(&json!({}), "b"), None);
    }

    #[test]
    fn only_an_https_link_of_this_snapshot_is_taken() {
        let taken = |path: &str, link: &str| {
            let secrets = vec![(path.to_owned(), Secret::new(link))];
            super::link(secrets, "snapshots[1]").is_some()
        };
        let own = "snapshots[1].downloadLinkSSL";
        assert!(taken(own, "https://203.0.113.250:8443/a/b.tar.gz"));
        assert!(!taken(own, "http://203.0.113.250:8080/a/b.tar.gz"));
        assert!(!taken(own, "javascript:alert(1)"));
        assert!(!taken(own, "https://203.0.113.250/a b"));
        assert!(!taken(
            "snapshots[1].downloadLink",
            "https://203.0.113.250/a"
        ));
        assert!(!taken(
            "snapshots[0].downloadLinkSSL",
            "https://203.0.113.250/a"
        ));
    }
}
