//! Transcripts as files: JSON Lines, one object a line, as many transcripts to a file as one likes. `docs/transcript.md` is the reference of the format.

use std::fmt::Write as _;
use std::io::{self, BufRead, Read, Write};
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::file;
use crate::language::Language;
use crate::words::size;

use super::{
    Cut, Direction, Ending, Exit, GRACE, Killed, Line, Place, Process, Recorder, Stream, Survivor, Thread,
    Transcript, Witness, is_yes, yes,
};

/// The version of the format. It changes where an older reader would misunderstand a file.
const VERSION: u32 = 2;

/// One line of a file. A transcript begins with a `transcript`, and ends with an `end`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
enum Record {
    Transcript { version: u32, pid: u32, witness: Witness },
    Process(ProcessRecord),
    Thread(ThreadRecord),
    Line(LineRecord),
    End(EndRecord),
}

/// Threads and processes are named by their places among those of the transcript, from 0.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProcessRecord {
    pid: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    creator: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    born_ns: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    image: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    executed_ns: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    exits_ns: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ended_ns: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    exit: Option<Exit>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    awaited: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    killed: Option<Killed>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    deprived: bool,
    #[serde(default, skip_serializing_if = "is_here")]
    place: Place,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ThreadRecord {
    tid: u32,
    process: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    creator: Option<usize>,
    born_ns: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ended_ns: Option<u64>,
}

impl From<&Process> for ProcessRecord {
    fn from(process: &Process) -> ProcessRecord {
        ProcessRecord {
            pid: process.pid,
            creator: process.creator,
            born_ns: process.born.map(nanoseconds),
            image: process.image.clone(),
            executed_ns: process.executed.map(nanoseconds),
            exits_ns: process.exits.map(nanoseconds),
            ended_ns: process.ended.map(nanoseconds),
            exit: process.exit,
            awaited: process.awaited,
            killed: process.killed,
            deprived: process.deprived,
            place: process.place,
        }
    }
}

impl From<ProcessRecord> for Process {
    fn from(record: ProcessRecord) -> Process {
        Process {
            pid: record.pid,
            creator: record.creator,
            born: record.born_ns.map(Duration::from_nanos),
            image: record.image,
            executed: record.executed_ns.map(Duration::from_nanos),
            exits: record.exits_ns.map(Duration::from_nanos),
            ended: record.ended_ns.map(Duration::from_nanos),
            exit: record.exit,
            awaited: record.awaited,
            killed: record.killed,
            deprived: record.deprived,
            place: record.place,
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LineRecord {
    stream: Stream,
    /// Who wrote it.
    process: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    thread: Option<usize>,
    at_ns: u64,
    /// Its bytes as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// Its bytes in hexadecimal, where they are no text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hex: Option<String>,
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    newline: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    torn: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EndRecord {
    exit: Exit,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cut: Option<Cut>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    survivors: Vec<Survivor>,
    #[serde(default = "customary_grace_ns", skip_serializing_if = "is_customary_grace")]
    grace_ns: u64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    stopped: Vec<u32>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    crammed: bool,
    duration_ns: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    direction: Option<Direction>,
}

fn customary_grace_ns() -> u64 {
    nanoseconds(GRACE)
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_customary_grace(grace_ns: &u64) -> bool {
    *grace_ns == customary_grace_ns()
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_here(place: &Place) -> bool {
    *place == Place::Here
}

/// Why a file is no transcript.
#[derive(Debug, thiserror::Error)]
pub enum TranscriptError {
    /// It can't be read.
    #[error("`{}` can't be read: {}", .0.display(), .1)]
    Unreadable(PathBuf, io::Error),
    /// A line of it is not what it should be.
    #[error("{}:{}: {}", .file.display(), .line, .why)]
    Damaged {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
}

impl Transcript {
    /// Writes the transcript to a new file, in place of an older one of that name.
    ///
    /// # Errors
    /// Where the file can't be written.
    pub fn save(&self, file: &Path) -> io::Result<()> {
        file::write_with(file, |to| self.write(to))
    }

    /// Writes the transcript as JSON Lines.
    ///
    /// # Errors
    /// Where `to` can't be written to.
    pub fn write(&self, mut to: impl Write) -> io::Result<()> {
        let mut put = |record: &Record| {
            serde_json::to_writer(&mut to, record)?;
            to.write_all(b"\n")
        };
        put(&Record::Transcript { version: VERSION, pid: self.pid, witness: self.witness.clone() })?;
        for process in &self.processes {
            put(&Record::Process(process.into()))?;
        }
        for &Thread { tid, process, creator, born, ended } in &self.threads {
            let (born_ns, ended_ns) = (nanoseconds(born), ended.map(nanoseconds));
            put(&Record::Thread(ThreadRecord { tid, process, creator, born_ns, ended_ns }))?;
        }
        for line in &self.lines {
            let (text, hex) = text_or_hex(self.text(line));
            put(&Record::Line(LineRecord {
                stream: line.stream,
                process: line.process,
                thread: line.thread,
                at_ns: nanoseconds(line.at),
                text,
                hex,
                newline: line.newline,
                torn: line.torn,
            }))?;
        }
        put(&Record::End(EndRecord {
            exit: self.exit,
            cut: self.cut,
            survivors: self.survivors.clone(),
            grace_ns: nanoseconds(self.grace),
            stopped: self.stopped.clone(),
            crammed: self.crammed,
            duration_ns: nanoseconds(self.duration),
            direction: self.direction.clone(),
        }))
    }

    /// Writes the transcript behind those that the file holds: whole, or not at all.
    ///
    /// # Errors
    /// Where the file can't be written.
    pub fn append(&self, file: &Path) -> io::Result<()> {
        let mut bytes = Vec::new();
        self.write(&mut bytes)?;
        file::append(file, &bytes)
    }

    /// The transcripts in a file that [`Transcript::write`] wrote, one after the other: at least one.
    ///
    /// # Errors
    /// Where the file can't be read. Where it is damaged or cut off, the iterator ends with an error that names the line.
    pub fn read(
        file: &Path,
    ) -> Result<impl Iterator<Item = Result<Transcript, TranscriptError>>, TranscriptError> {
        let open = open(file).map_err(|error| TranscriptError::Unreadable(file.to_path_buf(), error))?;
        Ok(Transcript::parse(io::BufReader::new(open), file))
    }

    /// As [`Transcript::read`], of one file after the other.
    pub fn read_all(files: &[PathBuf]) -> impl Iterator<Item = Result<Transcript, TranscriptError>> {
        files.iter().flat_map(|file| {
            let (runs, error) = match Transcript::read(file) {
                Ok(runs) => (Some(runs), None),
                Err(error) => (None, Some(Err(error))),
            };
            runs.into_iter().flatten().chain(error)
        })
    }

    /// As [`Transcript::read`]; `file` is for the errors alone.
    pub fn parse(
        from: impl BufRead,
        file: &Path,
    ) -> impl Iterator<Item = Result<Transcript, TranscriptError>> {
        Transcripts { from, file: file.to_path_buf(), line: 0, begun: 0, is_over: false }
    }
}

/// No record of a run is larger: a run prints 64 MiB at the most, of which two bytes may be written as six.
const MOST: usize = 512 << 20;

/// No first line of a record is longer.
const MOST_OF_HEAD: usize = 4 << 10;

/// Opens a file of records, or a pipe that this process was started with, as `<(zcat runs.jsonl.gz)` is in a shell.
fn open(path: &Path) -> io::Result<std::fs::File> {
    let inherited = path == Path::new("/dev/stdin") || path.starts_with("/dev/fd");
    if inherited && path.metadata()?.file_type().is_fifo() {
        return std::fs::File::open(path);
    }
    file::open(path, usize::MAX)
}

/// The transcripts of a file, as they are read.
struct Transcripts<R> {
    from: R,
    file: PathBuf,
    /// The line that was read last, from 1.
    line: usize,
    /// How many transcripts were begun.
    begun: usize,
    /// Whether there is nothing more, or what follows can't be told.
    is_over: bool,
}

impl<R: BufRead> Iterator for Transcripts<R> {
    type Item = Result<Transcript, TranscriptError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let next = self.transcript().transpose();
        self.is_over = !matches!(next, Some(Ok(_)));
        let damaged = |why| TranscriptError::Damaged { file: self.file.clone(), line: self.line, why };
        next.map(|transcript| transcript.map_err(damaged))
    }
}

impl<R: BufRead> Transcripts<R> {
    /// The next transcript; `None` where the file ends. What is wrong is wrong with the line that was read last.
    fn transcript(&mut self) -> Result<Option<Transcript>, String> {
        let mut reader = Reader::default();
        let mut left = MOST;
        while let Some(line) = self.next_line(if reader.head.is_some() { left } else { MOST_OF_HEAD })? {
            left = left.saturating_sub(line.len());
            let record = serde_json::from_slice(line.trim_ascii_end())
                .map_err(|error| error.to_string().replace(" at line 1 column ", " at column "))?;
            if let Some(transcript) = reader.take(record)? {
                self.begun += 1;
                return Ok(Some(transcript));
            }
        }
        if reader.head.is_none() && self.begun > 0 {
            return Ok(None);
        }
        Err("the file is cut off: its last line is {\"end\":…}".to_owned())
    }

    /// The next line, of so many bytes at the most; `None` where there is none.
    fn next_line(&mut self, most: usize) -> Result<Option<Vec<u8>>, String> {
        let mut line = Vec::new();
        self.line += 1;
        let read = self.from.by_ref().take(most as u64).read_until(b'\n', &mut line);
        read.map_err(|error| error.to_string())?;
        match line.last() {
            None => Ok(None),
            Some(last) if *last != b'\n' && line.len() == most => Err(too_long(most)),
            Some(_) => Ok(Some(line)),
        }
    }
}

fn too_long(most: usize) -> String {
    match most {
        MOST_OF_HEAD => HEAD.to_owned(),
        _ => format!("no record of a run is larger than {}, and this one is", size(MOST, Language::En)),
    }
}

const HEAD: &str = "a transcript begins with {\"transcript\":…}";

/// A transcript of which some lines have been read.
#[derive(Default)]
struct Reader {
    head: Option<(u32, Witness)>,
    recorder: Recorder,
}

impl Reader {
    /// Takes in a line; with the last one the transcript is whole.
    fn take(&mut self, record: Record) -> Result<Option<Transcript>, String> {
        match (&self.head, record) {
            (None, Record::Transcript { version: VERSION, pid, witness }) => self.head = Some((pid, witness)),
            (None, Record::Transcript { version, .. }) => {
                return Err(format!(
                    "version {version} of the format is not known; this is version {VERSION}"
                ));
            }
            (None, _) => return Err(HEAD.to_owned()),
            (Some(_), Record::Transcript { .. }) => {
                return Err(
                    "the transcript before this one is cut off: its last line is {\"end\":…}".to_owned()
                );
            }
            (Some(_), Record::Process(process)) => _ = self.recorder.process(process.into()),
            (Some(_), Record::Thread(ThreadRecord { tid, process, creator, born_ns, ended_ns })) => {
                let (born, ended) = (Duration::from_nanos(born_ns), ended_ns.map(Duration::from_nanos));
                self.recorder.thread(Thread { tid, process, creator, born, ended });
            }
            (Some(_), Record::Line(line)) => self.line(&line)?,
            (Some((pid, witness)), Record::End(end)) => {
                let head = (*pid, witness.clone());
                return self.end(head, end).map(Some);
            }
        }
        Ok(None)
    }

    fn line(&mut self, line: &LineRecord) -> Result<(), String> {
        let bytes = match (&line.text, &line.hex) {
            (Some(text), None) => text.clone().into_bytes(),
            (None, Some(digits)) => bytes_of(digits).ok_or("`hex` is not pairs of hexadecimal digits")?,
            _ => return Err("a line has either `text` or `hex`".to_owned()),
        };
        if bytes.contains(&b'\n') {
            return Err("a line can't hold a newline".to_owned());
        }
        check("process", line.process, self.recorder.processes.len())?;
        check("thread", line.thread, self.recorder.threads.len())?;
        let at = Duration::from_nanos(line.at_ns);
        let &LineRecord { stream, process, thread, newline, torn, .. } = line;
        self.recorder.line(Line { stream, process, thread, at, newline, torn, start: 0, end: 0 }, &bytes);
        Ok(())
    }

    fn end(&mut self, (pid, witness): (u32, Witness), end: EndRecord) -> Result<Transcript, String> {
        let (processes, threads) = (self.recorder.processes.len(), self.recorder.threads.len());
        for process in &self.recorder.processes {
            let (by, death_of) = match process.killed {
                Some(Killed::By(thread)) => (Some(thread), None),
                Some(Killed::DeathOf(process)) => (None, Some(process)),
                Some(Killed::Kernel | Killed::Harness) | None => (None, None),
            };
            for thread in [process.creator, process.awaited, by] {
                check("thread", thread, threads)?;
            }
            check("process", death_of, processes)?;
        }
        for thread in &self.recorder.threads {
            check("process", Some(thread.process), processes)?;
            check("thread", thread.creator, threads)?;
        }
        for thread in end.direction.iter().flat_map(Direction::threads) {
            check("thread", Some(thread), threads)?;
        }
        Ok(std::mem::take(&mut self.recorder).finish(Ending {
            witness,
            pid,
            exit: end.exit,
            cut: end.cut,
            survivors: end.survivors,
            grace: Duration::from_nanos(end.grace_ns),
            stopped: end.stopped,
            crammed: end.crammed,
            duration: Duration::from_nanos(end.duration_ns),
            direction: end.direction,
        }))
    }
}

/// Whether a place is one among so many.
fn check(what: &str, place: Option<usize>, count: usize) -> Result<(), String> {
    match place.filter(|&place| place >= count) {
        Some(unknown) => Err(format!("{what} {unknown} is not there: there are {count}, from 0")),
        None => Ok(()),
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

fn text_or_hex(bytes: &[u8]) -> (Option<String>, Option<String>) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (Some(text.to_owned()), None),
        Err(_) => (None, Some(hex(bytes))),
    }
}

fn bytes_of(digits: &str) -> Option<Vec<u8>> {
    let byte = |pair: &[u8]| match pair {
        [a, b] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => {
            u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()
        }
        _ => None,
    };
    digits.as_bytes().chunks(2).map(byte).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}
