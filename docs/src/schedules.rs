//! Every schedule of a race, for a reader who is the scheduler.
//!
//! All that the page knows comes from a run of the lesson: its lines tell each schedule that the exhaustive search
//! found, step by step, as `unlocked, sum 1: A reads 0, B reads 0, A writes 1, B writes 1`.

use std::fmt::Write;

use harness::language::Language;
use harness::transcript::Transcript;
use serde::Serialize;

use crate::html::escape;

/// One schedule, and the sum that it leaves.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Schedule {
    sum: u32,
    steps: Vec<Step>,
}

/// What one thread does to the shared counter.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Step {
    thread: char,
    does: Does,
    value: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Does {
    /// Load: from the counter into the thread's register.
    Reads,
    /// Store: from the register into the counter.
    Writes,
}

/// All that the page needs.
#[derive(Debug, Serialize)]
struct Data {
    unlocked: Vec<Schedule>,
    locked: Vec<Schedule>,
}

/// The stepping page: its data, what it needs to be stepped through, and a table of all schedules.
///
/// # Errors
/// A sentence, where the run does not tell the schedules.
pub fn stepping(run: &Transcript, language: Language) -> Result<String, String> {
    let data = Data { unlocked: schedules(run, "unlocked")?, locked: schedules(run, "locked")? };
    let json = serde_json::to_string(&data).map_err(|error| error.to_string())?;
    let mut html = format!(
        "<div id=\"schedules\">\n<script type=\"application/json\" id=\"schedules-data\">{}</script>\n",
        json.replace('<', "\\u003c")
    );
    let _ = writeln!(html, "<div id=\"stepper\" data-language=\"{}\" hidden></div>", language.code());
    let heads = [
        (language.pick("Without a lock", "不加锁"), "unlocked", &data.unlocked),
        (language.pick("With a lock", "加锁"), "locked", &data.locked),
    ];
    for (caption, how, schedules) in heads {
        html.push_str(&table(caption, how, schedules, language));
    }
    Ok(html + "<script src=\"../schedules.js\" defer></script>\n</div>\n")
}

fn schedules(run: &Transcript, how: &str) -> Result<Vec<Schedule>, String> {
    let lines = run.lines().iter().map(|line| String::from_utf8_lossy(run.text(line)).into_owned());
    let told = lines.filter_map(|line| line.strip_prefix(&format!("{how}, sum ")).map(str::to_owned));
    let schedules: Vec<Schedule> = told
        .map(|line| {
            schedule(&line)
                .ok_or_else(|| format!("the recorded run's line `{how}, sum {line}` tells no schedule"))
        })
        .collect::<Result<_, String>>()?;
    if schedules.is_empty() {
        return Err(format!("the recorded run has no line `{how}, sum …`"));
    }
    Ok(schedules)
}

fn schedule(told: &str) -> Option<Schedule> {
    let (sum, steps) = told.split_once(": ")?;
    Some(Schedule { sum: sum.parse().ok()?, steps: steps.split(", ").map(step).collect::<Option<_>>()? })
}

fn step(told: &str) -> Option<Step> {
    let mut words = told.split(' ');
    let thread = words.next()?.chars().next()?;
    let does = match words.next()? {
        "reads" => Does::Reads,
        "writes" => Does::Writes,
        _ => return None,
    };
    Some(Step { thread, does, value: words.next()?.parse().ok()? })
}

fn table(caption: &str, how: &str, schedules: &[Schedule], language: Language) -> String {
    let heads = language.pick(["Schedule", "Steps", "Sum"], ["调度", "步骤", "结果"]);
    let heads: String = heads.iter().map(|head| format!("<th scope=\"col\">{head}</th>")).collect();
    let mut html = format!(
        "<table class=\"schedules\" data-how=\"{how}\">\n<caption>{}</caption>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n",
        escape(caption)
    );
    for (index, schedule) in schedules.iter().enumerate() {
        let steps: Vec<String> = schedule.steps.iter().map(|step| told(step, language)).collect();
        let lost = if schedule.sum < 2 { language.pick(", one lost", "，丢了一次") } else { "" };
        let _ = writeln!(
            html,
            "<tr data-schedule=\"{index}\"><th scope=\"row\">{}</th><td>{}</td><td class=\"sum\">{}{lost}</td></tr>",
            index + 1,
            steps.join(language.pick(", ", "，")),
            schedule.sum
        );
    }
    html + "</tbody>\n</table>\n"
}

fn told(step: &Step, language: Language) -> String {
    let Step { thread, does, value } = step;
    let does = match does {
        Does::Reads => language.pick("reads", "读"),
        Does::Writes => language.pick("writes", "写"),
    };
    format!("<span class=\"step thread-{thread}\">{thread} {does} {value}</span>")
}
