use std::sync::OnceLock;
use std::sync::Barrier;
use std::thread;

static VALUE: OnceLock<u32> = OnceLock::new();

fn main() {
    let begun = Barrier::new(2);
    thread::scope(|scope| {
        scope.spawn(|| {
            VALUE.get_or_init(|| {
                begun.wait();
                println!("first: works");
                7
            });
        });
        begun.wait();
        VALUE.get_or_init(|| 8); // somebody is at it: waits for the value
        println!("second: goes on");
    });
}
