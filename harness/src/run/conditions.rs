//! Making a run hard on purpose: what a machine may do to a process, done to it at random from a seed.

use std::fmt;
use std::io;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use fastrand::Rng;

/// A kind of chaos.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Chaos {
    /// Pinned to one processor.
    Pinned,
    /// Busy loops beside it, one a processor.
    Hogs,
    /// Its threads are held up at random moments.
    Stops,
    /// A lowered priority.
    Nice,
}

impl fmt::Display for Chaos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Chaos::Pinned => "pinned",
            Chaos::Hogs => "hogs",
            Chaos::Stops => "stops",
            Chaos::Nice => "nice",
        })
    }
}

impl Chaos {
    /// All kinds.
    pub const ALL: [Chaos; 4] = [Chaos::Pinned, Chaos::Hogs, Chaos::Stops, Chaos::Nice];
}

/// What is done to one run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// The only processor that it may use.
    pub processor: Option<usize>,
    /// By how much its priority is lowered: setpriority(2), 0 to 19.
    pub niceness: i32,
    /// Whether it is measured, and so has no witness.
    pub measured: bool,
    /// The seed of the moments at which its threads are held up.
    pub stops: Option<u64>,
    /// Whether a director decides who goes next.
    pub directed: bool,
}

impl Conditions {
    /// The kinds of chaos that the run itself is under.
    pub fn kinds(&self) -> Vec<Chaos> {
        let kinds = [
            (Chaos::Pinned, self.processor.is_some()),
            (Chaos::Stops, self.stops.is_some()),
            (Chaos::Nice, self.niceness > 0),
        ];
        kinds.into_iter().filter(|&(_, applies)| applies).map(|(kind, _)| kind).collect()
    }

    /// The conditions of one run, drawn from its seed: each kind that is asked for applies to half of the runs.
    /// Hogs run beside all of them: see [`Hogs`].
    pub fn draw(kinds: &[Chaos], seed: u64, processors: usize) -> Conditions {
        let mut random = Rng::with_seed(seed);
        // All are drawn, so that leaving one kind out changes none of the others.
        let pinned = random.bool().then(|| random.usize(..processors.max(1)));
        let niceness = if random.bool() { random.i32(1..=19) } else { 0 };
        let stops = random.bool().then(|| random.u64(..));
        Conditions {
            measured: false,
            directed: false,
            processor: pinned.filter(|_| kinds.contains(&Chaos::Pinned)),
            niceness: if kinds.contains(&Chaos::Nice) { niceness } else { 0 },
            stops: stops.filter(|_| kinds.contains(&Chaos::Stops)),
        }
    }
}

/// Busy loops, until it is dropped.
#[derive(Debug)]
pub struct Hogs {
    stop: std::sync::Arc<std::sync::atomic::AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Hogs {
    /// Starts so many.
    ///
    /// # Errors
    /// Where the system has no thread left for one.
    pub fn start(count: usize) -> io::Result<Hogs> {
        use std::sync::atomic::{AtomicBool, Ordering};
        let stop = std::sync::Arc::new(AtomicBool::new(false));
        let hog = |stop: std::sync::Arc<AtomicBool>| {
            move || {
                while !stop.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            }
        };
        let mut hogs = Hogs { stop, threads: Vec::new() };
        for _ in 0..count {
            hogs.threads.push(thread::Builder::new().spawn(hog(hogs.stop.clone()))?);
        }
        Ok(hogs)
    }
}

impl Drop for Hogs {
    fn drop(&mut self) {
        self.stop.store(true, std::sync::atomic::Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// Holds a run's tasks up at random moments. They see nothing of it.
#[derive(Debug)]
pub(crate) struct Stops {
    random: Rng,
    /// When the next move is due, from the run's start.
    pub next: Duration,
}

impl Stops {
    /// The moments and victims that come of this seed.
    pub fn new(seed: u64) -> Stops {
        let mut random = Rng::with_seed(seed);
        let next = at_most(&mut random, Duration::from_millis(10));
        Stops { random, next }
    }

    /// Which of so many to hold up; `None`: let the one go on that is held up. The moments are close together at a run's start
    /// and grow rarer, since most lessons are over soon.
    pub fn next_move(&mut self, now: Duration, count: usize, is_one_held: bool) -> Option<usize> {
        let pause = if is_one_held { Duration::from_millis(10) + now / 2 } else { Duration::from_millis(20) };
        self.next = now + at_most(&mut self.random, pause);
        (!is_one_held && count > 0).then(|| self.random.usize(..count))
    }
}

fn at_most(random: &mut Rng, time: Duration) -> Duration {
    time.mul_f64(random.f64())
}
