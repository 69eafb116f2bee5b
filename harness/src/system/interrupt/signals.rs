//! What the command line does at a signal; a library has no say in its process's signals.

use std::io::{self, Write};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::{Interrupt, Shared, TAKEN_OVER, UNDER_WAY, groups};

/// Once nothing is under way any more, a command has so many turns to tell what it knows. Whoever waits counts them, and
/// not a clock: on a busy machine each takes longer, as everything does.
const TURNS: u32 = 50;
const TURN: Duration = Duration::from_millis(10);

impl Interrupt {
    /// Takes over SIGINT, SIGTERM and SIGHUP of this process. From then on the first of them ends it, once what is under
    /// way was ended, with 128 and the signal's number as its exit status; a second one ends it at once.
    ///
    /// # Errors
    /// Where the system refuses a socket, a signal handler or a thread.
    pub fn on_signals() -> io::Result<Interrupt> {
        let (descriptor, write) = UnixStream::pair()?;
        let signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
        let shared = Arc::new(Shared { signal: AtomicI32::new(0), descriptor });
        let own = Arc::clone(&shared);
        thread::Builder::new()
            .name("interrupt".to_owned())
            .spawn(move || end_on_signal(signals, &own, &write))
            .map_err(|error| io::Error::new(error.kind(), format!("no thread could be started: {error}")))?;
        TAKEN_OVER.store(true, Ordering::Release);
        Ok(Interrupt(Some(shared)))
    }
}

/// Waits for a signal, and sees to it that the process ends.
fn end_on_signal(mut signals: Signals, shared: &Shared, mut wake: &UnixStream) {
    let Some(signal) = signals.forever().next() else { return };
    shared.signal.store(signal, Ordering::Relaxed);
    // It is held open, and empty: this can't fail.
    let _ = wake.write_all(&[0]);
    let mut turns = 0;
    while turns < TURNS {
        for &group in groups().iter() {
            let _ = killpg(group, Signal::SIGKILL);
        }
        thread::sleep(TURN);
        let again = signals.pending().count() > 0;
        // Some senders signal a process, and then the group that it is in.
        if again && turns > 0 {
            break;
        }
        turns = if UNDER_WAY.load(Ordering::Acquire) > 0 { 1 } else { turns + 1 };
    }
    std::process::exit(128 + signal);
}
