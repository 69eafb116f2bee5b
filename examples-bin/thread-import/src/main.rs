//! The module for threads is part of the standard library.

#![forbid(unsafe_code)]

#[expect(unused_imports, reason = "it is only imported")]
use std::thread;

fn main() {}
