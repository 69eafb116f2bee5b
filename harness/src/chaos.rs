//! Making a run hard on purpose: what a machine may do to a process, done to it at random from a seed.

#[cfg(linux)]
mod stops;

use std::thread::{self, JoinHandle};

use fastrand::Rng;

#[cfg(linux)]
pub(crate) use stops::Stops;

/// A kind of chaos.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Chaos {
    /// Pinned to one processor.
    Pinned,
    /// Busy loops beside it, one a processor.
    Hogs,
    /// Its processes are stopped and continued at random moments.
    Stops,
    /// A lowered priority.
    Nice,
}

impl Chaos {
    /// All that this system can do. Only Linux pins, and names the processes of a run so that they can be stopped.
    #[cfg(linux)]
    pub const HERE: &[Chaos] = &[Chaos::Pinned, Chaos::Hogs, Chaos::Stops, Chaos::Nice];
    /// All that this system can do. Only Linux pins, and names the processes of a run so that they can be stopped.
    #[cfg(not(linux))]
    pub const HERE: &[Chaos] = &[Chaos::Hogs, Chaos::Nice];
}

/// What is done to one run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// The only processor that it may use.
    pub processor: Option<usize>,
    /// By how much its priority is lowered: setpriority(2), 0 to 19.
    pub niceness: i32,
    /// The seed of the moments at which its processes are stopped.
    pub stops: Option<u64>,
}

impl Conditions {
    /// The conditions of one run, drawn from its seed: each kind that is asked for applies to half of the runs.
    /// Hogs run beside all of them: see [`Hogs`].
    pub fn draw(kinds: &[Chaos], seed: u64, processors: usize) -> Conditions {
        let mut random = Rng::with_seed(seed);
        // All are drawn, so that leaving one kind out changes none of the others.
        let pinned = random.bool().then(|| random.usize(..processors.max(1)));
        let niceness = if random.bool() { random.i32(1..=19) } else { 0 };
        let stops = random.bool().then(|| random.u64(..));
        Conditions {
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
    pub fn start(count: usize) -> Hogs {
        use std::sync::atomic::{AtomicBool, Ordering};
        let stop = std::sync::Arc::new(AtomicBool::new(false));
        let hog = |stop: std::sync::Arc<AtomicBool>| {
            move || {
                while !stop.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            }
        };
        let threads = (0..count).map(|_| thread::spawn(hog(stop.clone()))).collect();
        Hogs { stop, threads }
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
