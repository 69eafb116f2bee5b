//! Three jobs, and room for two.

use std::sync::{Condvar, Mutex};
use std::thread;

static FREE: Mutex<u32> = Mutex::new(2);
static FREED: Condvar = Condvar::new();

fn main() {
    thread::scope(|s| {
        for job in 1..=3 {
            s.spawn(move || work(job));
        }
    });
}

fn work(job: u32) {
    *FREED.wait_while(FREE.lock().unwrap(), |free| *free == 0).unwrap() -= 1;
    println!("job {job}: begins");
    println!("job {job}: ends");
    *FREE.lock().unwrap() += 1;
    FREED.notify_one();
}
