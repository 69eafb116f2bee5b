//! Imports the library for processes, and does nothing else.

#![forbid(unsafe_code)]

use multiprocess as _;

fn main() {}
