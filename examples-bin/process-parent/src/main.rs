//! A child knows the id of the process that created it.

use std::process;
use std::thread::sleep;
use std::time::Duration;

fn main() {
    println!("main: {}", process::id());
    multiprocess::scope(|s| {
        s.spawn(child);
    });
}

fn child() {
    println!("child: {}", process::id());
    println!("child of: {}", multiprocess::parent_id());
    sleep(Duration::from_millis(100));
}
