//! Whole requests through the router against the simulated KiwiVM, on a temporary database and with
//! a clock that stands still. Nothing leaves the machine and nothing sleeps.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "clippy takes only functions marked #[test] for tests; what they share is here too"
)]

mod answer;
mod architecture;
mod calls;
mod documents;
mod examples;
mod guard;
mod hostile;
mod log;
mod once;
mod panel;
mod readings;
mod secrets;
mod sessions;
mod site;
mod visitor;
