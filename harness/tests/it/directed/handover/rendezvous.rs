use std::sync::mpsc;
use std::thread;

fn main() {
    let (sender, receiver) = mpsc::sync_channel(0);
    let worker = thread::spawn(move || {
        sender.send("take it").unwrap(); // returns when it has been taken
        println!("second: goes on");
    });
    println!("first: works");
    receiver.recv().unwrap();
    worker.join().unwrap();
}
