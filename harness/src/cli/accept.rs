//! `accept`: what a program prints becomes the golden.

use std::ffi::OsString;

use crate::FindingKind;
use crate::cast::canonical::canonical;
use crate::cast::reading::Reading;
use crate::direct::asking::{Manner, ask};
use crate::judge::subject::Subject;
use crate::judge::{Verdict, golden};
use crate::language::Language;
use crate::report::human;
use crate::run::program::Program;
use crate::run::{Limits, run};
use crate::system::interrupt::Interrupt;

use super::out::{complain, say};
use super::subjects;
use super::{PROVEN, REFUTED, Unasked, lacks, relative};

pub(super) fn accept(
    words: &[String],
    command: &[OsString],
    language: Language,
    interrupt: &Interrupt,
) -> Result<u8, Unasked> {
    let mut lessons = subjects::named(words, command)?;
    if words.is_empty() {
        lessons.retain(|lesson| lesson.contract.golden.is_kept);
    }
    let programs = subjects::programs(&lessons, command)?;
    let mut code = PROVEN;
    for (index, (lesson, program)) in lessons.iter().zip(&programs).enumerate() {
        if let Some(own) = accept_one(lesson, program, language, interrupt)? {
            code = code.max(own);
        } else {
            let rest: Vec<&str> = lessons[index..].iter().map(|lesson| lesson.name.as_str()).collect();
            complain(&format!("interrupted: not accepted are {}", rest.join(", ")));
            break;
        }
    }
    Ok(code)
}

/// Takes over what one run prints, if it meets all checks and further runs print the same.
///
/// `None` where the user interrupts it.
fn accept_one(
    lesson: &Subject,
    program: &Program,
    language: Language,
    interrupt: &Interrupt,
) -> Result<Option<u8>, Unasked> {
    let contract = &lesson.contract;
    if !contract.golden.is_kept {
        let why =
            format!("{}: its contract says `golden = false`: nothing of it can be accepted", lesson.name);
        return Err(Unasked(vec![why]));
    }
    let limits = Limits::of(contract);
    let transcript =
        run(program, contract.capture, limits, interrupt).map_err(|error| lacks(lesson, &error))?;
    let form = canonical(&Reading::new(&contract.cast, &transcript));
    let asked = ask(lesson, Some(&form), program, Manner::usual(language, interrupt));
    let Some((judgement, _)) = asked.map_err(|error| lacks(lesson, &error))? else {
        return Ok(None);
    };
    // Accepted or not: what a test offered before is of a program that is no longer so, or will be the golden.
    golden::withdraw(&lesson.folder)?;
    if judgement.verdict == Verdict::Refuted {
        let details = human::details(&lesson.name, &judgement, language);
        let why = if judgement.findings.iter().any(|finding| finding.kind == FindingKind::Golden) {
            "not accepted: two runs printed different things, and the first of them is what `golden` shows here; a \
             part that varies needs a name in [names], an order that varies actors of their own"
        } else {
            "not accepted: only a run that meets every other check can become the golden"
        };
        say(format!("{details}\n{}: {why}\n", lesson.name));
        return Ok(Some(REFUTED));
    }
    if lesson.golden.as_deref() == Some(form.as_str()) {
        say(format!("{}: the golden is up to date\n", lesson.name));
        return Ok(Some(PROVEN));
    }
    let old = lesson.golden.as_deref().map_or("", golden::shown);
    say(human::diff(&golden::diff(old, golden::shown(&form), language)));
    let file = golden::path(&lesson.folder);
    golden::write(&file, &lesson.name, &form)
        .map_err(|error| Unasked(vec![format!("`{}` can't be written: {error}", file.display())]))?;
    say(format!("{}: accepted as {}\n", lesson.name, relative(&file)?.display()));
    Ok(Some(PROVEN))
}
