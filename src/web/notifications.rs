//! Which e-mails the provider sends about a VPS, as switches, saved in one call. Only what somebody
//! switched is sent: what was changed elsewhere meanwhile stays, and an unknown id never leaves.

use super::form::{Faults, Form};
use super::head::Head;
use super::known::Known;
use super::order;
use super::page::Page;
use super::reply;
use super::section::Section;
use crate::app::App;
use crate::error::Error;
use crate::kiwivm::calls::{NOTIFICATION_PREFERENCES, SET_NOTIFICATION_PREFERENCES};
use crate::kiwivm::loose::TEXT_MAX_CHARS;
use crate::kiwivm::printable::printable;
use crate::kiwivm::reply::{NotificationPreferences, Preference, Reply};
use crate::model::access::{self, Right};
use crate::perform::Order;
use crate::secret::Secret;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

#[derive(Template)]
#[template(path = "notifications/show.html")]
struct Show {
    page: Page,
    head: Head,
    known: Known,
    email: Option<String>,
    groups: Vec<Group>,
    /// What would warn nobody any more, to be confirmed.
    silenced: Vec<String>,
    faults: Faults,
}

/// A category of e-mails.
struct Group {
    name: String,
    /// Its e-mails warn of attacks, or of a quota that runs out.
    warns: bool,
    switches: Vec<Switch>,
}

/// One kind of e-mail.
struct Switch {
    /// As KiwiVM named it.
    id: String,
    words: String,
    /// What the page showed; none when KiwiVM does not say.
    was: Option<bool>,
    is_ticked: bool,
    changed_s: Option<i64>,
}

pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
) -> Result<Response, Error> {
    let head = Head::open(&app, &page, &id, Section::Notifications).await?;
    let known = Known::of(&app, &head.vps, NOTIFICATION_PREFERENCES).await?;
    let groups = groups(&known.read(Reply::notification_preferences), None);
    Page::html(&view(page, (head, known), groups))
}

pub(super) async fn submit(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let head = Head::open(&app, &page, &id, Section::Notifications).await?;
    let person = &page.session()?.person;
    access::may(person, SET_NOTIFICATION_PREFERENCES, &head.vps)?;
    // Nobody is asked: what KiwiVM last said names the ids that may be sent.
    let known = Known::kept(&app, head.vps.id, NOTIFICATION_PREFERENCES).await?;
    let groups = groups(&known.read(Reply::notification_preferences), Some(&form));
    let wanted = wanted(&groups);
    let silenced = silenced(&groups);
    let mut faults = Faults::none();
    if wanted.is_empty() {
        faults.add("on", page.say("notifications-nothing"));
    } else if !silenced.is_empty() && !form.ticked("silence") {
        faults.add("silence", page.say("notifications-confirm-needed"));
    }
    if faults.any() {
        let show = Show {
            silenced,
            faults,
            ..view(page, (head, known), groups)
        };
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Page::html(&show)?).into_response());
    }
    let order = change(&page, head, &form, wanted)?;
    order::begin(&app, &page, order, true).await
}

fn change(
    page: &Page,
    head: Head,
    form: &Form,
    wanted: Map<String, Value>,
) -> Result<Order, Error> {
    let json = Value::Object(wanted).to_string();
    let order = order::order(
        page,
        (head.vps, SET_NOTIFICATION_PREFERENCES),
        order::action_id(form)?,
    )?;
    Ok(Order {
        parameters: vec![("json_notification_preferences", Secret::new(json))],
        ..order
    })
}

fn view(page: Page, (head, known): (Head, Known), groups: Vec<Group>) -> Show {
    let email = known.read(Reply::notification_preferences).email;
    let may_see = page.may(head.vps.id, Right::Operate);
    Show {
        email: email.map(|email| {
            if may_see {
                email
            } else {
                reply::masked(&email)
            }
        }),
        page,
        head,
        known,
        groups,
        silenced: Vec::new(),
        faults: Faults::none(),
    }
}

/// The switches as KiwiVM last told them, or as they stand in a form that came back.
fn groups(preferences: &NotificationPreferences, form: Option<&Form>) -> Vec<Group> {
    let group = |(name, listed): (&String, &indexmap::IndexMap<String, Preference>)| Group {
        name: printable(name, TEXT_MAX_CHARS),
        warns: warns(name),
        switches: listed
            .iter()
            .map(|(id, preference)| switch(id, preference, form))
            .collect(),
    };
    let groups = preferences.categories.iter().map(group);
    groups.filter(|group| !group.switches.is_empty()).collect()
}

fn switch(id: &str, preference: &Preference, form: Option<&Form>) -> Switch {
    let has = |form: &Form, name: &str| form.all(name).any(|value| value == id);
    let shown = form.filter(|form| has(form, "known"));
    let was = match shown {
        Some(form) if has(form, "unknown") => None,
        Some(form) => Some(has(form, "was")),
        None => preference.enabled,
    };
    Switch {
        is_ticked: match shown {
            Some(form) => has(form, "on"),
            None => preference.enabled == Some(true),
        },
        was,
        words: match &preference.description {
            Some(description) => description.clone(),
            None => printable(id, TEXT_MAX_CHARS),
        },
        changed_s: preference.changed_s.filter(|at_s| *at_s > 0),
        id: id.to_owned(),
    }
}

/// Whether a category warns of attacks, or of a quota that runs out.
fn warns(category: &str) -> bool {
    let category = category.to_lowercase();
    category.contains("security") || category.contains("bandwidth")
}

impl Switch {
    /// Of one whose state KiwiVM does not tell, only that it is switched on can be meant.
    fn is_switched(&self) -> bool {
        self.is_ticked != self.was.unwrap_or(false)
    }
}

/// What was switched: id → "1" or "0".
fn wanted(groups: &[Group]) -> Map<String, Value> {
    let switches = groups.iter().flat_map(|group| &group.switches);
    let value = |switch: &Switch| if switch.is_ticked { "1" } else { "0" };
    switches
        .filter(|switch| switch.is_switched())
        .map(|switch| (switch.id.clone(), value(switch).into()))
        .collect()
}

/// The warnings that are being switched off, in KiwiVM's words.
fn silenced(groups: &[Group]) -> Vec<String> {
    let warnings = groups.iter().filter(|group| group.warns);
    warnings
        .flat_map(|group| &group.switches)
        .filter(|switch| switch.is_switched() && !switch.is_ticked)
        .map(|switch| switch.words.clone())
        .collect()
}

impl Show {
    fn asking(&self) -> bool {
        self.known.asking
    }

    fn target(&self) -> String {
        self.head.path("/notifications")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn listed(enabled: &Value) -> NotificationPreferences {
        let reply = json!({"error": 0, "email_preferences": {
            "Security Notifications": {"a": {"friendly_description": "Login", "is_enabled": enabled}},
            "Miscellaneous": {"b": {"is_enabled": "1"}},
        }});
        let Value::Object(fields) = reply else {
            unreachable!()
        };
        Reply::new(fields).notification_preferences()
    }

    fn form(fields: &[(&str, &str)]) -> Form {
        let owned = fields
            .iter()
            .map(|(name, id)| ((*name).into(), (*id).into()));
        Form::of(owned.collect())
    }

    #[test]
    fn only_what_was_switched_is_sent_and_no_unknown_id() {
        let shown = [("known", "a"), ("was", "a"), ("known", "b"), ("known", "x")];
        // `b` was shown as off, and is on by now: somebody else's change stays.
        let sent = form(&[&shown[..], &[("on", "x")]].concat());
        let groups = groups(&listed(&json!(1)), Some(&sent));
        assert_eq!(Value::Object(wanted(&groups)), json!({"a": "0"}));
        assert_eq!(silenced(&groups), ["Login"]);
    }

    #[test]
    fn what_was_not_shown_is_not_sent() {
        let groups = groups(&listed(&json!(0)), Some(&form(&[("on", "a")])));
        assert!(wanted(&groups).is_empty());
    }

    #[test]
    fn one_whose_state_is_not_told_can_only_be_switched_on() {
        let shown = [("known", "a"), ("unknown", "a")];
        let groups_of = |sent: &Form| groups(&listed(&json!("maybe")), Some(sent));
        assert!(wanted(&groups_of(&form(&shown))).is_empty());
        let ticked = form(&[&shown[..], &[("on", "a")]].concat());
        assert_eq!(
            Value::Object(wanted(&groups_of(&ticked))),
            json!({"a": "1"})
        );
    }
}
