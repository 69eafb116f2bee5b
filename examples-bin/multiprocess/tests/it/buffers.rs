//! What a child does not do that its parent will do: write its buffers, run its destructors.

#![allow(unsafe_code, reason = "C's own buffers and exit functions are asked for in C")]

use std::io::{BufWriter, ErrorKind, Read, Write, pipe, stdout};
use std::panic::{AssertUnwindSafe, catch_unwind};

use multiprocess::{Builder, scope};
use nix::unistd::dup2_stdout;

use crate::fact::facts;
use crate::gate::no_children;

facts![
    text_printed_before_a_spawn_appears_once => |run| run.prints("parent child parent"),
    text_that_a_child_prints_is_written_at_its_end => |run| run.prints("child parent"),
    text_that_a_panicking_child_printed_is_written => |run| {
        assert_eq!(run.stdout, "child ");
        run.complains(&["slipped"]);
    },
    a_buffer_that_the_parent_holds_is_written_once => |run| run.prints("child buffer"),
    cs_stdio_is_written_once => |run| run.prints("child\nC\n"),
    a_child_runs_no_destructors_of_its_parents => |run| run.prints("end main end"),
    a_panicking_child_runs_no_destructors_of_its_parents => |run| {
        assert_eq!(run.stdout, "main end");
        run.complains(&["slipped"]);
    },
    a_child_runs_no_exit_functions => |run| run.prints("at exit\n"),
    what_the_closure_owns_is_dropped_in_both => |run| run.prints("child endend main"),
    a_pipe_end_in_the_closure_is_closed_in_the_parent,
    a_child_is_waited_for_even_if_a_destructor_of_its_closure_panics_in_the_parent => |run| {
        run.complains(&["spoilt"]);
    },
    text_that_cannot_be_written_first_refuses_the_spawn => |run| {
        run.complains(&["cannot start process Process-1: what was printed before", "Broken pipe"]);
    },
];

/// Prints when it is dropped.
struct Loud;

impl Drop for Loud {
    fn drop(&mut self) {
        print!("end");
    }
}

fn text_printed_before_a_spawn_appears_once() {
    print!("parent ");
    scope(|s| {
        s.spawn(|| print!("child "));
    });
    print!("parent");
}

fn text_that_a_child_prints_is_written_at_its_end() {
    scope(|s| {
        s.spawn(|| print!("child "));
    });
    print!("parent");
}

fn text_that_a_panicking_child_printed_is_written() {
    scope(|s| {
        s.spawn(|| {
            print!("child ");
            panic!("slipped");
        });
    });
}

fn a_buffer_that_the_parent_holds_is_written_once() {
    let mut buffer = BufWriter::new(stdout());
    write!(buffer, "buffer").unwrap();
    scope(|s| {
        s.spawn(|| print!("child "));
    });
}

fn cs_stdio_is_written_once() {
    // SAFETY: the text ends with a zero byte. Into a pipe, C's stdout waits until it is full.
    assert!(unsafe { libc::puts(c"C".as_ptr()) } >= 0);
    scope(|s| {
        s.spawn(|| println!("child"));
    });
}

fn a_child_runs_no_destructors_of_its_parents() {
    let _outside = Loud;
    scope(|s| {
        let _inside = Loud;
        s.spawn(|| ()).join().unwrap();
    });
    print!(" main ");
}

fn a_panicking_child_runs_no_destructors_of_its_parents() {
    let _outside = Loud;
    scope(|s| {
        s.spawn(|| panic!("slipped"));
    });
    print!("main ");
}

fn a_child_runs_no_exit_functions() {
    extern "C" fn say() {
        println!("at exit");
    }
    // SAFETY: the function may be called at exit: it lives as long as the program.
    assert_eq!(unsafe { libc::atexit(say) }, 0);
    scope(|s| {
        s.spawn(|| ());
    });
}

fn what_the_closure_owns_is_dropped_in_both() {
    let owned = Loud;
    scope(|s| {
        s.spawn(move || {
            let _owned = owned;
            print!("child ");
        });
    });
    print!(" main");
}

fn a_pipe_end_in_the_closure_is_closed_in_the_parent() {
    let (mut end, held) = pipe().unwrap();
    scope(|s| {
        s.spawn(move || drop(held));
        assert_eq!(end.read(&mut [0]).unwrap(), 0);
    });
}

fn a_child_is_waited_for_even_if_a_destructor_of_its_closure_panics_in_the_parent() {
    struct Bomb(u32);
    impl Drop for Bomb {
        fn drop(&mut self) {
            assert_ne!(std::process::id(), self.0, "spoilt");
        }
    }
    let bomb = Bomb(std::process::id());
    let panic = catch_unwind(AssertUnwindSafe(|| {
        scope(|s| drop(s.spawn(move || drop(bomb))));
    }));
    assert!(panic.is_err());
    no_children();
}

fn text_that_cannot_be_written_first_refuses_the_spawn() {
    let (read, write) = pipe().unwrap();
    drop(read);
    dup2_stdout(&write).unwrap();
    print!("text");
    let error = scope(|s| Builder::new().spawn_scoped(s, || ()).map(drop)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BrokenPipe);
    eprintln!("{error}");
}
