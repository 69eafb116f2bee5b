use std::sync::Barrier;
use std::thread;

fn main() {
    let barrier = Barrier::new(3);
    thread::scope(|scope| {
        for name in ["a", "b", "c"] {
            let barrier = &barrier;
            scope.spawn(move || {
                println!("{name}: arrives");
                barrier.wait();
                println!("{name}: leaves");
            });
        }
    });
}
