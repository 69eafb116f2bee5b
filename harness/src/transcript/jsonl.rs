//! Transcripts as files: JSON Lines, one object a line. `docs/transcript.md` is the reference of the format.

use std::fmt::Write as _;
use std::io::{self, BufRead, Read, Write};
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::file;

use super::{
    Cut, Ending, Exit, GRACE, Line, Namespace, Recorder, Stream, Survivor, Transcript, Writer, is_yes, yes,
};

/// The version of the format. It changes where an older reader would misunderstand a file.
const VERSION: u32 = 1;

/// One line of a file. The first is a `transcript`, the last an `end`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
enum Record {
    Transcript {
        version: u32,
        pid: u32,
    },
    Writer {
        pid: u32,
        parent: Option<u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        copy: Option<bool>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        threads: Option<u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        namespace: Option<Namespace>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exit: Option<Exit>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        orphan: bool,
    },
    Line(LineRecord),
    End(EndRecord),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LineRecord {
    stream: Stream,
    /// The place among the writers before it, from 0.
    writer: Option<usize>,
    at_ns: u64,
    /// Its bytes as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// Its bytes in hexadecimal, where they are no text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hex: Option<String>,
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    newline: bool,
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
}

fn customary_grace_ns() -> u64 {
    nanoseconds(GRACE)
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_customary_grace(grace_ns: &u64) -> bool {
    *grace_ns == customary_grace_ns()
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
        put(&Record::Transcript { version: VERSION, pid: self.pid })?;
        for writer in &self.writers {
            let &Writer { pid, parent, copy, threads, namespace, exit, orphan } = writer;
            put(&Record::Writer { pid, parent, copy, threads, namespace, exit, orphan })?;
        }
        for line in &self.lines {
            let (text, hex) = text_or_hex(self.text(line));
            put(&Record::Line(LineRecord {
                stream: line.stream,
                writer: line.writer,
                at_ns: nanoseconds(line.at),
                text,
                hex,
                newline: line.newline,
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
        }))
    }

    /// Reads a transcript from a file that [`Transcript::write`] wrote.
    ///
    /// # Errors
    /// Where the file can't be read, or is damaged or cut off: with the line.
    pub fn read(file: &Path) -> Result<Transcript, TranscriptError> {
        let open = open(file).map_err(|error| TranscriptError::Unreadable(file.to_path_buf(), error))?;
        Transcript::parse(io::BufReader::new(open.take(MOST as u64)), file)
    }

    /// Reads a transcript; `file` is for its errors alone.
    ///
    /// # Errors
    /// As [`Transcript::read`].
    pub fn parse(from: impl BufRead, file: &Path) -> Result<Transcript, TranscriptError> {
        let mut reader = Reader::default();
        let mut number = 0;
        for line in from.lines() {
            number += 1;
            let damaged =
                |why: String| TranscriptError::Damaged { file: file.to_path_buf(), line: number, why };
            let line = line.map_err(|error| damaged(error.to_string()))?;
            let record = serde_json::from_str(&line)
                .map_err(|error| damaged(error.to_string().replace(" at line 1 column ", " at column ")))?;
            reader.take(record).map_err(damaged)?;
        }
        reader.transcript().map_err(|why| TranscriptError::Damaged {
            file: file.to_path_buf(),
            line: number + 1,
            why,
        })
    }
}

/// No record of a run is larger: a run prints 64 MiB at the most, of which two bytes may be written as six.
const MOST: usize = 512 << 20;

/// Opens a record: a file, or a pipe that this process was started with, as `<(zcat run.jsonl.gz)` is in a shell.
fn open(path: &Path) -> io::Result<std::fs::File> {
    let inherited = path == Path::new("/dev/stdin") || path.starts_with("/dev/fd");
    if inherited && path.metadata()?.file_type().is_fifo() {
        return std::fs::File::open(path);
    }
    file::open(path, MOST)
}

/// A transcript of which some lines have been read.
#[derive(Default)]
struct Reader {
    pid: Option<u32>,
    recorder: Recorder,
    end: Option<EndRecord>,
}

impl Reader {
    fn take(&mut self, record: Record) -> Result<(), String> {
        if self.end.is_some() {
            return Err("nothing may follow the end".to_owned());
        }
        match (self.pid, record) {
            (None, Record::Transcript { version: VERSION, pid }) => self.pid = Some(pid),
            (None, Record::Transcript { version, .. }) => {
                return Err(format!(
                    "version {version} of the format is not known; this is version {VERSION}"
                ));
            }
            (None, _) => return Err("a transcript begins with {\"transcript\":…}".to_owned()),
            (Some(_), Record::Transcript { .. }) => return Err("a file holds one transcript".to_owned()),
            (Some(_), Record::Writer { pid, parent, copy, threads, namespace, exit, orphan }) => {
                let known = self.recorder.writers.len();
                if self.recorder.writer(pid, || Writer {
                    pid,
                    parent,
                    copy,
                    threads,
                    namespace,
                    exit,
                    orphan,
                }) < known
                {
                    return Err(format!("the writer with pid {pid} is there twice"));
                }
            }
            (Some(_), Record::Line(line)) => self.line(&line)?,
            (Some(_), Record::End(end)) => self.end = Some(end),
        }
        Ok(())
    }

    fn line(&mut self, line: &LineRecord) -> Result<(), String> {
        let writers = self.recorder.writers.len();
        if let Some(unknown) = line.writer.filter(|&writer| writer >= writers) {
            return Err(format!("writer {unknown} is not there: there are {writers}, from 0"));
        }
        let bytes = match (&line.text, &line.hex) {
            (Some(text), None) => text.clone().into_bytes(),
            (None, Some(digits)) => bytes_of(digits).ok_or("`hex` is not pairs of hexadecimal digits")?,
            _ => return Err("a line has either `text` or `hex`".to_owned()),
        };
        if bytes.contains(&b'\n') {
            return Err("a line can't hold a newline".to_owned());
        }
        let start = self.recorder.text.len();
        self.recorder.text.extend_from_slice(&bytes);
        let at = Duration::from_nanos(line.at_ns);
        let end = self.recorder.text.len();
        let (stream, writer, newline) = (line.stream, line.writer, line.newline);
        self.recorder.lines.push(Line { stream, writer, at, newline, start, end });
        Ok(())
    }

    fn transcript(self) -> Result<Transcript, String> {
        let (Some(pid), Some(end)) = (self.pid, self.end) else {
            return Err("the file is cut off: its last line is {\"end\":…}".to_owned());
        };
        Ok(self.recorder.finish(Ending {
            pid,
            exit: end.exit,
            cut: end.cut,
            survivors: end.survivors,
            grace: Duration::from_nanos(end.grace_ns),
            stopped: end.stopped,
            crammed: end.crammed,
            duration: Duration::from_nanos(end.duration_ns),
        }))
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
