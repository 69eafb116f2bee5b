use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

static DONE: AtomicBool = AtomicBool::new(false);

fn main() {
    let main = thread::current();
    let worker = thread::spawn(move || {
        println!("first: works");
        DONE.store(true, Ordering::Release);
        main.unpark();
    });
    while !DONE.load(Ordering::Acquire) {
        thread::park();
    }
    println!("second: goes on");
    worker.join().unwrap();
}
