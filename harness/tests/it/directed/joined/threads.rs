use std::thread;

fn main() {
    for name in ["a", "b"] {
        let say = move || {
            for i in 1..=3 {
                println!("{name} {i}");
            }
        };
        thread::spawn(say).join().unwrap();
    }
}
