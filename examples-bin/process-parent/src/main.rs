//! A child knows the id of the process that created it.

use std::process;

fn main() {
    println!("main: {}", process::id());
    multiprocess::scope(|s| {
        s.spawn(child);
    });
}

fn child() {
    println!("child: {}", process::id());
    println!("child of: {}", multiprocess::parent_id());
}
