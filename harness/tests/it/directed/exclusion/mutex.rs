use std::sync::Mutex;
use std::thread;

static LOCK: Mutex<()> = Mutex::new(());

fn main() {
    thread::scope(|scope| {
        for name in ["a", "b"] {
            scope.spawn(move || {
                let _held = LOCK.lock().unwrap();
                println!("{name}: takes");
                println!("{name}: gives back");
            });
        }
    });
}
