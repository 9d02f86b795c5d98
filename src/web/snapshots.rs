//! The snapshots and backups of a VPS: what is kept, until when, and what can be done with each. It
//! sends nothing: its forms lead to the calls.

pub(super) mod import;
pub(super) mod link;
mod rows;
pub(super) mod token;

use super::head::Head;
use super::known::Known;
use super::page::Page;
use super::section::Section;
use crate::app::App;
use crate::error::Error;
use crate::i18n::Message;
use crate::kiwivm::calls::{BACKUP_LIST, SNAPSHOT_LIST};
use crate::model::access::Right;
use crate::model::vps::{self, Vps};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use rows::{Backups, Row, Snapshots};

#[derive(Template)]
#[template(path = "snapshots/show.html")]
struct Show {
    page: Page,
    head: Head,
    snapshots: Snapshots,
    backups: Backups,
    /// Where a snapshot may be imported from.
    sources: Vec<Vps>,
}

pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
) -> Result<Response, Error> {
    let head = Head::open(&app, &page, &id, Section::Snapshots).await?;
    let known = Known::of_all(&app, &head.vps, [SNAPSHOT_LIST, BACKUP_LIST]).await?;
    let [snapshots, backups] = known;
    let sources = if page.may(head.vps.id, Right::Manage) {
        others(&app, &page, head.vps.id).await?
    } else {
        Vec::new()
    };
    Page::html(&Show {
        head: head.again(&app),
        snapshots: Snapshots::of(snapshots, page.now_s()),
        backups: Backups::of(backups),
        sources,
        page,
    })
}

/// The other VPSes of the panel that this person may pass a snapshot to, or from.
pub(super) async fn others(app: &App, page: &Page, vps_id: i64) -> Result<Vec<Vps>, Error> {
    let mut others = vps::all(&app.db).await?;
    others.retain(|vps| vps.id != vps_id && page.may(vps.id, Right::Manage));
    Ok(others)
}

impl Show {
    fn asking(&self) -> bool {
        self.snapshots.known.asking || self.backups.known.asking
    }

    fn may_operate(&self) -> bool {
        self.page.may(self.head.vps.id, Right::Operate)
    }

    fn may_manage(&self) -> bool {
        self.page.may(self.head.vps.id, Right::Manage)
    }

    /// Both lists fail for the same reason, which is said once.
    fn fails_alike(&self) -> bool {
        let (snapshots, backups) = (&self.snapshots.known, &self.backups.known);
        snapshots.fails_like(backups, &self.page)
    }

    /// Why nothing can be changed now, to whoever might change something.
    fn why(&self) -> Option<Message> {
        let why = self.head.barred(&self.page, "snapshot/create");
        why.filter(|_| self.may_operate())
    }

    /// Why only what destroys is off.
    fn why_spared(&self) -> Option<Message> {
        let why = self.head.barred(&self.page, "snapshot/delete");
        why.filter(|_| self.may_manage() && self.why().is_none())
    }

    /// What is done with a snapshot on a form: the message of its name, the call, and the id of what says
    /// why it is off.
    fn acts(&self) -> [(&'static str, &'static str, Option<&'static str>); 3] {
        let all_off = self.why().map(|_| "why");
        let is_barred = |call| self.head.barred(&self.page, call).is_some();
        [
            ("snapshots-export", "snapshot/export"),
            ("snapshots-restore", "snapshot/restore"),
            ("snapshots-delete", "snapshot/delete"),
        ]
        .map(|(act, call)| {
            (
                act,
                call,
                all_off.or(is_barred(call).then_some("why-spared")),
            )
        })
    }

    /// What must not be sticky too: KiwiVM is known to refuse a third.
    fn is_full_for(&self, row: &Row) -> bool {
        !row.is_sticky() && self.snapshots.is_sticky_full()
    }

    /// The form of a call, with this snapshot chosen.
    fn form_path(&self, call: &str, row: &Row) -> String {
        let fields = [("snapshot", row.snapshot.file_name.as_str())];
        self.head.form_path(call, &fields)
    }

    /// What a button does, and to which: the rows have the same buttons.
    fn act_of(&self, act: &str, name: String) -> Message {
        self.page
            .say("snapshots-act-of")
            .with("act", self.page.say(act))
            .with("name", name)
    }
}
