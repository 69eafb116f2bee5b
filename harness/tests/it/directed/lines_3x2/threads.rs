use std::thread;

fn main() {
    thread::scope(|scope| {
        for name in ["a", "b", "c"] {
            scope.spawn(move || {
                for i in 1..=2 {
                    println!("{name} {i}");
                }
            });
        }
    });
}
