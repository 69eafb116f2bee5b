//! The same work without a lock and with it: which takes longer?

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

static SUM: AtomicU32 = AtomicU32::new(0);
static LOCK: Mutex<()> = Mutex::new(());

fn main() {
    let mut without = Duration::MAX;
    let mut with = Duration::MAX;
    for _ in 0..100 {
        without = without.min(measure(add));
        with = with.min(measure(add_locked));
    }
    println!("without lock: {} ns", without.as_nanos());
    println!("with lock: {} ns", with.as_nanos());
    let times = with.div_duration_f64(without);
    println!("with lock it takes {times:.1} times as long");
}

fn add() {
    for _ in 0..50_000 {
        SUM.store(SUM.load(Relaxed) + 1, Relaxed);
    }
}

fn add_locked() {
    for _ in 0..50_000 {
        let _guard = LOCK.lock().unwrap();
        SUM.store(SUM.load(Relaxed) + 1, Relaxed);
    }
}

fn measure(task: fn()) -> Duration {
    let start = Instant::now();
    thread::scope(|s| {
        s.spawn(task);
        s.spawn(task);
    });
    start.elapsed()
}
