//! The course around the current folder: its syllabus and its lessons.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use crate::contract::{Contract, ContractError};
use crate::judge::golden;
use crate::run::program::ProgramError;
use crate::document::suggest;
use crate::course::syllabus::Syllabus;

/// The file that makes a folder a lesson.
pub const CONTRACT: &str = "lesson.toml";

/// The folder of a course that holds its lessons.
pub const LESSONS: &str = "examples-bin";

/// A program with a contract and, beside it, its golden.
#[derive(Debug)]
pub struct Lesson {
    /// Its folder's name.
    pub name: String,
    /// Its folder.
    pub folder: PathBuf,
    /// What is claimed.
    pub contract: Contract,
    /// The golden's canonical form, if there is a golden.
    pub golden: Option<String>,
}

impl Lesson {
    /// Reads the lesson whose contract this is.
    ///
    /// # Errors
    /// Where the contract or the golden can't be used.
    pub fn read(contract: &Path, syllabus: Option<&Syllabus>) -> Result<Lesson, CourseError> {
        let unusable = |file: &Path, error| CourseError::File(file.to_path_buf(), error);
        let absolute = contract.canonicalize().map_err(|error| unusable(contract, error))?;
        let folder = absolute.parent().unwrap_or(Path::new("/")).to_path_buf();
        let name = folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy().into_owned();
        let parsed = Contract::read(contract, syllabus)?;
        let file = golden::path(&folder);
        let golden = golden::read(&file).map_err(|error| unusable(&file, error))?;
        Ok(Lesson { name, folder, contract: parsed, golden })
    }

    fn named(mut self, word: &str) -> Lesson {
        self.contract.named.word = word.into();
        self
    }

    /// Why its program can't be run, in words: shown in the contract, where that names what is wrong.
    pub fn lacks(&self, error: &ProgramError) -> String {
        let why = error.to_string();
        let shown = match error {
            _ if !self.contract.named.command.is_empty() => None,
            ProgramError::Folder(..) => self.contract.wrong_folder(&why),
            ProgramError::System(_) => None,
            _ => self.contract.wrong_program(&why),
        };
        format!("{}: {}", self.name, shown.map_or(why, |shown| shown.to_string()))
    }

    /// The folder that its program runs in.
    pub(crate) fn place(&self) -> PathBuf {
        self.contract.folder.as_ref().map_or_else(|| self.folder.clone(), |folder| self.folder.join(folder))
    }
}

/// Why a course or lesson can't be asked.
#[derive(Debug, thiserror::Error)]
pub enum CourseError {
    /// A mistake in a contract or in the syllabus.
    #[error(transparent)]
    Contract(#[from] ContractError),
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
    /// Two lessons can't be told apart.
    #[error("two lessons are named `{}`: `{}` and `{}`; a lesson is named after its folder", .0, .1.display(), .2.display())]
    SameName(String, PathBuf, PathBuf),
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

    /// All its lessons, by name.
    ///
    /// # Errors
    /// Every mistake in any of them, or that there is none.
    pub fn lessons(&self) -> Result<Vec<Lesson>, Vec<CourseError>> {
        if self.contracts.is_empty() {
            return Err(vec![CourseError::NoLessons(self.root.join(LESSONS))]);
        }
        all(self.contracts.keys().map(|name| self.lesson(name)))
    }

    fn lesson(&self, name: &str) -> Result<Lesson, CourseError> {
        if let Some(contract) = self.contracts.get(name) {
            Lesson::read(contract, self.syllabus()).map(|lesson| lesson.named(name))
        } else {
            let known = suggest::nearest_of(name, self.contracts.keys().map(String::as_str));
            Err(CourseError::NoLesson(name.to_owned(), known))
        }
    }
}

/// The lessons that the words name: a lesson of the course around `start`, or the path of a contract or its folder.
///
/// # Errors
/// Every word that names none, and every mistake in those that are named.
pub fn named(words: &[String], start: &Path) -> Result<Vec<Lesson>, Vec<CourseError>> {
    let course = Course::find(start);
    let outside = matches!(course, Err(CourseError::NoCourse(_)));
    let by_path = |word: &str| {
        let path = start.join(word);
        let is_path = word.contains('/')
            || [".", ".."].contains(&word)
            || if path.is_dir() { outside } else { path.exists() };
        is_path.then(|| if path.is_dir() { path.join(CONTRACT) } else { path })
    };
    let course = match course {
        // What is wrong around here does not matter to contracts elsewhere.
        Err(error) if words.iter().any(|word| by_path(word).is_none()) => return Err(vec![error]),
        course => course.ok(),
    };
    let named = |word: &String| match (by_path(word), &course) {
        (Some(contract), _) => Lesson::read(&contract, None).map(|lesson| lesson.named(word)),
        (None, Some(course)) => course.lesson(word),
        (None, None) => Err(CourseError::NoCourse(start.to_path_buf())),
    };
    let mut lessons = all(words.iter().map(named))?;
    let mut folders = HashSet::new();
    lessons.retain(|lesson| folders.insert(lesson.folder.clone()));
    let mut known: BTreeMap<&str, &Lesson> = BTreeMap::new();
    for lesson in &lessons {
        if let Some(other) = known.insert(&lesson.name, lesson) {
            let (one, other) = (other.folder.clone(), lesson.folder.clone());
            return Err(vec![CourseError::SameName(lesson.name.clone(), one, other)]);
        }
    }
    Ok(lessons)
}

/// All lessons, or all errors.
fn all(lessons: impl Iterator<Item = Result<Lesson, CourseError>>) -> Result<Vec<Lesson>, Vec<CourseError>> {
    let mut errors = Vec::new();
    let lessons: Vec<Lesson> =
        lessons.filter_map(|lesson| lesson.map_err(|error| errors.push(error)).ok()).collect();
    if errors.is_empty() { Ok(lessons) } else { Err(errors) }
}
