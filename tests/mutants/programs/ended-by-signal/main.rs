//! The program ends itself by a signal, as `kill` would.

use nix::sys::signal::{SIGTERM, raise};

fn main() {
    println!("main: ends");
    raise(SIGTERM).unwrap();
    println!("main: lives on");
}
