//! Files: read if they are files, and of a bearable size; written whole or not at all.

use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io::{self, Read, Write};
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt, fchown};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use nix::errno::Errno;
use nix::fcntl::{AT_FDCWD, RenameFlags, renameat2};

use crate::language::Language;
use crate::system::interrupt::UnderWay;
use crate::words::size;

/// Reads a file of at most so many bytes.
///
/// # Errors
/// Where it can't be read, is no regular file, or is larger.
pub(crate) fn read(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // What has no size of its own, as in /proc, has an end here.
    open(path, most)?.take(most as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > most { Err(too_large(most)) } else { Ok(bytes) }
}

/// Opens a file of at most so many bytes, to be read.
///
/// # Errors
/// As [`read`].
pub(crate) fn open(path: &Path, most: usize) -> io::Result<File> {
    // Opened, a device might act, and a socket says no more than that it can't be.
    bearable(&fs::metadata(path)?, most)?;
    // And should it be a pipe by now, nobody may write to it.
    let file = File::options().read(true).custom_flags(libc::O_NONBLOCK).open(path)?;
    bearable(&file.metadata()?, most)?;
    Ok(file)
}

fn bearable(metadata: &Metadata, most: usize) -> io::Result<()> {
    let kind = metadata.file_type();
    let what = match kind {
        _ if kind.is_file() && metadata.len() > most as u64 => return Err(too_large(most)),
        _ if kind.is_file() => return Ok(()),
        _ if kind.is_dir() => "a folder",
        _ if kind.is_fifo() => "a pipe",
        _ if kind.is_socket() => "a socket",
        _ => "a device",
    };
    Err(io::Error::new(io::ErrorKind::InvalidInput, format!("it is {what}, and a file is needed")))
}

fn too_large(most: usize) -> io::Error {
    let why = format!("it is larger than {}, and so no file of this kind", size(most, Language::En));
    io::Error::new(io::ErrorKind::FileTooLarge, why)
}

/// Writes a file, in place of an older one.
///
/// # Errors
/// Where it can't be written: what was there before is there still.
pub fn write(path: &Path, bytes: impl AsRef<[u8]>) -> io::Result<()> {
    write_with(path, |to| to.write_all(bytes.as_ref()))
}

/// As [`write()`], with what `content` writes.
///
/// # Errors
/// As [`write()`].
pub fn write_with(path: &Path, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let _whole = UnderWay::begin();
    if fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        // A terminal or a pipe takes what is written to it; a folder says that it does not.
        return content(&mut File::options().write(true).open(path)?);
    }
    Staged::new(path, content)?.commit()
}

/// Writes behind what a file holds, all of it or nothing.
///
/// # Errors
/// Where it can't be written: what was there before is there still.
pub(crate) fn append(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let _whole = UnderWay::begin();
    let mut file = File::options().append(true).create(true).open(path)?;
    let before = file.metadata()?.len();
    file.write_all(bytes).inspect_err(|_| {
        let _ = if before == 0 { fs::remove_file(path) } else { file.set_len(before) };
    })
}

/// Puts a folder in the place of an older one, which is removed.
///
/// # Errors
/// Where it can't be put there: what was there before is there still.
pub fn replace_folder(new: &Path, place: &Path) -> io::Result<()> {
    let _whole = UnderWay::begin();
    let Ok(place) = place.canonicalize() else { return fs::rename(new, place) };
    if exchange(new, &place).is_err() {
        // Not every file system can do it in one step.
        let aside = place.with_extension("old");
        fs::rename(&place, &aside)?;
        fs::rename(new, &place).inspect_err(|_| {
            let _ = fs::rename(&aside, &place);
        })?;
        return fs::remove_dir_all(aside);
    }
    fs::remove_dir_all(new)
}

fn exchange(one: &Path, other: &Path) -> nix::Result<()> {
    renameat2(AT_FDCWD, one, AT_FDCWD, other, RenameFlags::RENAME_EXCHANGE)
}

/// A file that is written, and is not there yet. Dropped, it never was.
#[derive(Debug)]
pub struct Staged {
    /// Where it is written, beside its place.
    beside: PathBuf,
    place: PathBuf,
}

impl Staged {
    /// Writes it beside the place where it shall be.
    ///
    /// # Errors
    /// Where it can't be written.
    pub fn new(path: &Path, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<Staged> {
        let place = behind_links(path)?;
        let older = match File::options().write(true).open(&place) {
            Ok(older) => Some(older.metadata()?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            // A file that nobody may write to is not to be replaced either.
            Err(error) => return Err(error),
        };
        let (file, beside) = create_beside(&place)?;
        let staged = Staged { beside, place };
        let mut buffered = io::BufWriter::new(&file);
        content(&mut buffered)?;
        buffered.flush()?;
        if let Some(older) = older {
            // Only root may give a file away.
            let _ = fchown(&file, Some(older.uid()), Some(older.gid()));
            file.set_permissions(older.permissions())?;
        }
        Ok(staged)
    }

    /// Puts it there.
    ///
    /// # Errors
    /// Where it can't be: what was there before is there still.
    pub fn commit(self) -> io::Result<()> {
        fs::rename(&self.beside, &self.place)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // Once it was put in its place, there is nothing here any more.
        let _ = fs::remove_file(&self.beside);
    }
}

/// Creates a file of its own beside this place.
fn create_beside(place: &Path) -> io::Result<(File, PathBuf)> {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let mut name = OsString::from(format!(".{}-{number}.", std::process::id()));
        name.push(place.file_name().unwrap_or_default());
        let beside = place.with_file_name(name);
        match File::options().write(true).create_new(true).open(&beside) {
            // Left by another process, which had the same pid.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            created => return created.map(|file| (file, beside)),
        }
    }
}

/// The place that a path leads to: a link stays one, also to a file that is not there yet.
fn behind_links(path: &Path) -> io::Result<PathBuf> {
    /// As many links as Linux follows.
    const MOST: usize = 40;
    let mut path = path.to_path_buf();
    for _ in 0..MOST {
        match fs::read_link(&path) {
            Ok(target) => path = path.parent().unwrap_or(Path::new("")).join(target),
            Err(_) => return Ok(path),
        }
    }
    Err(Errno::ELOOP.into())
}
