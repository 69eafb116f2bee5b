use std::sync::Mutex;
use std::thread;

fn main() {
    thread::scope(|scope| {
        for name in ["a", "b"] {
            scope.spawn(move || {
                let lock = Mutex::new(()); // each has its own
                let _held = lock.lock().unwrap();
                println!("{name}: takes");
                println!("{name}: gives back");
            });
        }
    });
}
