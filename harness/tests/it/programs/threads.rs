//! Threads and a child; each line says which process and thread wrote it, as the kernel names them.

use std::{env, fs, process, thread};

fn says(who: &str) {
    let id = fs::read_link("/proc/thread-self").unwrap();
    let tid = id.file_name().unwrap().to_str().unwrap();
    for _ in 0..5 {
        println!("{who}: pid {} tid {tid}", process::id());
    }
}

fn main() {
    if env::args().len() > 1 {
        return says("child");
    }
    says("main");
    let threads: Vec<_> = (0..3).map(|_| thread::spawn(|| says("thread"))).collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    let child = process::Command::new(env::current_exe().unwrap()).arg("child").status();
    assert!(child.unwrap().success());
}
