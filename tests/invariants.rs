//! What the documents say, spelled out: each lesson is run as a learner runs it, and its plain output is looked at.

use std::collections::BTreeSet;

use golden_tests::{harness_command, lesson_command};
use harness::transcript::Transcript;
use regex::Regex;
use tempfile::TempDir;

/// What a lesson prints, line by line. It must exit with status 0 and print nothing else.
fn printed(lesson: &str) -> Vec<String> {
    let output = lesson_command(lesson).assert().success().stderr("").get_output().stdout.clone();
    String::from_utf8(output).expect("lessons print UTF-8").lines().map(str::to_owned).collect()
}

fn count(lines: &[String], wanted: &str) -> usize {
    lines.iter().filter(|line| *line == wanted).count()
}

/// The numbers after `sum1: ` and `sum2: `, in print order.
fn sums(lines: &[String]) -> Vec<(String, u64)> {
    let pattern = Regex::new(r"^(sum[12]): (\d+)$").expect("a valid pattern");
    let sum = |line: &String| {
        let found = pattern.captures(line).unwrap_or_else(|| panic!("no sum: {line:?}"));
        (found[1].to_owned(), found[2].parse().expect("a number"))
    };
    lines.iter().map(sum).collect()
}

#[test]
fn process_tasks_prints_all_ten_lines() {
    let lines = printed("process-tasks");
    assert_eq!((count(&lines, "跳舞中..."), count(&lines, "唱歌中..."), lines.len()), (5, 5, 10));
}

#[test]
fn process_ids_prints_every_documented_line_with_three_different_pids() {
    let lines = printed("process-ids");
    let pid = |who: &str| {
        let pattern = Regex::new(&format!(r"^{who}: (\d+)$")).expect("a valid pattern");
        let pids: Vec<String> =
            lines.iter().filter_map(|line| Some(pattern.captures(line)?[1].to_owned())).collect();
        assert_eq!(pids.len(), 1, "{who} prints its pid once: {lines:?}");
        pids[0].clone()
    };
    let pids = [pid("main"), pid("dance"), pid("sing")];
    assert!(pids[0] != pids[1] && pids[0] != pids[2] && pids[1] != pids[2], "{pids:?}");
    for (line, times) in [
        ("main: <_MainProcess(MainProcess, started)>", 1),
        ("dance: <Process(myprocess1, started)>", 1),
        ("sing: <Process(Process-2, started)>", 1),
        ("跳舞中...", 1),
        ("唱歌中...", 5),
    ] {
        assert_eq!(count(&lines, line), times, "{line}");
    }
    assert_eq!(lines.len(), 12);
}

#[test]
fn process_args_runs_only_the_second_task() {
    let lines = printed("process-args");
    assert_eq!(lines, ["任务执行中..", "任务执行中..", "任务执行中..", "任务执行完成"]);
}

#[test]
fn thread_args_and_kwargs_pass_the_count() {
    for (lesson, times) in [("thread-args", 5), ("thread-kwargs", 3)] {
        let lines = printed(lesson);
        let mut expected = vec!["任务执行中.."; times];
        expected.push("任务执行完成");
        assert_eq!(lines, expected, "{lesson}");
    }
}

#[test]
fn thread_tasks_prints_three_lines_of_each_in_order() {
    let lines = printed("thread-tasks");
    for task in ["正在唱歌...", "正在跳舞..."] {
        let own: Vec<&String> = lines.iter().filter(|line| line.starts_with(task)).collect();
        assert_eq!(own, [&format!("{task}0"), &format!("{task}1"), &format!("{task}2")]);
    }
    assert_eq!(lines.len(), 6);
}

#[test]
fn imports_print_nothing() {
    for lesson in ["process-import", "thread-import"] {
        assert!(printed(lesson).is_empty(), "{lesson}");
    }
}

#[test]
fn join_makes_the_sums_one_and_two_million() {
    let expected = [("sum1".to_owned(), 1_000_000), ("sum2".to_owned(), 2_000_000)];
    assert_eq!(sums(&printed("thread-join")), expected);
}

/// The sums of each run that the harness makes of a lesson, by itself and under chosen schedules.
fn sums_of_all_runs(lesson: &str) -> Vec<Vec<(String, u64)>> {
    let folder = TempDir::new().expect("a folder");
    let mut harness = harness_command();
    harness.args(["check", lesson, "--record"]).arg(folder.path()).current_dir(env!("CARGO_MANIFEST_DIR"));
    assert!(harness.status().expect("the harness runs").success(), "{lesson}");
    let record = [folder.path().join(lesson).with_extension("jsonl")];
    let texts = |run: Transcript| {
        let text = |line| String::from_utf8_lossy(run.text(line)).into_owned();
        run.lines().iter().map(text).collect::<Vec<String>>()
    };
    Transcript::read_all(&record).map(|run| sums(&texts(run.expect("a record")))).collect()
}

#[test]
fn without_a_lock_updates_are_lost() {
    let runs = sums_of_all_runs("thread-race");
    for sums in &runs {
        assert!(sums.len() == 2 && sums.iter().all(|(_, sum)| *sum <= 2_000_000), "{sums:?}");
    }
    let is_lossy = |sums: &Vec<(String, u64)>| sums.iter().all(|(_, sum)| *sum < 2_000_000);
    // In a release build adding is one instruction, within which nobody can be held.
    assert!(!cfg!(debug_assertions) || runs.iter().any(is_lossy), "{runs:?}");
}

#[test]
fn with_a_lock_the_sum_is_exactly_two_million_in_every_run_and_schedule() {
    for sums in sums_of_all_runs("lock-counter") {
        let (names, values): (BTreeSet<String>, Vec<u64>) = sums.into_iter().unzip();
        assert_eq!(values, [1_000_000, 2_000_000]);
        assert_eq!(names.len(), 2, "sum1 and sum2: {names:?}");
    }
}
