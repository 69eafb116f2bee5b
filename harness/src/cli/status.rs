//! `status`: the syllabus, topic by topic.

use crate::course::build;
use crate::course::status::{self, State};
use crate::course::{Course, report};
use crate::judge::Judgement;
use crate::system::interrupt::Interrupt;

use super::out::say;
use super::session::Session;
use super::{CheckFormat, PROVEN, REFUTED, Telling, Unasked, here, sentences};

pub(super) fn status(telling: Telling, interrupt: &Interrupt) -> Result<u8, Unasked> {
    let course = Course::find(&here()?)?;
    let Some(syllabus) = course.syllabus() else {
        let root = course.root().display();
        return Err(Unasked(vec![format!(
            "`{root}` has no docs/syllabus.toml, which lists what the course documents"
        )]));
    };
    let lessons = course.lessons().map_err(sentences)?;
    let programs = build::programs(&lessons)?;
    let session = Session::run_silently(&lessons, &programs, telling.language, interrupt);
    let judgements: Vec<Option<Judgement>> =
        session.answers.iter().map(|answer| answer.as_ref().map(|answer| answer.judgement.clone())).collect();
    let topics = status::status(syllabus, &lessons, &judgements, telling.language);
    match telling.format {
        CheckFormat::Human => {
            say(report::table(&topics, telling.language) + "\n");
            session.tell(&lessons, telling);
        }
        _ => say(report::json(&topics) + "\n"),
    }
    let lacking = |state| match state {
        State::Proven | State::Explained => false,
        State::Undecided => telling.strict,
        State::Refuted | State::Uncovered => true,
    };
    let code = session.code(telling);
    let refuted = code == PROVEN && topics.iter().any(|topic| lacking(topic.state));
    Ok(if refuted { REFUTED } else { code })
}
