use std::sync::mpsc;
use std::thread;

fn main() {
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            println!("worker: done");
            sender.send("done").unwrap();
        });
        receiver.recv().unwrap();
        println!("main: goes on");
    });
}
