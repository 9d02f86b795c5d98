//! What a command wrote, as plain text: the whole while it is kept, else both ends.

use super::super::page::Page;
use super::open;
use crate::app::App;
use crate::error::Error;
use crate::shell::Output;
use crate::transcript::Answer;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

pub(in crate::web) async fn show(
    State(app): State<App>,
    Path((id, action)): Path<(String, String)>,
    page: Page,
) -> Result<Response, Error> {
    let head = open(&app, &page, &id).await?;
    let transcript = app.transcripts.find(page.session()?.id, head.vps.id);
    let mut entries = transcript.entries.into_iter();
    let entry = entries.find(|entry| entry.action == action);
    let answer = entry.and_then(|entry| entry.answer).ok_or(Error::NoPage)?;
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "inline; filename=\"output.txt\"",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, text(&answer)).into_response())
}

fn text(answer: &Answer) -> String {
    let Output { head, tail, .. } = answer.output.as_ref();
    match &answer.whole {
        Some(whole) => whole.to_string(),
        None if answer.output.is_folded() => format!("{}\n⋯\n{}", head.text(), tail.text()),
        None => format!("{}{}", head.text(), tail.text()),
    }
}
