//! A thread ends with its process; a child process lives on.

use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::{process, thread};

fn main() {
    let (gate, mut opener) = io::pipe().unwrap();
    let (mut news, alive) = io::pipe().unwrap();
    multiprocess::scope(|s| {
        let parent = s.spawn(|| parent(&gate, alive));
        println!("main: parent ended, {}", parent.join().unwrap());
    });
    opener.write_all(b"open").unwrap();
    news.read_to_end(&mut Vec::new()).unwrap();
}

fn parent(gate: &PipeReader, _alive: PipeWriter) {
    let (mut news, ready) = io::pipe().unwrap();
    multiprocess::scope(|s| {
        s.spawn(|| live("child", &ready, gate));
        thread::scope(|s| {
            s.spawn(|| live("thread", &ready, gate));
            news.read_exact(&mut [0; 2]).unwrap();
            process::exit(0);
        });
    });
}

fn live(name: &str, mut ready: &PipeWriter, mut gate: &PipeReader) {
    println!("{name}: lives");
    ready.write_all(b"!").unwrap();
    gate.read_exact(&mut [0]).unwrap();
    println!("{name}: still lives");
}
