//! Every process has an id, by which it can be killed.

use std::process;
use std::thread::sleep;
use std::time::Duration;

use multiprocess::Builder;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

fn main() {
    println!("main: {}", process::id());
    println!("main: {}", multiprocess::current());
    multiprocess::scope(|s| {
        let dancer = Builder::new().name("myprocess1");
        dancer.spawn_scoped(s, dance).unwrap();
        s.spawn(sing);
    });
}

fn dance() {
    println!("dance: {}", process::id());
    println!("dance: {}", multiprocess::current());
    for _ in 0..5 {
        println!("跳舞中...");
        sleep(Duration::from_millis(200));
        kill(Pid::this(), Signal::SIGKILL).unwrap();
    }
}

fn sing() {
    println!("sing: {}", process::id());
    println!("sing: {}", multiprocess::current());
    for _ in 0..5 {
        println!("唱歌中...");
        sleep(Duration::from_millis(200));
    }
}
