//! What one thread draws and sends the other receives, in that order.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::mpsc::channel;
use std::thread;

fn main() {
    let (sender, receiver) = channel();
    let receiver = thread::spawn(move || {
        for number in receiver {
            println!("received: {number}");
        }
    });
    for place in 0..3 {
        let number = RandomState::new().hash_one(place);
        println!("sent: {number}");
        sender.send(number).unwrap();
    }
    drop(sender);
    receiver.join().unwrap();
}
