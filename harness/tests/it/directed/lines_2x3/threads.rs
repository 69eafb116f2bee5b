use std::thread;

fn main() {
    thread::scope(|scope| {
        for name in ["a", "b"] {
            scope.spawn(move || {
                for i in 1..=3 {
                    println!("{name} {i}");
                }
            });
        }
    });
}
