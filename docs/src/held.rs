//! What comes where threads are held between two of their instructions: a lost update step by step, or that none came.
//!
//! It is told from two records of the lesson's folder: what `harness explore LESSON --races --record` found, and a run that it showed
//! to lose an update.

use std::fmt::Write;

use harness::cast::reading::Reading;
use harness::direct::explore::{Explored, texts};
use harness::language::Language;
use harness::report::timeline::bins::values;
use harness::transcript::Transcript;
use harness::transcript::schedule::{About, Turn};

use crate::html::escape;
use crate::sources::Recorded;

/// What came of holding a lesson's threads.
///
/// # Errors
/// A sentence, where nothing of it is recorded, or its numbers vary and no run shows how.
pub fn shown(recorded: &Recorded, language: Language) -> Result<String, String> {
    let name = &recorded.lesson.name;
    let held = recorded.held.as_ref().ok_or_else(|| {
        format!(
            "it is not recorded what comes where threads are held: `harness explore {name} --races --time ideal --record \
             examples-bin/{name}/held.jsonl`"
        )
    })?;
    let tried = tried(held, language);
    if held.numbers.is_empty() {
        return Ok(format!("<p>{tried}{}{}</p>\n", language.pick(" ", ""), in_vain(recorded, language)?));
    }
    let lost = recorded.lost.as_ref().ok_or_else(|| {
        format!("its numbers vary where threads are held: keep a run that shows it as examples-bin/{name}/lost.jsonl")
    })?;
    let shortest = language
        .pick("One stop is enough to lose an update, step by step:", "只要停一次就会丢失更新，逐步来看：");
    Ok(format!("<p>{tried}{}{shortest}</p>\n{}", language.pick(" ", ""), steps(recorded, lost, language)?))
}

/// How many schedules were tried.
fn tried(held: &Explored, language: Language) -> String {
    let (schedules, places) = (held.runs.held, held.places.unwrap_or(0));
    match language {
        Language::En => format!(
            "The harness stepped through the program, found {places} places at which a thread touches memory that others touch \
             too, and held threads there, under {schedules} schedules."
        ),
        Language::Zh => format!(
            "harness 逐条指令走过程序，找到 {places} 处地方，线程在那里访问别的线程也访问的内存，然后让线程停在这些地方，一共试了 {schedules} 种调度。"
        ),
    }
}

/// That the numbers came as ever; which they are, a recorded run tells.
fn in_vain(recorded: &Recorded, language: Language) -> Result<String, String> {
    let contract = &recorded.lesson.contract;
    let first = &recorded.runs[..recorded.runs.len().min(1)];
    let name = contract.cast.names.first().map(|name| name.name.as_str()).unwrap_or_default();
    let came = values(contract, first, name).ok_or("its contract names no number: leave `{{#held}}` out")?;
    let came: Vec<String> = came.iter().map(ToString::to_string).collect();
    let name = escape(name);
    Ok(match language {
        Language::En => {
            format!(
                "Nothing was lost in any: each time <code>{name}</code> was {}, in this order.",
                came.join(", then ")
            )
        }
        Language::Zh => {
            format!("没有一次丢失更新：每一次 <code>{name}</code> 都依次是 {}。", came.join("、"))
        }
    })
}

/// A run, told as who was held where, and who printed what.
fn steps(recorded: &Recorded, run: &Transcript, language: Language) -> Result<String, String> {
    let reading = Reading::new(&recorded.lesson.contract.cast, run);
    let actors: Vec<String> = texts(&reading).into_iter().filter_map(|text| text.actor).collect();
    let (Some(direction), true) = (run.direction(), actors.len() == run.lines().len()) else {
        return Err("lost.jsonl holds a run that nobody directed, or lines that no actor prints".to_owned());
    };
    let who = |thread: usize| {
        let line = run.lines().iter().position(|line| line.thread == Some(thread));
        line.map_or_else(|| language.pick("main", "主线程").to_owned(), |line| actors[line].clone())
    };
    let mut html = "<ol class=\"steps\">\n".to_owned();
    for ((place, actor), line) in actors.iter().enumerate().zip(run.lines()) {
        let here = |turn: &&Turn| turn.lines == place && turn.about != About::Goes;
        for turn in direction.turns.iter().filter(here) {
            let about = escape(&turn.about.words(who, language));
            let held = language.pick(", and is held there.", "，在那里停住。");
            let _ = writeln!(html, "<li><strong>{}</strong> {about}{held}</li>", escape(&who(turn.held)));
        }
        let prints = language.pick("goes on, and prints", "继续，打印");
        let (actor, text) = (escape(actor), String::from_utf8_lossy(run.text(line)));
        let _ = writeln!(html, "<li><strong>{actor}</strong> {prints} <code>{}</code></li>", escape(&text));
    }
    Ok(html + "</ol>\n")
}
