//! Whose each line is, where very many write at once and are interrupted all the time.

use std::collections::HashMap;

use crate::scratch::{Scratch, has_witness};

const PROCESSES: usize = 20;
const THREADS: usize = 5;
const LINES: usize = 1000;

#[test]
fn of_100_000_lines_from_100_threads_in_a_storm_of_signals_none_is_lost_doubled_torn_or_given_to_another() {
    if !has_witness() {
        return;
    }
    let [processes, threads, lines] = [PROCESSES, THREADS, LINES].map(|number| number.to_string());
    let course = Scratch::of_command("timeout = '10min'\n", &["./storm", &processes, &threads, &lines]);
    course.compile("storm");
    let run = course.transcript();
    assert_eq!((run.exit().to_string().as_str(), run.cut()), ("exit status 0", None));
    let mut next: HashMap<usize, usize> = HashMap::new();
    for line in run.lines() {
        let (process, thread) = (line.process.unwrap(), line.thread.unwrap());
        let (pid, tid) = (run.processes()[process].pid, run.threads()[thread].tid);
        let count = next.entry(thread).or_default();
        let expected = format!("pid {pid} tid {tid} line {count}");
        assert_eq!(String::from_utf8_lossy(run.text(line)), expected);
        assert!(line.newline && !line.torn, "{expected}");
        *count += 1;
    }
    assert_eq!(next.len(), PROCESSES * THREADS);
    assert!(next.values().all(|&lines| lines == LINES), "{next:?}");
    assert_eq!((run.processes().len(), run.threads().len()), (PROCESSES, PROCESSES * THREADS));
}
