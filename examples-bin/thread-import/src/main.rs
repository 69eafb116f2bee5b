//! The module for threads is part of the standard library.

#[expect(unused_imports, reason = "it is only imported")]
use std::thread;

fn main() {}
