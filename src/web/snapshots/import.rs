//! A snapshot of another VPS of the panel, brought to this one: choose the VPS, then the snapshot. The
//! export and the import are made by `handover`; the token between them comes to no page.

use super::{Known, Section, others};
use crate::actions::{self, Ended};
use crate::app::App;
use crate::error::Error;
use crate::handover::{self, Handover, HandoverError};
use crate::i18n::{Message, format};
use crate::kiwivm::call::Source as Listed;
use crate::kiwivm::calls::{SNAPSHOT_EXPORT, SNAPSHOT_IMPORT, SNAPSHOT_LIST};
use crate::kiwivm::reply::{Choice, Reply};
use crate::model::access;
use crate::model::audit::{self, Outcome};
use crate::model::vps::Vps;
use crate::perform::{Order, PerformError};
use crate::secret::Secret;
use crate::web::form::{Faults, Form};
use crate::web::head::Head;
use crate::web::order::{action_id, land, order};
use crate::web::page::Page;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "snapshots/import.html")]
struct Show {
    page: Page,
    head: Head,
    sources: Vec<Vps>,
    source: Option<Source>,
    /// The snapshot that was chosen.
    snapshot: String,
    faults: Faults,
    failed: Option<Failed>,
}

/// The VPS that was chosen, and what it can give.
struct Source {
    vps: Vps,
    known: Known,
    snapshots: Vec<Choice>,
    /// How many others have no file name.
    unnamed: usize,
}

/// An import that came to nothing.
struct Failed {
    words: String,
    /// The export's action.
    action: String,
}

/// What the form sends both calls under, so that a form sent twice is one export and one import.
struct Ids {
    export: String,
    import: String,
}

pub(in crate::web) async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(query): Query<Vec<(String, String)>>,
    page: Page,
) -> Result<Response, Error> {
    let head = open(&app, &page, &id).await?;
    let show = view(&app, (page, head), &Form::of(query)).await?;
    Page::html(&show)
}

async fn open(app: &App, page: &Page, id: &str) -> Result<Head, Error> {
    let head = Head::open(app, page, id, Section::Snapshots).await?;
    access::may(&page.session()?.person, SNAPSHOT_IMPORT, &head.vps)?;
    Ok(head)
}

async fn view(app: &App, (page, head): (Page, Head), form: &Form) -> Result<Show, Error> {
    let sources = others(app, &page, head.vps.id).await?;
    let source = match named(&sources, form) {
        Some(vps) => Some(Source::of(app, vps.clone()).await?),
        None => None,
    };
    Ok(Show {
        snapshot: form.raw("snapshot").to_owned(),
        page,
        head,
        sources,
        source,
        faults: Faults::none(),
        failed: None,
    })
}

fn named<'a>(sources: &'a [Vps], form: &Form) -> Option<&'a Vps> {
    let wanted = form.raw("source").parse::<i64>().ok()?;
    sources.iter().find(|vps| vps.id == wanted)
}

impl Source {
    async fn of(app: &App, vps: Vps) -> Result<Source, Error> {
        let known = Known::of(app, &vps, SNAPSHOT_LIST).await?;
        Ok(Source {
            snapshots: known.choices(Listed::Snapshots),
            unnamed: known.read(Reply::unnamed_snapshots),
            vps,
            known,
        })
    }
}

pub(in crate::web) async fn submit(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let head = open(&app, &page, &id).await?;
    let sources = others(&app, &page, head.vps.id).await?;
    let source = named(&sources, &form).filter(|_| !form.raw("snapshot").is_empty());
    let Some(source) = source else {
        let mut show = view(&app, (page, head), &form).await?;
        show.complain();
        return again(&show);
    };
    let ids = Ids::of(&form)?;
    let back = Some((head.vps.id, SNAPSHOT_IMPORT));
    let handover = handover(&page, (source, &head.vps), (&ids, &form))?;
    match handover::begin(&app, handover).await {
        Ok(()) => land(&app, &page, (&ids.import, back)).await,
        Err(HandoverError::Repeated) => match audit::find_action(&app.db, &ids.import).await? {
            Some(_) => land(&app, &page, (&ids.import, back)).await,
            None => land(&app, &page, (&ids.export, None)).await,
        },
        Err(HandoverError::Unbegun(error)) => Err(error.into()),
        Err(error) => {
            let words = words(&page, (source, &head.vps), &error);
            let mut show = view(&app, (page, head), &form).await?;
            show.failed = Some(Failed {
                words,
                action: ids.export,
            });
            again(&show)
        }
    }
}

fn again(show: &Show) -> Result<Response, Error> {
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Page::html(show)?).into_response())
}

impl Ids {
    fn of(form: &Form) -> Result<Ids, Error> {
        Ok(Ids {
            export: match form.raw("export_action") {
                id if actions::is_id(id) => id.to_owned(),
                _ => actions::new_id()?,
            },
            import: action_id(form)?,
        })
    }
}

fn handover(
    page: &Page,
    (source, target): (&Vps, &Vps),
    (ids, form): (&Ids, &Form),
) -> Result<Handover, Error> {
    let export = order(page, (source.clone(), SNAPSHOT_EXPORT), ids.export.clone())?;
    let import = order(page, (target.clone(), SNAPSHOT_IMPORT), ids.import.clone())?;
    let export = Order {
        parameters: vec![("snapshot", Secret::new(form.raw("snapshot")))],
        ..export
    };
    let import = Order {
        parameters: vec![("sourceVeid", Secret::new(source.veid.as_str()))],
        ..import
    };
    Handover::new(export, import).ok_or(Error::BadForm)
}

/// Which step came to nothing, and why.
fn words(page: &Page, (source, target): (&Vps, &Vps), error: &HandoverError) -> String {
    let ended = match error {
        HandoverError::NotExported(ended) => ended.as_deref(),
        _ => None,
    };
    let is_unknown = ended.is_none_or(|ended| ended.outcome == Outcome::Unknown);
    let id = match error {
        HandoverError::NotExported(_) if is_unknown => "snapshots-import-unsure",
        HandoverError::NotExported(_) => "snapshots-import-not-exported",
        _ => "snapshots-import-not-begun",
    };
    let step = page
        .say(id)
        .with("source", source.label.as_str())
        .with("target", target.label.as_str());
    let why = ended.and_then(|ended: &Ended| ended.fault.as_ref());
    let why = why.map(|fault| page.fault(fault));
    let why = why.or_else(|| Some(page.say(unbegun(error)?).text()));
    let sentences: Vec<String> = std::iter::once(step.text()).chain(why).collect();
    format::sentences(page.language(), &sentences)
}

/// The message that says why the import was not begun, where that helps.
fn unbegun(error: &HandoverError) -> Option<&'static str> {
    match error {
        HandoverError::NotImported(Some(PerformError::Unproved)) => Some("snapshots-import-late"),
        HandoverError::NotImported(Some(PerformError::TooMany)) => Some("snapshots-import-crowded"),
        _ => None,
    }
}

impl Show {
    /// Says which choice is missing.
    fn complain(&mut self) {
        let field = if self.source.is_some() {
            "snapshot"
        } else {
            "source"
        };
        self.faults.add(field, self.page.say("form-missing"));
    }

    fn asking(&self) -> bool {
        let source = self.source.as_ref();
        source.is_some_and(|source| source.known.asking)
    }

    /// Why KiwiVM would refuse the import now.
    fn why(&self) -> Option<Message> {
        self.head.barred(&self.page, SNAPSHOT_IMPORT.name)
    }

    fn is_source(&self, vps: &Vps) -> bool {
        let source = self.source.as_ref();
        source.is_some_and(|source| source.vps.id == vps.id)
    }
}
