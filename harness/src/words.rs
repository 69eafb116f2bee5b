//! Small pieces of plain English.

use std::time::Duration;

use crate::cast::canonical::is_invisible;

/// `1 line`, `3 lines`.
pub(crate) fn lines(count: u64) -> String {
    times(count, "line", "lines")
}

/// A count and its noun.
pub(crate) fn times(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list(items: &[String], and: &str) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} {and} {last}", first.join(", ")),
    }
}

/// `250 ms`, `1.2 s`.
pub(crate) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 1.0 {
        format!("{} ms", (seconds * 1000.0).round())
    } else {
        format!("{} s", (seconds * 10.0).floor() / 10.0)
    }
}

/// Text of any length as a person can read it: the start of a long one, and how much more there is.
pub(crate) fn start_of(text: &[u8]) -> String {
    const SHOWN: usize = 400;
    if text.len() <= SHOWN {
        return String::from_utf8_lossy(text).into_owned();
    }
    // Not in the middle of a character.
    let end = (SHOWN - 3..=SHOWN).rev().find(|&end| text[end] & 0xc0 != 0x80).unwrap_or(SHOWN);
    format!("{}… and {} more bytes", String::from_utf8_lossy(&text[..end]), text.len() - end)
}

/// `64 MiB`, `512 bytes`.
pub(crate) fn size(bytes: usize) -> String {
    match bytes {
        0..1024 => times(bytes as u64, "byte", "bytes"),
        1024..1_048_576 => format!("{} KiB", bytes >> 10),
        _ => format!("{} MiB", bytes >> 20),
    }
}

/// Text without characters that would move a terminal's cursor, or that can't be seen.
pub(crate) fn visible(text: &str) -> String {
    let visible = |c: char| match c {
        _ if c.is_control() || is_invisible(c) => c.escape_default().to_string(),
        _ => c.to_string(),
    };
    text.chars().map(visible).collect()
}
