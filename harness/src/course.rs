//! The course around the current folder: its syllabus and its lessons. Nothing outside this room knows of it but the command
//! line.

pub mod build;
pub(crate) mod report;
pub mod status;
pub mod syllabus;

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use self::syllabus::Syllabus;
use crate::document::{FileError, suggest};
use crate::judge::subject::{self, Subject, SubjectError};

/// The file that makes a folder a lesson.
pub const CONTRACT: &str = "lesson.toml";

/// The folder of a course that holds its lessons.
pub const LESSONS: &str = "examples-bin";

/// Why a course or lesson can't be asked.
#[derive(Debug, thiserror::Error)]
pub enum CourseError {
    /// A mistake in the syllabus, or in what a contract says of it.
    #[error(transparent)]
    Syllabus(#[from] FileError),
    /// A lesson can't be used.
    #[error(transparent)]
    Subject(#[from] SubjectError),
    /// A file can't be read.
    #[error("`{}` can't be used: {}", .0.display(), .1)]
    File(PathBuf, std::io::Error),
    /// There is no course here.
    #[error(
        "there is no course here: neither `{}` nor a folder above it holds `{}`; a contract elsewhere is named by \
         its path, as `harness check path/to/{}`",
        .0.display(), LESSONS, CONTRACT
    )]
    NoCourse(PathBuf),
    /// There is nothing to ask.
    #[error("`{}` holds no lesson: a folder there with a `{}` is one", .0.display(), CONTRACT)]
    NoLessons(PathBuf),
    /// There is no such lesson.
    #[error("there is no lesson `{0}`; {1}")]
    NoLesson(String, String),
}

/// A course: the folder that holds `examples-bin/`.
#[derive(Debug)]
pub struct Course {
    root: PathBuf,
    syllabus: Option<Syllabus>,
    /// Contracts by their lessons' names.
    contracts: BTreeMap<String, PathBuf>,
}

impl Course {
    /// Finds the course that `start` is in.
    ///
    /// # Errors
    /// Where there is none, or its syllabus can't be read.
    pub fn find(start: &Path) -> Result<Course, CourseError> {
        let root = start.ancestors().find(|folder| folder.join(LESSONS).is_dir());
        let root = root.ok_or_else(|| CourseError::NoCourse(start.to_path_buf()))?.to_path_buf();
        let syllabus = root.join("docs/syllabus.toml");
        let syllabus = if syllabus.exists() { Some(Syllabus::read(&syllabus)?) } else { None };
        let lessons = root.join(LESSONS);
        let unusable = |error| CourseError::File(lessons.clone(), error);
        let mut contracts = BTreeMap::new();
        for entry in lessons.read_dir().map_err(unusable)? {
            let folder = entry.map_err(unusable)?;
            let contract = folder.path().join(CONTRACT);
            // What is there and is no file is told when it is read.
            if contract.symlink_metadata().is_ok() {
                contracts.insert(folder.file_name().to_string_lossy().into_owned(), contract);
            }
        }
        Ok(Course { root, syllabus, contracts })
    }

    /// Its folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What it documents, where it says so.
    pub fn syllabus(&self) -> Option<&Syllabus> {
        self.syllabus.as_ref()
    }

    /// The names of its lessons.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.contracts.keys().map(String::as_str)
    }

    /// All its lessons, by name.
    ///
    /// # Errors
    /// Every mistake in any of them, or that there is none.
    pub fn lessons(&self) -> Result<Vec<Subject>, Vec<CourseError>> {
        if self.contracts.is_empty() {
            return Err(vec![CourseError::NoLessons(self.root.join(LESSONS))]);
        }
        all(self.contracts.keys().map(|name| self.lesson(name)))
    }

    fn lesson(&self, name: &str) -> Result<Subject, CourseError> {
        if let Some(contract) = self.contracts.get(name) {
            let lesson = Subject::read(contract)?;
            if let Some(syllabus) = &self.syllabus {
                syllabus.check(&lesson.contract)?;
            }
            Ok(lesson.named(name))
        } else {
            let known = suggest::nearest_of(name, self.contracts.keys().map(String::as_str));
            Err(CourseError::NoLesson(name.to_owned(), known))
        }
    }
}

/// The contract in a folder, be it a lesson's or not.
fn contract_of(folder: &Path) -> PathBuf {
    let lesson = folder.join(CONTRACT);
    if lesson.is_file() { lesson } else { folder.join(subject::CONTRACT) }
}

/// The lessons that the words name: a lesson of the course around `start`, or the path of a contract or its folder.
///
/// # Errors
/// Every word that names none, and every mistake in those that are named.
pub fn named(words: &[String], start: &Path) -> Result<Vec<Subject>, Vec<CourseError>> {
    let course = Course::find(start);
    let outside = matches!(course, Err(CourseError::NoCourse(_)));
    let by_path = |word: &str| {
        let path = start.join(word);
        let is_path = word.contains('/')
            || [".", ".."].contains(&word)
            || if path.is_dir() { outside } else { path.exists() };
        is_path.then(|| if path.is_dir() { contract_of(&path) } else { path })
    };
    let course = match course {
        // What is wrong around here does not matter to contracts elsewhere.
        Err(error) if words.iter().any(|word| by_path(word).is_none()) => return Err(vec![error]),
        course => course.ok(),
    };
    let named = |word: &String| match (by_path(word), &course) {
        (Some(contract), _) => Ok(Subject::read(&contract)?.named(word)),
        (None, Some(course)) => course.lesson(word),
        (None, None) => Err(CourseError::NoCourse(start.to_path_buf())),
    };
    let mut lessons = all(words.iter().map(named))?;
    let mut folders = HashSet::new();
    lessons.retain(|lesson| folders.insert(lesson.folder.clone()));
    tell_apart(&mut lessons, start);
    Ok(lessons)
}

/// Those that have the same name are called by their paths.
fn tell_apart(lessons: &mut [Subject], start: &Path) {
    let mut often: BTreeMap<String, usize> = BTreeMap::new();
    for lesson in &*lessons {
        *often.entry(lesson.name.clone()).or_default() += 1;
    }
    for lesson in lessons.iter_mut().filter(|lesson| often[&lesson.name] > 1) {
        let path = lesson.folder.strip_prefix(start).unwrap_or(&lesson.folder);
        lesson.name = path.to_string_lossy().into_owned();
    }
}

/// All lessons, or all errors.
fn all(
    lessons: impl Iterator<Item = Result<Subject, CourseError>>,
) -> Result<Vec<Subject>, Vec<CourseError>> {
    let mut errors = Vec::new();
    let lessons: Vec<Subject> =
        lessons.filter_map(|lesson| lesson.map_err(|error| errors.push(error)).ok()).collect();
    if errors.is_empty() { Ok(lessons) } else { Err(errors) }
}
