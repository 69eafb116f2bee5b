//! Whether other threads run, so that forking would leave their locks locked for ever.

use std::io;
use std::thread;
use std::time::Duration;

use crate::sys::{self, Alone};

/// How often to let other threads run before sleeping. A thread on its way out is mostly just
/// waiting for a processor, and gets it by this: a sleep would cost more.
const YIELDS: u32 = 16;
const SHORTEST_PAUSE: Duration = Duration::from_micros(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(10);

/// How long to sleep in all. Exiting threads were seen for up to 3 ms on an idle machine; the rest
/// is for a busy one. Only a program that is refused in the end waits it out.
const PATIENCE: Duration = Duration::from_secs(1);

/// Waits for threads that are on their way out, then refuses if others run.
///
/// The kernel counts a thread a little longer than [`join`](thread::JoinHandle::join) waits for
/// it, and [`thread::scope`] doesn't even wait until it has left its last function. The
/// kernel tells nobody when such a thread is gone, so this asks until it is.
pub(crate) fn wait_until_alone() -> io::Result<Alone> {
    let mut pauses = Pauses::default();
    loop {
        match Alone::check(sys::threads()?) {
            Ok(alone) => return Ok(alone),
            Err(running) if !pauses.pause() => return Err(others(running)),
            Err(_) => {}
        }
    }
}

/// What is left of the patience. It is counted in pauses, not read from a clock: a process that was
/// stopped for a minute has not given its threads a minute to exit.
#[derive(Default)]
struct Pauses {
    yields: u32,
    slept: Duration,
    next: Duration,
}

impl Pauses {
    /// Lets others run for a while; `false` once patience is at its end.
    fn pause(&mut self) -> bool {
        if self.yields < YIELDS {
            self.yields += 1;
            thread::yield_now();
            return true;
        }
        if self.slept >= PATIENCE {
            return false;
        }
        self.next = (self.next * 2).clamp(SHORTEST_PAUSE, LONGEST_PAUSE);
        self.slept += self.next;
        thread::sleep(self.next);
        true
    }
}

fn others(running: u64) -> io::Error {
    let message = format!(
        "{running} threads run in this process; its fork would have a copy of the calling one only, \
         and the locks of the others locked for ever: join the other threads first, or spawn processes \
         before threads"
    );
    io::Error::new(io::ErrorKind::ResourceBusy, message)
}
