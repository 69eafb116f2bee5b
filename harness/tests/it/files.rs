//! The harness reads only regular files of limited size, and what it writes appears whole or not at all.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use insta::assert_snapshot;
use nix::sys::stat::Mode;
use nix::unistd::{Uid, mkfifo};

use crate::scratch::{Scratch, Told, as_an_ordinary_user};

const ACTORS: &str = "[actors]\nmain = '^main'\n";
/// Prints more than fits into the files of [`nearly_full`].
const LONG: &str = "for i in {1..200}; do echo \"main: line $i is one of many lines\"; done";

/// The harness where no file may grow beyond 1 KiB, as on a disk that is nearly full.
fn nearly_full(course: &Scratch, arguments: &[&str]) -> Told {
    let mut shell = Command::new("bash");
    shell.args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\""]);
    shell.arg(course.std_command(&[]).get_program()).args(arguments).current_dir(course.path(""));
    shell.env("XDG_STATE_HOME", course.path("state"));
    course.told(&shell.output().unwrap())
}

/// All that is in a folder: what each file holds, and where each link leads to.
fn all_in(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.insert(path.clone(), Vec::new());
            all.extend(all_in(&path));
        } else {
            all.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    all
}

#[test]
fn a_full_disk_leaves_everything_as_it_was() {
    let course = Scratch::sample(ACTORS, LONG);
    course.golden("sample", "main │ main: what was reviewed\n");
    course.file("drawn.svg", "an older picture");
    course.file("runs/notes.txt", "");
    let before = all_in(&course.path(""));
    for arguments in [
        vec!["accept", "sample"],
        vec!["timeline", "sample", "--svg", "drawn.svg"],
        vec!["timeline", "sample", "--svg", "new.svg"],
        vec!["check", "sample", "--record", "runs"],
        vec!["stress", "sample", "--record", "runs", "--runs", "2"],
        vec!["new", "tests/sample", "--", "bash", "-c", LONG],
    ] {
        let told = nearly_full(&course, &arguments);
        assert_eq!(told.code, 2, "{arguments:?}: {told:?}");
        assert!(told.stderr.contains("File too large"), "{arguments:?}: {told:?}");
        let after = all_in(&course.path(""));
        assert!(before.keys().eq(after.keys()), "{arguments:?}: {:?}", after.keys());
        assert!(before == after, "{arguments:?}");
    }
}

#[test]
fn a_run_that_can_not_be_kept_changes_no_verdict() {
    let course = Scratch::sample(ACTORS, LONG);
    course.golden("sample", "main │ main: what was reviewed\n");
    let told = nearly_full(&course, &["check", "sample"]);
    assert_eq!((told.code, told.stderr.as_str()), (1, ""));
    assert!(told.stdout.contains("sample: this run is not kept: "), "{}", told.stdout);
    let told = nearly_full(&course, &["stress", "sample", "--runs", "2"]);
    assert_eq!((told.code, told.stderr.as_str()), (1, ""));
    assert!(told.stdout.contains(", not kept: "), "{}", told.stdout);
}

#[test]
fn a_new_contract_that_could_not_be_written_can_be_tried_again() {
    let project = Scratch::outside_any_course();
    let arguments = ["new", "tests/sample", "--", "bash", "-c", LONG];
    assert_eq!(nearly_full(&project, &arguments).code, 2);
    assert!(!project.path("tests").exists());
    assert_eq!(project.harness(&arguments).code, 0);
    // A folder that was there before stays.
    let arguments = ["new", "tests/other", "--", "bash", "-c", LONG];
    assert_eq!(nearly_full(&project, &arguments).code, 2);
    assert!(project.path("tests/sample/golden.snap").exists());
    assert!(!project.path("tests/other").exists());
}

/// What the harness tells an ordinary user.
fn told_an_ordinary_user(course: &Scratch, arguments: &[&str]) -> Option<Told> {
    let mut command = if Uid::effective().is_root() {
        as_an_ordinary_user(course, arguments)?
    } else {
        course.std_command(arguments)
    };
    command.env("XDG_STATE_HOME", "/nowhere");
    Some(course.told(&command.output().unwrap()))
}

#[test]
fn what_may_not_be_written_to_is_left_alone() {
    let course = Scratch::sample(ACTORS, "echo main: new");
    course.golden("sample", "main │ main: reviewed\n");
    let folder = course.path("examples-bin/sample");
    let before = all_in(&folder);
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o555)).unwrap();
    let Some(told) = told_an_ordinary_user(&course, &["accept", "sample"]) else { return };
    assert_eq!(told.code, 2, "{told:?}");
    assert!(told.stderr.contains("golden.snap` can't be written: Permission denied"), "{told:?}");
    assert!(before == all_in(&folder));
    // The same where the file is write-protected and the folder is not.
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).unwrap();
    fs::set_permissions(folder.join("golden.snap"), fs::Permissions::from_mode(0o444)).unwrap();
    let Some(told) = told_an_ordinary_user(&course, &["accept", "sample"]) else { return };
    assert_eq!(told.code, 2, "{told:?}");
    assert!(before == all_in(&folder));
}

#[test]
fn a_golden_that_is_a_link_stays_one_and_keeps_its_permissions() {
    let course = Scratch::sample(ACTORS, "echo main: new");
    course.golden("sample", "main │ main: old\n");
    let (golden, shared) = (course.path("examples-bin/sample/golden.snap"), course.path("shared.snap"));
    fs::rename(&golden, &shared).unwrap();
    fs::set_permissions(&shared, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("../../shared.snap", &golden).unwrap();
    assert_eq!(course.harness(&["accept", "sample"]).code, 0);
    assert_eq!(fs::read_link(&golden).unwrap(), Path::new("../../shared.snap"));
    assert!(fs::read_to_string(&shared).unwrap().ends_with("main │ main: new\n"));
    assert_eq!(fs::metadata(&shared).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(course.harness(&["check", "sample"]).code, 0);
    // A link to a file that does not exist yet is followed.
    fs::remove_file(&shared).unwrap();
    assert_eq!(course.harness(&["accept", "sample"]).code, 0);
    assert!(fs::symlink_metadata(&golden).unwrap().is_symlink());
    assert!(shared.is_file());
}

#[test]
fn a_picture_can_be_drawn_to_a_pipe() {
    let course = Scratch::sample(ACTORS, "echo main: 1");
    let told = course.harness(&["timeline", "sample", "--svg", "/dev/stdout"]);
    assert_eq!(told.code, 0, "{told:?}");
    assert!(told.stdout.starts_with("<svg"), "{}", told.stdout);
}

/// Things that are no regular files, by name.
fn made_instead(course: &Scratch) -> BTreeMap<&'static str, PathBuf> {
    let fifo = course.path("fifo");
    mkfifo(&fifo, Mode::S_IRWXU).unwrap();
    drop(UnixListener::bind(course.path("socket")).unwrap());
    fs::create_dir(course.path("folder")).unwrap();
    BTreeMap::from([
        ("a pipe", fifo),
        ("a socket", course.path("socket")),
        ("a folder", course.path("folder")),
        ("a device", PathBuf::from("/dev/zero")),
    ])
}

/// The error of a command that might wait, or read, for ever.
fn error_at_once(course: &Scratch, arguments: &[&str]) -> String {
    let output = course.command(arguments).timeout(Duration::from_secs(60)).output().unwrap();
    course.told(&output).error()
}

#[test]
fn what_is_no_file_is_told_at_once() {
    let course = Scratch::sample(ACTORS, "echo main: 1");
    course.bless("sample");
    course.lesson("other", ACTORS, "echo main: 1");
    let places = made_instead(&course);
    for (what, place) in places {
        let expected = format!("it is {what}, and a file is needed");
        let place = place.to_str().unwrap();
        for arguments in
            [vec!["check", "sample", "--replay", place], vec!["timeline", "sample", "--replay", place]]
        {
            // A folder after `--replay` is taken for a lesson's.
            if what != "a folder" {
                let error = error_at_once(&course, &arguments);
                assert!(error.contains(&expected), "{arguments:?}: {error}");
            }
        }
        for file in ["examples-bin/other/golden.snap", "examples-bin/other/lesson.toml", "docs/syllabus.toml"]
        {
            let there = course.path(file);
            let aside = course.path("aside");
            fs::create_dir_all(there.parent().unwrap()).unwrap();
            let moved = fs::rename(&there, &aside).is_ok();
            symlink(place, &there).unwrap();
            for command in ["check", "status"] {
                if command == "check" || file.ends_with("syllabus.toml") {
                    let error = error_at_once(&course, &[command]);
                    assert!(error.contains(&expected) && error.contains(file), "{file}: {error}");
                }
            }
            fs::remove_file(&there).unwrap();
            if moved {
                fs::rename(&aside, &there).unwrap();
            }
        }
    }
    assert_snapshot!(error_at_once(&course, &["check", "/dev/zero"]), @"error: /dev/zero: can't be read: it is a device, and a file is needed");
}

#[test]
fn what_is_far_too_large_is_told_at_once() {
    let course = Scratch::sample(ACTORS, "echo main: 1");
    let huge = course.path("huge.toml");
    File::create(&huge).unwrap().set_len(1 << 40).unwrap();
    assert_snapshot!(error_at_once(&course, &["check", "./huge.toml"]), @"error: [course]/./huge.toml: can't be read: it is larger than 4 MiB, and so no file of this kind");
    let record = course.path("huge.jsonl");
    fs::rename(&huge, &record).unwrap();
    assert_snapshot!(error_at_once(&course, &["check", "sample", "--replay", "huge.jsonl"]), @"error: huge.jsonl:1: a transcript begins with {\"transcript\":…}");
    fs::rename(&record, course.path("examples-bin/sample/golden.snap")).unwrap();
    assert_snapshot!(error_at_once(&course, &["check", "sample"]), @"error: `[course]/examples-bin/sample/golden.snap` can't be used: it is larger than 256 MiB, and so no file of this kind");
}

#[test]
fn a_record_can_come_through_a_pipe_that_is_open_already() {
    let course = Scratch::sample(ACTORS, "echo main: 1");
    course.bless("sample");
    assert_eq!(course.harness(&["check", "sample", "--record", "runs"]).code, 0);
    let record = fs::read(course.path("runs/sample.jsonl")).unwrap();
    let mut command = course.command(&["check", "sample", "--replay", "/dev/stdin"]);
    let told = course.told(&command.write_stdin(record).output().unwrap());
    assert_eq!(told.code, 0, "{told:?}");
}

#[test]
fn a_flood_is_judged_and_kept_by_its_beginning() {
    // A gigabyte of short lines, then one line of 200 MB.
    for script in ["yes main | head -c 1000000000", "printf main:; head -c 200000000 /dev/zero | tr '\\0' x"]
    {
        let course = Scratch::sample(&format!("timeout = '10min'\n{ACTORS}"), script);
        let report = course.harness(&["check", "sample"]).refuted();
        assert!(report.contains("it printed more and was ended"), "{report}");
        assert!(report.len() < 10_000, "{} bytes", report.len());
        let kept = fs::metadata(course.path("target/harness/sample.jsonl")).unwrap().len();
        assert!(kept < 8 << 20, "{kept} bytes are kept");
        let again = course.harness(&["check", "sample", "--replay", "target/harness/sample.jsonl"]).refuted();
        let findings = |report: &str| report.split("\n\n").nth(1).map(str::to_owned);
        let first = findings(&report).map(|finding| finding.replace("\nsample: this run is kept", ""));
        assert_eq!(again.lines().nth(3), first.as_deref().and_then(|first| first.lines().nth(2)));
    }
}

#[test]
fn two_huge_texts_differ_by_what_a_person_can_read() {
    // Every line differs, and there are 50,000 of each, of more than a hundred bytes.
    let long = "so long that few lines make a huge text, since what takes its time is to look at each of them in turn";
    let course = Scratch::sample(ACTORS, &format!("seq -f 'main: %.0f of this run, {long}' 50000"));
    let line = |line: u32, of: &str| format!("main │ main: {line} of {of}, {long}\n");
    let old: String = (0..50_000).map(|number| line(number, "old")).collect();
    course.golden("sample", &old);
    let report = course.harness(&["check", "sample"]).refuted();
    assert!(report.contains(", in the first 4 MiB that differ"), "{}", &report[..2000]);
    assert!(report.contains("-main │ main: 0 of old"), "{}", &report[..2000]);
    assert!(report.len() < 50_000, "{} bytes", report.len());
    // What is the same before the first difference is left out, but for three lines.
    let of = |number| if number == 49_000 { "old" } else { "this run" };
    let changed: String = (1..=50_000).map(|number| line(number, of(number))).collect();
    course.golden("sample", &changed);
    let report = course.harness(&["check", "sample"]).refuted();
    assert!(report.contains("seen      1 line differs, in the first 4 MiB that differ"), "{report}");
    let first = format!(" {}  -main │ main: 49000 of old", line(48_999, "this run"));
    assert!(report.contains(&first), "{report}");
}

#[test]
fn without_a_thread_or_a_process_to_be_had_that_is_told() {
    let course = Scratch::sample(ACTORS, "echo main: 1");
    course.bless("sample");
    course.lesson("other", ACTORS, "echo main: 1");
    course.bless("other");
    let harness = course.path("harness");
    // A file that this process wrote may still be open in a child that another test starts.
    let copied = Command::new("cp").arg(course.std_command(&[]).get_program()).arg(&harness).status();
    assert!(copied.unwrap().success());
    fs::set_permissions(course.path(""), fs::Permissions::from_mode(0o755)).unwrap();
    let mut refused = 0;
    for most in 1..10 {
        for command in ["check", "stress --runs 3 --jobs 3", "show sample", "timeline sample"] {
            let mut shell = Command::new("bash");
            shell.args(["-c", &format!("ulimit -u {most}; exec \"$0\" {command}")]).arg(&harness);
            shell.current_dir(course.path("")).env("XDG_STATE_HOME", "/nowhere");
            if Uid::effective().is_root() {
                // A user who has no other process.
                shell.uid(54322).gid(54322);
            }
            let told = course.told(&shell.output().unwrap());
            assert!([0, 1, 2].contains(&told.code), "{most}, {command}: {told:?}");
            if told.code == 2 {
                refused += 1;
                assert!(told.stderr.starts_with("error: "), "{most}, {command}: {told:?}");
                assert!(
                    told.stderr.contains("Resource temporarily unavailable"),
                    "{most}, {command}: {told:?}"
                );
            }
        }
    }
    assert!(refused > 0, "nothing was refused");
}
