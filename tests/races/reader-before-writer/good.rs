//! The reader waits until it gets what was written.

use std::sync::mpsc::channel;
use std::thread;

fn main() {
    let (to_reader, from_writer) = channel();
    let writer = thread::spawn(move || to_reader.send(7).unwrap());
    let reader = thread::spawn(move || from_writer.recv().unwrap());
    writer.join().unwrap();
    println!("read: page {}", reader.join().unwrap());
}
