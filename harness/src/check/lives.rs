//! Who lived when and what was created, as several checks look at it: all of it only the harness's own witness sees.

use std::time::Duration;

use crate::cast::reading::Reading;
use crate::transcript::{Transcript, Witness};

/// Why it is not known which thread did what and what became of whom, where that was not seen.
pub(super) fn not_seen(reading: &Reading<'_>) -> Option<String> {
    match reading.transcript.witness() {
        Witness::Threads => None,
        Witness::Measured => {
            let why = reading
                .language
                .pick("this run was measured without a witness", "这次运行只用来测量，没有见证者");
            Some(why.to_owned())
        }
        Witness::Socket(why) => Some(reading.language.pick(
            format!("nothing but the process of each line is known of this run: {why}"),
            format!("这次运行只知道每一行出自哪个进程：{why}"),
        )),
    }
}

/// The threads of what a process executed last, its first one among them.
pub(super) fn threads_of(transcript: &Transcript, process: usize) -> impl Iterator<Item = usize> {
    let executed = transcript.processes()[process].executed.unwrap_or_default();
    (0..transcript.threads().len()).filter(move |&index| {
        let thread = &transcript.threads()[index];
        thread.process == process && (thread.born >= executed || transcript.is_first(index))
    })
}

/// The processes that what a process executed last created.
pub(super) fn children_of(transcript: &Transcript, process: usize) -> impl Iterator<Item = usize> {
    let executed = transcript.processes()[process].executed;
    (0..transcript.processes().len()).filter(move |&child| {
        transcript.parent(child) == Some(process) && transcript.processes()[child].born >= executed
    })
}

/// When a thread of what its process executed last ended, be it with its process; `None` where it lived on.
pub(super) fn end_of(transcript: &Transcript, thread: usize) -> Option<Duration> {
    let thread = &transcript.threads()[thread];
    let process = &transcript.processes()[thread.process];
    thread.ended.or(process.exits).or(process.ended)
}
