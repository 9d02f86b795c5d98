//! A KiwiVM of our own.
