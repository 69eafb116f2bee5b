//! The lock is let go between reading the balance and writing it.

use std::sync::Mutex;
use std::thread;

static BALANCE: Mutex<u32> = Mutex::new(0);

fn deposit(amount: u32) {
    let before = *BALANCE.lock().unwrap();
    *BALANCE.lock().unwrap() = before + amount;
}

fn main() {
    thread::scope(|scope| {
        scope.spawn(|| deposit(100));
        scope.spawn(|| deposit(50));
    });
    println!("balance: {}", BALANCE.lock().unwrap());
}
