//! HTTP: the site map, and around it the guard. One file a page; a handler is `module::verb`, its
//! template `templates/<module>/<verb>.html`.

mod account;
mod action;
mod assets;
mod audit;
mod call;
mod error_page;
mod fleet;
mod form;
mod guard;
mod head;
mod health;
mod import;
mod labels;
mod markup;
mod page;
mod patience;
mod people;
mod preferences;
mod record;
mod reply;
mod result;
pub mod server;
mod setup;
mod shell;
mod sign_in;
mod vps;

use crate::app::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use tower::Layer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_http::compression::{CompressionLayer, CompressionLevel};

/// The whole panel: the site map, below the base path.
pub fn router(app: App) -> Router {
    let site = site(app.clone());
    if app.config.base().is_empty() {
        return site;
    }
    // The path is taken off before the site map looks at it: a layer of its own would come too late.
    Router::new().fallback_service(from_fn_with_state(app, guard::below_base).layer(site))
}

/// The site map, behind the guard.
fn site(app: App) -> Router {
    Router::new()
        .merge(public())
        .merge(private().route_layer(from_fn(guard::require_session)))
        .fallback(error_page::no_page)
        .method_not_allowed_fallback(preferences::page_of_form)
        .layer(CatchPanicLayer::custom(error_page::panicked))
        .layer(from_fn_with_state(app.clone(), guard::surround))
        .merge(assets::router())
        // The guard has read the body already, within its own limits.
        .layer(DefaultBodyLimit::disable())
        .layer(compression())
        .with_state(app)
}

/// What a stranger may open. Nothing is added here without a reason.
fn public() -> Router<App> {
    Router::new()
        .route("/sign-in", get(sign_in::show).post(sign_in::submit))
        .route("/setup", get(setup::show).post(setup::submit))
        .route("/language", post(preferences::language))
        .route("/theme", post(preferences::theme))
        .route("/healthz", get(health::show))
}

/// What needs a session.
fn private() -> Router<App> {
    Router::new()
        .route("/", get(fleet::show))
        .route("/vps/new", get(record::new).post(record::create))
        .route("/vps/import", get(import::show).post(import::preview))
        .route("/vps/import/save", post(import::save))
        .route("/vps/import/{id}", get(import::result))
        .route("/vps/labels", get(labels::show).post(labels::submit))
        .route("/vps/{id}", get(vps::show))
        .route("/vps/{id}/refresh", post(vps::refresh))
        .route("/vps/{id}/edit", get(record::edit).post(record::update))
        .route("/vps/{id}/remove", post(record::remove))
        .route("/vps/{id}/calls", get(call::index))
        .route("/vps/{id}/call/{*name}", get(call::show).post(call::submit))
        .route("/vps/{id}/shell", get(shell::show).post(shell::submit))
        .route("/vps/{id}/audit", get(audit::of_vps))
        .route("/vps/{id}/audit/export", get(audit::export_of_vps))
        .route("/actions/{id}", get(action::show))
        .route("/actions/{id}/reveal", post(action::reveal))
        .route("/audit", get(audit::show))
        .route("/audit/export", get(audit::export))
        .route("/people", get(people::show).post(people::create))
        .route("/people/{id}", get(people::edit).post(people::update))
        .route("/people/{id}/password", post(people::reset_password))
        .route("/people/{id}/disable", post(people::disable))
        .route("/people/{id}/enable", post(people::enable))
        .route("/account", get(account::show))
        .route("/account/password", post(account::password))
        .route("/account/time-zone", post(account::time_zone))
        .route("/sign-out", post(sign_in::sign_out))
}

/// Pages are compressed at the fastest level: at the default one, compressing costs more than all
/// the rest. Assets are compressed ahead of time.
fn compression() -> CompressionLayer<impl Predicate> {
    CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(DefaultPredicate::new().and(NotForContentType::const_new("text/css")))
}
