//! Durations as contracts and the command line write them.

use std::time::Duration;

/// Reads a duration: a number and its unit, or several of them, and more than nothing: `1500ms`, `10s`, `1m30s`.
///
/// # Errors
/// What a duration is, in words.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text).ok().filter(|duration| !duration.is_zero()).ok_or_else(|| {
        "a duration is a number greater than 0 and its unit, ms, s, min or h, or several of them: \"1500ms\", \
         \"10s\", \"1m30s\""
            .to_owned()
    })
}
