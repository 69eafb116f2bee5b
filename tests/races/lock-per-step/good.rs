//! The lock is held from reading the balance until it is written.

use std::sync::Mutex;
use std::thread;

static BALANCE: Mutex<u32> = Mutex::new(0);

fn deposit(amount: u32) {
    let mut balance = BALANCE.lock().unwrap();
    *balance += amount;
}

fn main() {
    thread::scope(|scope| {
        scope.spawn(|| deposit(100));
        scope.spawn(|| deposit(50));
    });
    println!("balance: {}", BALANCE.lock().unwrap());
}
