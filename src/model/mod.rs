//! What the panel remembers: one noun a file, its SQL beside its rules. Nothing here knows HTTP, and
//! nothing above writes SQL.

pub mod access;
pub mod audit;
pub mod cycle;
pub mod database;
pub mod device;
pub mod factor;
pub mod grant;
pub mod history;
pub mod leaving;
pub mod link;
pub mod name;
pub mod notice;
pub mod operation;
pub mod passkey;
pub mod pending;
pub mod person;
pub mod reach;
pub mod reading;
pub mod recovery;
pub mod roster;
pub mod run;
pub mod session;
pub mod setting;
pub mod snippet;
pub mod totp;
pub mod transcript;
pub mod usage;
pub mod vps;

pub use database::Database;
