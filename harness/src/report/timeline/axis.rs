//! The axis of time.

use std::time::Duration;

/// How much time lies between two ticks: 1, 2 or 5 of a unit, so that there are at most seven.
pub(crate) fn step(lasts: Duration) -> Duration {
    let steps =
        (0..12).flat_map(|power| [1, 2, 5].map(|step| Duration::from_micros(step * 10_u64.pow(power))));
    steps.into_iter().find(|&step| step * 6 > lasts).unwrap_or(lasts)
}

/// A time on the axis of a run of this length.
pub(crate) fn clock(at: Duration, lasts: Duration) -> String {
    let seconds = at.as_secs_f64();
    match lasts.as_micros() {
        1_000_000.. => format!("{seconds:.1} s"),
        20_000.. => format!("{:.0} ms", seconds * 1e3),
        2_000.. => format!("{:.1} ms", seconds * 1e3),
        _ => format!("{:.0} µs", seconds * 1e6),
    }
}
