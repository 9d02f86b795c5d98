//! Whether the panel answers, for `kiwideck healthcheck` and load balancers. It says nothing else.

use crate::app::App;
use crate::error::Error;
use crate::model::person;
use axum::extract::State;

pub(super) async fn show(State(app): State<App>) -> Result<&'static str, Error> {
    person::nobody(&app.db).await?;
    Ok("ok\n")
}
