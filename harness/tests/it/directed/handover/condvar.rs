use std::sync::{Condvar, Mutex};
use std::thread;

static DONE: Mutex<bool> = Mutex::new(false);
static CHANGED: Condvar = Condvar::new();

fn main() {
    thread::scope(|scope| {
        scope.spawn(|| {
            println!("first: works");
            *DONE.lock().unwrap() = true;
            CHANGED.notify_all();
        });
        let _done = CHANGED.wait_while(DONE.lock().unwrap(), |done| !*done).unwrap();
        println!("second: goes on");
    });
}
