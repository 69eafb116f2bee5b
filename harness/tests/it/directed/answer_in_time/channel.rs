use std::sync::mpsc;
use std::thread;
use std::time::Duration;

fn main() {
    let (sender, receiver) = mpsc::channel();
    let worker = thread::spawn(move || {
        println!("worker: answers");
        let _ = sender.send("yes");
    });
    match receiver.recv_timeout(Duration::from_secs(1)) {
        Ok(_) => println!("main: has the answer"),
        Err(_) => println!("main: gives up"),
    }
    worker.join().unwrap();
}
