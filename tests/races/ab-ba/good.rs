//! Both take the fork first.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

static FORK: Mutex<()> = Mutex::new(());
static KNIFE: Mutex<()> = Mutex::new(());
static EATEN: AtomicU32 = AtomicU32::new(0);

fn eat_with(first: &Mutex<()>, second: &Mutex<()>) {
    let _one = first.lock();
    let _other = second.lock();
    EATEN.fetch_add(1, Relaxed);
}

fn main() {
    thread::scope(|scope| {
        scope.spawn(|| eat_with(&FORK, &KNIFE));
        scope.spawn(|| eat_with(&FORK, &KNIFE));
    });
    println!("eaten: {}", EATEN.load(Relaxed));
}
