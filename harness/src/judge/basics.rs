//! What is asked of every program, whatever its contract claims: to end by itself and well, to keep stderr clean, to
//! leave nobody behind, and to print only lines of its actors.

use crate::cast::Stderr;
use crate::cast::reading::{Claimed, Reading};
use crate::check::Check;
use crate::check::finding::{Finding, FindingKind};
use crate::contract::Contract;
use crate::language::Language;
use crate::transcript::schedule::Wait;
use crate::transcript::{Cut, Exit, LINE_COST, Stream, Survivor, Transcript};
use crate::words::{duration, lines, list, processes, size};

/// So many processes are named at the most.
const SHOWN: usize = 8;

/// The finding of a run that was cut short: nothing else can be said of it.
pub(crate) fn cut(reading: &Reading<'_>) -> Option<Finding> {
    let (transcript, language) = (reading.transcript, reading.language);
    let count = transcript.lines().len();
    let shown: Vec<usize> = match transcript.cut()? {
        Cut::Flooded(_) => (0..count.min(3)).collect(),
        _ => (count.saturating_sub(3)..count).collect(),
    };
    let finding = match transcript.cut()? {
        Cut::TimedOut(limit) => timed_out(&duration(limit), transcript, language),
        Cut::Flooded(limit) => {
            let (limit, left) = (size(limit, language), lives_on(transcript, language));
            let claim = language.pick(
                format!(
                    "the program prints at most {limit} (each line counts {LINE_COST} bytes more than it has)"
                ),
                format!("程序至多打印 {limit}（每行另计 {LINE_COST} 字节）"),
            );
            let seen = language.pick(
                format!("it printed more and was ended; this is how it began{left}"),
                format!("它打印得更多，被终止了；开头是这样的{left}"),
            );
            Finding::new(FindingKind::Flood, claim, language.pick("no more than that", "不超过这么多"), seen)
        }
        Cut::Unsupervised => {
            let (after, others) = (lines(count as u64, language), others(transcript, language));
            let seen = language.pick(
                format!("it was killed, which ended the run, after {after}{others}"),
                format!("监护进程被杀死，运行随之结束，此前打印了 {after}{others}"),
            );
            let (claim, expected) = language.pick(
                ("the program leaves its supervisor alone", "a supervisor that lives"),
                ("程序不碰它的监护进程", "监护进程活着"),
            );
            Finding::new(FindingKind::Supervisor, claim, expected, seen)
        }
        Cut::Deadlocked => deadlocked(reading),
        Cut::Interrupted => {
            let (claim, expected, seen) = language.pick(
                ("the run ends by itself", "an end", "it was interrupted"),
                ("运行自行结束", "结束", "它被打断了"),
            );
            Finding::new(FindingKind::Interrupted, claim, expected, seen)
        }
    };
    Some(finding.lines(reading, &shown))
}

fn timed_out(limit: &str, transcript: &Transcript, language: Language) -> Finding {
    let claim = language.pick(format!("the run ends within {limit}"), format!("运行在 {limit} 内结束"));
    let (state, help) = state(transcript, language);
    let after = lines(transcript.lines().len() as u64, language);
    let others = others(transcript, language);
    let seen = language
        .pick(format!("{state}, after {after}{others}"), format!("{state}，此前打印了 {after}{others}"));
    Finding::new(FindingKind::Timeout, claim, language.pick("an end in time", "按时结束"), seen).help(help)
}

fn deadlocked(reading: &Reading<'_>) -> Finding {
    let language = reading.language;
    let stuck = reading.transcript.direction().map(|direction| &direction.stuck[..]).unwrap_or_default();
    let one = |(thread, wait): &(usize, Wait)| {
        let waits = wait.words(|thread| reading.thread(thread), language);
        format!("{} {waits}", reading.thread(*thread))
    };
    let seen = stuck.iter().map(one).collect::<Vec<_>>().join(language.pick("; ", "；"));
    let (claim, expected) = language.pick(
        ("somebody can always go on, until all have ended", "an end"),
        ("直到全部结束，总有谁能继续执行", "结束"),
    );
    Finding::new(FindingKind::Deadlock, claim, expected, seen)
}

/// What became of the others when a run was ended.
fn others(transcript: &Transcript, language: Language) -> String {
    let ended: Vec<&Survivor> = transcript.survivors().iter().filter(|survivor| survivor.killed).collect();
    let who = named(&ended, language);
    let ended = match ended.as_slice() {
        [] => String::new(),
        _ => language.pick(format!("; with it ended {who}"), format!("；随它一起结束的有 {who}")),
    };
    ended + &lives_on(transcript, language)
}

fn lives_on(transcript: &Transcript, language: Language) -> String {
    let left: Vec<&Survivor> = transcript.survivors().iter().filter(|survivor| !survivor.killed).collect();
    match left.as_slice() {
        [] => String::new(),
        left => language.pick("; ", "；").to_owned() + &can_not_be_ended(left, language),
    }
}

fn can_not_be_ended(left: &[&Survivor], language: Language) -> String {
    let (count, who) = (processes(left.len() as u64, language), named(left, language));
    let live = if left.len() == 1 { "lives" } else { "live" };
    language.pick(
        format!("{count} can't be ended and {live} on: {who}"),
        format!("{count}无法终止，仍然活着：{who}"),
    )
}

/// What a program was about when its time was up, and what would mend that.
fn state(transcript: &Transcript, language: Language) -> (String, &'static str) {
    let stopped = transcript.stopped();
    if stopped.is_empty() {
        let state = language.pick("it was still running and was ended", "它还在运行，被终止了");
        let help = language.pick(
            "`timeout = \"…\"` in the contract allows more time",
            "契约里的 `timeout = \"…\"` 允许更长的时间",
        );
        return (state.to_owned(), help);
    }
    let pid = |pid: &u32| {
        let is_program = *pid == transcript.pid();
        if is_program {
            language.pick("the program itself", "程序自己").to_owned()
        } else {
            format!("pid {pid}")
        }
    };
    let who = first_of(stopped.iter().map(pid).collect(), language);
    let signals = if stopped.len() == 1 { "a signal" } else { "signals" };
    let state = language.pick(
        format!("{who} had been stopped by {signals} and not continued, and the run was ended"),
        format!("{who}被信号停住，没有再继续，运行被终止了"),
    );
    let help = language.pick(
        "SIGSTOP, SIGTSTP, SIGTTIN and SIGTTOU stop a process, and it goes on only at SIGCONT: more time would not help",
        "SIGSTOP、SIGTSTP、SIGTTIN 和 SIGTTOU 使进程停住，收到 SIGCONT 才会继续：给更长的时间也没有用",
    );
    (state, help)
}

/// What is asked of every program, whatever its contract claims.
pub(crate) fn basics(contract: &Contract, reading: &Reading<'_>) -> Vec<Finding> {
    let leaked = leaked(contract, reading);
    let all = [exit(contract, reading), stderr(reading), leaked, unclaimed(reading)];
    all.into_iter().flatten().collect()
}

fn exit(contract: &Contract, reading: &Reading<'_>) -> Option<Finding> {
    let seen = reading.transcript.exit();
    let is_claimed = contract
        .always
        .iter()
        .any(|always| matches!(&always.check, Check::Ends(ends) if ends.is_of_program()));
    if seen == Exit::Code(0) || is_claimed {
        return None;
    }
    let (claim, expected) = reading
        .language
        .pick(("the program ends with exit status 0", "exit status 0"), ("程序以状态码 0 退出", "状态码 0"));
    Some(Finding::new(FindingKind::Exit, claim, expected, seen.words(reading.language)))
}

fn stderr(reading: &Reading<'_>) -> Option<Finding> {
    let (transcript, language) = (reading.transcript, reading.language);
    let is_noise = |&line: &usize| transcript.lines()[line].stream == Stream::Stderr;
    let noise: Vec<usize> = (0..transcript.lines().len()).filter(is_noise).collect();
    if reading.cast.stderr != Stderr::Empty || noise.is_empty() {
        return None;
    }
    let (claim, expected) =
        language.pick(("nothing is printed on stderr", "nothing"), ("标准错误上什么也没有", "没有"));
    let finding = Finding::new(FindingKind::Stderr, claim, expected, lines(noise.len() as u64, language));
    let text = |&line: &usize| String::from_utf8_lossy(transcript.text(&transcript.lines()[line]));
    let help = noise.iter().map(text).find_map(|text| no_such_device(&text, language));
    Some(Finding { help: help.map(str::to_owned), ..finding }.lines(reading, &noise))
}

/// What a message that there is no such device comes from, where that is the capture.
fn no_such_device(text: &str, language: Language) -> Option<&'static str> {
    if !text.contains("No such device or address") {
        None
    } else if text.contains("/dev/tty") {
        Some(language.pick(
            "a program that opens /dev/tty needs a terminal, and has none: `capture = \"pty\"` in the contract gives it \
             one",
            "打开 /dev/tty 的程序需要终端，而这里没有：契约里的 `capture = \"pty\"` 给它一个",
        ))
    } else if text.contains("/dev/") || text.contains("/proc/") {
        Some(language.pick(
            "a program that opens /dev/stdout or /dev/stderr by name can't do so on a socket: `capture = \"pipe\"` in the \
             contract gives it a pipe, which without a witness does not name writers",
            "套接字不能按名字打开 /dev/stdout 或 /dev/stderr：契约里的 `capture = \"pipe\"` 给程序一个管道，但没有见证者时不指明谁写了什么",
        ))
    } else {
        None
    }
}

fn leaked(contract: &Contract, reading: &Reading<'_>) -> Option<Finding> {
    let (transcript, language) = (reading.transcript, reading.language);
    let is_expected = |survivor: &Survivor| {
        contract.survivors.iter().any(|pattern| pattern.is_match(survivor.command.as_bytes()))
    };
    // Who can't be ended is never expected.
    let (killed, left): (Vec<&Survivor>, Vec<&Survivor>) =
        transcript.survivors().iter().partition(|survivor| survivor.killed);
    let leaked: Vec<&Survivor> = killed.into_iter().filter(|survivor| !is_expected(survivor)).collect();
    let mut seen = Vec::new();
    if !leaked.is_empty() {
        let (count, who) = (processes(leaked.len() as u64, language), named(&leaked, language));
        let grace = duration(transcript.grace());
        let was = if leaked.len() == 1 { "was" } else { "were" };
        seen.push(language.pick(
            format!("{count} lived on for {grace} and {was} killed: {who}"),
            format!("{count}又活了 {grace}，被杀死：{who}"),
        ));
    }
    if !left.is_empty() {
        seen.push(can_not_be_ended(&left, language));
    }
    let help = match (leaked.is_empty(), left.is_empty()) {
        (true, true) => return None,
        (_, true) => language.pick(
            "`survivors = [\"…\"]` in the contract allows for those whose command line matches",
            "契约里的 `survivors = [\"…\"]` 允许命令行匹配的进程活下去",
        ),
        (_, false) => language.pick(
            "who is not this user's, as after a setuid program, or is stuck in the kernel can't be killed here: that is \
             left to root",
            "不属于这个用户的进程（例如由 setuid 程序启动的），或者卡在内核里的进程，在这里杀不掉：只能由 root 处理",
        ),
    };
    let (claim, expected) = language
        .pick(("no process outlives the program", "no process"), ("没有进程比程序活得更久", "没有进程"));
    Some(Finding::new(FindingKind::Leaked, claim, expected, seen.join(language.pick("; ", "；"))).help(help))
}

fn named(survivors: &[&Survivor], language: Language) -> String {
    let one = |survivor: &&Survivor| format!("pid {} `{}`", survivor.pid, survivor.command);
    first_of(survivors.iter().map(one).collect(), language)
}

/// The first of these, and how many more there are.
fn first_of(mut names: Vec<String>, language: Language) -> String {
    let more = names.len().saturating_sub(SHOWN);
    names.truncate(SHOWN);
    if more > 0 {
        return language.pick(
            format!("{} and {more} more", names.join(", ")),
            format!("{}，另有 {more} 个", names.join("、")),
        );
    }
    list(&names, language.pick("and", " 和 "), language)
}

fn unclaimed(reading: &Reading<'_>) -> Option<Finding> {
    let language = reading.language;
    let all = 0..reading.transcript.lines().len();
    let unclaimed: Vec<usize> = all.filter(|&line| reading.claimed(line) == Claimed::Nobody).collect();
    if unclaimed.is_empty() {
        return None;
    }
    let actors: Vec<String> = reading.cast.actors.iter().map(|actor| actor.name.clone()).collect();
    let count = lines(unclaimed.len() as u64, language);
    let seen = language.pick(format!("{count} that no actor claims"), format!("{count}不属于任何角色"));
    let expected = if actors.is_empty() {
        language
            .pick("no line, since the contract names no actor", "没有一行，因为契约没有列出角色")
            .to_owned()
    } else {
        let actors = list(&actors, language.pick("or", "或"), language);
        language.pick(format!("only lines of {actors}"), format!("只有 {actors} 的行"))
    };
    let claim = language.pick("every line is an actor's", "每一行都属于某个角色");
    let finding = Finding::new(FindingKind::Actors, claim, expected, seen).help(language.pick(
        "[actors] in the contract says who prints what, each with a pattern for its lines",
        "契约里的 [actors] 写明谁打印什么，每个角色有一个匹配其行的模式",
    ));
    Some(finding.lines(reading, &unclaimed))
}
