//! The command line itself: what it understands, what it says of what it does not, and where it prints.

use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::process::Stdio;

use insta::assert_snapshot;

use crate::scratch::{Scratch, Told};

const ACTORS: &str = "[actors]\nmain = '^main'\n";

/// A course with three lessons that are proven.
fn course() -> Scratch {
    let course = Scratch::new();
    for lesson in ["process-ids", "process-tasks", "thread-race"] {
        course.lesson(lesson, ACTORS, "echo main: 1");
        course.golden(lesson, "main │ main: 1\n");
    }
    course
}

#[test]
fn every_commands_help_shows_examples() {
    let scratch = Scratch::outside_any_course();
    let help = scratch.harness(&["--help"]);
    let (_, commands) = help.stdout.split_once("Commands:\n").unwrap();
    let commands = commands.lines().take_while(|line| !line.is_empty());
    // A long description continues in lines that are indented further.
    let names = commands.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let commands: Vec<&str> = names.filter(|name| !["", "help"].contains(name)).collect();
    for command in ["check", "status", "show", "accept"] {
        assert!(commands.contains(&command), "{command} in {commands:?}");
    }
    for command in commands {
        let told = scratch.harness(&[command, "--help"]);
        assert_eq!((told.code, told.stderr.as_str()), (0, ""));
        assert!(told.stdout.contains(&format!("Examples:\n  harness {command}")), "{}", told.stdout);
    }
    assert!(help.stdout.contains("Examples:\n  harness "), "{}", help.stdout);
    assert!(help.stdout.contains("130 interrupted"), "{}", help.stdout);
}

#[test]
fn without_a_command_every_lesson_is_checked() {
    let told = course().harness(&[]);
    assert_eq!((told.code, told.stderr.as_str()), (0, ""));
    let mut lines: Vec<&str> = told.stdout.lines().collect();
    lines[..3].sort_unstable();
    assert_snapshot!(lines.join("\n"), @"
    proven     process-ids  [time]  1 run
    proven     process-tasks  [time]  1 run
    proven     thread-race  [time]  1 run

    3 lessons: 3 proven in [time] (3 runs)
    ");
}

#[test]
fn lessons_are_named_by_name_by_folder_and_by_contract() {
    let course = course();
    for words in [
        vec!["process-ids"],
        vec!["process-ids", "process-ids"],
        vec!["process-ids", "examples-bin/process-ids/"],
        vec!["examples-bin/process-ids"],
        vec!["./examples-bin/process-ids/lesson.toml"],
    ] {
        let told = course.harness(&[&["check"], words.as_slice()].concat());
        assert_eq!(told.code, 0, "{words:?}: {told:?}");
        assert!(told.stdout.contains("\n1 lesson: 1 proven"), "{words:?}: {}", told.stdout);
    }
    let inside = course.path("examples-bin/process-ids");
    for word in [".", "lesson.toml", "process-tasks", "../process-tasks"] {
        let output = course.command(&["check", word]).current_dir(&inside).output().unwrap();
        assert_eq!(course.told(&output).code, 0, "{word}");
    }
}

#[test]
fn a_contract_elsewhere_is_judged_outside_any_course() {
    let scratch = Scratch::outside_any_course();
    scratch.lesson("mine", ACTORS, "echo main: 1");
    scratch.golden("mine", "main │ main: 1\n");
    std::fs::rename(scratch.path("examples-bin"), scratch.path("projects")).unwrap();
    for word in ["projects/mine", "projects/mine/lesson.toml"] {
        assert_eq!(scratch.harness(&["check", word]).code, 0, "{word}");
    }
    let projects = scratch.path("projects");
    let output = scratch.command(&["check", "mine"]).current_dir(projects).output().unwrap();
    assert_eq!(scratch.told(&output).code, 0);
}

#[test]
fn another_program_is_judged_in_the_current_folder() {
    let course = course();
    course.program("mine.sh", "#!/bin/sh\necho main: 1\n");
    assert_eq!(course.harness(&["check", "process-ids", "--", "./mine.sh"]).code, 0);
    assert_eq!(course.harness(&["check", "process-ids", "--", "echo", "main:", "2"]).code, 1);
}

#[test]
fn a_misspelt_lesson_is_shown_with_the_nearest() {
    let course = course();
    assert_snapshot!(course.harness(&["check", "proces-ids"]).error(), @"error: there is no lesson `proces-ids`; did you mean `process-ids`? there are process-ids, process-tasks, thread-race");
    assert_snapshot!(course.harness(&["show", "zebra"]).error(), @"error: there is no lesson `zebra`; there are process-ids, process-tasks, thread-race");
    let both = course.harness(&["check", "thread-rase", "process-ids", "tasks"]).error();
    assert_snapshot!(both, @"
    error: there is no lesson `thread-rase`; did you mean `thread-race`? there are process-ids, process-tasks, thread-race
    error: there is no lesson `tasks`; there are process-ids, process-tasks, thread-race
    ");
}

#[test]
fn another_program_is_judged_by_exactly_one_lesson() {
    let course = course();
    let error = course.harness(&["check", "--", "true"]).error();
    assert_snapshot!(error, @"error: a program after `--` is judged by one lesson: name exactly one");
    assert_eq!(course.harness(&["check", "process-ids", "thread-race", "--", "true"]).error(), error);
}

#[test]
fn an_unknown_command_is_shown_with_the_nearest() {
    let course = course();
    assert_snapshot!(course.harness(&["chekc"]).error(), @"
    error: unrecognized subcommand 'chekc'

      tip: some similar subcommands exist: 'schema', 'check'

    Usage: harness [OPTIONS] [COMMAND]

    For more information, try '--help'.
    ");
    assert_snapshot!(course.harness(&["check", "--fromat", "json"]).error(), @"
    error: unexpected argument '--fromat' found

      tip: a similar argument exists: '--format'
      tip: to pass '--fromat' as a value, use '-- --fromat'

    Usage: harness check --format <FORMAT> [LESSONS]... [-- <CMD>...]

    For more information, try '--help'.
    ");
    assert_snapshot!(course.harness(&["check", "--format", "xml"]).error(), @"
    error: invalid value 'xml' for '--format <FORMAT>'
      [possible values: human, json, junit, github]

    For more information, try '--help'.
    ");
    assert_snapshot!(course.harness(&["accept"]).error(), @"
    error: the following required arguments were not provided:
      <LESSONS>...

    Usage: harness accept <LESSONS>... [-- <CMD>...]

    For more information, try '--help'.
    ");
    assert_snapshot!(course.harness(&["show", "process-ids", "thread-race"]).error(), @"
    error: unexpected argument 'thread-race' found

    Usage: harness show [OPTIONS] <LESSON> [-- <CMD>...]

    For more information, try '--help'.
    ");
}

#[test]
fn outside_any_course_that_is_said() {
    let scratch = Scratch::outside_any_course();
    let error = scratch.harness(&["check", "process-ids"]).error();
    assert_snapshot!(error, @"error: there is no course here: neither `[course]` nor a folder above it holds `examples-bin`; a contract elsewhere is named by its path, as `harness check path/to/lesson.toml`");
    for arguments in [["check", "process-ids"], ["show", "process-ids"], ["accept", "process-ids"]] {
        assert_eq!(scratch.harness(&arguments).error(), error);
    }
    assert_eq!(scratch.harness(&["status"]).error(), error);
}

#[test]
fn a_course_without_lessons_proves_nothing() {
    assert_snapshot!(Scratch::new().harness(&[]).error(), @"error: `[course]/examples-bin` holds no lesson: a folder there with a `lesson.toml` is one");
}

#[test]
fn a_contract_that_is_not_there_is_named() {
    let course = course();
    assert_snapshot!(course.harness(&["check", "nowhere/lesson.toml"]).error(), @"error: there is no contract `[course]/nowhere/lesson.toml`: `harness new nowhere -- CMD` draws a first one from runs of CMD");
    course.file("nowhere/notes.txt", "");
    assert_snapshot!(course.harness(&["check", "nowhere/"]).error(), @"error: there is no contract `[course]/nowhere/contract.toml`: `harness new nowhere -- CMD` draws a first one from runs of CMD");
}

#[test]
fn a_status_needs_a_syllabus() {
    assert_snapshot!(course().harness(&["status"]).error(), @"error: `[course]` has no docs/syllabus.toml, which lists what the course documents");
}

#[test]
fn colours_are_for_terminals() {
    let course = course();
    course.lesson("short", ACTORS, "echo main: 1");
    let coloured = |variables: &[(&str, &str)]| {
        let output = course.command(&[]).envs(variables.iter().copied()).output().unwrap();
        output.stdout.contains(&0x1b) || output.stderr.contains(&0x1b)
    };
    assert!(!coloured(&[]));
    assert!(!coloured(&[("NO_COLOR", "1")]));
    assert!(coloured(&[("CLICOLOR_FORCE", "1")]));
}

#[test]
fn no_color_is_respected_on_a_terminal() {
    let course = course();
    let coloured = |variable: &str| {
        let terminal = nix::pty::openpty(None, None).unwrap();
        let mut command = course.std_command(&["check", "process-ids"]);
        command.env(variable, "1").env("TERM", "xterm").stdout(terminal.slave).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        // The command holds the terminal's other end, too: reading would never end.
        drop(command);
        let mut seen = Vec::new();
        // Reading from a terminal that was closed is an error.
        let _ = File::from(terminal.master).read_to_end(&mut seen);
        assert_eq!(child.wait().unwrap().code(), Some(0));
        let seen = String::from_utf8(seen).unwrap();
        assert!(seen.contains("process-ids"), "{seen}");
        seen.contains('\u{1b}')
    };
    assert!(coloured("SOME_VARIABLE"));
    assert!(!coloured("NO_COLOR"));
}

/// A pipe whose reader has gone.
fn closed() -> OwnedFd {
    std::io::pipe().unwrap().1.into()
}

#[test]
fn a_reader_that_has_gone_changes_no_verdict() {
    let course = course();
    course.file("docs/syllabus.toml", "topic = []\n");
    for arguments in [
        vec![],
        vec!["check", "--format", "json"],
        vec!["status"],
        vec!["status", "--format", "json"],
        vec!["show", "process-ids"],
        vec!["accept", "process-ids"],
    ] {
        let child = course.std_command(&arguments).stdout(closed()).stderr(Stdio::piped()).spawn().unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert_eq!(course.running(), Vec::<String>::new());
    }
    course.golden("thread-race", "main │ main: 2\n");
    for arguments in [["check", "thread-race"], ["stress", "thread-race"]] {
        let child = course.std_command(&arguments).stdout(closed()).stderr(Stdio::piped()).spawn().unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(1), &b""[..]), "{arguments:?}");
    }
    // A closed stderr changes the exit code as little.
    let mut command = course.std_command(&["check", "nothing"]);
    assert_eq!(command.stdout(closed()).stderr(closed()).status().unwrap().code(), Some(2));
}

#[test]
fn a_disk_that_is_full_is_told() {
    let course = course();
    let full = File::options().write(true).open("/dev/full").unwrap();
    let child =
        course.std_command(&["check", "process-ids"]).stdout(full).stderr(Stdio::piped()).spawn().unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_snapshot!(String::from_utf8_lossy(&output.stderr), @"error: stdout can't be written to: No space left on device (os error 28)");
}

/// Asks for the book with `--open`, in a course whose book is built by `cargo`, and where `opener` opens what is to be seen.
fn opened(cargo: &str, opener: &str) -> (Scratch, Told) {
    let course = course();
    course.file("docs/Cargo.toml", "");
    course.program("bin/cargo", cargo);
    course.program("bin/xdg-open", opener);
    let mut command = course.command(&["book", "--open"]);
    command
        .env("CARGO", course.path("bin/cargo"))
        .env("PATH", format!("{}:/usr/bin:/bin", course.path("bin").display()));
    let told = course.told(&command.output().unwrap());
    (course, told)
}

#[test]
fn the_book_is_opened_once_it_is_built() {
    let opener = "#!/bin/sh\necho \"$1\" > opened";
    for (cargo, code) in [("#!/bin/sh\nexit 0", 0), ("#!/bin/sh\nexit 1", 1)] {
        let (course, told) = opened(cargo, opener);
        assert_eq!((told.code, told.stderr.as_str()), (code, ""));
        let page = std::fs::read_to_string(course.path("opened")).unwrap();
        assert_eq!(page.trim_end(), course.path("target/book/index.html").to_str().unwrap());
    }
    let (course, told) = opened("#!/bin/sh\nexit 101", opener);
    assert_eq!((told.code, course.path("opened").exists()), (2, false), "there is no book to open");
}

#[test]
fn a_book_that_can_not_be_opened_is_named() {
    let (_, told) = opened("#!/bin/sh\nexit 0", "#!/bin/sh\nexit 3");
    assert_eq!(told.code, 2);
    let says = "error: the book can't be opened: `xdg-open` failed: exit status: 3; open ";
    assert!(
        told.stderr.starts_with(says) && told.stderr.contains("target/book/index.html yourself"),
        "{}",
        told.stderr
    );
}
