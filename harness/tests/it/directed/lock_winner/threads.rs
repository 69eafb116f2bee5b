use std::sync::Mutex;
use std::thread;

static LOCK: Mutex<()> = Mutex::new(());

fn main() {
    let held = LOCK.lock().unwrap();
    thread::scope(|scope| {
        for name in ["sing", "dance", "talk"] {
            scope.spawn(move || {
                let _held = LOCK.lock().unwrap();
                println!("{name}: gets the lock");
            });
        }
        println!("main: releases");
        drop(held);
    });
}
