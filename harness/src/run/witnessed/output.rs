//! What the tasks of a run print: the harness takes it over where it can, and else receives it.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::termios::{LocalFlags, tcgetattr};

use super::tasks::Tasks;
use crate::system::birth::Stdio;
use crate::system::proc::{FileId, file_behind};
use crate::system::streams::{Capture, Received, Receiver};
use crate::system::witness::{Call, Tracee};
use crate::transcript::{Author, LINE_COST, Recorder, Stream};

/// So many bytes are read of a task's memory at once.
const PIECE: usize = 64 << 10;

/// Of what is about to be printed, so much is told.
const SHOWN: usize = 80;

/// So many parts one call can write at the most (`IOV_MAX`, sysconf(3)).
const PARTS: u64 = 1024;

/// Both streams of a run.
pub(super) struct Output {
    capture: Capture,
    /// What the program sees as its stdout and its stderr.
    files: [FileId; 2],
    /// What can be received; `None` where that counts no more. A terminal is one stream.
    receivers: [Option<Receiver>; 2],
    /// The program's ends, kept open: that nobody can write any more would be one more thing to be woken for, and is known.
    _writers: [OwnedFd; 2],
    /// The program's end of a terminal, to write to it in a task's place.
    terminal: Option<OwnedFd>,
    /// Who writes to each stream by the kernel's hand at the moment.
    by_the_kernel: [Option<Author>; 2],
    printed: usize,
    limit: usize,
    buffer: Vec<u8>,
}

/// Who performs a call.
pub(super) enum Written {
    /// It writes to none of the streams.
    No,
    /// It was done here, with this result.
    Here(i64),
    /// The kernel has to.
    ByTheKernel,
}

impl Output {
    pub fn new(
        capture: Capture,
        stdout: Receiver,
        stderr: Option<Receiver>,
        stdio: &Stdio,
        limit: usize,
    ) -> io::Result<Output> {
        let writers = [stdio.stdout.try_clone()?, stdio.stderr.try_clone()?];
        let terminal = (capture == Capture::Pty).then(|| stdout.another_end()).transpose()?;
        Ok(Output {
            capture,
            files: [FileId::of(&stdio.stdout)?, FileId::of(&stdio.stderr)?],
            receivers: [Some(stdout), stderr],
            _writers: writers,
            terminal,
            by_the_kernel: [None; 2],
            printed: 0,
            limit,
            buffer: vec![0; PIECE],
        })
    }

    /// What to wait for.
    pub fn descriptors(&self) -> impl Iterator<Item = BorrowedFd<'_>> {
        self.receivers.iter().flatten().map(|receiver| receiver.descriptor().as_fd())
    }

    /// Whether more was printed than a run may.
    pub fn is_flooded(&self) -> bool {
        self.printed > self.limit && self.receivers.iter().any(Option::is_some)
    }

    /// Nothing that is printed from now on counts.
    pub fn close(&mut self) {
        self.receivers = [None, None];
    }

    /// Performs a call that writes to one of the streams.
    pub fn write(
        &mut self,
        task: Tracee,
        call: Call,
        author: Author,
        at: Duration,
        tasks: &Tasks,
        recorder: &mut Recorder,
    ) -> io::Result<Written> {
        let Some(descriptor) = call.writes_to() else { return Ok(Written::No) };
        let Some(stream) = self.stream(task, descriptor) else { return Ok(Written::No) };
        // What others have written unseen came before.
        self.drain(at, tasks, recorder)?;
        let taken = match self.parts(task, call) {
            Some(parts) if self.is_free() => self.take(task, &parts, stream, author, at, recorder)?,
            _ => None,
        };
        Ok(if let Some(bytes) = taken {
            Written::Here(bytes)
        } else {
            self.by_the_kernel[stream as usize] = Some(author);
            Written::ByTheKernel
        })
    }

    /// What a task would show first by this call, to one of the streams; `None` where it writes to none.
    pub fn shows(&self, task: Tracee, call: Call) -> Option<String> {
        self.stream(task, call.writes_to()?)?;
        let (start, length) = self.parts(task, call)?.into_iter().find(|(_, length)| *length > 0)?;
        let mut bytes = vec![0; usize::try_from(length).unwrap_or(SHOWN).min(SHOWN)];
        let read = task.read(start, &mut bytes).unwrap_or(0);
        let line = bytes[..read].split(|byte| *byte == b'\n').next()?;
        Some(String::from_utf8_lossy(line).into_owned())
    }

    /// Takes in what the kernel has written for a task.
    pub fn written(
        &mut self,
        at: Duration,
        author: Author,
        tasks: &Tasks,
        recorder: &mut Recorder,
    ) -> io::Result<()> {
        self.drain(at, tasks, recorder)?;
        for writer in &mut self.by_the_kernel {
            writer.take_if(|writer| *writer == author);
        }
        Ok(())
    }

    /// Takes in all that is there, of both streams.
    pub fn drain(&mut self, at: Duration, tasks: &Tasks, recorder: &mut Recorder) -> io::Result<()> {
        for stream in [Stream::Stdout, Stream::Stderr] {
            while self.printed <= self.limit && self.receive(stream, at, tasks, recorder)? {}
        }
        Ok(())
    }

    /// Takes in a buffer full at the most; false where there was nothing.
    fn receive(
        &mut self,
        stream: Stream,
        at: Duration,
        tasks: &Tasks,
        recorder: &mut Recorder,
    ) -> io::Result<bool> {
        let Some(receiver) = &self.receivers[stream as usize] else { return Ok(false) };
        match receiver.receive(&mut self.buffer)? {
            Received::Chunk(bytes, pid) => {
                let process = pid.and_then(|pid| tasks.process(pid));
                let author = self.by_the_kernel[stream as usize].unwrap_or((process, None));
                self.printed += count(&self.buffer[..bytes]);
                recorder.chunk(stream, author, at, &self.buffer[..bytes]);
                Ok(true)
            }
            Received::Nothing => Ok(false),
            Received::End => {
                self.receivers[stream as usize] = None;
                Ok(false)
            }
        }
    }

    /// Which stream a task's descriptor is.
    fn stream(&self, task: Tracee, descriptor: u64) -> Option<Stream> {
        let file = file_behind(task.id(), i32::try_from(descriptor).ok()?)?;
        let streams = [Stream::Stdout, Stream::Stderr].into_iter().zip(&self.files);
        streams.into_iter().find_map(|(stream, known)| (*known == file).then_some(stream))
    }

    /// Whether a terminal lets everybody write; else the kernel decides about those in the background.
    fn is_free(&self) -> bool {
        let Some(terminal) = &self.terminal else { return true };
        tcgetattr(terminal).is_ok_and(|settings| !settings.local_flags.contains(LocalFlags::TOSTOP))
    }

    /// Where the bytes of a call are in the task's memory; `None` where they are not in it, or more than bytes is sent.
    fn parts(&self, task: Tracee, call: Call) -> Option<Vec<(u64, u64)>> {
        let [_, at, count, flags, ..] = call.arguments;
        match call.number {
            libc::SYS_write => Some(vec![(at, count)]),
            libc::SYS_sendto if self.capture == Capture::Socket && flags == 0 => Some(vec![(at, count)]),
            libc::SYS_writev if count <= PARTS => (0..count)
                .map(|part| Some((task.read_u64(at + 16 * part)?, task.read_u64(at + 16 * part + 8)?)))
                .collect(),
            _ => None,
        }
    }

    /// Reads what a task writes, and has it written; how many bytes. `None` where nothing of it can be read.
    fn take(
        &mut self,
        task: Tracee,
        parts: &[(u64, u64)],
        stream: Stream,
        author: Author,
        at: Duration,
        recorder: &mut Recorder,
    ) -> io::Result<Option<i64>> {
        let wanted: u64 = parts.iter().map(|(_, length)| length).sum();
        let mut taken = 0_u64;
        for &(start, length) in parts {
            let mut done = 0;
            while done < length {
                let piece = usize::try_from(length - done).unwrap_or(PIECE).min(PIECE);
                let mut bytes = std::mem::take(&mut self.buffer);
                let read = task.read(start + done, &mut bytes[..piece]).unwrap_or(0);
                let put = self.put(&bytes[..read], stream, author, at, recorder);
                self.buffer = bytes;
                put?;
                taken += read as u64;
                done += read as u64;
                if read < piece || self.printed > self.limit {
                    return Ok((taken > 0).then(|| taken.cast_signed()));
                }
            }
        }
        // What writes nothing may still be refused, which the kernel knows.
        Ok((wanted > 0).then(|| taken.cast_signed()))
    }

    /// Has bytes written in a task's place.
    fn put(
        &mut self,
        bytes: &[u8],
        stream: Stream,
        author: Author,
        at: Duration,
        recorder: &mut Recorder,
    ) -> io::Result<()> {
        let (Some(terminal), Some(receiver)) = (&self.terminal, &self.receivers[0]) else {
            self.printed += count(bytes);
            recorder.chunk(stream, author, at, bytes);
            return Ok(());
        };
        // A terminal changes what goes through it, and holds little.
        let mut rest = bytes;
        let mut through = vec![0; PIECE];
        while !rest.is_empty() {
            match nix::unistd::write(terminal, rest) {
                Ok(written) => rest = &rest[written..],
                Err(Errno::EAGAIN | Errno::EINTR) => {}
                Err(error) => return Err(error.into()),
            }
            while let Received::Chunk(bytes, _) = receiver.receive(&mut through)? {
                self.printed += count(&through[..bytes]);
                recorder.chunk(stream, author, at, &through[..bytes]);
            }
        }
        Ok(())
    }
}

/// What bytes count of what a run may print.
fn count(bytes: &[u8]) -> usize {
    bytes.len() + memchr::memchr_iter(b'\n', bytes).count() * LINE_COST
}
