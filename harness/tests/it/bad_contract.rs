//! Mistakes in a contract or the syllabus, beyond those that `cases/bad_contract/` shows one by one.

use insta::assert_snapshot;

use crate::scratch::Scratch;

#[test]
fn a_contract_that_can_not_be_read_is_named() {
    let course = Scratch::new();
    course.file("examples-bin/latin/lesson.toml", b"title = \"caf\xe9\"\n");
    course.file("examples-bin/unreadable/script.sh", "");
    // Not even root can read this one.
    std::os::unix::fs::symlink("/proc/self/mem", course.path("examples-bin/unreadable/lesson.toml")).unwrap();
    assert_snapshot!(course.harness(&["check"]).error(), @r#"
    error: the byte 0xe9 is not UTF-8, as TOML is
     --> [course]/examples-bin/latin/lesson.toml:1:13
      |
    1 | title = "caf�"
      |             ^
    error: [course]/examples-bin/unreadable/lesson.toml: can't be read: Input/output error (os error 5)
    "#);
}

#[test]
fn a_damaged_syllabus_is_shown_where_it_breaks_by_every_command() {
    let course = Scratch::sample("", "");
    course.file("docs/syllabus.toml", "[[topic]]\nid = \"process-ids\"\nkind = \"snipet\"\n");
    for arguments in
        [vec![], vec!["check", "sample"], vec!["status"], vec!["show", "sample"], vec!["accept", "sample"]]
    {
        let error = course.harness(&arguments).error();
        assert!(error.contains("docs/syllabus.toml:3:8\n"), "{arguments:?}: {error}");
    }
}

#[test]
fn a_byte_that_no_contract_can_hold_is_shown_where_it_stands() {
    let raw = Scratch::sample("stderr = \"a\0b\"", "").harness(&["check"]).error();
    assert!(raw.contains("lesson.toml:3:12"), "{raw}");
    let course = Scratch::sample("", "");
    course.file("docs/syllabus.toml", b"[[topic]]\nid = \"process-ids\"\n# \xe8\xb7\xb3 caf\xe9\n");
    assert_snapshot!(course.harness(&["check"]).error(), @r#"
    error: the byte 0xe9 is not UTF-8, as TOML is
     --> [course]/docs/syllabus.toml:3:8
      |
    3 | # 跳 caf�
      |         ^
    "#);
}

#[test]
fn durations_are_written_as_people_write_them() {
    let lasts = |duration: &str| {
        let course = Scratch::sample(
            &format!("[actors]\nmain = '^main'\n[[always]]\nlasts = '{duration}'\n"),
            "echo main",
        );
        course.bless("sample");
        let report = course.harness(&["check"]).refuted();
        let (_, rest) = report.split_once("refuted: sample: the program runs for at least ").expect(&report);
        rest.lines().next().unwrap().to_owned()
    };
    for (written, seconds) in [
        ("1m30s", "90 s"),
        ("1500m", "90000 s"),
        ("1h 1min", "3660 s"),
        ("90500ms", "90.5 s"),
        ("90.5s", "90.5 s"),
        ("5min", "300 s"),
        ("10 s", "10 s"),
    ] {
        assert_eq!(lasts(written), seconds, "{written}");
    }
    // However long, no run waits for an instant that no clock tells.
    let course = Scratch::sample("timeout = '5000000000h'\n[actors]\nmain = '^main'\n", "echo main");
    course.bless("sample");
    assert_eq!(course.harness(&["check"]).code, 0);
    assert_eq!(course.harness(&["stress", "--runs", "2"]).code, 0);
    for duration in ["-1s", "0s", "1m 0", "soon", "1 s 2"] {
        let error = course.harness(&["stress", &format!("--for={duration}")]).error();
        assert!(error.contains("a duration is a number greater than 0"), "{error}");
    }
}
