//! Durations as contracts and the command line write them.

use std::time::Duration;

/// Reads a duration: a number greater than 0 and its unit, `ms`, `s` or `min`, as `1500ms` or `10s`.
///
/// # Errors
/// What a duration is, in words.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = text.split_at(text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len()));
    let unit = match unit {
        "ms" => Some(1e-3),
        "s" => Some(1.0),
        "min" => Some(60.0),
        _ => None,
    };
    let seconds = unit.and_then(|unit| Some(number.trim().parse::<f64>().ok()? * unit));
    let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    duration.filter(|duration| !duration.is_zero()).ok_or_else(|| {
        "a duration is a number greater than 0 and its unit, ms, s or min: \"1500ms\", \"10s\"".to_owned()
    })
}
