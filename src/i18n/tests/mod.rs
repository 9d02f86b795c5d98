//! The tests of the words.

mod catalogue;
mod coverage;
mod formats;
mod languages;
mod messages;
mod parsed;
mod style;
mod usage;
