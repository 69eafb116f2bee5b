use std::sync::{Condvar, Mutex};
use std::thread;

static MUTEX: Mutex<()> = Mutex::new(());
static BELL: Condvar = Condvar::new();

fn main() {
    thread::scope(|scope| {
        scope.spawn(|| {
            println!("ringer: rings");
            let _held = MUTEX.lock().unwrap();
            BELL.notify_one();
        });
        let _held = BELL.wait(MUTEX.lock().unwrap()).unwrap();
        println!("main: wakes up");
    });
}
