use std::process::Command;

fn main() {
    assert!(Command::new("echo").arg("first: works").status().unwrap().success());
    println!("second: goes on");
}
