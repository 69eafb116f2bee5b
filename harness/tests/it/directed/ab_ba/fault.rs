use std::sync::Mutex;
use std::thread;

static FORK1: Mutex<()> = Mutex::new(());
static FORK2: Mutex<()> = Mutex::new(());

fn main() {
    thread::scope(|scope| {
        scope.spawn(|| eat("left", &FORK1, &FORK2));
        println!("main: left came, right comes");
        scope.spawn(|| eat("right", &FORK2, &FORK1));
    });
}

fn eat(name: &str, first: &Mutex<()>, second: &Mutex<()>) {
    let _first = first.lock().unwrap();
    println!("{name}: has a fork");
    let _second = second.lock().unwrap();
    println!("{name}: has both forks");
}
