//! Puts lines together from chunks.
//!
//! A line is its process's: what one thread leaves open another may go on with, as a buffer that all share is flushed in
//! pieces. But where threads write without a buffer, the pieces of their lines come mixed. So as long as a process has a line
//! open, its chunks are kept: once each of its threads has ended its line, they were put together by thread if another one had
//! written meanwhile; where that never comes, they are put together by process.

use std::collections::HashMap;
use std::time::Duration;

use super::{Cut, Ending, LINE_COST, Line, Process, Stream, Thread, Transcript};

/// Whose a chunk is, as far as that is known: a process and a thread.
pub(crate) type Author = (Option<usize>, Option<usize>);

/// Takes in what happens, and makes a record of it.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    text: Vec<u8>,
    pub(super) lines: Vec<Line>,
    pub(super) processes: Vec<Process>,
    pub(super) threads: Vec<Thread>,
    /// What has a line open, in the order in which it was opened.
    open: Vec<Open>,
    /// How many chunks came on each stream.
    chunks: [u64; 2],
    /// Whether lines were added later than others that became whole after them.
    is_mixed: bool,
}

/// A process's chunks on one stream, since it had no line open there.
#[derive(Debug)]
struct Open {
    stream: Stream,
    process: Option<usize>,
    chunks: Vec<Chunk>,
    /// The threads that have a line open.
    unended: Vec<Option<usize>>,
    /// Whether a thread wrote while another had a line open.
    is_shared: bool,
}

#[derive(Debug)]
struct Chunk {
    thread: Option<usize>,
    at: Duration,
    /// Its place among those of its stream.
    place: u64,
    bytes: Vec<u8>,
}

/// A line that is being put together.
#[derive(Debug, Default)]
struct Part {
    bytes: Vec<u8>,
    /// The place of its first chunk, and how many it has.
    first: u64,
    chunks: u64,
}

impl Recorder {
    /// Adds a process; its index.
    pub fn process(&mut self, process: Process) -> usize {
        self.processes.push(process);
        self.processes.len() - 1
    }

    /// Adds a thread; its index.
    pub fn thread(&mut self, thread: Thread) -> usize {
        self.threads.push(thread);
        self.threads.len() - 1
    }

    /// What is known of all processes so far.
    pub fn processes(&self) -> &[Process] {
        &self.processes
    }

    /// How many lines are whole so far.
    pub fn lines_so_far(&self) -> usize {
        self.lines.len()
    }

    /// The process that created this one.
    pub fn parent(&self, process: usize) -> Option<usize> {
        self.processes[process].creator.map(|thread| self.threads[thread].process)
    }

    /// What is known of a process so far.
    pub fn process_mut(&mut self, process: usize) -> &mut Process {
        &mut self.processes[process]
    }

    /// What is known of a thread so far.
    pub fn thread_mut(&mut self, thread: usize) -> &mut Thread {
        &mut self.threads[thread]
    }

    /// Takes in bytes that were written at once.
    pub fn chunk(&mut self, stream: Stream, (process, thread): Author, at: Duration, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let place = self.chunks[stream as usize];
        self.chunks[stream as usize] += 1;
        let open = self.open.iter().position(|open| open.stream == stream && open.process == process);
        let is_whole = bytes.ends_with(b"\n");
        let open = match open {
            None if is_whole => return self.whole_lines(stream, (process, thread), at, bytes),
            Some(open) => open,
            None => {
                let (chunks, unended) = (Vec::new(), Vec::new());
                self.open.push(Open { stream, process, chunks, unended, is_shared: false });
                self.open.len() - 1
            }
        };
        let of = &mut self.open[open];
        of.is_shared |= of.unended.iter().any(|&other| other != thread);
        of.unended.retain(|&other| other != thread);
        if !is_whole {
            of.unended.push(thread);
        }
        of.chunks.push(Chunk { thread, at, place, bytes: bytes.to_vec() });
        if of.unended.is_empty() {
            let ended = self.open.remove(open);
            self.put_together(ended);
        }
    }

    /// Adds lines that came in one piece.
    fn whole_lines(&mut self, stream: Stream, (process, thread): Author, at: Duration, bytes: &[u8]) {
        let mut start = self.text.len();
        self.text.extend_from_slice(bytes);
        for newline in memchr::memchr_iter(b'\n', bytes) {
            let end = self.text.len() - bytes.len() + newline;
            self.lines.push(Line { stream, process, thread, at, newline: true, torn: false, start, end });
            start = end + 1;
        }
    }

    /// Adds the lines of chunks among which a line was open.
    fn put_together(&mut self, open: Open) {
        let by_thread = open.is_shared && open.unended.is_empty();
        self.is_mixed = true;
        let (stream, process) = (open.stream, open.process);
        let mut parts: HashMap<Option<usize>, Part> = HashMap::new();
        let mut last = (Duration::ZERO, None);
        for Chunk { thread, at, place, bytes } in open.chunks {
            last = (at, thread);
            let part = parts.entry(thread.filter(|_| by_thread)).or_default();
            let mut rest = &bytes[..];
            while !rest.is_empty() {
                if part.chunks == 0 {
                    part.first = place;
                }
                part.chunks += 1;
                let newline = memchr::memchr(b'\n', rest);
                part.bytes.extend_from_slice(&rest[..newline.unwrap_or(rest.len())]);
                let Some(newline) = newline else { break };
                rest = &rest[newline + 1..];
                let torn = place - part.first + 1 > part.chunks;
                self.part_line(&mut std::mem::take(part).bytes, stream, (process, thread), at, true, torn);
            }
        }
        let (at, thread) = last;
        let chunks = self.chunks[stream as usize];
        for mut part in parts.into_values().filter(|part| part.chunks > 0) {
            let torn = chunks - part.first > part.chunks;
            self.part_line(&mut part.bytes, stream, (process, thread), at, false, torn);
        }
    }

    fn part_line(
        &mut self,
        bytes: &mut Vec<u8>,
        stream: Stream,
        (process, thread): Author,
        at: Duration,
        newline: bool,
        torn: bool,
    ) {
        let start = self.text.len();
        self.text.append(bytes);
        let end = self.text.len();
        self.lines.push(Line { stream, process, thread, at, newline, torn, start, end });
    }

    /// Adds a line that was put together before.
    pub(super) fn line(&mut self, line: Line, bytes: &[u8]) {
        let start = self.text.len();
        self.text.extend_from_slice(bytes);
        self.lines.push(Line { start, end: self.text.len(), ..line });
        if line.newline {
            self.text.push(b'\n');
        }
    }

    /// Puts the lines in the order in which they became whole, and their text likewise.
    fn put_in_order(&mut self) {
        self.lines.sort_by_key(|line| (!line.newline, line.at));
        let (lines, text) = (std::mem::take(&mut self.lines), std::mem::take(&mut self.text));
        for line in lines {
            self.line(line, &text[line.start..line.end]);
        }
    }

    /// Of a flood, its beginning is kept: it tells as much as all of it.
    fn keep_the_beginning(&mut self) {
        const KEPT: usize = 1 << 20;
        let mut left = KEPT;
        let fits = |line: &mut Line| {
            let room = left.saturating_sub(LINE_COST);
            if line.end - line.start > room {
                line.end = line.start + room;
                line.newline = false;
            }
            left = room - (line.end - line.start);
            room > 0
        };
        let kept = self.lines.iter_mut().map(fits).take_while(|fits| *fits).count();
        self.lines.truncate(kept);
        self.text.truncate(self.lines.iter().map(|line| line.end).max().unwrap_or(0));
        self.lines.shrink_to_fit();
        self.text.shrink_to_fit();
    }

    /// Closes the record. Lines that never got their newline come last.
    pub fn finish(mut self, ending: Ending) -> Transcript {
        for open in std::mem::take(&mut self.open) {
            self.put_together(open);
        }
        if self.is_mixed {
            self.put_in_order();
        }
        if matches!(ending.cut, Some(Cut::Flooded(_))) {
            self.keep_the_beginning();
        }
        Transcript {
            text: self.text,
            lines: self.lines,
            processes: self.processes,
            threads: self.threads,
            witness: ending.witness,
            pid: ending.pid,
            exit: ending.exit,
            cut: ending.cut,
            survivors: ending.survivors,
            grace: ending.grace,
            stopped: ending.stopped,
            crammed: ending.crammed,
            duration: ending.duration,
            direction: ending.direction,
        }
    }
}
