//! A child asks for its parent's id.

use std::process;

fn main() {
    println!("main: {}", process::id());
    multiprocess::scope(|s| {
        s.spawn(child);
    });
}

fn child() {
    println!("child of: {}", multiprocess::parent_id());
}
