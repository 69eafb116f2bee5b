//! The cup on top may be the same as before and yet another one below it.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;

static TOP: AtomicUsize = AtomicUsize::new(1);
static BELOW: [AtomicUsize; 5] =
    [AtomicUsize::new(0), AtomicUsize::new(2), AtomicUsize::new(3), AtomicUsize::new(4), AtomicUsize::new(0)];

fn pop() -> usize {
    loop {
        let cup = TOP.load(SeqCst);
        let next = BELOW[cup].load(SeqCst);
        if TOP.compare_exchange(cup, next, SeqCst, SeqCst).is_ok() {
            return cup;
        }
    }
}

fn push(cup: usize) {
    loop {
        let seen = TOP.load(SeqCst);
        BELOW[cup].store(seen, SeqCst);
        if TOP.compare_exchange(seen, cup, SeqCst, SeqCst).is_ok() {
            return;
        }
    }
}

fn main() {
    let taking = thread::spawn(|| [pop(), pop()]);
    let tidying = thread::spawn(|| {
        let cups = [pop(), pop()];
        push(cups[0]);
        cups[1]
    });
    let taken = taking.join().unwrap();
    println!("taken twice: {}", taken.contains(&tidying.join().unwrap()));
}
