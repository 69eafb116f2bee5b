//! The code that a task executes: which of it is the program's own, and which line of its source that came from.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex};

use addr2line::Loader;

use super::files::{Files, lock};
use super::stack;
use super::witness::Tracee;
use crate::transcript::schedule::SourceLine;

static FILES: LazyLock<Files<File>> = LazyLock::new(Files::default);

/// What is known of an executable file.
struct File {
    /// Its debug information; none where it has none, or can't be read.
    lines: Option<Mutex<Loader>>,
}

/// The program that a process executes, where it stands in its memory.
pub(crate) struct Code {
    file: Arc<File>,
    /// All files of the process, as they were mapped then.
    mappings: Vec<Mapping>,
    place: Range<u64>,
    /// What to take from an address to get the one that the file speaks of.
    base: u64,
}

/// A file that is mapped into a process's memory.
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code, reason = "stacks are unwound on x86-64 alone"))]
pub(super) struct Mapping {
    pub place: Range<u64>,
    pub offset: u64,
    pub path: PathBuf,
    pub is_code: bool,
}

impl Code {
    /// That of a task; `None` where it can't be looked at.
    pub fn of(task: Tracee) -> Option<Code> {
        let path = fs::read_link(format!("/proc/{}/exe", task.id())).ok()?;
        let mappings = mappings_of(task);
        let mut own = mappings.iter().filter(|mapping| mapping.path == path);
        let first = own.next()?;
        let end = own.next_back().unwrap_or(first).place.end;
        let place = first.place.start..end;
        let file = FILES.get(&path, |path| Some(File::read(path)))?;
        let lowest = file.lines.as_ref().map_or(0, |lines| lock(lines).relative_address_base());
        Some(Code { file, base: place.start - lowest, place, mappings })
    }

    /// Whether an instruction is of the program's file.
    pub fn has(&self, address: u64) -> bool {
        self.place.contains(&address)
    }

    /// Whether an instruction is of the program's own source; where that isn't known, whether it is of its file.
    pub fn is_own(&self, address: u64) -> bool {
        self.has(address) && (self.file.lines.is_none() || self.find(address).is_some())
    }

    /// The line of the program's own source that a task is in, with whoever called what it executes.
    pub fn line(&self, task: Tracee) -> Option<SourceLine> {
        let (path, number) = stack::of(task, &self.mappings).find_map(|address| self.find(address))?;
        let source = fs::read_to_string(&path).ok()?;
        let text = source.lines().nth(usize::try_from(number).ok()?.checked_sub(1)?)?.trim().to_owned();
        let file = Path::new(&path).file_name()?.to_string_lossy().into_owned();
        Some(SourceLine { file, number, text })
    }

    /// The innermost line that is of the program's own source.
    fn find(&self, address: u64) -> Option<(String, u32)> {
        let lines = lock(self.file.lines.as_ref().filter(|_| self.has(address))?);
        let mut frames = lines.find_frames(address - self.base).ok()?;
        while let Some(frame) = frames.next().ok()? {
            let line = frame.location.and_then(|place| Some((place.file?, place.line?)));
            if let Some((path, line)) = line.filter(|(path, _)| is_own_source(Path::new(path))) {
                return Some((path.to_owned(), line));
            }
        }
        None
    }
}

/// Not a library's: that is not here, or was fetched by cargo, or came with the system.
fn is_own_source(path: &Path) -> bool {
    let is_fetched = path.components().any(|part| part.as_os_str() == ".cargo");
    !is_fetched && !path.starts_with("/usr") && path.is_file()
}

impl File {
    fn read(path: &Path) -> File {
        File { lines: Loader::new(path).ok().filter(has_lines).map(Mutex::new) }
    }
}

/// Whether it tells of any line: also a file without debug information can be loaded.
fn has_lines(loader: &Loader) -> bool {
    loader.get_section_range(b".debug_line").is_some()
}

/// The stack of a task that is stopped; empty where it can't be found.
pub(crate) fn stack_of(task: Tracee) -> Range<u64> {
    let end = task.registers().map_or(0, |registers| registers.stack());
    let maps = fs::read_to_string(format!("/proc/{}/maps", task.id())).unwrap_or_default();
    let mut places = maps.lines().filter_map(place);
    places.find(|place| place.contains(&end)).unwrap_or_default()
}

/// Where a mapping stands.
fn place(line: &str) -> Option<Range<u64>> {
    let (start, end) = line.split(' ').next()?.split_once('-')?;
    let number = |text| u64::from_str_radix(text, 16).ok();
    Some(number(start)?..number(end)?)
}

/// The files that are mapped into a task's memory, in the order of addresses (`proc_pid_maps(5)`).
fn mappings_of(task: Tracee) -> Vec<Mapping> {
    let maps = fs::read_to_string(format!("/proc/{}/maps", task.id())).unwrap_or_default();
    maps.lines().filter_map(mapping).collect()
}

fn mapping(line: &str) -> Option<Mapping> {
    let mut parts = line.splitn(6, ' ').skip(1);
    let (rights, offset) = (parts.next()?, u64::from_str_radix(parts.next()?, 16).ok()?);
    let path = PathBuf::from(parts.nth(2)?.trim_start()).canonicalize().ok()?;
    Some(Mapping { place: place(line)?, offset, path, is_code: rights.contains('x') })
}
