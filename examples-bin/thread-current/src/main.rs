//! Which thread runs this? Each has a name and an id.

use std::thread::{self, Builder};
use std::time::Duration;

fn main() {
    println!("当前执行的线程为： {}", current());
    thread::scope(|s| {
        let singer = Builder::new().name("sing".into());
        singer.spawn_scoped(s, sing).unwrap();
        let dancer = Builder::new().name("dance".into());
        dancer.spawn_scoped(s, dance).unwrap();
    });
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
