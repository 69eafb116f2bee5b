//! Small pieces of plain English.

use std::time::Duration;

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

/// `64 MiB`, `512 bytes`.
pub(crate) fn size(bytes: usize) -> String {
    match bytes {
        0..1024 => times(bytes as u64, "byte", "bytes"),
        1024..1_048_576 => format!("{} KiB", bytes >> 10),
        _ => format!("{} MiB", bytes >> 20),
    }
}
