use std::sync::mpsc;
use std::thread;

fn main() {
    let (sender, receiver) = mpsc::channel();
    let worker = thread::spawn(move || {
        println!("first: works");
        sender.send("done").unwrap();
    });
    receiver.recv().unwrap();
    println!("second: goes on");
    worker.join().unwrap();
}
