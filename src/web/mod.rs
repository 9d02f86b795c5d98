//! HTTP: the site map, and around it the guard. One file a page; a handler is `module::verb`, its
//! template `templates/<module>/<verb>.html`.

mod abuse;
mod access;
mod account;
mod action;
mod assets;
mod audit;
mod authenticator;
mod call;
mod cookies;
mod download;
mod error_page;
mod fleet;
mod form;
mod gains;
mod grant_fields;
mod grants;
mod guard;
mod head;
mod health;
mod import;
mod invitation;
mod join;
mod known;
mod labels;
mod lock;
mod markup;
mod migrate;
mod network;
mod notices;
mod notifications;
mod operations;
mod order;
mod page;
mod parameter;
mod passkeys;
mod patience;
mod pending;
mod people;
mod person;
mod preferences;
mod proof;
mod prove;
mod qr;
mod record;
mod records;
mod reply;
mod runs;
mod screen;
mod second_factor;
mod section;
pub mod server;
mod sessions;
mod settings;
mod setup;
mod shell;
mod sign_in;
mod snapshots;
mod snippets;
mod system;
mod terminal;
mod transfer;
mod usage;
mod user_agent;
mod verdict;
mod visitor;
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
    let guarded = from_fn_with_state(app.clone(), guard::surround).layer(pages(app));
    assets::router()
        // Around the site map, not around each page: what waited for a proof goes through it again.
        .fallback_service(guarded)
        .layer(compression())
}

/// The site map itself.
fn pages(app: App) -> Router {
    Router::new()
        .merge(public())
        .merge(private().route_layer(from_fn(guard::require_session)))
        .fallback(error_page::no_page)
        .method_not_allowed_fallback(preferences::page_of_form)
        .layer(CatchPanicLayer::custom(error_page::panicked))
        // The guard has read the body already, within its own limits.
        .layer(DefaultBodyLimit::disable())
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
        .route("/join", get(join::show).post(join::submit))
        .route("/join/{token}", get(join::arrive))
        .route("/language", post(preferences::language))
        .route("/theme", post(preferences::theme))
        .route("/healthz", get(health::show))
}

/// What needs a session. Each part has one policy; where it says *admins*, a layer enforces it.
fn private() -> Router<App> {
    let of_admins = of_vpses()
        .merge(of_people())
        .route_layer(from_fn(guard::require_proof))
        .route_layer(from_fn(guard::require_admin));
    Router::new()
        .merge(of_oneself())
        .merge(of_ones_factor())
        .merge(of_a_vps())
        .merge(of_admins)
}

/// Whoever is signed in: their own things, and of the VPSes those they may see.
fn of_oneself() -> Router<App> {
    Router::new()
        .route("/", get(fleet::show))
        .route("/actions/{id}", get(action::show))
        .route("/actions/{id}/reveal", post(action::reveal))
        .route("/audit", get(audit::show))
        .route("/audit/export", post(audit::export))
        .route("/prove", get(prove::show).post(prove::submit))
        .route(
            "/prove/{id}",
            get(prove::show_held).post(prove::submit_held),
        )
        .route("/snippets", get(snippets::show).post(snippets::add))
        .route("/snippets/{id}", get(snippets::edit).post(snippets::change))
        .route("/snippets/{id}/remove", post(snippets::remove))
        .route("/account", get(account::show))
        .route("/account/password", post(account::password))
        .route("/account/time-zone", post(account::time_zone))
        .route("/account/notices", post(notices::read))
        .route("/account/sessions", get(sessions::show).post(sessions::end))
        .route("/sign-out", post(sign_in::sign_out))
}

/// Whoever is signed in: their second factor. Open also to those who must add one first.
fn of_ones_factor() -> Router<App> {
    Router::new()
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
}

/// Whoever may see this VPS; a call asks for its own right, the shell for that of the shell.
fn of_a_vps() -> Router<App> {
    Router::new()
        .route("/vps/{id}", get(vps::show))
        .route("/vps/{id}/refresh", post(vps::refresh))
        .route("/vps/{id}/screen", post(screen::take))
        .route("/vps/{id}/screen/{action}", get(screen::show))
        .route("/vps/{id}/screen/{action}/picture", get(screen::picture))
        .route("/vps/{id}/lock", get(lock::show))
        .route("/vps/{id}/operations", get(operations::show))
        .route("/vps/{id}/migrate", get(migrate::show))
        .route("/vps/{id}/usage", get(usage::show))
        .route("/vps/{id}/usage/points", get(usage::points))
        .route("/vps/{id}/usage/export", post(usage::export))
        .route("/vps/{id}/calls", get(call::index))
        .route("/vps/{id}/call/{*name}", get(call::show).post(call::submit))
        .route("/vps/{id}/snapshots", get(snapshots::show))
        .route("/vps/{id}/snapshots/link", post(snapshots::link::reveal))
        .route(
            "/vps/{id}/snapshots/import",
            get(snapshots::import::show).post(snapshots::import::submit),
        )
        .route("/vps/{id}/snapshots/token", post(snapshots::token::submit))
        .route("/vps/{id}/shell", get(shell::show).post(shell::submit))
        .route(
            "/vps/{id}/shell/history",
            get(shell::history::show).post(shell::history::change),
        )
        .route("/vps/{id}/shell/output/{action}", get(shell::output::show))
        .route("/vps/{id}/shell/complete", post(shell::complete::submit))
        .route("/vps/{id}/shell/runs", get(runs::show).post(runs::begin))
        .route(
            "/vps/{id}/shell/runs/{run}",
            get(runs::show_one).post(runs::change),
        )
        .route(
            "/vps/{id}/network",
            get(network::show).post(network::submit),
        )
        .route("/vps/{id}/system", get(system::show))
        .route("/vps/{id}/access", get(access::show))
        .route("/vps/{id}/abuse", get(abuse::show))
        .route("/vps/{id}/records", get(records::show))
        .route("/vps/{id}/records/export", post(records::export))
        .route(
            "/vps/{id}/notifications",
            get(notifications::show).post(notifications::submit),
        )
        .route("/vps/{id}/audit", get(audit::of_vps))
        .route("/vps/{id}/audit/export", post(audit::export_of_vps))
}

/// Admins: the VPSes and their keys. What is sent needs a fresh proof of who sends it.
fn of_vpses() -> Router<App> {
    Router::new()
        .route("/vps/new", get(record::new).post(record::create))
        .route("/vps/import", get(import::show).post(import::preview))
        .route("/vps/import/save", post(import::save))
        .route("/vps/import/{id}", get(import::result))
        .route("/vps/labels", get(labels::show).post(labels::submit))
        .route("/vps/{id}/edit", get(record::edit).post(record::update))
        .route("/vps/{id}/protection", post(record::protect))
        .route("/vps/{id}/remove", post(record::remove))
}

/// Admins: the people, what is given to them, and what holds for everybody. What is sent needs a
/// fresh proof of who sends it.
fn of_people() -> Router<App> {
    Router::new()
        .route("/people", get(people::show).post(people::invite))
        .route("/people/{id}", get(person::show).post(person::update))
        .route("/people/{id}/link", post(person::link))
        .route("/people/{id}/withdraw", post(person::withdraw))
        .route("/people/{id}/disable", post(person::disable))
        .route("/people/{id}/enable", post(person::enable))
        .route("/people/{id}/grants", post(grants::give))
        .route(
            "/people/{id}/grants/{grant}",
            get(grants::show).post(grants::change),
        )
        .route("/people/{id}/grants/{grant}/take", post(grants::take))
        .route("/people/{id}/factor/reset", post(second_factor::reset))
        .route("/vps/{id}/access", post(access::give))
        .route("/settings", get(settings::show).post(settings::submit))
}

/// Pages are compressed at the fastest level: at the default one, compressing costs more than all
/// the rest. Assets are compressed ahead of time.
fn compression() -> CompressionLayer<impl Predicate> {
    CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(DefaultPredicate::new().and(NotForContentType::const_new("text/css")))
}
