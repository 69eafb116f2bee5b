use std::thread;

fn main() {
    let worker = thread::spawn(|| println!("worker: done"));
    worker.join().unwrap();
    println!("main: goes on");
}
