//! Imports the library for processes, and does nothing else.

use multiprocess as _;

fn main() {}
