//! What is asked of every program, whatever its contract claims: to end by itself and well, to keep stderr clean, to
//! leave nobody behind, to print only lines of its actors, and to be played by them.

use crate::cast;
use crate::contract::{Check, Claim, Stderr};
use crate::finding::Finding;
use crate::reading::{Claimed, Reading};
use crate::run::LINE_COST;
use crate::supervisor::GRACE;
use crate::transcript::{Cut, Exit, Stream, Survivor};
use crate::words::{duration, lines, list, size, times};

/// The finding of a run that was cut short: nothing else can be said of it.
pub(crate) fn cut(reading: &Reading<'_>) -> Option<Finding> {
    let transcript = reading.transcript;
    let count = transcript.lines().len();
    let shown: Vec<usize> = match transcript.cut()? {
        Cut::Flooded(_) => (0..count.min(3)).collect(),
        _ => (count.saturating_sub(3)..count).collect(),
    };
    let alive = match transcript.survivors() {
        [] => String::new(),
        others => format!("; with it ended {}", named(others)),
    };
    let finding = match transcript.cut()? {
        Cut::TimedOut(limit) => {
            let claim = format!("the run ends within {}", duration(limit));
            let seen = format!("it was still running and was ended, after {}{alive}", lines(count as u64));
            Finding::new("timeout", claim, "an end in time", seen)
                .help("`timeout = \"…\"` in the contract allows more time")
        }
        Cut::Flooded(limit) => {
            let claim = format!(
                "the program prints at most {} (each line counts {LINE_COST} bytes more than it has)",
                size(limit)
            );
            let seen = "it printed more and was ended; this is how it began";
            Finding::new("flood", claim, "no more than that", seen)
        }
        Cut::Unsupervised => {
            let seen = format!("it was killed, which ended the run, after {}{alive}", lines(count as u64));
            Finding::new(
                "supervisor",
                "the program leaves its supervisor alone",
                "a supervisor that lives",
                seen,
            )
        }
        Cut::Interrupted => {
            Finding::new("interrupted", "the run ends by itself", "an end", "it was interrupted")
        }
    };
    Some(finding.lines(reading, &shown))
}

/// What is asked of every program, whatever its contract claims.
pub(crate) fn basics(reading: &Reading<'_>) -> Vec<Finding> {
    [exit(reading), stderr(reading), leaked(reading), unclaimed(reading), cast::inspect(reading)]
        .into_iter()
        .flatten()
        .collect()
}

fn exit(reading: &Reading<'_>) -> Option<Finding> {
    let own = |claim: &Claim| matches!(claim.check, Check::Exit { of: None, .. });
    let seen = reading.transcript.exit();
    if seen == Exit::Code(0) || reading.contract.always.iter().any(own) {
        return None;
    }
    Some(Finding::new("exit", "the program ends with exit status 0", "exit status 0", seen.to_string()))
}

fn stderr(reading: &Reading<'_>) -> Option<Finding> {
    if reading.contract.stderr != Stderr::Empty {
        return None;
    }
    let transcript = reading.transcript;
    let all = transcript.lines().iter().enumerate();
    let noise: Vec<usize> =
        all.filter(|(_, line)| line.stream == Stream::Stderr).map(|(index, _)| index).collect();
    if noise.is_empty() {
        return None;
    }
    let finding =
        Finding::new("stderr", "nothing is printed on stderr", "nothing", lines(noise.len() as u64));
    let reopened = |&line: &usize| {
        String::from_utf8_lossy(transcript.text(&transcript.lines()[line]))
            .contains("No such device or address")
    };
    let finding = if noise.iter().any(reopened) {
        finding.help(
            "a program that opens /dev/stdout or /dev/stderr by name can't do so on a socket: `capture = \"pipe\"` \
             in the contract gives it a pipe, which does not name writers",
        )
    } else {
        finding
    };
    Some(finding.lines(reading, &noise))
}

fn leaked(reading: &Reading<'_>) -> Option<Finding> {
    let expected = |survivor: &&Survivor| {
        !reading.contract.survivors.iter().any(|pattern| pattern.is_match(survivor.command.as_bytes()))
    };
    let leaked: Vec<Survivor> = reading.transcript.survivors().iter().filter(expected).cloned().collect();
    if leaked.is_empty() {
        return None;
    }
    let seen = format!(
        "{} lived on for {} and {} killed: {}",
        times(leaked.len() as u64, "process", "processes"),
        duration(GRACE),
        if leaked.len() == 1 { "was" } else { "were" },
        named(&leaked)
    );
    let finding = Finding::new("leaked", "no process outlives the program", "no process", seen);
    Some(finding.help("`survivors = [\"…\"]` in the contract allows for those whose command line matches"))
}

fn named(survivors: &[Survivor]) -> String {
    let one = |survivor: &Survivor| format!("pid {} `{}`", survivor.pid, survivor.command);
    let names: Vec<String> = survivors.iter().take(8).map(one).collect();
    match survivors.len().saturating_sub(names.len()) {
        0 => list(&names, "and"),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

fn unclaimed(reading: &Reading<'_>) -> Option<Finding> {
    let all = 0..reading.transcript.lines().len();
    let unclaimed: Vec<usize> = all.filter(|&line| reading.claimed(line) == Claimed::Nobody).collect();
    if unclaimed.is_empty() {
        return None;
    }
    let actors: Vec<String> = reading.contract.actors.iter().map(|actor| actor.name.clone()).collect();
    let seen = format!("{} that no actor claims", lines(unclaimed.len() as u64));
    let expected = if actors.is_empty() {
        "no line, since the contract names no actor".to_owned()
    } else {
        format!("only lines of {}", list(&actors, "or"))
    };
    let finding = Finding::new("actors", "every line is an actor's", expected, seen);
    let finding =
        finding.help("[actors] in the contract says who prints what, each with a pattern for its lines");
    Some(finding.lines(reading, &unclaimed))
}
