//! `check`: lessons are run and judged, or their recorded runs are judged again.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::direct::asking::{Answer, Manner};
use crate::golden_test::offer;
use crate::judge::subject::Subject;
use crate::run::program::Program;

use super::out::say;
use super::session::Session;
use super::subjects;
use super::{CheckFormat, PROVEN, Telling, UNASKED, Unasked};

/// What is to be checked.
pub(super) struct Wanted<'a> {
    pub words: &'a [String],
    /// The program that stands in for the only one's.
    pub command: &'a [OsString],
    /// How long a run may take, in place of what contracts say.
    pub timeout: Option<Duration>,
}

pub(super) fn check(
    &Wanted { words, command, timeout }: &Wanted<'_>,
    manner: Manner<'_>,
    telling: Telling,
) -> Result<u8, Unasked> {
    if !command.is_empty() && words.len() != 1 {
        return subjects::programs(&[], command).map(|_| UNASKED);
    }
    let mut lessons = subjects::named(words, command)?;
    if let Some(timeout) = timeout {
        for lesson in &mut lessons {
            lesson.contract.timeout = timeout;
        }
    }
    let programs = subjects::programs(&lessons, command)?;
    if manner.only.is_some() && lessons.len() != 1 {
        return Err(Unasked(vec!["a schedule is one program's: name exactly one lesson".to_owned()]));
    }
    make_folder(manner.record, &lessons)?;
    let session = Session::run(&lessons, &programs, manner, telling);
    session.report(&lessons, telling);
    if command.is_empty() && manner.only.is_none() && !manner.interrupt.is_raised() {
        keep_for_review(&session, &lessons, &programs, telling);
    }
    Ok(session.code(telling))
}

/// Keeps what may become goldens, as tests of Rust's do, and says so to people.
fn keep_for_review(session: &Session, lessons: &[Subject], programs: &[Program], telling: Telling) {
    let (mut kept, mut told) = (Vec::new(), String::new());
    for Answer { index, judgement, transcript, .. } in session.answers.iter().flatten() {
        let name = &lessons[*index].name;
        match offer(&lessons[*index], &programs[*index], judgement, transcript) {
            Ok(Some(_)) => kept.push(name.as_str()),
            Ok(None) => {}
            Err(error) => {
                told += &telling.language.pick(
                    format!("{name}: nothing is kept for review: {error}\n"),
                    format!("{name}：没有可供审阅的：{error}\n"),
                );
            }
        }
    }
    if !kept.is_empty() {
        let names = kept.join(telling.language.pick(", ", "、"));
        told += &telling.language.pick(
            format!("to review: {names}; `harness review` shows each and asks\n"),
            format!("待审阅：{names}；`harness review` 逐个显示并询问\n"),
        );
    }
    if telling.format == CheckFormat::Human {
        say(told);
    }
}

/// Tells what there is to check, by names that the command line takes.
pub(super) fn list(words: &[String]) -> Result<u8, Unasked> {
    for lesson in subjects::named(words, &[])? {
        say(format!("{}\n", lesson.contract.named.word.display()));
    }
    Ok(PROVEN)
}

pub(super) fn judge_again(words: &[String], files: &[PathBuf], telling: Telling) -> Result<u8, Unasked> {
    let [word] = words else {
        return Err(Unasked(vec!["recorded runs are judged by one lesson: name exactly one".to_owned()]));
    };
    let lessons = subjects::named(std::slice::from_ref(word), &[])?;
    let session = Session::replay(&lessons[0], files, telling.language)?;
    session.report(&lessons, telling);
    Ok(session.code(telling))
}

/// Makes the folder that records are kept in, if they are. It must hold none of these lessons: runs of different programs
/// would be taken for runs of one.
pub(super) fn make_folder(record: Option<&Path>, lessons: &[Subject]) -> Result<(), Unasked> {
    let Some(folder) = record else { return Ok(()) };
    let unusable = |error| Unasked(vec![format!("`{}` can't be made: {error}", folder.display())]);
    std::fs::create_dir_all(folder).map_err(unusable)?;
    let files = lessons.iter().map(|lesson| folder.join(lesson.record()));
    match files.into_iter().find(|file| file.symlink_metadata().is_ok()) {
        Some(file) => Err(Unasked(vec![format!(
            "`{}` is there already: name another folder for new records, or remove the old ones",
            file.display()
        )])),
        None => Ok(()),
    }
}

/// `--replay` takes all that follows it: what of that names a lesson is no record.
pub(super) fn lessons_and_records(
    mut lessons: Vec<String>,
    replay: Vec<PathBuf>,
) -> (Vec<String>, Vec<PathBuf>) {
    let names_a_lesson = |path: &Path| {
        let extension = path.extension().unwrap_or_default();
        path.is_dir() || extension == "toml" || (extension != "jsonl" && !path.exists())
    };
    let (named, records): (Vec<PathBuf>, Vec<PathBuf>) =
        replay.into_iter().partition(|path| names_a_lesson(path));
    lessons.extend(named.iter().map(|path| path.to_string_lossy().into_owned()));
    (lessons, records)
}
