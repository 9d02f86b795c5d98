//! The KiwiVM API: what can be asked, how it is asked, what comes back. It knows nothing of the
//! panel: no people, no database, no pages.

pub mod budget;
pub mod call;
pub mod calls;
pub mod client;
pub mod error;
pub mod hostname;
pub mod loose;
pub mod printable;
pub mod reply;
pub mod ssh_key;
