//! Reports that no file in `cases/failing_reports/` can hold: they differ from run to run, are too long, or tell of several
//! lessons.

use insta::assert_snapshot;
use regex::Regex;

use crate::scratch::Scratch;

/// Lines of `main`, `dance` and `sing`, of which nothing else is claimed.
const ACTORS: &str = "[actors]\nmain = '^main'\ndance = '^dance'\nsing = '^sing'\n";

#[test]
fn a_number_that_is_no_pid_or_that_a_name_covers_is_no_pid_without_a_name() {
    let contract = format!("{ACTORS}[names]\nsum = {{ number_in = 'sum (\\d+)$' }}\n");
    let script = "echo main: 1; echo main: sum $$; echo main: 0$$; echo main: ${$}0";
    let course = Scratch::sample(&contract, script);
    course.golden("sample", "main │ main: 1\n");
    let report = course.harness(&["check"]).refuted();
    assert!(!report.contains("a name covers"), "{report}");
}

/// A number may be a pid by chance: no run that matches its golden is refuted for that.
#[test]
fn a_number_that_the_golden_holds_may_be_a_pid() {
    let course = Scratch::sample(ACTORS, "echo main: 1");
    let run = |pid: u32| {
        format!(
            "{{\"transcript\":{{\"version\":2,\"pid\":{pid},\"witness\":\"threads\"}}}}\n{{\"process\":{{\"pid\":{pid}}}}}\n\
             {{\"thread\":{{\"tid\":{pid},\"process\":0,\"born_ns\":0}}}}\n\
             {{\"line\":{{\"stream\":\"stdout\",\"process\":0,\"thread\":0,\"at_ns\":1,\"text\":\"main: 5\"}}}}\n\
             {{\"end\":{{\"exit\":{{\"code\":0}},\"duration_ns\":2}}}}\n"
        )
    };
    course.file("run.jsonl", run(5));
    course.golden("sample", "main  │ main: 5\n");
    let check = || course.harness(&["check", "sample", "--replay", "run.jsonl"]);
    assert_eq!(check().code, 0);
    course.golden("sample", "main  │ main: 6\n");
    assert!(
        check().refuted().contains("a name covers each pid"),
        "it may be one, and the golden does not hold"
    );
}

#[test]
fn a_flood() {
    let script = "yes \"main: $(printf '%01000d' 0)\"";
    let report =
        Scratch::sample(&format!("timeout = \"10min\"\n{ACTORS}"), script).harness(&["check"]).refuted();
    let (_, report) = report.split_once("\n\n").unwrap();
    let (report, _) = report.split_once("\n\nsample: this run is kept").unwrap();
    let report = Regex::new("0{200,}… and").unwrap().replace_all(report, "0… and");
    assert_snapshot!(report, @"
    refuted: sample: the program prints at most 64 MiB (each line counts 32 bytes more than it has)
      expected  no more than that
      seen      it printed more and was ended; this is how it began
      lines     stdout   1  main (pid [A]) │ main: 0… and 606 more bytes
                stdout   2  main (pid [A]) │ main: 0… and 606 more bytes
                stdout   3  main (pid [A]) │ main: 0… and 606 more bytes
    ");
}

#[test]
fn all_that_is_refuted_is_told_of_every_lesson() {
    let course = Scratch::sample(
        &format!("{ACTORS}[[always]]\nnever = 'done$'\n"),
        "echo main: done; echo >&2 oh; exit 1",
    );
    course.bless("sample");
    course.lesson("good", ACTORS, "echo main: 1");
    course.bless("good");
    let report = course.harness(&[]).refuted();
    // Lessons are listed in the order in which they were judged.
    let (lines, rest) = report.split_once("\n\n").unwrap();
    let mut lines: Vec<&str> = lines.lines().collect();
    lines.sort_unstable();
    assert_snapshot!(lines.join("\n"), @"
    proven     good  [time]  1 run
    refuted    sample  [time]  1 run
    ");
    assert_snapshot!(rest, @"
    refuted: sample: the program ends with exit status 0
      expected  exit status 0
      seen      exit status 1

    refuted: sample: nothing is printed on stderr
      expected  nothing
      seen      1 line
      lines     stderr   1  pid [A] │ oh

    refuted: sample: no line ends with “done”
      expected  no such line
      seen      1 line
      lines     stdout   1  main (pid [A]) │ main: done

    sample: this run is kept; `harness check sample --replay target/harness/sample.jsonl` judges it again

    2 lessons: 1 proven, 1 refuted in [time] (2 runs)
    ");
}
