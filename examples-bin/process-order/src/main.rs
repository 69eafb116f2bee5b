//! Two processes are ready at once: either may run first.

fn main() {
    multiprocess::scope(|s| {
        s.spawn(|| task("dance"));
        s.spawn(|| task("sing"));
    });
}

fn task(name: &str) {
    println!("{name} runs");
}
