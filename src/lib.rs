//! Kiwideck: a self-hosted panel for a team's BandwagonHost VPSes.
//! Three layers, imports only downwards: `web` (HTTP), `model` (what we remember), `kiwivm` (the
//! outside world), with a few loose files between them. ARCHITECTURE.md is the map.

pub mod clock;
pub mod i18n;
pub mod kiwivm;
pub mod secret;
pub mod simulator;
