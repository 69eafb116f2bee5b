//! What was refuted: the claim in words, what was expected, what was seen, and the lines it rests on.

use serde::{Serialize, Serializer};

use crate::cast::reading::{Claimed, Reading};
use crate::transcript::Stream;
use crate::words::start_of;

/// One thing that was refuted in a run. It is told in the language that the run was read for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// What was refuted.
    pub kind: FindingKind,
    /// The claim in its author's words, where it has any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// What was checked, in words.
    pub check: String,
    /// What was expected.
    pub expected: String,
    /// What was seen.
    pub seen: String,
    /// The lines that it rests on; long lists are cut in their middle.
    pub lines: Vec<SeenLine>,
    /// Of a golden: how the run differs from it, as a unified diff; a long one is cut.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
    /// What would mend it, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The schedule under which it was seen, where it was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Chosen>,
    /// Where the claim begins in the contract, in bytes.
    #[serde(skip)]
    pub(crate) at: Option<usize>,
}

/// The schedule under which something was refuted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Chosen {
    /// As it is written.
    pub schedule: String,
    /// Whether it was refuted only where a sleep ended late.
    pub rests_on_sleep: bool,
    /// What happened, in sentences.
    pub story: Vec<String>,
}

/// What a finding refutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FindingKind {
    /// A check of the contract, by its word there.
    Check(&'static str),
    /// That the output matches the golden.
    Golden,
    /// That a name covers each pid that is printed.
    Names,
    /// That lines are the actors', and the actors of their kinds.
    Actors,
    /// That nothing is printed on stderr.
    Stderr,
    /// That the program ends with status 0.
    Exit,
    /// That no process outlives the program.
    Leaked,
    /// That it ends in time.
    Timeout,
    /// That somebody can always go on.
    Deadlock,
    /// That it prints no more than can be kept.
    Flood,
    /// That it leaves the harness's own processes alone.
    Supervisor,
    /// That it ends by itself.
    Interrupted,
}

impl FindingKind {
    /// Its word in reports for programs; of a check, the check's.
    pub fn as_str(self) -> &'static str {
        match self {
            FindingKind::Check(key) => key,
            FindingKind::Golden => "golden",
            FindingKind::Names => "names",
            FindingKind::Actors => "actors",
            FindingKind::Stderr => "stderr",
            FindingKind::Exit => "exit",
            FindingKind::Leaked => "leaked",
            FindingKind::Timeout => "timeout",
            FindingKind::Deadlock => "deadlock",
            FindingKind::Flood => "flood",
            FindingKind::Supervisor => "supervisor",
            FindingKind::Interrupted => "interrupted",
        }
    }
}

impl Serialize for FindingKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// A line that a finding rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeenLine {
    /// Its place among the lines of its stream, from 1.
    pub number: usize,
    /// The stream: `stdout` or `stderr`.
    pub stream: &'static str,
    /// The process that wrote it, where the capture names it.
    pub pid: Option<u32>,
    /// The thread that wrote it, where a witness saw it.
    pub tid: Option<u32>,
    /// The actor that claims it.
    pub actor: Option<String>,
    /// Its text, or the start of a long one; bytes that are not UTF-8 are replaced.
    pub text: String,
}

/// So many lines of each kind are shown at the most.
const SHOWN: usize = 8;

impl Finding {
    pub(crate) fn new(
        kind: FindingKind,
        check: impl Into<String>,
        expected: impl Into<String>,
        seen: impl Into<String>,
    ) -> Finding {
        Finding {
            kind,
            says: None,
            check: check.into(),
            expected: expected.into(),
            seen: seen.into(),
            lines: Vec::new(),
            diff: None,
            help: None,
            schedule: None,
            at: None,
        }
    }

    pub(crate) fn lines(mut self, reading: &Reading<'_>, lines: &[usize]) -> Finding {
        self.lines = seen_lines(reading, lines);
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Finding {
        self.help = Some(help.into());
        self
    }
}

/// These lines, as a finding shows them: the first and the last ones where they are many.
fn seen_lines(reading: &Reading<'_>, indexes: &[usize]) -> Vec<SeenLine> {
    let mut wanted = indexes.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    if wanted.len() > SHOWN {
        wanted.drain(SHOWN / 2..wanted.len() - SHOWN / 2);
    }
    wanted.into_iter().map(|index| seen_line(reading, index)).collect()
}

fn seen_line(reading: &Reading<'_>, index: usize) -> SeenLine {
    let line = &reading.transcript.lines()[index];
    let before = &reading.transcript.lines()[..index];
    let actor = match reading.claimed(index) {
        Claimed::By(actor) => Some(reading.cast.actor(actor as usize).to_owned()),
        Claimed::Nobody | Claimed::Ignored => None,
    };
    SeenLine {
        number: 1 + before.iter().filter(|other| other.stream == line.stream).count(),
        stream: match line.stream {
            Stream::Stdout => "stdout",
            Stream::Stderr => "stderr",
        },
        pid: line.process.map(|writer| reading.pid(writer)),
        tid: line.thread.map(|thread| reading.transcript.threads()[thread].tid),
        actor,
        text: start_of(reading.transcript.text(line), reading.language),
    }
}
