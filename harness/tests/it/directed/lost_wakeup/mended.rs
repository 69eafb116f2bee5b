use std::sync::{Condvar, Mutex};
use std::thread;

static RUNG: Mutex<bool> = Mutex::new(false);
static BELL: Condvar = Condvar::new();

fn main() {
    thread::scope(|scope| {
        scope.spawn(|| {
            println!("ringer: rings");
            *RUNG.lock().unwrap() = true;
            BELL.notify_one();
        });
        let _rung = BELL.wait_while(RUNG.lock().unwrap(), |rung| !*rung).unwrap();
        println!("main: wakes up");
    });
}
