//! The top tells, beside the cup, how often it has changed: tens are changes, ones the cup.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;

static TOP: AtomicUsize = AtomicUsize::new(1);
static BELOW: [AtomicUsize; 5] =
    [AtomicUsize::new(0), AtomicUsize::new(2), AtomicUsize::new(3), AtomicUsize::new(4), AtomicUsize::new(0)];

fn pop() -> usize {
    loop {
        let seen = TOP.load(SeqCst);
        let next = seen / 10 * 10 + 10 + BELOW[seen % 10].load(SeqCst);
        if TOP.compare_exchange(seen, next, SeqCst, SeqCst).is_ok() {
            return seen % 10;
        }
    }
}

fn push(cup: usize) {
    loop {
        let seen = TOP.load(SeqCst);
        BELOW[cup].store(seen % 10, SeqCst);
        let next = seen / 10 * 10 + 10 + cup;
        if TOP.compare_exchange(seen, next, SeqCst, SeqCst).is_ok() {
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
