//! Journeys through the real program in a real browser: what a person does there, and what they see.
//! They need Chromium and chromedriver, which `./ci` installs.

mod chromium;
mod day;
mod desk;
mod hostile;
mod keyboard;
mod panel;
mod passkey;
mod person;
mod process;
mod shell;
mod shell_hostile;
mod shell_keys;
mod team;
mod usage;
