//! HTTP: the site map, and around it the guard. One file a page; a handler is `module::verb`, its
//! template `templates/<module>/<verb>.html`.

mod account;
mod action;
mod assets;
mod audit;
mod authenticator;
mod call;
mod cookies;
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
mod passkeys;
mod patience;
mod pending;
mod people;
mod preferences;
mod proof;
mod qr;
mod record;
mod reply;
mod result;
mod second_factor;
pub mod server;
mod settings;
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
        .route("/sign-in/passkey", post(passkeys::enter))
        .route("/sign-in/passkey/question", post(passkeys::ask_stranger))
        .route("/sign-in/factor", get(pending::show).post(pending::submit))
        .route("/sign-in/factor/question", post(pending::question))
        .route("/sign-in/factor/leave", post(pending::leave))
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
        .route("/actions/{id}", get(action::show))
        .route("/actions/{id}/reveal", post(action::reveal))
        .route("/audit", get(audit::show))
        .route("/people", get(people::show).post(people::create))
        .route("/people/{id}", get(people::edit).post(people::update))
        .route("/people/{id}/password", post(people::reset_password))
        .route("/people/{id}/disable", post(people::disable))
        .route("/people/{id}/enable", post(people::enable))
        .route("/people/{id}/factor/reset", post(second_factor::reset))
        .route("/settings", get(settings::show).post(settings::submit))
        .route("/account", get(account::show))
        .route("/account/password", post(account::password))
        .route("/account/time-zone", post(account::time_zone))
        .route("/account/second-factor", get(second_factor::show))
        .route(
            "/account/second-factor/question",
            post(second_factor::question),
        )
        .route(
            "/account/second-factor/codes",
            post(second_factor::renew_codes),
        )
        .route(
            "/account/second-factor/app",
            get(authenticator::show).post(authenticator::confirm),
        )
        .route(
            "/account/second-factor/app/remove",
            post(authenticator::remove),
        )
        .route("/account/second-factor/passkeys", post(passkeys::create))
        .route(
            "/account/second-factor/passkeys/question",
            post(passkeys::question),
        )
        .route(
            "/account/second-factor/passkeys/{id}/remove",
            post(passkeys::remove),
        )
        .route("/sign-out", post(sign_in::sign_out))
}

/// Pages are compressed at the fastest level: at the default one, compressing costs more than all
/// the rest. Assets are compressed ahead of time.
fn compression() -> CompressionLayer<impl Predicate> {
    CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(DefaultPredicate::new().and(NotForContentType::const_new("text/css")))
}
