//! Whole requests through the router against the simulated KiwiVM, on a temporary database and with
//! a clock that stands still. Nothing leaves the machine and nothing sleeps. `browser` alone starts the
//! real program, and looks at it with Chromium.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "clippy takes only functions marked #[test] for tests; what they share is here too"
)]

mod answer;
mod architecture;
mod audit;
mod browser;
mod calls;
mod commands;
mod documents;
mod examples;
mod fleet;
mod flow;
mod guard;
mod hostile;
mod import;
mod input;
mod log;
mod once;
mod panel;
mod people;
mod readings;
mod secrets;
mod sessions;
mod site;
mod storage;
mod visitor;
