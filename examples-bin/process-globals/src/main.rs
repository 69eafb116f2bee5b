//! What one process writes to a global, only itself reads.

use std::sync::Mutex;

static LIST: Mutex<Vec<u32>> = Mutex::new(Vec::new());

fn main() {
    multiprocess::scope(|s| {
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
