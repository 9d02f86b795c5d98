//! An export token that was just shown, given to another VPS of the panel: it takes the form on the
//! page of that export. The token comes in the body and goes to `perform`, never to a page or a URL.

use super::Section;
use crate::app::App;
use crate::error::Error;
use crate::kiwivm::calls::SNAPSHOT_IMPORT;
use crate::perform::Order;
use crate::secret::Secret;
use crate::web::form::Form;
use crate::web::head::{self, Head};
use crate::web::order::{action_id, begin, order};
use crate::web::page::Page;
use axum::extract::{Path, State};
use axum::response::Response;

pub(in crate::web) async fn submit(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let head = Head::open(&app, &page, &id, Section::Snapshots).await?;
    if form.raw("target").is_empty() || form.raw("sourceToken").is_empty() {
        return Ok(page.visitor.see_other(&head.path("/snapshots")));
    }
    let target = head::find(&app, &page, form.raw("target")).await?;
    let order = Order {
        parameters: vec![
            ("sourceVeid", Secret::new(head.vps.veid.as_str())),
            ("sourceToken", form.secret("sourceToken")),
        ],
        ..order(&page, (target, SNAPSHOT_IMPORT), action_id(&form)?)?
    };
    begin(&app, &page, order, false).await
}
