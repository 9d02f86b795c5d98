//! Whole requests through the router against the simulated KiwiVM, on a temporary database and with
//! a clock that stands still. Nothing leaves the machine and nothing sleeps. `browser` alone starts the
//! real program, and looks at it with Chromium.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "clippy takes only functions marked #[test] for tests; what they share is here too"
)]

mod abuse;
mod answer;
mod architecture;
mod audit;
mod browser;
mod browsers;
mod calls;
mod commands;
mod documents;
mod examples;
mod factor;
mod fleet;
mod flow;
mod grants;
mod guard;
mod hostile;
mod import;
mod input;
mod join;
mod locks;
mod log;
mod matrix;
mod migration;
mod missing;
mod network;
mod notices;
mod notifications;
mod once;
mod overview;
mod panel;
mod people;
mod phone;
mod readings;
mod records;
mod required;
mod rows;
mod secrets;
mod server;
mod sessions;
mod shell;
mod shell_colours;
mod shell_page;
mod shell_runs;
mod shell_simulator;
mod shell_upstream;
mod shell_wrapper;
mod site;
mod snapshots;
mod states;
mod step_up;
mod storage;
mod system;
mod usage;
mod visitor;
