//! Which thread runs this? Each has a name and an id.

use std::io;
use std::thread::{self, Builder};
use std::time::Duration;

fn main() -> io::Result<()> {
    println!("当前执行的线程为： {}", current());
    thread::scope(|s| {
        let named = |name: &str| Builder::new().name(name.into());
        named("sing").spawn_scoped(s, sing)?;
        named("dance").spawn_scoped(s, dance)?;
        Ok(())
    })
}

fn sing() {
    println!("sing当前执行的线程为： {}", current());
    for i in 0..3 {
        println!("正在唱歌...{i}");
        thread::sleep(Duration::from_secs(1));
    }
}

fn dance() {
    println!("dance当前执行的线程为： {}", current());
    for i in 0..3 {
        println!("正在跳舞...{i}");
        thread::sleep(Duration::from_secs(1));
    }
}

fn current() -> String {
    let thread = thread::current();
    let name = thread.name().unwrap_or("unnamed");
    format!("{name}, {:?}", thread.id())
}
