fn main() { harness::probe(); }
