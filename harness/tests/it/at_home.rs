//! The harness in a project that is no course: contracts wherever they stand below the current folder.

use insta::assert_snapshot;

use crate::scratch::{Scratch, Told};

const ACTORS: &str = "[actors]\nmain = '^main'\n";

/// Contracts of either name, in folders of which two have the same; and three that nobody should find.
fn project() -> Scratch {
    let project = Scratch::outside_any_course();
    for (file, line) in [
        ("jobs/contract.toml", "main: jobs"),
        ("server/tests/start/contract.toml", "main: server starts"),
        ("client/tests/start/lesson.toml", "main: client starts"),
        ("node_modules/other/contract.toml", "main: other"),
        ("target/contract.toml", "main: built"),
        (".cache/contract.toml", "main: hidden"),
    ] {
        let folder = file.rsplit_once('/').unwrap().0;
        project.file(file, format!("title = \"A test\"\ncommand = [\"echo\", \"{line}\"]\n{ACTORS}"));
        project.file(&format!("{folder}/golden.snap"), format!("---\nexpression: x\n---\nmain │ {line}\n"));
    }
    project.file(".gitignore", "/target\n");
    project.file("node_modules/.gitignore", "*\n");
    project
}

fn sorted(told: &Told) -> String {
    let mut lines: Vec<&str> = told.stdout.lines().collect();
    lines.sort_unstable();
    lines.join("\n")
}

#[test]
fn what_is_below_is_found_without_what_git_ignores() {
    let project = project();
    let told = project.harness(&["check", "--list"]);
    assert_eq!((told.code, told.stderr.as_str()), (0, ""));
    assert_snapshot!(told.stdout, @"
    client/tests/start
    jobs
    server/tests/start
    ");
    let told = project.harness(&[]);
    assert_eq!((told.code, told.stderr.as_str()), (0, ""));
    assert_snapshot!(sorted(&told), @"

    3 lessons: 3 proven in [time] (3 runs)
    proven     client/tests/start  [time]  1 run
    proven     jobs  [time]  1 run
    proven     server/tests/start  [time]  1 run
    ");
    // What is listed is what the command line takes.
    let words = ["client/tests/start", "jobs", "server/tests/start"];
    for word in words {
        assert_eq!(project.harness(&["check", word]).code, 0, "{word}");
    }
    let below = project.command(&["check", "--list"]).current_dir(project.path("jobs")).output().unwrap();
    assert_eq!(project.told(&below).stdout, ".\n");
}

#[test]
fn a_link_around_in_a_circle_ends() {
    let project = project();
    std::os::unix::fs::symlink(project.path(""), project.path("jobs/again")).unwrap();
    assert_eq!(project.harness(&["check", "--list"]).stdout.lines().count(), 3);
}

#[test]
fn where_there_is_no_contract_it_is_said_how_to_draw_one() {
    let nothing = Scratch::outside_any_course();
    let error = nothing.harness(&["check"]).error();
    for arguments in [&[][..], &["check", "--list"], &["stress"]] {
        assert_eq!(nothing.harness(arguments).error(), error);
    }
    assert_snapshot!(error, @"error: there is no contract here: at and below `[course]` no file is called contract.toml or lesson.toml, but for what git ignores; `harness new NAME -- CMD` draws a first one");
}

#[test]
fn a_pattern_names_contracts_by_folder_or_path() {
    let project = project();
    let list = |pattern| project.harness(&["check", "--list", pattern]).stdout;
    assert_eq!(list("start"), "", "a word is no pattern");
    assert_eq!(list("s*"), "client/tests/start\nserver/tests/start\n");
    assert_eq!(list("*/tests/*"), "client/tests/start\nserver/tests/start\n");
    assert_eq!(list("./server/**"), "server/tests/start\n");
    assert_eq!(list("{jobs,x}"), "jobs\n");
    assert_eq!(project.harness(&["check", "s*", "--", "true"]).code, 2, "a program is judged by one");
    assert_snapshot!(project.harness(&["check", "x*"]).error(), @"error: no contract is named like `x*`; there are client/tests/start, jobs, server/tests/start");
    assert_snapshot!(project.harness(&["check", "[x"]).error(), @"error: `[x` is no pattern of names: unclosed character class; missing ']'");
}

#[test]
fn a_pattern_names_lessons_of_a_course() {
    let course = Scratch::new();
    for lesson in ["thread-a", "thread-b", "process-a"] {
        course.lesson(lesson, ACTORS, "echo main: 1");
    }
    let list = |words: &[&str]| course.harness(&[&["check", "--list"], words].concat()).stdout;
    assert_eq!(list(&["thread-*"]), "thread-a\nthread-b\n");
    assert_eq!(list(&["*-a", "thread-?"]), "process-a\nthread-a\nthread-b\n");
    assert_eq!(list(&["examples-bin/*-b"]), "examples-bin/thread-b\n");
    assert_eq!(list(&[]), "process-a\nthread-a\nthread-b\n");
}

#[test]
fn two_of_one_name_are_told_and_recorded_by_their_paths() {
    let project = project();
    let told = project.harness(&["check", "s*", "--record", "runs"]);
    assert_eq!(told.code, 0, "{told:?}");
    for file in ["runs/client-tests-start.jsonl", "runs/server-tests-start.jsonl"] {
        assert!(project.path(file).is_file(), "{file}");
    }
    let told = project.harness(&["check", "s*", "--record", "runs"]);
    assert!(told.error().contains("client-tests-start.jsonl` is there already"));
}

#[test]
fn a_quiet_check_tells_what_is_not_proven() {
    let project = project();
    let told = project.harness(&["check", "--quiet"]);
    assert_eq!((told.code, told.stdout.as_str(), told.stderr.as_str()), (0, "", ""));
    project.file("jobs/golden.snap", "---\nexpression: x\n---\nmain │ main: other\n");
    let told = project.harness(&["check", "-q"]).refuted();
    assert!(told.starts_with("refuted    jobs "), "{told}");
    assert!(!told.contains("start  "), "{told}");
    assert!(told.contains("\n3 lessons: 2 proven, 1 refuted in "), "{told}");
}

#[test]
fn a_time_out_is_given_in_place_of_the_contracts() {
    let project = Scratch::outside_any_course();
    let contract = format!("title = \"A test\"\ncommand = [\"sleep\", \"1000\"]\ntimeout = \"1h\"\n{ACTORS}");
    project.file("jobs/contract.toml", contract);
    let told = project.harness(&["check", "--timeout", "1s"]).refuted();
    assert!(told.contains("the run ends within 1 s"), "{told}");
    assert_eq!(project.harness(&["check", "--timeout", "0s"]).code, 2);
}

/// A program that ends once three others of its kind have begun.
const TOGETHER: &str = "touch ../begun-$(basename $PWD); until [ $(ls .. | grep -c begun) = 4 ]; do sleep 0.01; done; echo main: 1";

#[test]
fn so_many_are_asked_at_once() {
    let project = Scratch::outside_any_course();
    for name in ["a", "b", "c", "d"] {
        let command = format!("command = [\"bash\", \"-c\", \"{TOGETHER}\"]");
        project.file(
            &format!("{name}/contract.toml"),
            format!("title = \"A test\"\ntimeout = \"1m\"\ndirected = false\n{command}\n{ACTORS}"),
        );
        project.file(&format!("{name}/golden.snap"), "---\nexpression: x\n---\nmain │ main: 1\n");
    }
    let forget =
        || ["a", "b", "c", "d"].map(|name| std::fs::remove_file(project.path(&format!("begun-{name}"))));
    assert_eq!(project.harness(&["check"]).code, 0, "all at once");
    assert!(forget().iter().all(Result::is_ok));
    assert_eq!(project.harness(&["check", "-j", "4"]).code, 0);
    assert!(forget().iter().all(Result::is_ok));
    // The fourth finds that the others have begun, though they have ended.
    let told = project.harness(&["check", "--jobs", "1", "--timeout", "1s"]).refuted();
    assert!(told.contains("4 lessons: 1 proven, 3 refuted"), "{told}");
    assert_eq!(project.harness(&["check", "--jobs", "0"]).code, 2);
}

#[test]
fn colours_are_as_they_are_asked_for() {
    let project = project();
    let coloured = |arguments: &[&str]| project.harness(arguments).stdout.contains('\u{1b}');
    assert!(!coloured(&["check", "jobs"]), "nobody reads a pipe");
    assert!(coloured(&["check", "jobs", "--color", "always"]));
    assert!(!coloured(&["check", "jobs", "--color", "never"]));
}

#[test]
fn a_package_may_have_another_name_than_its_folder() {
    let project = Scratch::outside_any_course();
    project.file(
        "server/Cargo.toml",
        "[package]\nname = \"the-server\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n",
    );
    project.file("server/src/main.rs", "fn main() { println!(\"main: 1\"); }\n");
    project.file("server/contract.toml", format!("title = \"A server\"\n{ACTORS}"));
    project.file("server/golden.snap", "---\nexpression: x\n---\nmain │ main: 1\n");
    let told = project.harness(&["check"]);
    assert_eq!(told.code, 0, "{told:?}");
}
