//! Every order that can come: counted for small programs, told with how often each comes, and each shown again by its schedule.

use std::collections::BTreeSet;
use std::fs;
use std::process::Stdio;

use harness::direct::explore::Explored;
use insta::assert_snapshot;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use crate::fallback::refused;
use crate::scratch::{Scratch, Told, has_witness, interpreter, wait_until};

/// Two jobs with two lines each, and the shell's own last line.
const JOBS: &str = "(echo one; echo one again) &\n(echo other; echo other again) &\nwait\necho all";

const JOBS_CONTRACT: &str = "[actors]\nkind = 'process'\none = '^one'\nother = '^other'\nmain = '^all'\n";

/// Without a run that nobody directs: these never come the same twice.
pub(crate) fn explore(course: &Scratch, options: &[&str]) -> Told {
    let told = course.harness(&[&["explore", "sample", "--runs", "0"], options].concat());
    assert_eq!((told.code, told.stderr.as_str()), (0, ""), "{}", told.stdout);
    told
}

/// A program in C of `programs/`, as the sample.
pub(crate) fn compiled(program: &str, arguments: &[&str], contract: &str) -> Scratch {
    let course = Scratch::of_command(contract, &[&[&*format!("./{program}")], arguments].concat());
    course.compile(program);
    course
}

/// Threads that print lines, explored.
fn lines(arguments: &[&str], schedules: &str) -> Value {
    let course = compiled("lines", arguments, "");
    let told = explore(&course, &["--schedules", schedules, "--format", "json"]);
    serde_json::from_str(&told.stdout).unwrap()
}

/// How many different orders, and how many schedules the tree needed for them.
fn counted(found: &Value) -> (usize, u64) {
    (found["outcomes"].as_array().unwrap().len(), found["runs"]["by_tree"].as_u64().unwrap())
}

fn are_all(found: &Value) -> bool {
    let outcomes = found["outcomes"].as_array().unwrap();
    let of_tree = outcomes.iter().all(|outcome| outcome["counts"]["by_tree"].as_u64().unwrap() > 0);
    found["ended"] == true && found["left_to_the_kernel"] == serde_json::json!({}) && of_tree
}

#[test]
fn two_threads_with_three_lines_have_twenty_orders_and_all_are_tried() {
    if has_witness() {
        let found = lines(&["2", "3"], "60");
        assert_eq!(counted(&found), (20, 20), "{found}");
        assert!(are_all(&found), "{found}");
        assert_eq!(found["runs"]["at_random"], 40);
    }
}

#[test]
fn three_threads_with_two_lines_have_ninety_orders() {
    if has_witness() {
        let found = lines(&["3", "2"], "200");
        assert_eq!(counted(&found), (90, 90), "{found}");
        assert!(are_all(&found), "{found}");
    }
}

#[test]
fn what_is_found_is_kept_in_a_file_and_read_again() {
    if has_witness() {
        let course = compiled("lines", &["2", "3"], "");
        let told = explore(&course, &["--schedules", "60", "--format", "json", "--record", "orders.jsonl"]);
        let kept = course.path("orders.jsonl");
        let found: Value = serde_json::from_str(&told.stdout).unwrap();
        assert_eq!(serde_json::json!(Explored::read(&kept).unwrap()), found);
        let text = fs::read_to_string(&kept).unwrap();
        assert_eq!(text.lines().filter(|line| line.starts_with(r#"{"outcome":"#)).count(), 20);
    }
}

#[test]
fn a_record_of_orders_that_is_damaged_is_told_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("orders.jsonl");
    let head = concat!(
        r#"{"explored":{"time":"late","seed":0,"runs":{"by_itself":0,"at_random":0,"by_tree":1},"ended":true,"left_to_try":0,"#,
        r#""not_forced":0,"left_to_the_kernel":{},"hung":false,"interrupted":false}}"#
    );
    let outcome = r#"{"outcome":{"lines":[0],"end":"deadlock","counts":{"by_itself":0,"at_random":0,"by_tree":1},"stuck":[]}}"#;
    let text = r#"{"text":{"actor":"a","stream":"stdout","line":"a"}}"#;
    let read = |text: &str| {
        fs::write(&file, text).unwrap();
        Explored::read(&file)
            .map(drop)
            .map_err(|error| error.replace(&format!("{}:", file.display()), "FILE:"))
    };
    assert_eq!(read(&format!("{head}\n{text}\n{outcome}\n")), Ok(()));
    for (damaged, told) in [
        (String::new(), "FILE:1: it is empty"),
        (format!("{head}\nnonsense\n"), "FILE:2: it is no object with one key"),
        (format!("{head}\n{text}\n{}\n", outcome.replace("outcome", "order")), "FILE:3: there is no `order`"),
        (format!("{text}\n"), "FILE:1: it begins with `text`, and not with `explored`"),
        (format!("{head}\n{outcome}\n"), "FILE: an order has a line that there is not"),
    ] {
        assert_eq!(read(&damaged), Err(told.to_owned()), "{damaged}");
    }
    let wrong = read(&head.replace("late", "soon")).unwrap_err();
    assert!(wrong.starts_with("FILE: unknown variant `soon`"), "{wrong}");
}

#[test]
fn a_thread_can_be_held_before_its_line_and_after_it() {
    if has_witness() {
        let course = compiled("flags", &[], "");
        let told = explore(&course, &["--schedules", "100", "--format", "json"]);
        let found: Value = serde_json::from_str(&told.stdout).unwrap();
        let texts = |lines: &Value| -> Vec<String> {
            let index = |line: &Value| usize::try_from(line.as_u64().unwrap()).unwrap();
            let text = |line| found["texts"][index(line)]["line"].as_str().unwrap().to_owned();
            lines.as_array().unwrap().iter().map(text).collect()
        };
        let seen = found["outcomes"].as_array().unwrap().iter().map(|outcome| texts(&outcome["lines"]));
        let orders = [["a", "b: 0 0"], ["a", "b: 1 0"], ["a", "b: 1 1"], ["b: 0 0", "a"], ["b: 1 0", "a"]];
        assert_eq!(
            seen.collect::<BTreeSet<_>>(),
            orders.map(|order| order.map(str::to_owned).to_vec()).into()
        );
    }
}

#[test]
fn threads_that_are_joined_one_by_one_have_one_order() {
    if has_witness() {
        let course = compiled("lines", &["3", "2", "joined"], "");
        let told = explore(&course, &["--schedules", "50"]);
        assert!(
            told.stdout.starts_with("sample: 1 order, and no other could be forced\n"),
            "{}",
            told.stdout
        );
        assert!(
            told.stdout.contains(" could not be forced: somebody else printed first\n"),
            "{}",
            told.stdout
        );
    }
}

#[test]
fn a_budget_that_is_too_small_for_the_tree_is_said_and_half_of_it_is_random() {
    if has_witness() {
        let course = compiled("lines", &["3", "3"], "");
        let told = explore(&course, &["--schedules", "40"]);
        assert!(told.stdout.contains(" orders seen, and there may be more\n"), "{}", told.stdout);
        assert!(
            told.stdout.contains(" left: who prints the next line was not tried in every way\n"),
            "{}",
            told.stdout
        );
        assert!(
            told.stdout.contains("  20 schedules by the tree of who prints next, 20 at random"),
            "{}",
            told.stdout
        );
        // The commonest and the rarest are shown, and those between them are counted.
        assert!(told.stdout.contains(" between these …\n"), "{}", told.stdout);
    }
}

#[test]
fn a_deadlock_is_an_outcome_that_names_who_waits_for_whom_and_its_schedule_shows_it_again() {
    if !has_witness() {
        return;
    }
    let actors = "[actors]\nkind = 'thread'\nsing = '^sing'\ndance = '^dance'\n";
    let course = compiled("two_locks", &[], actors);
    let told = explore(&course, &["--schedules", "40"]);
    let waits = "sing waits for the lock that dance holds; dance waits for the lock that sing holds";
    let (_, deadlock) = told.stdout.split_once(": deadlock: ").unwrap_or_else(|| panic!("{}", told.stdout));
    let mut lines = deadlock.lines();
    assert!(lines.next().unwrap().ends_with(waits), "{}", told.stdout);
    let (command, schedule) = lines.next().unwrap().split_once(" --schedule ").unwrap();
    assert_eq!(command.trim(), "harness explore sample");
    for _ in 0..3 {
        let again = course.harness(&["explore", "sample", "--schedule", schedule]);
        assert_eq!(again.code, 0, "{again:?}");
        assert!(again.stdout.contains("\n  deadlock\n"), "{}", again.stdout);
        assert!(again.stdout.contains("sing waits for the lock that dance holds\n"), "{}", again.stdout);
    }
}

#[test]
fn the_report_has_each_order_with_its_schedule_and_the_rarest_as_lanes() {
    if !has_witness() {
        return;
    }
    let course = Scratch::sample(JOBS_CONTRACT, JOBS);
    let told = explore(&course, &["--schedules", "80"]);
    assert_snapshot!(told.stdout);
    let told = course.harness(&["--language", "zh", "explore", "sample", "--runs", "0", "--schedules", "80"]);
    assert_snapshot!(told.stdout);
}

#[test]
fn the_same_seed_tells_the_same_on_any_number_of_processors() {
    if !has_witness() {
        return;
    }
    let course = Scratch::sample(JOBS_CONTRACT, JOBS);
    let options = ["--schedules", "80", "--seed", "3"];
    let on_all = explore(&course, &options).stdout;
    assert_eq!(explore(&course, &options).stdout, on_all);
    let harness = course.std_command(&[]).get_program().to_owned();
    let mut pinned = std::process::Command::new("taskset");
    pinned.args(["-c", "0"]).arg(harness).args(["explore", "sample", "--runs", "0"]).args(options);
    match pinned.current_dir(course.path("")).output() {
        Ok(output) if output.status.success() => assert_eq!(course.told(&output).stdout, on_all),
        other => eprintln!("skipped: no `taskset -c 0`: {other:?}"),
    }
    assert_ne!(explore(&course, &["--schedules", "80", "--seed", "4"]).stdout, on_all);
}

#[test]
fn runs_by_themselves_are_counted_beside_those_at_random() {
    if has_witness() {
        let course = Scratch::sample(JOBS_CONTRACT, JOBS);
        let told =
            course.harness(&["explore", "sample", "--runs", "5", "--schedules", "40", "--format", "json"]);
        let found: Value = serde_json::from_str(&told.stdout).unwrap();
        let sum = |kind: &str| -> u64 {
            let outcomes = found["outcomes"].as_array().unwrap().iter();
            outcomes.map(|outcome| outcome["counts"][kind].as_u64().unwrap()).sum()
        };
        assert_eq!(sum("by_itself"), 5);
        assert_eq!((sum("by_tree") + sum("at_random"), &found["runs"]["by_itself"]), (40, &Value::from(5)));
    }
}

#[test]
fn runs_that_differ_in_pids_alone_are_one_order_if_the_contract_names_them() {
    if has_witness() {
        let script = "bash -c 'echo one $$' &\nwait\necho all";
        let named = "[actors]\none = '^one'\nmain = '^all'\n[names]\npid = { pid_in = '^one (\\d+)' }\n";
        let told = explore(&Scratch::sample(named, script), &["--schedules", "12"]).stdout;
        assert!(told.starts_with("sample: 1 order, and no other could be forced\n"), "{told}");
        assert!(told.contains("│ one ‹pid of one›\n"), "{told}");
        let told = explore(&Scratch::sample("", script), &["--schedules", "12"]).stdout;
        assert!(told.contains(" orders seen, and there may be more\n"), "{told}");
    }
}

#[test]
fn a_number_that_varies_has_its_values_counted_each_with_a_schedule() {
    if !has_witness() {
        return;
    }
    // Both read before one of them writes, or not.
    let script = "echo 0 > sum\nadd() { read -r n < sum; sleep 0.01; echo $((n + 1)) > sum; }\nadd & add & wait\n\
                  read -r n < sum; echo \"sum: $n\"";
    let contract = "[actors]\nmain = '^sum'\n[names]\nsum = { number_in = '^sum: (\\d+)' }\n";
    let course = Scratch::sample(contract, script);
    let told = explore(&course, &["--schedules", "40"]).stdout;
    assert!(told.contains("\n  sum: "), "{told}");
    let row =
        told.lines().find(|line| line.trim_start().starts_with("2 ")).unwrap_or_else(|| panic!("{told}"));
    let (_, schedule) = row.rsplit_once("  ").unwrap();
    let again = course.harness(&["explore", "sample", "--schedule", schedule]);
    assert!(again.stdout.contains("│ sum: ‹sum›"), "{again:?}");
    // Of a number that is always the same nothing is told.
    let same = Scratch::sample(contract, "echo sum: 3");
    assert!(!explore(&same, &["--schedules", "4"]).stdout.contains("values"));
}

#[test]
fn in_late_time_a_sleep_makes_no_order_and_in_ideal_time_it_does() {
    if has_witness() {
        let course = Scratch::sample("", "(sleep 0.1; echo late) &\necho main\nwait");
        let late = explore(&course, &["--schedules", "20"]).stdout;
        assert!(late.starts_with("sample: all 2 orders were tried\n"), "{late}");
        let ideal = explore(&course, &["--schedules", "20", "--time", "ideal"]).stdout;
        assert!(ideal.starts_with("sample: 1 order, and no other could be forced\n"), "{ideal}");
    }
}

#[test]
fn orders_are_not_all_where_the_program_asks_for_random_bytes() {
    let (true, Some(python)) = (has_witness(), interpreter("python3")) else { return };
    let contract = "golden = false\n[actors]\nmain = '^main'\nchild = '^child'\n";
    let sample = |call: &str| {
        let script = format!("(echo child) &\n{python} -Sc 'import os; {call}'\necho main\nwait");
        Scratch::sample(contract, &script)
    };
    let judged = |course: &Scratch| course.harness(&["check", "sample", "--schedules", "20"]).stdout;
    let drawn = sample("os.getrandom(1)");
    let told = explore(&drawn, &["--schedules", "20"]).stdout;
    assert!(told.starts_with("sample: 2 orders seen, and there may be more\n"), "{told}");
    assert!(told.contains("the program asks for random bytes"), "{told}");
    assert!(judged(&drawn).contains(" schedules, 2 orders\n"), "{}", judged(&drawn));
    // What the C library asks for by itself changes nothing.
    let plain = sample("os.getpid()");
    let told = explore(&plain, &["--schedules", "20"]).stdout;
    assert!(told.starts_with("sample: all 2 orders were tried\n"), "{told}");
    assert!(judged(&plain).contains(": all 2 orders were tried\n"), "{}", judged(&plain));
}

#[test]
fn orders_are_not_all_where_it_varies_what_a_task_prints() {
    if has_witness() {
        let contract = "golden = false\n[actors]\nworker = '^did'\n";
        let judged = compiled("queue", &[], contract).harness(&["check", "sample"]).stdout;
        assert!(
            judged.starts_with("proven") && judged.contains(" schedules") && !judged.contains("were tried"),
            "{judged}"
        );
    }
}

#[test]
fn a_line_is_withheld_whosever_it_is() {
    if has_witness() {
        let contract =
            "golden = false\n[actors]\nworker = '^did'\n[[always]]\norder = ['^did c$', '^did e$']\n";
        let course = compiled("queue", &[], contract);
        // Of these seeds none breaks it at random.
        for seed in ["1", "2", "3", "4"] {
            let told = course.harness(&["check", "sample", "--schedules", "30", "--seed", seed]).refuted();
            assert!(told.contains("seen      a line that is “did c” after a line that is “did e”"), "{told}");
        }
    }
}

#[test]
fn who_is_killed_before_it_prints_has_its_turn_too() {
    if has_witness() {
        let course = Scratch::sample("", "(echo child) &\nkill -9 $!\necho main");
        let told = explore(&course, &["--schedules", "20"]).stdout;
        assert!(told.starts_with("sample: 2 orders, and no other could be forced\n"), "{told}");
    }
}

#[test]
fn crashes_and_hangs_are_outcomes_of_their_own() {
    if has_witness() {
        let script = "echo one &\nread -r line < <(echo other)\nkill -SEGV $$";
        let told = explore(&Scratch::sample("", script), &["--schedules", "12"]).stdout;
        assert!(told.contains("killed by SIGSEGV\n    harness explore sample --schedule late"), "{told}");
        let hang = Scratch::sample("timeout = '300ms'\n", "echo one &\nwhile :; do :; done");
        let told = explore(&hang, &["--schedules", "12"]).stdout;
        assert!(told.contains("order 1: still running when its time was up"), "{told}");
        assert!(told.contains("too many runs hung, so no more were made"), "{told}");
    }
}

#[test]
fn a_schedule_alone_shows_who_went_and_what_the_others_were_about() {
    if has_witness() {
        let course = compiled("lines", &["2", "2"], "[actors]\nkind = 'thread'\nsing = '^a'\ndance = '^b'\n");
        let told = course.harness(&["explore", "sample", "--schedule", "late,3:2"]);
        assert_eq!(told.code, 0, "{told:?}");
        assert_snapshot!(told.stdout);
    }
}

#[test]
fn a_schedule_that_can_t_be_followed_is_an_error() {
    if has_witness() {
        let course = Scratch::sample("", "echo one");
        let told = course.harness(&["explore", "sample", "--schedule", "late,3:7"]);
        assert_eq!(told.code, 2, "{told:?}");
        let why = "error: sample: the schedule could not be followed: this program goes otherwise\n";
        assert_eq!(told.stderr, why);
        let told = course.harness(&["explore", "sample", "--schedule", "soon,3:7"]);
        assert!(told.error().contains("a schedule begins with `late`, `ideal` or `busy`"));
    }
}

#[test]
fn the_rarest_is_drawn_to_a_file() {
    if has_witness() {
        let course = Scratch::sample(JOBS_CONTRACT, JOBS);
        let told = explore(&course, &["--schedules", "40", "--svg", "rarest.svg"]);
        assert!(told.stdout.ends_with("sample: drawn as rarest.svg\n"), "{}", told.stdout);
        let picture = std::fs::read_to_string(course.path("rarest.svg")).unwrap();
        assert!(picture.contains("other again"), "{picture}");
    }
}

#[test]
fn a_time_limits_it_in_place_of_a_number() {
    if has_witness() {
        let course = Scratch::sample(JOBS_CONTRACT, JOBS);
        let begun = std::time::Instant::now();
        explore(&course, &["--for", "400ms"]);
        assert!(begun.elapsed() < std::time::Duration::from_secs(20));
    }
}

#[test]
fn what_can_t_be_directed_is_refused_with_the_reason() {
    let reasons = [
        ("directed = false\n", "its contract says `directed = false`"),
        ("exclusive = true\n", "its contract says `exclusive`: the program measures"),
        ("witness = 'socket'\n", "its contract says `witness = \"socket\"`"),
    ];
    for (contract, reason) in reasons {
        let course = Scratch::sample(contract, "echo one");
        let error = course.harness(&["explore", "sample"]).error();
        assert!(error.starts_with(&format!("error: sample can't be explored: {reason}")), "{error}");
    }
}

#[test]
fn where_ptrace_is_refused_nobody_can_choose() {
    let course = Scratch::sample("", "echo one");
    let error = course.told(&refused(&course, &["explore", "sample"])).error();
    let why = "error: sample can't be explored: nobody can choose who goes next without the witness";
    assert!(error.starts_with(why), "{error}");
    assert!(error.contains("ptrace(2) is refused here"), "{error}");
}

#[test]
fn an_interrupt_tells_the_orders_that_are_known_so_far() {
    if !has_witness() {
        return;
    }
    let course = Scratch::sample(JOBS_CONTRACT, &format!("{JOBS}\necho >> ran"));
    let mut command = course.std_command(&["explore", "sample", "--for", "5min"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    wait_until(
        || std::fs::read(course.path("examples-bin/sample/ran")).is_ok_and(|ran| ran.len() > 40),
        || "the program was not started".to_owned(),
    );
    kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), Signal::SIGINT).unwrap();
    let told = course.told(&child.wait_with_output().unwrap());
    assert_eq!((told.code, told.stderr.as_str()), (130, "interrupted: this is what is known so far\n"));
    assert!(told.stdout.contains("runs by itself\n"), "{}", told.stdout);
}
