//! A process owns what it opens; its threads are what is scheduled.

use std::fs::{self, File};
use std::sync::{Barrier, Mutex};
use std::thread;

static FILES: Mutex<Vec<File>> = Mutex::new(Vec::new());

fn main() {
    let before = open_files();
    work("main");

    let both = Barrier::new(2);
    thread::scope(|s| {
        for _ in 0..2 {
            s.spawn(|| {
                work("thread");
                both.wait(); // One waits while the other runs.
            });
        }
    });
    println!("main: threads leave {} files", open_files() - before);

    multiprocess::scope(|s| {
        for _ in 0..2 {
            s.spawn(|| work("process"));
        }
    });
    println!("main: processes leave {}", open_files() - before);
}

fn work(name: &str) {
    FILES.lock().unwrap().push(File::open("/dev/null").unwrap());
    let task = fs::read_link("/proc/thread-self").unwrap();
    println!("{name}: {}", task.display());
}

fn open_files() -> usize {
    fs::read_dir("/dev/fd").unwrap().count()
}
