use std::sync::mpsc;
use std::thread;

fn main() {
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            sender.send("done").unwrap();
            println!("worker: done");
        });
        receiver.recv().unwrap();
        println!("main: goes on");
    });
}
