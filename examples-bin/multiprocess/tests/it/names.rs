//! What processes are called.

use multiprocess::{Builder, current, scope};

use crate::fact::facts;

facts![
    the_main_process_displays_as_documented => |run| {
        run.prints("<_MainProcess(MainProcess, started)>\n");
    },
    children_display_as_documented => |run| {
        run.prints("<Process(myprocess1, started)>\n<Process(Process-2, started)>\n");
    },
    main_is_named_main_process,
    a_handle_has_the_name_that_the_child_has,
    processes_count_from_one_even_if_named,
    processes_count_even_if_never_started,
    processes_count_across_scopes,
    a_childs_children_are_numbered_under_it,
    a_childs_children_do_not_count_for_its_parent,
];

fn the_main_process_displays_as_documented() {
    println!("{}", current());
}

fn children_display_as_documented() {
    scope(|s| {
        let named = Builder::new().name("myprocess1");
        let named = named.spawn_scoped(s, || println!("{}", current()));
        named.unwrap().join().unwrap();
        s.spawn(|| println!("{}", current())).join().unwrap();
    });
}

fn main_is_named_main_process() {
    assert_eq!(current().name(), "MainProcess");
}

fn a_handle_has_the_name_that_the_child_has() {
    scope(|s| {
        let named = Builder::new().name("dance");
        let named = named.spawn_scoped(s, || assert_eq!(current().name(), "dance"));
        let named = named.unwrap();
        assert_eq!(named.name(), "dance");
        assert!(named.join().unwrap().success());
        let default = s.spawn(|| assert_eq!(current().name(), "Process-2"));
        assert_eq!(default.name(), "Process-2");
        assert!(default.join().unwrap().success());
    });
}

fn processes_count_from_one_even_if_named() {
    scope(|s| {
        assert_eq!(s.spawn(|| ()).name(), "Process-1");
        Builder::new().name("x").spawn_scoped(s, || ()).unwrap();
        assert_eq!(s.spawn(|| ()).name(), "Process-3");
    });
}

fn processes_count_even_if_never_started() {
    let _never_started = Builder::new();
    scope(|s| assert_eq!(s.spawn(|| ()).name(), "Process-2"));
    let second = Builder::new();
    let third = Builder::new();
    scope(|s| {
        let third = third.spawn_scoped(s, || ()).unwrap();
        let second = second.spawn_scoped(s, || ()).unwrap();
        assert_eq!((second.name(), third.name()), ("Process-3", "Process-4"));
    });
}

fn processes_count_across_scopes() {
    scope(|s| assert_eq!(s.spawn(|| ()).name(), "Process-1"));
    scope(|s| assert_eq!(s.spawn(|| ()).name(), "Process-2"));
}

fn a_childs_children_are_numbered_under_it() {
    scope(|s| {
        s.spawn(|| ());
        let named = Builder::new().name("named").spawn_scoped(s, || {
            scope(|s| {
                assert_eq!(s.spawn(|| ()).name(), "Process-2:1");
                let deeper = s.spawn(|| scope(|s| assert_eq!(s.spawn(|| ()).name(), "Process-2:2:1")));
                assert_eq!(deeper.name(), "Process-2:2");
                assert!(deeper.join().unwrap().success());
            });
        });
        assert!(named.unwrap().join().unwrap().success());
    });
}

fn a_childs_children_do_not_count_for_its_parent() {
    scope(|s| {
        let child = s.spawn(|| scope(|s| drop(s.spawn(|| ()))));
        child.join().unwrap();
        assert_eq!(s.spawn(|| ()).name(), "Process-2");
    });
}
