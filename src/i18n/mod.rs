//! Every word a person sees, in English and in Simplified Chinese, and the typed way to say them.
//! The words themselves stand in `en/*.ftl` and `zh-CN/*.ftl`; nothing here knows a page.

mod catalogue;
pub mod format;
mod language;
mod message;

#[cfg(test)]
mod tests;

pub use language::Language;
pub use message::{Argument, Message};
