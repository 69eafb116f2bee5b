//! What the pages say of Python beside what the lessons prove: it is so in the Python that is here.

use std::process::Command;

use crate::scratch::course;

#[test]
fn what_the_pages_say_of_python_is_so() {
    let Ok(told) = Command::new("python3").arg(course().join("docs/tests/facts.py")).output() else {
        eprintln!("skipped: there is no Python 3 here");
        return;
    };
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    assert!(told.stdout.is_empty() && told.stderr.is_empty(), "{told:?}");
}
