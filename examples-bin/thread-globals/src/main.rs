//! What one thread writes to a global, the others read.

use std::sync::Mutex;
use std::thread;

static LIST: Mutex<Vec<u32>> = Mutex::new(Vec::new());

fn main() {
    thread::scope(|s| {
        s.spawn(write).join().unwrap();
        s.spawn(read);
    });
    println!("main: {:?}", LIST.lock().unwrap());
}

fn write() {
    for i in 0..5 {
        LIST.lock().unwrap().push(i);
    }
    println!("write: {:?}", LIST.lock().unwrap());
}

fn read() {
    println!("read: {:?}", LIST.lock().unwrap());
}
