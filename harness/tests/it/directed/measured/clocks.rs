use std::thread;
use std::time::{Duration, Instant, SystemTime};

fn main() {
    let (instant, system) = (Instant::now(), SystemTime::now());
    thread::sleep(Duration::from_millis(200));
    println!("main: {} ms", instant.elapsed().as_millis());
    println!("main: {} ms", system.elapsed().unwrap().as_millis());
    println!("main: {} ms", instant.elapsed().as_millis());
}
