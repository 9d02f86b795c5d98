//! Kiwideck: a self-hosted panel for a team's BandwagonHost VPSes.
//! Three layers, imports only downwards: `web` (HTTP), `model` (what we remember), `kiwivm` (the
//! outside world), with a few loose files between them. ARCHITECTURE.md is the map.

pub mod actions;
pub mod app;
pub mod attention;
pub mod cli;
pub mod clock;
pub mod completions;
pub mod config;
pub mod docs;
pub mod error;
pub mod factor;
pub mod forecast;
pub mod handover;
pub mod held;
pub mod hops;
pub mod i18n;
pub mod import;
pub mod kiwivm;
pub mod model;
pub mod openings;
pub mod operations;
pub mod password;
pub mod perform;
pub mod readings;
pub mod records;
pub mod refresh;
pub mod runs;
pub mod screens;
pub mod secret;
pub mod setup;
pub mod shell;
pub mod simulator;
pub mod snippet;
pub mod start;
pub mod throttle;
pub mod transcript;
pub mod usage;
pub mod vault;
pub mod web;
