//! The tests of the words.

mod formats;
mod languages;
mod messages;
