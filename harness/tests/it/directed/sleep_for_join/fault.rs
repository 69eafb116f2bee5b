use std::thread;
use std::time::Duration;

fn main() {
    let worker = thread::spawn(|| println!("worker: done"));
    thread::sleep(Duration::from_millis(100)); // the worker is surely done by now
    println!("main: goes on");
    worker.join().unwrap();
}
