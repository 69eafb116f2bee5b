//! The tables of the README that tell of lessons and topics: generated, and never older than what they tell of.

use std::fmt::Write;
use std::fs;

use harness::check::describe;
use harness::file;
use harness::status::{Evidence, State, state};

use crate::language::Language;
use crate::sources::Sources;
use crate::status::{self, Count};

const BEGIN: &str = "<!-- the lessons and topics: `cargo run -p harness -- book` writes them -->\n";
const END: &str = "<!-- end -->\n";

/// The README as it stands.
///
/// # Errors
/// A sentence, where it can't be read.
pub fn read(sources: &Sources) -> Result<String, String> {
    fs::read_to_string(sources.root.join("README.md"))
        .map_err(|error| format!("README.md can't be read: {error}"))
}

/// The README with its tables as they ought to be.
///
/// # Errors
/// A sentence, where it has no place for them.
pub fn mended(sources: &Sources, readme: &str) -> Result<String, String> {
    let (before, rest) =
        readme.split_once(BEGIN).ok_or_else(|| format!("README.md lacks the line `{}`", BEGIN.trim()))?;
    let (_, after) =
        rest.split_once(END).ok_or_else(|| format!("README.md lacks the line `{}`", END.trim()))?;
    Ok(format!("{before}{BEGIN}\n{}\n{}\n{END}{after}", lessons(sources), topics(sources)))
}

/// Brings the tables up to date; whether they were not.
///
/// # Errors
/// A sentence, where the README can't be read or written.
pub fn mend(sources: &Sources) -> Result<bool, String> {
    let readme = read(sources)?;
    let mended = mended(sources, &readme)?;
    if readme == mended {
        return Ok(false);
    }
    file::write(&sources.root.join("README.md"), mended)
        .map_err(|error| format!("README.md can't be written: {error}"))?;
    Ok(true)
}

fn lessons(sources: &Sources) -> String {
    let mut table = "| lesson | what it shows | 内容 |\n| --- | --- | --- |\n".to_owned();
    for recorded in &sources.lessons {
        let name = &recorded.lesson.name;
        let title = &recorded.lesson.contract.title;
        let _ = writeln!(table, "| [{name}](examples-bin/{name}) | {} | {} |", title.en, title.zh);
    }
    table
}

fn topics(sources: &Sources) -> String {
    let Count { documented, covered, proven } = Count::of(sources);
    let mut table = format!(
        "<details>\n<summary>Topic by topic: {documented} documented, {covered} covered, {proven} proven</summary>\n\n\
         | topic | kind | state | the proof |\n| --- | --- | --- | --- |\n"
    );
    for topic in sources.syllabus.topics() {
        let evidence = sources.evidence(&topic.id);
        let state = match state(&evidence) {
            State::Proven => "proven",
            State::Undecided => "undecided",
            State::Short => "fell short",
            State::Uncovered => "uncovered",
        };
        let proof: Vec<String> = evidence.iter().map(proof).collect();
        let kind = status::kind(topic.kind, Language::En);
        let _ = writeln!(table, "| {} | {kind} | {state} | {} |", topic.title.en, proof.join("; "));
    }
    table + "\n</details>\n"
}

fn proof(evidence: &Evidence<'_>) -> String {
    let lesson = evidence.lesson;
    let words = match evidence.claim.and_then(|index| lesson.contract.claims().nth(index)) {
        Some(claim) => describe(&claim.check, &lesson.contract),
        None => "golden".to_owned(),
    };
    // A bar would end the cell, also within code.
    format!("{}: {}", lesson.name, words.replace('|', "\\|"))
}
