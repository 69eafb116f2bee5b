//! Programs that do their worst to whoever runs them. Nothing of them may be left, and who had to be killed is named.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};
use std::sync::LazyLock;

use assert_cmd::cargo::cargo_bin;

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::scratch::{Scratch, as_an_ordinary_user, has_witness, killed, wait_until};

const ACTORS: &str = "[actors]\nmain = '^main'\n";

/// A run that has a supervisor, and whose output comes through sockets.
const SOCKET: &str = "witness = 'socket'\n";

/// A program that does what a script can't, compiled once. It replaces an older one at once, which other tests may be running.
static TORTURER: LazyLock<PathBuf> = LazyLock::new(|| {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/torture/torturer.rs");
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("torturer");
    let own = program.with_extension(process::id().to_string());
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc.args(["--edition", "2024", "-o"]).args([&own, &source]);
    assert!(rustc.status().unwrap().success());
    fs::rename(own, &program).unwrap();
    program
});

/// A course whose lesson is a torture of `torture/torturer.rs`.
fn torturer(contract: &str, torture: &str) -> Scratch {
    let course = Scratch::new();
    let words: Vec<String> = torture.split(' ').map(|word| format!("\"{word}\"")).collect();
    let head = format!("title = \"Torture\"\ncommand = [\"./torturer\", {}]\n", words.join(", "));
    course.file("examples-bin/sample/lesson.toml", head + contract);
    symlink(&*TORTURER, course.path("examples-bin/sample/torturer")).unwrap();
    course
}

#[test]
fn a_storm_of_thousands_is_ended() {
    let report = torturer(ACTORS, "storm").harness(&["check"]).refuted();
    // The machine may refuse to start some, and something else may be reported first, as they share a stderr.
    assert!(killed(&report) > 100, "{report}");
    assert!(report.contains("`./torturer storm`") && report.contains(" more\n"), "{report}");
}

#[test]
fn a_chain_that_forks_faster_than_it_can_be_looked_at_is_ended() {
    let report = torturer(ACTORS, "chain").harness(&["check"]).refuted();
    // A process that is just ending may be named as well, and first.
    assert!(killed(&report) >= 1 && report.contains("`./torturer chain`"), "{report}");
}

#[test]
fn a_process_that_is_traced_by_its_child_is_ended() {
    let course = torturer(ACTORS, "traced");
    let report = course.harness(&["check"]).refuted();
    assert_eq!(killed(&report), 2, "{report}");
    if !course.path("examples-bin/sample/traced").exists() {
        eprintln!("skipped: this machine does not let a child trace its parent");
    }
}

#[test]
fn a_subreaper_of_its_own_is_ended_with_its_orphans() {
    let report = torturer(ACTORS, "subreaper").harness(&["check"]).refuted();
    assert_eq!(killed(&report), 4, "{report}");
}

#[test]
fn a_parent_that_waits_in_vfork_is_ended_by_the_timeout() {
    let report = torturer(&format!("timeout = '1s'\n{ACTORS}"), "vfork").harness(&["check"]).refuted();
    assert!(report.contains("with it ended pid [A] `./torturer vfork`"), "{report}");
}

#[test]
fn a_child_that_tells_nobody_of_its_end_is_ended() {
    let report = torturer(ACTORS, "silent").harness(&["check"]).refuted();
    assert_eq!(killed(&report), 1, "{report}");
}

#[test]
fn no_descriptor_of_the_harness_reaches_a_program_however_many_start_at_once() {
    for capture in ["socket", "pty", "pipe"] {
        let contract =
            format!("capture = '{capture}'\n{ACTORS}[names]\npid = {{ text_in = 'pid (\\d+)' }}\n");
        let course = torturer(&contract, "descriptors");
        course.golden("sample", &golden_of(capture));
        let told = course.harness(&["stress", "sample", "--runs", "200", "--jobs", "16", "--calm"]);
        assert_eq!(told.code, 0, "{}", told.stdout);
    }
}

fn golden_of(capture: &str) -> String {
    let end = if capture == "pty" { "\\r" } else { "" };
    format!("main │ main: descriptors{end}\nmain │ main: pid ‹pid› has 0, 1, 2{end}\n")
}

/// Stops the child that was started last, once it is the program that it executes.
const STOP: &str = "stop() { until [ \"$(cat /proc/$!/comm)\" = sleep ]; do :; done; kill -STOP $!; }\n";

#[test]
fn a_program_that_stops_itself_is_ended_by_the_timeout() {
    let script = &format!("{STOP}echo main: 1; sleep 1001 & stop; kill -STOP $$");
    let course = Scratch::sample(&format!("timeout = '2s'\n{ACTORS}"), script);
    let report = course.harness(&["check"]).refuted();
    assert!(report.contains("with it ended pid [A] `sleep 1001`"), "{report}");
}

#[test]
fn children_that_are_stopped_are_ended_and_named() {
    let script = format!("{STOP}echo main: 1; sleep 1001 & stop; (sleep 1002 & stop)");
    let report = Scratch::sample(ACTORS, &script).harness(&["check"]).refuted();
    assert_eq!(killed(&report), 2, "{report}");
    assert!(report.contains("`sleep 1001`") && report.contains("`sleep 1002`"), "{report}");
}

#[test]
fn children_in_process_groups_of_their_own_are_ended_and_named() {
    let course = Scratch::sample(ACTORS, "set -m; echo main: 1; sleep 1001 & setsid sleep 1002 & sleep 0.1");
    let report = course.harness(&["check"]).refuted();
    assert!(report.contains("`sleep 1001`") && report.contains("`sleep 1002`"), "{report}");
}

#[test]
fn a_zombie_is_no_leak() {
    let course = Scratch::sample(ACTORS, "echo main: 1; sleep 0 & exec sleep 0.2");
    course.golden("sample", "main │ main: 1\n");
    let told = course.harness(&["check"]);
    assert_eq!(told.code, 0, "{}", told.stdout);
}

#[test]
fn a_program_that_closes_its_stdout_is_followed_to_its_end() {
    let script = "echo main: 1; (sleep 0.2; echo other: late) & exec >&-; wait; sleep 1001 & exit 0";
    let course = Scratch::sample(&format!("{ACTORS}other = '^other'\n"), script);
    course.golden("sample", "main  │ main: 1\nother │ other: late\n");
    let report = course.harness(&["check"]).refuted();
    assert_eq!(report.matches("refuted:").count(), 1, "{report}");
    assert!(
        report.contains("1 process lived on for 500 ms and was killed: pid [A] `sleep 1001`"),
        "{report}"
    );
}

#[test]
fn a_command_line_is_shown_without_what_a_terminal_obeys() {
    let script = "echo main: 1\n(exec -a $'evil\\e[2J\\n refuted: forged \\xff' sleep 1001) &
        (exec -a \"$(printf '%5000s' | tr ' ' x)\" sleep 1002) & sleep 0.1";
    let course = Scratch::sample(ACTORS, script);
    let report = course.harness(&["check"]).refuted();
    assert!(report.contains(r"`evil\u{1b}[2J\n refuted: forged �"), "{report}");
    assert!(report.contains("xxx…`") && !report.contains('\u{1b}'), "{report}");
    assert!(report.len() < 3000, "{} bytes", report.len());
}

#[test]
fn gigabytes_among_a_programs_own_processes_are_its_own_business() {
    let course = Scratch::sample(ACTORS, "head -c 2G /dev/zero | cat | tail -c 0; echo main: 1");
    course.golden("sample", "main │ main: 1\n");
    let told = course.harness(&["check"]);
    assert_eq!(told.code, 0, "{}", told.stdout);
}

#[test]
fn gigabytes_on_stdout_are_a_flood_whoever_prints_them() {
    let contract = format!("timeout = '10min'\n{ACTORS}");
    let course = Scratch::sample(&contract, "echo main: 1; setsid head -c 4G /dev/zero & sleep 1000");
    let report = course.harness(&["check"]).refuted();
    assert!(report.contains("it printed more and was ended"), "{report}");
}

#[test]
fn a_supervisor_that_is_stopped_after_the_programs_end_is_woken() {
    let script = "supervisor=$PPID; echo main: 1; (sleep 0.1; kill -STOP $supervisor; sleep 1001) & exit 0";
    let course = Scratch::sample(&format!("{SOCKET}{ACTORS}"), script);
    let report = course.harness(&["check"]).refuted();
    assert!(report.contains("no process outlives the program"), "{report}");
}

#[test]
fn a_supervisor_that_is_stopped_again_and_again_ends_the_run() {
    let script = "echo main: 1; while :; do kill -STOP $PPID; done";
    let course = Scratch::sample(&format!("timeout = '1s'\n{SOCKET}{ACTORS}"), script);
    let report = course.harness(&["check"]).refuted();
    assert!(report.contains("the run ends within 1 s"), "{report}");
}

#[test]
fn all_runs_end_with_a_harness_that_is_killed() {
    let script = "echo main: running; setsid env -i sleep 1001 & sleep 1002 & wait";
    let course = Scratch::sample(ACTORS, script);
    let mut command = course.std_command(&["stress", "sample", "--jobs", "8", "--calm"]);
    let mut harness = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    // Each with its two children, beside the supervisors and the harness.
    let under_way =
        || course.running().iter().filter(|process| process.contains(": sleep 100")).count() >= 16;
    wait_until(under_way, || format!("these run: {:?}", course.running()));
    harness.kill().unwrap();
    harness.wait().unwrap();
    course.wait_until_nothing_runs();
}

/// Runs this as the first process of a pid namespace, which ends with it; `None` where this user may not make one. `OUTSIDE`
/// is the namespace that this is not: what signals broadly runs in another one, or not at all.
fn in_a_namespace(course: &Scratch, command: &[&str]) -> Option<std::process::Output> {
    let unshare = |command: &[&str]| {
        let mut unshare = Command::new("unshare");
        unshare.args(["--user", "--map-root-user", "--pid", "--fork", "--mount-proc", "--kill-child"]);
        unshare.args(command).env("OUTSIDE", fs::read_link("/proc/self/ns/pid").unwrap());
        unshare.current_dir(course.path("")).stdin(Stdio::null()).output()
    };
    if !unshare(&["true"]).is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: this machine does not let everybody have a pid namespace");
        return None;
    }
    Some(unshare(command).unwrap())
}

/// Kills every process that it may, but itself and the first process of its namespace.
const KILLS_ALL: &str =
    "[ \"${OUTSIDE:-$(readlink /proc/self/ns/pid)}\" != \"$(readlink /proc/self/ns/pid)\" ] || exit 99
    echo main: 1; setsid sleep 1001 & sleep 0.1; kill -KILL -1; sleep 1002";

/// A program that the harness watches does nothing to the harness.
#[test]
fn a_program_that_attacks_the_harness_is_refused() {
    if !has_witness() {
        return;
    }
    let course = Scratch::of_command(ACTORS, &["./attack"]);
    course.compile("attack");
    let signals = ["SIGKILL", "SIGSTOP", "SIGTERM"].into_iter().flat_map(|signal| {
        let ways = [
            "kill",
            "tkill",
            "tgkill",
            "its group",
            "rt_sigqueueinfo",
            "rt_tgsigqueueinfo",
            "pidfd_send_signal",
        ];
        ways.map(|way| format!("{signal} by {way}"))
    });
    let others = ["PTRACE_ATTACH", "PTRACE_SEIZE", "process_vm_writev", "pidfd_getfd"].map(str::to_owned);
    let refused = Errno::EPERM as i32;
    let golden: String =
        signals.chain(others).map(|way| format!("main │ main: {way}: {refused}\n")).collect();
    course.golden("sample", &golden);
    // Were it not refused, its group would be all that it hits.
    let told = course.told(&course.std_command(&["check"]).process_group(0).output().unwrap());
    assert_eq!((told.code, told.stderr.as_str()), (0, ""), "{}", told.stdout);
}

#[test]
fn a_program_that_kills_all_it_may_kills_its_own() {
    if !has_witness() {
        return;
    }
    let course = Scratch::of_command(ACTORS, &["./attack", "everybody"]);
    course.compile("attack");
    course.golden("sample", "main │ main: SIGKILL to everybody: 0\nmain │ main: its own child was killed\n");
    let harness = cargo_bin("harness");
    // The first process is another one, which nobody may kill.
    let command = ["bash", "-c", "\"$0\" check; exit $?", harness.to_str().unwrap()];
    let Some(output) = in_a_namespace(&course, &command) else { return };
    let told = course.told(&output);
    assert_eq!((told.code, told.stderr.as_str()), (0, ""), "{}", told.stdout);
    // Elsewhere it does nothing.
    let report = course.harness(&["check"]).refuted();
    assert!(report.contains("exit status 99"), "{report}");
}

/// All are stopped before any is killed: what the dying print is not the program's.
#[test]
fn at_a_time_out_nobody_acts_any_more() {
    if !has_witness() {
        return;
    }
    let course = torturer(&format!("timeout = '500ms'\n{ACTORS}helper = '^helper'\n"), "hangs");
    for _ in 0..5 {
        let report = course.harness(&["check"]).refuted();
        assert!(report.contains("it was still running and was ended, after 1 line"), "{report}");
        assert!(report.contains("with it ended pid [A] `./torturer hangs`"), "{report}");
        assert!(!course.path("examples-bin/sample/touched").exists(), "{report}");
    }
}

/// Nor under a schedule, where a sleep takes no time: not one that is as long as the time-out.
#[test]
fn no_schedule_goes_past_the_time_out_in_a_sleep() {
    let script = "exec 3> >(read -r; echo helper: goes on; touch touched)
        echo main: hangs
        sleep 60 3>&-";
    let course = Scratch::sample(&format!("timeout = '500ms'\n{ACTORS}helper = '^helper'\n"), script);
    let report = course.harness(&["check"]).refuted();
    assert!(report.contains("it was still running and was ended, after 1 line"), "{report}");
    assert!(!course.path("examples-bin/sample/touched").exists(), "{report}");
}

#[test]
fn a_program_that_kills_its_supervisor_and_all_others_ends_with_what_it_started() {
    let course = Scratch::sample(&format!("{SOCKET}{ACTORS}"), KILLS_ALL);
    let harness = cargo_bin("harness");
    let Some(output) = in_a_namespace(&course, &[harness.to_str().unwrap(), "check"]) else { return };
    // The first process of a namespace can't be killed from inside: the harness is left to tell.
    let report = course.told(&output).refuted();
    assert!(report.contains("the program leaves its supervisor alone"), "{report}");
}

#[test]
fn a_program_that_kills_the_harness_as_well_ends_with_its_namespace() {
    let course = Scratch::sample(&format!("{SOCKET}{ACTORS}"), KILLS_ALL);
    let harness = cargo_bin("harness");
    let command = ["bash", "-c", "\"$0\" check; echo $?", harness.to_str().unwrap()];
    let Some(output) = in_a_namespace(&course, &command) else { return };
    // With the namespace ends whoever outlived both.
    assert_eq!(String::from_utf8_lossy(&output.stdout), "137\n", "{output:?}");
    course.wait_until_nothing_runs();
}

#[test]
fn a_program_in_a_pid_namespace_of_its_own_is_ended() {
    let script = "echo main: 1
        inner='setsid sleep 1001 & touch running; sleep 1002'
        unshare --user --map-root-user --pid --fork --mount-proc bash -c \"$inner\" &
        until [ -e running ]; do sleep 0.01; done";
    let course = Scratch::sample(ACTORS, script);
    if in_a_namespace(&course, &["true"]).is_none() {
        return;
    }
    let report = course.harness(&["check"]).refuted();
    assert!(report.contains("`sleep 1002`"), "{report}");
}

#[test]
fn a_process_whose_first_thread_has_ended_is_ended_and_named() {
    let report = torturer(ACTORS, "leader").harness(&["check"]).refuted();
    assert_eq!(killed(&report), 1, "{report}");
    assert!(report.contains("killed: pid [A] `./torturer leader`"), "{report}");
}

#[test]
fn a_process_on_its_way_out_is_no_survivor() {
    // One that takes longer than the grace is allowed, by the command line that it has while it lives.
    let course = torturer(&format!("timeout = '60s'\nsurvivors = ['^\\./torturer ']\n{ACTORS}"), "ending");
    course.golden("sample", "main │ main: ending\n");
    for _ in 0..3 {
        let told = course.harness(&["check"]);
        assert_eq!(told.code, 0, "{}", told.stdout);
    }
}

/// The program reports in its supervisor's place that all is well: nobody believes it.
fn assert_not_believed(report: &str) {
    assert!(report.contains("seen      exit status 3"), "{report}");
    assert!(report.contains("killed: pid [A] `./torturer forge`"), "{report}");
}

#[test]
fn a_program_can_not_speak_for_its_supervisor() {
    let course = torturer(&format!("{SOCKET}{ACTORS}"), "forge");
    course.golden("sample", "main │ main: forge\n");
    assert_not_believed(&course.harness(&["check"]).refuted());
    let Some(mut ordinary) = as_an_ordinary_user(&course, &["check"]) else { return };
    assert_not_believed(&course.told(&ordinary.output().unwrap()).refuted());
}

/// A course whose program becomes root though an ordinary user runs it.
fn setuid(contract: &str, torture: &str) -> Scratch {
    let course = torturer(contract, torture);
    let torturer = course.path("examples-bin/sample/torturer");
    fs::set_permissions(torturer, fs::Permissions::from_mode(0o4755)).unwrap();
    course
}

/// Ends the processes that only root can end; false where the program did not become root.
fn end_as_root(course: &Scratch) -> bool {
    let ran = || course.running().into_iter().filter(|process| process.contains(": ./torturer setuid"));
    for process in ran() {
        let pid = process.split_once(':').unwrap().0.parse().unwrap();
        kill(Pid::from_raw(pid), Signal::SIGKILL).unwrap();
    }
    wait_until(|| ran().next().is_none(), || "it can't be killed".to_owned());
    let was_root = course.path("examples-bin/sample/root").exists();
    if !was_root {
        eprintln!("skipped: a setuid program does not become root here");
    }
    was_root
}

#[test]
fn a_setuid_program_that_is_watched_has_no_rights_and_that_is_told() {
    if !has_witness() {
        return;
    }
    let course = setuid(ACTORS, "setuid");
    course.golden("sample", "main │ main: setuid\n");
    let Some(mut ordinary) = as_an_ordinary_user(&course, &["check"]) else { return };
    let report = course.told(&ordinary.output().unwrap()).refuted();
    assert!(!course.path("examples-bin/sample/root").exists(), "{report}");
    assert!(
        report.contains("1 process lived on for 500 ms and was killed: pid [A] `./torturer setuid`"),
        "{report}"
    );
    assert!(report.contains("torturer ran without the rights that its file gives (setuid)"), "{report}");
}

#[test]
fn what_this_user_may_not_kill_is_left_and_named() {
    let course = setuid(&format!("{SOCKET}{ACTORS}"), "setuid");
    course.golden("sample", "main │ main: setuid\n");
    let Some(mut ordinary) = as_an_ordinary_user(&course, &["check"]) else { return };
    let output = ordinary.output().unwrap();
    if !end_as_root(&course) {
        return;
    }
    let report = course.told(&output).refuted();
    assert!(
        report.contains("1 process can't be ended and lives on: pid [A] `./torturer setuid`"),
        "{report}"
    );
}

#[test]
fn a_program_that_this_user_may_not_kill_is_left_when_its_time_is_up() {
    let course = setuid(&format!("timeout = '1s'\n{SOCKET}{ACTORS}"), "setuid-stays");
    let Some(mut ordinary) = as_an_ordinary_user(&course, &["check"]) else { return };
    let output = ordinary.output().unwrap();
    if !end_as_root(&course) {
        return;
    }
    let report = course.told(&output).refuted();
    assert!(report.contains("the run ends within 1 s"), "{report}");
    assert!(
        report.contains("1 process can't be ended and lives on: pid [A] `./torturer setuid-stays`"),
        "{report}"
    );
}

#[test]
fn an_interrupt_is_heard_though_the_program_may_not_be_killed() {
    let course = setuid(&format!("timeout = '10min'\n{SOCKET}{ACTORS}"), "setuid-stays");
    let Some(mut ordinary) = as_an_ordinary_user(&course, &["check"]) else { return };
    let child = ordinary.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let runs = || course.running().iter().any(|process| process.contains(": ./torturer setuid-stays"));
    wait_until(runs, || "the lesson was not started".to_owned());
    kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGINT).unwrap();
    let output = child.wait_with_output().unwrap();
    end_as_root(&course);
    let told = course.told(&output);
    assert_eq!((told.code, told.stderr.as_str()), (130, "interrupted: not judged are sample\n"));
}

#[test]
fn a_program_that_mounts_over_proc_is_ended_with_what_it_started() {
    let course = Scratch::sample(ACTORS, "mount -t tmpfs none /proc || exit 7; echo main: 1; sleep 1001 &");
    let harness = cargo_bin("harness");
    // Its mounts are seen in this namespace alone.
    let Some(output) = in_a_namespace(&course, &[harness.to_str().unwrap(), "check"]) else { return };
    let report = course.told(&output).refuted();
    assert!(!report.contains("exit status 7"), "{report}");
    assert!(
        report.contains("1 process lived on for 500 ms and was killed: pid [A] `sleep 1001`"),
        "{report}"
    );
}

#[test]
fn a_program_that_sends_descriptors_on_its_stdout_is_judged() {
    for how in [SOCKET, "capture = 'socket'\n"] {
        let contract = format!("{how}{ACTORS}[names]\npid = {{ pid_in = '(\\d+)$' }}\n");
        let course = torturer(&contract, "sends");
        let golden =
            ["sends", "one", "many", "one", "‹pid of main›"].map(|text| format!("main │ main: {text}\n"));
        course.golden("sample", &golden.concat());
        let told = course.harness(&["check"]);
        assert_eq!((told.code, told.stderr.as_str()), (0, ""), "{}", told.stdout);
        // The same where not all of them can be received.
        let harness = cargo_bin("harness");
        let mut few = Command::new("bash");
        few.args(["-c", "ulimit -n 64; exec \"$0\" check", harness.to_str().unwrap()]);
        let told = course.told(&few.current_dir(course.path("")).output().unwrap());
        assert_eq!((told.code, told.stderr.as_str()), (0, ""), "{}", told.stdout);
    }
}

/// The golden of a program that prints this line, as often as a pipe would hold it.
fn hurried(line: &str) -> String {
    format!("main │ main: hurry\n{}", format!("main │ {line}\n").repeat(60_000 / (line.len() + 1)))
}

#[test]
fn what_is_written_without_waiting_is_not_lost_where_a_pipe_would_hold_it() {
    let line = "main: of some length, as programs print";
    let course = torturer(&format!("{SOCKET}{ACTORS}"), &format!("hurry {}", line.replace(' ', "_")));
    course.golden("sample", &hurried(&line.replace(' ', "_")));
    let told = course.harness(&["check"]);
    if told.code != 0 {
        assert!(told.stdout.contains("the socket may have been full"), "{}", told.stdout);
        eprintln!("skipped: this machine does not let this user's sockets hold as much as a pipe");
    }
}

#[test]
fn lines_that_the_capture_may_have_lost_are_told_with_the_mend() {
    // As many as one byte each lets a pipe hold: more than an ordinary user's socket holds.
    let course = torturer(&format!("{SOCKET}[actors]\nmain = '^m'\n"), "hurry m");
    course.golden("sample", &hurried("m"));
    let Some(mut ordinary) = as_an_ordinary_user(&course, &["check"]) else { return };
    let told = course.told(&ordinary.output().unwrap());
    if told.code == 0 {
        eprintln!("skipped: this machine lets everybody's sockets hold as much as a pipe");
        return;
    }
    let report = told.refuted();
    assert!(report.contains("missing\n") && report.contains("the socket may have been full"), "{report}");
    assert!(report.contains("`capture = \"pipe\"`"), "{report}");
}
