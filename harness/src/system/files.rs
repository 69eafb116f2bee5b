//! What is read of executable files: once for all runs of a file, and anew where it has changed.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is known of files; `None` of one that can't be read.
pub(super) struct Files<T>(Mutex<HashMap<Version, Option<Arc<T>>>>);

/// A file as it was at some time.
#[derive(PartialEq, Eq, Hash)]
struct Version {
    path: PathBuf,
    inode: u64,
    /// When it was changed: seconds and nanoseconds.
    changed: (i64, i64),
}

impl<T> Default for Files<T> {
    fn default() -> Files<T> {
        Files(Mutex::default())
    }
}

impl<T> Files<T> {
    /// What is known of a file, which this reads.
    pub fn get(&self, path: &Path, read: impl FnOnce(&Path) -> Option<T>) -> Option<Arc<T>> {
        let now = fs::metadata(path).ok()?;
        let changed = (now.mtime(), now.mtime_nsec());
        let version = Version { path: path.to_owned(), inode: now.ino(), changed };
        lock(&self.0).entry(version).or_insert_with(|| read(path).map(Arc::new)).clone()
    }
}

/// What is only read is whole, whoever has panicked.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::time::{Duration, SystemTime};

    use super::Files;

    #[test]
    fn a_file_is_read_once_until_it_changes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("program");
        let files = Files::default();
        let read = || files.get(&path, |path| fs::read_to_string(path).ok()).map(|text| text.to_string());
        fs::write(&path, "one").unwrap();
        let first = File::open(&path).unwrap().metadata().unwrap().modified().unwrap();
        assert_eq!(read().as_deref(), Some("one"));
        fs::write(&path, "other").unwrap();
        let set =
            |time: SystemTime| File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
        set(first);
        assert_eq!(read().as_deref(), Some("one"), "nothing tells that it has changed");
        // A whole number of seconds later, so that the nanoseconds are the same.
        set(first + Duration::from_secs(1));
        assert_eq!(read().as_deref(), Some("other"));
    }
}
