use std::sync::mpsc;
use std::time::{Duration, Instant};

fn main() {
    let (_sender, receiver) = mpsc::channel::<()>();
    let begin = Instant::now();
    receiver.recv_timeout(Duration::from_millis(100)).unwrap_err();
    println!("main: nobody came for {} ms", begin.elapsed().as_millis());
}
