//! A thread ends with its process; a child process lives on.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::Barrier;
use std::time::Duration;
use std::{process, thread};

static STARTED: Barrier = Barrier::new(2);

fn main() {
    let (mut here, there) = UnixStream::pair().unwrap();
    multiprocess::scope(|s| {
        let parent = s.spawn(|| parent(there));
        println!("main: parent ended, {}", parent.join().unwrap());
    });
    here.write_all(b"?").unwrap();
    here.read_exact(&mut [0]).unwrap();
}

fn parent(main: UnixStream) {
    multiprocess::scope(|s| {
        s.spawn(|| child_task(main));
        thread::spawn(thread_task);
        STARTED.wait();
        process::exit(0);
    });
}

fn thread_task() {
    println!("thread: lives");
    STARTED.wait();
    thread::sleep(Duration::from_secs(3600)); // An hour of work.
    println!("thread: still lives");
}

fn child_task(mut main: UnixStream) {
    println!("child: lives");
    main.read_exact(&mut [0]).unwrap();
    println!("child: still lives");
    main.write_all(b"!").unwrap();
}
