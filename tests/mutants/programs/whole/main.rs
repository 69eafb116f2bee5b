//! Two threads print lines in two pieces each: nobody prints between them.

use std::io::{Write, stdout};
use std::sync::Mutex;
use std::thread;

static LINE: Mutex<()> = Mutex::new(());

fn main() {
    thread::scope(|s| {
        s.spawn(|| work("left"));
        s.spawn(|| work("right"));
    });
}

fn work(name: &str) {
    let _guard = LINE.lock().unwrap();
    print!("{name}: begins");
    stdout().flush().unwrap();
    println!(" and ends");
}
