//! To change data a process needs its own copy, a thread does not.

use std::{fs, thread};

fn main() {
    let mut data = vec![1_u8; 8 << 20];
    thread::scope(|s| {
        s.spawn(|| change("thread", &mut data));
    });
    multiprocess::scope(|s| {
        s.spawn(|| change("process", &mut data));
    });
}

fn change(name: &str, data: &mut [u8]) {
    let before = own_memory();
    data.fill(2);
    let needed = own_memory().saturating_sub(before);
    println!("{name}: needs {needed} KiB");
}

fn own_memory() -> u64 {
    let maps = fs::read_to_string("/proc/self/smaps_rollup").unwrap();
    let (_, own) = maps.split_once("Private_Dirty:").unwrap();
    own.split_whitespace().next().unwrap().parse().unwrap()
}
