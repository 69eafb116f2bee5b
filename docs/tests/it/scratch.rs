//! The course's book, and copies of the course to put mistakes into.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use book::sources::Sources;
use tempfile::TempDir;

/// The course's folder.
pub fn course() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("docs/ stands in the course's folder")
}

/// What the book is made of.
pub fn sources() -> Sources {
    Sources::read(course()).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// A book that was built.
pub struct Built {
    folder: TempDir,
    /// What was wrong.
    pub problems: Vec<String>,
}

impl Built {
    /// Builds the book of this course.
    pub fn of(course: &Path) -> Built {
        let folder = tempfile::tempdir().expect("a folder for the book");
        let problems = match Sources::read(course) {
            Ok(sources) => book::build(&sources, folder.path()),
            Err(problems) => problems,
        };
        Built { folder, problems }
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A file's text.
    pub fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }
}

/// The course's own book, built once for all tests.
pub static BOOK: LazyLock<Built> = LazyLock::new(|| Built::of(course()));

/// A copy of the course, as far as the book is made of it, gone when the test ends.
pub struct Scratch {
    folder: TempDir,
}

impl Scratch {
    /// A copy without a mistake.
    pub fn new() -> Scratch {
        let folder = tempfile::tempdir().expect("a folder for the course");
        let scratch = Scratch { folder };
        for path in ["README.md", "docs", "examples-bin"] {
            scratch.take(path, path);
        }
        scratch
    }

    /// A path in the copy.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Copies a path of the course.
    pub fn take(&self, from: &str, to: &str) {
        copy(&course().join(from), &self.path(to));
    }

    /// Replaces text in a file; it must be there.
    pub fn change(&self, file: &str, from: &str, to: &str) {
        let path = self.path(file);
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(text.contains(from), "`{from}` is not in {file}");
        fs::write(path, text.replacen(from, to, 1)).expect("the copy can be written");
    }

    /// Builds the copy's book.
    pub fn build(&self) -> Built {
        Built::of(self.folder.path())
    }

    /// Builds the copy's book, and returns the first of what is wrong with it: the others follow from it.
    pub fn first_problem(&self) -> String {
        let problems = self.build().problems;
        problems
            .first()
            .expect("something is wrong")
            .replace(&format!("{}/", self.folder.path().display()), "")
    }

    /// Builds the copy's book, and returns the one thing that is wrong with it.
    pub fn problem(&self) -> String {
        match self.build().problems.as_slice() {
            [problem] => problem.replace(&format!("{}/", self.folder.path().display()), ""),
            problems => panic!("one problem was to be told: {problems:#?}"),
        }
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to.parent().expect("it has a folder")).expect("a folder can be made");
    if !from.is_dir() {
        fs::copy(from, to).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
        return;
    }
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in from.read_dir().expect("a folder can be read") {
        let name = entry.expect("an entry can be read").file_name();
        copy(&from.join(&name), &to.join(&name));
    }
}
