//! Which contracts are asked: those that are named, be it by a pattern; else those of the course, or below the current folder.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use globset::GlobBuilder;
use ignore::WalkBuilder;

use crate::course::build;
use crate::course::{self, Course, CourseError};
use crate::judge::subject::{self, Subject};
use crate::run::program::Program;

use super::{Unasked, here, sentences};

/// Those that are named, or all; and what stands in for the program of one.
pub(super) fn named(words: &[String], command: &[OsString]) -> Result<Vec<Subject>, Unasked> {
    let here = here()?;
    if words.is_empty() {
        return all(&here);
    }
    let words: Vec<Vec<String>> = words.iter().map(|word| expanded(word, &here)).collect::<Result<_, _>>()?;
    let mut subjects = course::named(&words.concat(), &here).map_err(sentences)?;
    for subject in &mut subjects {
        subject.contract.named.command = command.to_vec();
    }
    Ok(subjects)
}

/// The programs of these, or the one that shall stand in for the only one's.
pub(super) fn programs(subjects: &[Subject], command: &[OsString]) -> Result<Vec<Program>, Unasked> {
    match (command, subjects) {
        ([], _) => Ok(build::programs(subjects)?),
        (_, [subject]) => Ok(vec![build::prepare(subject, command, &here()?)?]),
        _ => Err(Unasked(vec!["a program after `--` is judged by one lesson: name exactly one".to_owned()])),
    }
}

/// All of the course around this folder; where there is none, all below it.
fn all(here: &Path) -> Result<Vec<Subject>, Unasked> {
    match Course::find(here) {
        Ok(course) => course.lessons().map_err(sentences),
        Err(CourseError::NoCourse(_)) => match below(here)?.as_slice() {
            [] => Err(Unasked(vec![format!(
                "there is no contract here: at and below `{}` no file is called {} or {}, but for what git ignores; \
                 `harness new NAME -- CMD` draws a first one",
                here.display(),
                subject::CONTRACT,
                course::CONTRACT
            )])),
            words => course::named(words, here).map_err(sentences),
        },
        Err(error) => Err(error.into()),
    }
}

/// What a word names: itself, or all whose name or path it matches as a pattern.
fn expanded(word: &str, here: &Path) -> Result<Vec<String>, Unasked> {
    if !word.contains(['*', '?', '[', '{']) || here.join(word).exists() {
        return Ok(vec![word.to_owned()]);
    }
    let glob = GlobBuilder::new(word.trim_start_matches("./")).literal_separator(true).build();
    let glob =
        glob.map_err(|error| Unasked(vec![format!("`{word}` is no pattern of names: {}", error.kind())]))?;
    let glob = glob.compile_matcher();
    let (known, names): (Vec<String>, bool) = match Course::find(here) {
        Ok(course) if !word.contains('/') => (course.names().map(str::to_owned).collect(), true),
        _ => (below(here)?, false),
    };
    let is_meant = |known: &&String| {
        let path = Path::new(known.as_str());
        glob.is_match(path) || (!names && path.file_name().is_some_and(|name| glob.is_match(name)))
    };
    let found: Vec<String> = known.iter().filter(is_meant).cloned().collect();
    if found.is_empty() {
        let known = if known.is_empty() {
            "there is none".to_owned()
        } else {
            format!("there are {}", known.join(", "))
        };
        return Err(Unasked(vec![format!("no contract is named like `{word}`; {known}")]));
    }
    Ok(found)
}

/// The folders at and below this one that hold a contract, by their paths from here; what git ignores is left out, and what is
/// hidden.
fn below(here: &Path) -> Result<Vec<String>, Unasked> {
    let mut walk = WalkBuilder::new(here);
    walk.ignore(false).require_git(false).sort_by_file_path(Path::cmp);
    let mut folders: Vec<PathBuf> = Vec::new();
    for entry in walk.build() {
        let entry = entry?;
        let is_contract = [subject::CONTRACT, course::CONTRACT].iter().any(|name| entry.file_name() == *name);
        let folder = entry.path().parent().unwrap_or(here);
        if is_contract
            && entry.file_type().is_some_and(|kind| !kind.is_dir())
            && !folders.iter().any(|known| known == folder)
        {
            folders.push(folder.to_path_buf());
        }
    }
    let word = |folder: &PathBuf| match folder.strip_prefix(here) {
        Ok(path) if path.as_os_str().is_empty() => ".".to_owned(),
        Ok(path) => path.to_string_lossy().into_owned(),
        Err(_) => folder.to_string_lossy().into_owned(),
    };
    Ok(folders.iter().map(word).collect())
}
