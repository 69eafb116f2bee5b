//! Programs in many languages, and tasks of every kind: whose each line is, and what became of everybody.

use std::process::Command;

use harness::transcript::{Exit, Killed, Process, Thread, Transcript};

use crate::scratch::{Scratch, has_witness, must_have_witness};

/// A number that a line gives a name to, as in `tid 7`.
fn named(line: &str, name: &str) -> Option<u32> {
    let mut words = line.split_whitespace().skip_while(|word| *word != name);
    words.nth(1)?.parse().ok()
}

/// Each line is of the process, and where it says so of the thread, that it names.
#[track_caller]
fn assert_is_who_it_says(run: &Transcript) {
    assert!(run.cut().is_none() && run.exit() == Exit::Code(0) && !run.lines().is_empty(), "{run:#?}");
    for line in run.lines() {
        let text = String::from_utf8_lossy(run.text(line));
        assert_eq!(
            line.process.map(|process| run.processes()[process].pid),
            named(&text, "pid"),
            "{text}\n{run:#?}"
        );
        if let Some(tid) = named(&text, "tid") {
            assert_eq!(line.thread.map(|thread| run.threads()[thread].tid), Some(tid), "{text}\n{run:#?}");
        }
        let thread = line.thread.map(|thread| run.threads()[thread].process);
        assert_eq!(thread, line.process, "a thread of that process: {text}");
    }
}

/// Who printed `who: …`, each once, in the order of their births.
fn tasks(run: &Transcript, who: &str) -> (Vec<usize>, Vec<usize>) {
    let own = run.lines().iter().filter(|line| run.text(line).starts_with(format!("{who}:").as_bytes()));
    let (mut processes, mut threads): (Vec<usize>, Vec<usize>) =
        own.map(|line| (line.process.unwrap(), line.thread.unwrap())).unzip();
    for all in [&mut processes, &mut threads] {
        all.sort_unstable();
        all.dedup();
    }
    (processes, threads)
}

/// A program of `programs/` in some language: the words that run it, and those that compile it first, if it is compiled.
struct Language {
    name: &'static str,
    compiler: &'static [&'static str],
    command: &'static [&'static str],
    /// How many threads and children print, each five lines.
    threads: usize,
    children: usize,
}

const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/programs/");

const fn with_threads(
    name: &'static str,
    compiler: &'static [&'static str],
    command: &'static [&'static str],
) -> Language {
    Language { name, compiler, command, threads: 3, children: 1 }
}

const fn with_processes(name: &'static str, command: &'static [&'static str], children: usize) -> Language {
    Language { name, compiler: &[], command, threads: 0, children }
}

const LANGUAGES: [Language; 12] = [
    with_threads("c", &["cc", "-pthread", "-o", "OUT", "FROM/threads.c"], &["./program"]),
    with_threads("static-c", &["cc", "-static", "-pthread", "-o", "OUT", "FROM/threads.c"], &["./program"]),
    with_threads("rust", &["rustc", "--edition", "2024", "-o", "OUT", "FROM/threads.rs"], &["./program"]),
    with_threads("java", &["javac", "-d", ".", "FROM/Threads.java"], &["java", "Threads"]),
    with_threads("go", &["go", "build", "-o", "OUT", "FROM/threads.go"], &["./program"]),
    with_threads("python", &[], &["python3", "FROM/threads.py"]),
    with_threads("perl", &[], &["perl", "FROM/threads.pl"]),
    with_processes("python-fork", &["python3", "FROM/processes.py", "fork"], 3),
    with_processes("python-spawn", &["python3", "FROM/processes.py", "spawn"], 3),
    with_processes("python-forkserver", &["python3", "FROM/processes.py", "forkserver"], 3),
    with_processes("node", &["node", "FROM/processes.js"], 1),
    with_processes("bash", &["bash", "FROM/processes.sh"], 4),
];

/// Runs a program, and tells what is wrong with what is known of it; `None` where this machine lacks the language.
fn run_of(language: &Language) -> Option<Transcript> {
    let command: Vec<String> = language.command.iter().map(|word| word.replace("FROM/", SOURCES)).collect();
    let command: Vec<&str> = command.iter().map(String::as_str).collect();
    let course = Scratch::of_command("timeout = '1min'\n", &command);
    let is_there = match language.compiler {
        [] => Command::new(command[0]).arg("--version").output().is_ok_and(|output| output.status.success()),
        compiler => course.compiles("program", compiler),
    };
    if is_there {
        return Some(course.transcript());
    }
    assert!(!must_have_witness(), "{} is missing", language.name);
    eprintln!("skipped: {} is missing", language.name);
    None
}

#[test]
fn in_every_language_each_line_is_of_its_writer() {
    if !has_witness() {
        return;
    }
    for language in &LANGUAGES {
        let Some(run) = run_of(language) else { continue };
        assert_is_who_it_says(&run);
        let (main, _) = tasks(&run, "main");
        let (homes, threads) = tasks(&run, "thread");
        let (children, _) = tasks(&run, "child");
        let (lines, name) = (run.lines().len(), language.name);
        assert!(lines >= 5 * (1 + language.threads + language.children), "{name}: {lines} lines");
        assert_eq!(main.len(), 1, "{name}");
        if language.threads > 0 {
            assert_eq!((&homes, threads.len()), (&main, language.threads), "{name}");
        }
        assert_eq!(children.len(), language.children, "{name}");
        for child in children {
            let child = &run.processes()[child];
            assert_eq!(child.exit, Some(Exit::Code(0)), "{name}");
            assert!(child.awaited.is_some() && child.born < child.ended, "{name}: {child:?}");
        }
    }
}

/// A life of `programs/lives.c`; `None` where there is no witness.
fn lived(life: &str) -> Option<Transcript> {
    let course = Scratch::of_command("timeout = '1min'\n", &["./lives", life]);
    if !has_witness() {
        return None;
    }
    course.compile("lives");
    let run = course.transcript();
    assert_is_who_it_says(&run);
    Some(run)
}

/// The one process that printed `child: …`.
fn child(run: &Transcript) -> &Process {
    let (processes, _) = tasks(run, "child");
    assert_eq!(processes.len(), 1, "{run:#?}");
    &run.processes()[processes[0]]
}

/// The one thread that printed this.
fn thread<'a>(run: &'a Transcript, who: &str) -> (usize, &'a Thread) {
    let (_, threads) = tasks(run, who);
    assert_eq!(threads.len(), 1, "{who}: {run:#?}");
    (threads[0], &run.threads()[threads[0]])
}

#[test]
fn children_by_other_calls_than_fork_are_known() {
    for life in ["vfork", "posix_spawn", "untraced", "untraced3"] {
        let Some(run) = lived(life) else { return };
        let child = child(&run);
        assert_eq!(
            (child.creator, child.awaited, child.exit),
            (Some(0), Some(0), Some(Exit::Code(0))),
            "{life}"
        );
        let executed = ["vfork", "posix_spawn"].contains(&life);
        assert_eq!((child.image.is_some(), child.executed.is_some()), (executed, executed), "{life}");
        assert_eq!(run.processes().len(), 2, "{life}");
    }
}

#[test]
fn who_creates_a_child_for_its_own_parent_is_its_creator() {
    let Some(run) = lived("for-parent") else { return };
    let (grandchild, _) = tasks(&run, "grandchild");
    let grandchild = &run.processes()[grandchild[0]];
    let (creator, _) = thread(&run, "child");
    assert_eq!((grandchild.creator, grandchild.awaited), (Some(creator), Some(0)), "{run:#?}");
    assert_eq!(grandchild.exit, Some(Exit::Code(3)));
}

#[test]
fn a_child_that_is_created_for_whoever_started_the_program_is_no_trouble() {
    let Some(run) = lived("for-starter") else { return };
    let child = child(&run);
    assert_eq!((child.creator, child.awaited, child.exit), (Some(0), None, Some(Exit::Code(3))));
    assert!(run.survivors().is_empty());
}

#[test]
fn a_thread_that_executes_a_program_takes_its_processs_name() {
    let Some(run) = lived("executed-by-thread") else { return };
    let program = &run.processes()[0];
    assert_eq!((run.processes().len(), program.image.as_deref()), (1, Some("lives")));
    let (_, executing) = thread(&run, "thread");
    let last = run.lines().last().unwrap();
    assert!(
        program.executed.is_some_and(|executed| executing.born < executed && executed < last.at),
        "{run:#?}"
    );
}

#[test]
fn threads_have_creators_and_ends_of_their_own() {
    let Some(run) = lived("threads") else { return };
    let (long, stays) = thread(&run, "long");
    let (_, short) = thread(&run, "short");
    assert_eq!((stays.creator, short.creator), (Some(0), Some(long)));
    assert_eq!(stays.ended, None, "it ended with its process");
    let exits = run.processes()[0].exits.unwrap();
    assert!(short.ended.is_some_and(|ended| short.born < ended && ended < exits), "{run:#?}");
}

#[test]
fn who_sent_the_signal_that_ended_a_process_is_known() {
    for (life, signal) in [("kill", 15), ("tgkill", 10), ("pidfd_send_signal", 2)] {
        let Some(run) = lived(life) else { return };
        let child = child(&run);
        assert_eq!((child.exit, child.killed), (Some(Exit::Signal(signal)), Some(Killed::By(0))), "{life}");
        assert_eq!(child.awaited, Some(0), "{life}");
    }
    let Some(run) = lived("killed-by-thread") else { return };
    let (killer, _) = thread(&run, "thread");
    assert_eq!(child(&run).killed, Some(Killed::By(killer)));
    let Some(run) = lived("raise") else { return };
    let (itself, _) = thread(&run, "child");
    assert_eq!(child(&run).killed, Some(Killed::By(itself)));
}

#[test]
fn whom_the_kernel_ends_nobody_killed() {
    for (life, signal) in [("timer", 14), ("fault", 11), ("filtered", 31)] {
        let Some(run) = lived(life) else { return };
        let child = child(&run);
        assert_eq!((child.exit, child.killed), (Some(Exit::Signal(signal)), Some(Killed::Kernel)), "{life}");
    }
}

#[test]
fn a_process_that_dumps_its_core_is_ended_as_ever() {
    let Some(run) = lived("abort") else { return };
    let child = child(&run);
    assert_eq!((child.exit, child.awaited), (Some(Exit::Signal(6)), Some(0)));
}

#[test]
fn a_process_that_ends_by_its_parents_end_is_no_survivor() {
    let Some(run) = lived("ended-with-parent") else { return };
    let child = child(&run);
    assert_eq!((child.killed, child.awaited), (Some(Killed::DeathOf(0)), None));
    assert!(run.survivors().is_empty(), "{:?}", run.survivors());
}

#[test]
fn a_stop_is_no_end() {
    let Some(run) = lived("stopped") else { return };
    let child = child(&run);
    assert_eq!((child.exit, child.awaited, child.killed), (Some(Exit::Code(5)), Some(0), None));
    let Some(run) = lived("not-awaited") else { return };
    let child = self::child(&run);
    assert_eq!((child.awaited, child.killed), (None, Some(Killed::By(0))), "{run:#?}");
}
