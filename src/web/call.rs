//! The list of all calls, and for each of them its page: what it does, what it loses, its form. It
//! posts to its own URL, always sends, and leads to the page of the action.

use super::form::{Faults, Form};
use super::head::{Head, NAMED_MAX_CHARS};
use super::known::Known;
use super::order::{action_id, begin, order};
use super::page::Page;
use super::parameter::{fault, sent, typed};
use super::section::Section;
use crate::actions;
use crate::app::App;
use crate::error::Error;
use crate::i18n::Message;
use crate::kiwivm::call::{Call, Class, Kind, Parameter, Source, Topic};
use crate::kiwivm::calls::{self, CALLS, RAW_USAGE_STATS};
use crate::kiwivm::printable::printable;
use crate::kiwivm::reply::{Choice, Reply};
use crate::model::access::{self, Denied, Right};
use crate::model::audit;
use crate::model::vps::Vps;
use crate::perform::Order;
use crate::usage;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// A list longer than this is a select, not a list of radio buttons.
const RADIOS_MAX: usize = 60;

/// A heading with its calls, each with what stands in its way, if something does.
pub(super) struct TopicCalls {
    pub(super) topic: Topic,
    pub(super) calls: Vec<(&'static Call, Option<Denied>)>,
}

/// All calls by topic, as this person may make them to this VPS.
pub(super) fn topics(page: &Page, vps: &Vps) -> Vec<TopicCalls> {
    let denied = |call: &'static Call| match page.person() {
        Some(person) => access::may(person, call, vps).err(),
        None => Some(Denied::Right(Right::View)),
    };
    Topic::ALL
        .into_iter()
        .map(|topic| TopicCalls {
            topic,
            calls: CALLS
                .iter()
                .filter(|call| call.topic == topic)
                .map(|call| (call, denied(call)))
                .collect(),
        })
        .collect()
}

/// Why a call is off.
pub(super) fn why(page: &Page, denied: &Denied) -> Message {
    match denied {
        Denied::Right(right) => page
            .say("call-needs")
            .with("right", page.say(right.message())),
        Denied::Protected => page.say("call-protected"),
    }
}

/// How a call is marked in lists: class name, icon and message id.
pub(super) fn mark(call: &Call) -> (&'static str, &'static str, &'static str) {
    match call.class {
        Class::Read => ("is-read", "search", "class-read"),
        Class::Change if call.interrupts => ("is-interrupts", "warning", "class-interrupts"),
        Class::Change => ("is-change", "edit", "class-change"),
        Class::Destroy => ("is-destroys", "danger", "class-destroy"),
        Class::Shell => ("is-shell", "terminal", "class-shell"),
    }
}

/// The link to the page made for a call, if its tab is shown: its words and its path.
pub(super) fn served_by(page: &Page, head: &Head, call: &Call) -> Option<(Message, String)> {
    let section = Section::serving(call);
    let words = page
        .say("call-page")
        .with("page", page.say(section.message()));
    section
        .is_shown(page, head.vps.id)
        .then(|| (words, head.path(&section.path())))
}

/// The message id of a call's name.
pub(super) fn message(call: &Call) -> String {
    format!("call-{}", call.slug())
}

#[derive(Template)]
#[template(path = "call/index.html")]
struct Index {
    page: Page,
    head: Head,
}

pub(super) async fn index(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
) -> Result<Response, Error> {
    let head = Head::open(&app, &page, &id, Section::Calls).await?;
    Page::html(&Index { page, head })
}

#[derive(Template)]
#[template(path = "call/show.html")]
struct Show {
    page: Page,
    head: Head,
    call: &'static Call,
    fields: Vec<Field>,
    faults: Faults,
    action: String,
    confirm_name: String,
    /// The form was sent from a page of its own: once taken it leads back there.
    stays: bool,
}

/// One parameter of the form.
struct Field {
    parameter: &'static Parameter,
    value: String,
    options: Options,
}

/// The values to choose from.
#[derive(Default)]
struct Options {
    choices: Vec<Choice>,
    /// When they were read.
    read_at_s: Option<i64>,
    /// They are being asked for: the page comes again.
    asking: bool,
    /// Why there are none.
    failed: Option<String>,
    /// There are cases, and only support can end them.
    only_hard: bool,
}

pub(super) async fn show(
    State(app): State<App>,
    Path((id, name)): Path<(String, String)>,
    Query(query): Query<Vec<(String, String)>>,
    page: Page,
) -> Result<Response, Error> {
    let (head, call) = open(&app, &page, (&id, &name)).await?;
    let form = prefilled(call, &query);
    let view = view(&app, page, (head, call), (&form, Faults::none())).await?;
    Page::html(&view)
}

/// A link may choose among what is listed, and nothing else: neither the typed confirmation nor a
/// command.
fn prefilled(call: &'static Call, query: &[(String, String)]) -> Form {
    let is_choice = |name: &str| {
        let parameter = call
            .parameters
            .iter()
            .find(|parameter| parameter.name == name);
        parameter.is_some_and(|parameter| matches!(parameter.kind, Kind::Choice(_) | Kind::Flag))
    };
    Form::of(
        query
            .iter()
            .filter(|(name, _)| is_choice(name))
            .cloned()
            .collect(),
    )
}

/// The VPS and the call of a URL, for a person who may make it.
async fn open(
    app: &App,
    page: &Page,
    (id, name): (&str, &str),
) -> Result<(Head, &'static Call), Error> {
    let head = Head::open(app, page, id, Section::Calls).await?;
    let call = calls::find(name).ok_or_else(|| Error::NoCall(printable(name, NAMED_MAX_CHARS)))?;
    access::may(&page.session()?.person, call, &head.vps)?;
    Ok((head, call))
}

async fn view(
    app: &App,
    page: Page,
    (head, call): (Head, &'static Call),
    (form, faults): (&Form, Faults),
) -> Result<Show, Error> {
    let mut fields = Vec::new();
    for parameter in call.parameters {
        let mut options = options(app, &page, &head.vps, parameter).await?;
        // What is chosen is in sight, however long the list.
        let chosen = form.raw(parameter.name);
        options.choices.sort_by_key(|choice| choice.value != chosen);
        fields.push(Field {
            options,
            value: typed(parameter, form),
            parameter,
        });
    }
    Ok(Show {
        confirm_name: form.raw("confirm_name").to_owned(),
        stays: form.ticked("stay"),
        action: actions::new_id()?,
        page,
        head,
        call,
        fields,
        faults,
    })
}

/// The choices of a parameter: from the kept reading, or asked for once.
async fn options(
    app: &App,
    page: &Page,
    vps: &Vps,
    parameter: &Parameter,
) -> Result<Options, Error> {
    let Kind::Choice(source) = parameter.kind else {
        return Ok(Options::default());
    };
    let Some(call) = calls::find(source.call()) else {
        return Ok(Options::default());
    };
    let known = Known::of(app, vps, call).await?;
    Ok(offered(page, source, known))
}

fn offered(page: &Page, source: Source, known: Known) -> Options {
    let choices = known.choices(source);
    Options {
        only_hard: choices.is_empty() && known.read(|reply| lists_cases(source, reply)),
        choices,
        read_at_s: known.at_s,
        asking: known.asking,
        failed: known.failure.map(|failure| page.fault(&failure.fault)),
    }
}

/// Whether KiwiVM lists cases at all, soft or hard.
fn lists_cases(source: Source, reply: &Reply) -> bool {
    match source {
        Source::Suspensions => !reply.suspensions().cases.is_empty(),
        Source::Violations => !reply.policy_violations().violations.is_empty(),
        _ => false,
    }
}

pub(super) async fn submit(
    State(app): State<App>,
    Path((id, name)): Path<(String, String)>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let (head, call) = open(&app, &page, (&id, &name)).await?;
    let faults = check(&page, &head, call, &form);
    if faults.any() {
        let view = view(&app, page, (head, call), (&form, faults)).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Page::html(&view)?).into_response());
    }
    let order = ordered(&page, (head.vps, call), &form)?;
    leave_room(&app, &order).await?;
    begin(&app, &page, order, form.ticked("stay")).await
}

/// A reading of use keeps those of all other VPSes waiting. What was sent before is not sent again.
async fn leave_room(app: &App, order: &Order) -> Result<(), Error> {
    let is_room = order.call.name != RAW_USAGE_STATS.name
        || audit::find_action(&app.db, &order.action).await?.is_some()
        || usage::may_ask(app, order.vps.id, &order.action).await?;
    match is_room {
        true => Ok(()),
        false => Err(Error::JustAsked),
    }
}

/// What a form without a fault orders.
pub(super) fn ordered(
    page: &Page,
    (vps, call): (Vps, &'static Call),
    form: &Form,
) -> Result<Order, Error> {
    Ok(Order {
        parameters: sent(call, form),
        ..order(page, (vps, call), action_id(form)?)?
    })
}

/// What is wrong in the form of a call.
pub(super) fn check(page: &Page, head: &Head, call: &'static Call, form: &Form) -> Faults {
    let mut faults = Faults::none();
    for parameter in call.parameters {
        if let Some(words) = fault(page, parameter, form) {
            faults.add(parameter.name, words);
        }
    }
    if call.is_destroy() && form.line("confirm_name") != head.vps.label {
        let words = page
            .say("confirm-differs")
            .with("label", head.vps.label.as_str());
        faults.add("confirm_name", words);
    }
    if call.disturbs() && head.is_panel_host && !form.ticked("confirm_host") {
        faults.add("confirm_host", page.say("confirm-host-needed"));
    }
    faults
}

impl Show {
    fn target(&self) -> String {
        self.head.path(&format!("/call/{}", self.call.name))
    }

    /// The page made for this call: where "cancel" leads.
    fn back(&self) -> String {
        self.head.path(&Section::serving(self.call).path())
    }

    fn title(&self) -> Message {
        self.page.say(&message(self.call))
    }

    fn asking(&self) -> bool {
        self.fields.iter().any(|field| field.options.asking)
    }

    fn asks_for_host(&self) -> bool {
        self.call.disturbs() && self.head.is_panel_host
    }

    /// What the button says.
    fn submit(&self) -> Message {
        let label = self.head.vps.label.as_str();
        match self.call.class {
            Class::Read => self.page.say("call-submit-read").with("label", label),
            _ => self
                .page
                .say("call-submit")
                .with("call", self.title())
                .with("label", label),
        }
    }
}

impl Field {
    fn label(&self, page: &Page) -> Message {
        page.say(&format!("parameter-{}", self.parameter.name))
    }

    fn hint(&self, page: &Page) -> Option<Message> {
        page.language()
            .attribute(&format!("parameter-{}", self.parameter.name), "hint")
    }

    /// How it is drawn: `radios`, `select`, `lines`, `flag`, `secret`, `port` or `text`.
    fn shape(&self) -> &'static str {
        match self.parameter.kind {
            Kind::Choice(_) if self.options.choices.is_empty() => "text",
            Kind::Choice(_) if self.options.choices.len() <= RADIOS_MAX => "radios",
            Kind::Choice(_) => "select",
            Kind::Lines | Kind::Json | Kind::SshKeys => "lines",
            Kind::Flag => "flag",
            Kind::Secret => "secret",
            Kind::Port => "port",
            Kind::Text | Kind::Hostname => "text",
        }
    }

    fn is_chosen(&self, choice: &Choice) -> bool {
        self.value == choice.value
    }

    /// The call that lists the choices.
    fn listed_by(&self) -> Option<&'static str> {
        match self.parameter.kind {
            Kind::Choice(source) => Some(source.call()),
            _ => None,
        }
    }

    fn is_empty_choice(&self) -> bool {
        matches!(self.parameter.kind, Kind::Choice(_)) && self.options.choices.is_empty()
    }
}
