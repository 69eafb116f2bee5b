//! What is asked of every program, whatever its contract claims: to end by itself and well, to keep stderr clean, to
//! leave nobody behind, to print only lines of its actors, and to be played by them.

use crate::check::kind;
use crate::contract::{Check, Claim, Stderr};
use crate::check::finding::Finding;
use crate::cast::reading::{Claimed, Reading};
use crate::run::LINE_COST;
use crate::transcript::{Cut, Exit, Stream, Survivor, Transcript};
use crate::words::{duration, lines, list, size, times};

/// The finding of a run that was cut short: nothing else can be said of it.
pub(crate) fn cut(reading: &Reading<'_>) -> Option<Finding> {
    let transcript = reading.transcript;
    let count = transcript.lines().len();
    let shown: Vec<usize> = match transcript.cut()? {
        Cut::Flooded(_) => (0..count.min(3)).collect(),
        _ => (count.saturating_sub(3)..count).collect(),
    };
    let alive = others(transcript);
    let finding = match transcript.cut()? {
        Cut::TimedOut(limit) => {
            let claim = format!("the run ends within {}", duration(limit));
            let (state, help) = state(transcript);
            let seen = format!("{state}, after {}{alive}", lines(count as u64));
            Finding::new("timeout", claim, "an end in time", seen).help(help)
        }
        Cut::Flooded(limit) => {
            let claim = format!(
                "the program prints at most {} (each line counts {LINE_COST} bytes more than it has)",
                size(limit)
            );
            let seen = format!("it printed more and was ended; this is how it began{}", lives_on(transcript));
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

/// What became of the others when a run was ended.
fn others(transcript: &Transcript) -> String {
    let ended: Vec<&Survivor> = transcript.survivors().iter().filter(|survivor| survivor.killed).collect();
    let ended = if ended.is_empty() { String::new() } else { format!("; with it ended {}", named(&ended)) };
    ended + &lives_on(transcript)
}

fn lives_on(transcript: &Transcript) -> String {
    let left: Vec<&Survivor> = transcript.survivors().iter().filter(|survivor| !survivor.killed).collect();
    if left.is_empty() { String::new() } else { format!("; {}", can_not_be_ended(&left)) }
}

fn can_not_be_ended(left: &[&Survivor]) -> String {
    let what = if left.len() == 1 { "can't be ended and lives on" } else { "can't be ended and live on" };
    format!("{} {what}: {}", times(left.len() as u64, "process", "processes"), named(left))
}

/// What a program was about when its time was up, and what would mend that.
fn state(transcript: &Transcript) -> (String, &'static str) {
    let stopped = transcript.stopped();
    if stopped.is_empty() {
        let help = "`timeout = \"…\"` in the contract allows more time";
        return ("it was still running and was ended".to_owned(), help);
    }
    let pid = |pid: &u32| {
        if *pid == transcript.pid() { "the program itself".to_owned() } else { format!("pid {pid}") }
    };
    let who: Vec<String> = stopped.iter().take(SHOWN).map(pid).collect();
    let who = match stopped.len().saturating_sub(SHOWN) {
        0 => list(&who, "and"),
        more => format!("{} and {more} more", who.join(", ")),
    };
    let had = if stopped.len() == 1 { "had been stopped by a signal" } else { "had been stopped by signals" };
    (
        format!("{who} {had} and not continued, and the run was ended"),
        "SIGSTOP, SIGTSTP, SIGTTIN and SIGTTOU stop a process, and it goes on only at SIGCONT: more time would not help",
    )
}

/// So many processes are named at the most.
const SHOWN: usize = 8;

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
    let texts: Vec<_> = noise
        .iter()
        .map(|&line| String::from_utf8_lossy(transcript.text(&transcript.lines()[line])))
        .collect();
    let finding = match texts.iter().find(|text| text.contains("No such device or address")) {
        Some(text) if text.contains("/dev/tty") => finding.help(NO_TERMINAL),
        Some(text) if text.contains("/dev/") || text.contains("/proc/") => finding.help(NO_REOPENING),
        _ => finding,
    };
    Some(finding.lines(reading, &noise))
}

/// What a message about `/dev/tty` comes from.
const NO_TERMINAL: &str = "a program that opens /dev/tty needs a terminal, and has none: `capture = \"pty\"` in the contract \
                           gives it one, which does not name writers";

/// What a message about `/dev/stdout`, `/dev/stderr`, `/dev/fd/1` or `/proc/self/fd/1` comes from.
const NO_REOPENING: &str = "a program that opens /dev/stdout or /dev/stderr by name can't do so on a socket: `capture = \
                            \"pipe\"` in the contract gives it a pipe, which does not name writers";

/// Why lines may be missing that the program printed, where the capture may be to blame.
pub(crate) fn crammed(reading: &Reading<'_>) -> Option<&'static str> {
    reading.transcript.crammed().then_some(
        "so much was printed that the socket may have been full where a pipe would not have been, and a program that \
         does not wait, as Node, then loses lines: `capture = \"pipe\"` in the contract gives it a pipe, which does not \
         name writers; root may let sockets hold more (the sysctl net.core.wmem_max)",
    )
}

fn leaked(reading: &Reading<'_>) -> Option<Finding> {
    let expected = |survivor: &Survivor| {
        reading.contract.survivors.iter().any(|pattern| pattern.is_match(survivor.command.as_bytes()))
    };
    let transcript = reading.transcript;
    // Who can't be ended is never expected.
    let (killed, left): (Vec<&Survivor>, Vec<&Survivor>) =
        transcript.survivors().iter().partition(|survivor| survivor.killed);
    let leaked: Vec<&Survivor> = killed.into_iter().filter(|survivor| !expected(survivor)).collect();
    let mut seen = Vec::new();
    if !leaked.is_empty() {
        seen.push(format!(
            "{} lived on for {} and {} killed: {}",
            times(leaked.len() as u64, "process", "processes"),
            duration(transcript.grace()),
            if leaked.len() == 1 { "was" } else { "were" },
            named(&leaked)
        ));
    }
    if !left.is_empty() {
        seen.push(can_not_be_ended(&left));
    }
    let help = match (leaked.is_empty(), left.is_empty()) {
        (true, true) => return None,
        (_, true) => "`survivors = [\"…\"]` in the contract allows for those whose command line matches",
        (_, false) => {
            "who is not this user's, as after a setuid program, or is stuck in the kernel can't be killed here: that is \
             left to root"
        }
    };
    Some(Finding::new("leaked", "no process outlives the program", "no process", seen.join("; ")).help(help))
}

fn named(survivors: &[&Survivor]) -> String {
    let one = |survivor: &&Survivor| format!("pid {} `{}`", survivor.pid, survivor.command);
    let names: Vec<String> = survivors.iter().take(SHOWN).map(one).collect();
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
