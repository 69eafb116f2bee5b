//! The golden: the canonical form that was reviewed, in insta's file format, beside its contract.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use similar::TextDiff;

use crate::cast::Captures;
use crate::cast::canonical::{canonical, is_canonical};
use crate::cast::reading::Reading;
use crate::check::Untold;
use crate::check::finding::{Finding, FindingKind};
use crate::check::lines::crammed;
use crate::contract::Contract;
use crate::file;
use crate::language::Language;
use crate::words::{lines, size, start_of, times};

/// What a golden holds where the program prints nothing: insta takes an empty one for none.
const NOTHING: &str = "‹nothing is printed›\n";

/// No golden is larger: a run prints 64 MiB at the most, and each line has its actor before it.
const MOST: usize = 256 << 20;

/// So much of each of two texts is compared to show how they differ.
const COMPARED: usize = 4 << 20;

/// The golden of the contract in this folder.
pub fn path(folder: &Path) -> PathBuf {
    folder.join("golden.snap")
}

/// What is to be reviewed of the contract in this folder, where insta looks for it.
pub(crate) fn pending(folder: &Path) -> PathBuf {
    folder.join("golden.snap.new")
}

/// Takes back what was offered for review of the contract in this folder.
///
/// # Errors
/// Where the file can't be removed; it is named.
pub fn withdraw(folder: &Path) -> io::Result<()> {
    let file = pending(folder);
    match fs::remove_file(&file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(io::Error::new(error.kind(), format!("`{}` can't be removed: {error}", file.display())))
        }
        _ => Ok(()),
    }
}

/// Reads a golden: the canonical form in it, or `None` where there is no golden yet.
///
/// # Errors
/// Where the file can't be read or is not in insta's format.
pub fn read(file: &Path) -> io::Result<Option<String>> {
    let bytes = match file::read(file, MOST) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = 1 + memchr::memchr_iter(b'\n', before).count();
        io::Error::new(io::ErrorKind::InvalidData, format!("its line {line} is not UTF-8"))
    })?;
    let body = text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
    match body {
        Some((_, NOTHING)) => Ok(Some(String::new())),
        Some((_, form)) => Ok(Some(form.to_owned())),
        None => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "it is not in insta's format: metadata between two lines `---`, then the form",
        )),
    }
}

/// Writes a golden, as insta would.
///
/// # Errors
/// Where the file can't be written.
pub fn write(file: &Path, name: &str, form: &str) -> io::Result<()> {
    let text = format!("---\nexpression: {name}\n---\n{}", shown(form));
    if text.len() > MOST {
        let why = format!("it would be larger than {}, which no golden may be", size(MOST, Language::En));
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, why));
    }
    file::write(file, text)
}

/// The form as it stands in a golden.
pub fn shown(form: &str) -> &str {
    if form.is_empty() { NOTHING } else { form }
}

fn claim(language: Language) -> &'static str {
    language.pick("the output matches the golden", "输出与基准输出一致")
}

/// How a run's form differs from the golden, if it does. The comparison is exact.
pub(crate) fn compare(golden: Option<&str>, contract: &Contract, reading: &Reading<'_>) -> Option<Finding> {
    let language = reading.language;
    let finding =
        |expected: &str, seen: String| Finding::new(FindingKind::Golden, claim(language), expected, seen);
    match golden {
        Some(golden) if is_canonical(golden, reading) => None,
        Some(golden) => {
            let form = canonical(reading);
            let diff = start_of_diff(&diff(shown(golden), shown(&form), language), language);
            let help = crammed(reading).map(str::to_owned);
            let seen = difference(golden, &form, language) + &torn(reading);
            Some(Finding {
                diff: Some(diff),
                help,
                ..finding(language.pick("no difference", "没有差别"), seen)
            })
        }
        None => {
            let accept = contract.named.command_line("accept", "");
            let seen = language.pick("there is none yet", "还没有");
            Some(finding(language.pick("a golden", "有基准输出"), seen.to_owned()).help(language.pick(
                format!("`{accept}` shows this run's canonical form and makes it the golden"),
                format!("`{accept}` 显示这次运行的规范形式，并把它存为基准输出"),
            )))
        }
    }
}

/// How many lines were torn, which a form shows as if they were whole.
fn torn(reading: &Reading<'_>) -> String {
    let torn = reading.transcript.lines().iter().filter(|line| line.torn).count();
    let count = lines(torn as u64, reading.language);
    let were = if torn == 1 { "was" } else { "were" };
    match torn {
        0 => String::new(),
        _ => reading
            .language
            .pick(format!("; {count} {were} torn by other writers"), format!("；{count}被别的写者打断")),
    }
}

/// How a run's form differs from the golden, as a unified diff; of huge ones the first part of it, and of a long line its
/// start.
pub fn diff(golden: &str, form: &str, language: Language) -> String {
    let (golden, form) = what_differs(golden, form);
    let diff = compared(golden, form);
    let text = diff.unified_diff().context_radius(3).header("golden", "this run").to_string();
    text.lines().map(|line| start_of(line.as_bytes(), language) + "\n").collect()
}

/// Where two texts differ much, the smallest of all differences is not looked for without end.
fn compared<'a>(golden: &'a str, form: &'a str) -> TextDiff<'a, 'a, str> {
    TextDiff::configure().timeout(Duration::from_secs(1)).diff_lines(golden, form)
}

/// Two texts, or of huge ones as much as is compared from shortly before they begin to differ.
fn what_differs<'a>(golden: &'a str, form: &'a str) -> (&'a str, &'a str) {
    if golden.len().max(form.len()) <= COMPARED {
        return (golden, form);
    }
    let same = golden.bytes().zip(form.bytes()).take_while(|(one, other)| one == other).count();
    // Three whole lines that are the same, as a diff shows them.
    let before = golden.as_bytes()[..same].iter().enumerate().rev();
    let mut ends = before.filter(|&(_, &byte)| byte == b'\n').map(|(at, _)| at + 1);
    let start = ends.nth(3).unwrap_or(0);
    let part = |text: &'a str| {
        let end = (start + COMPARED).min(text.len());
        &text[start..(0..=end).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)]
    };
    (part(golden), part(form))
}

/// What a run that differs from its golden could not tell: whose a pid is.
pub(crate) fn unknown(golden: Option<&str>, reading: &Reading<'_>) -> Option<Untold> {
    golden?;
    let pid = reading.unclear_pid()?;
    let why = reading.language.pick(
        format!(
            "a process had ended before it could be told whether `{pid}` is its pid in its own namespace"
        ),
        format!("还没来得及弄清 `{pid}` 是不是某个进程在自己命名空间里的编号，那个进程就已经结束了"),
    );
    Some(Untold { claim: claim(reading.language).to_owned(), why })
}

/// That a run can't be held against its golden: it is not known who wrote its lines, and the form says whose pids are, or tells
/// many who play one actor apart.
pub(crate) fn unnamed(golden: Option<&str>, reading: &Reading<'_>) -> Option<Untold> {
    golden?;
    let shows_pids = reading.cast.names.iter().any(|name| name.captures == Captures::Pid);
    let actors = reading.cast.actors.iter().enumerate();
    let mut rests_on_writers = actors.filter(|(_, actor)| !actor.varies && (shows_pids || actor.each));
    rests_on_writers.find(|&(place, _)| !reading.knows_writers_of(place))?;
    let why = reading.language.pick("it is not known who wrote its lines", "不知道它的各行是谁写的");
    Some(Untold { claim: claim(reading.language).to_owned(), why: why.to_owned() })
}

/// A diff as long as a person reads it.
fn start_of_diff(text: &str, language: Language) -> String {
    const SHOWN: usize = 100;
    let all = text.lines().count();
    let mut start: Vec<&str> = text.lines().take(SHOWN).collect();
    let more = lines((all - SHOWN.min(all)) as u64, language);
    let more = language.pick(format!("… and {more} more"), format!("……另有 {more}"));
    if all > SHOWN {
        start.push(&more);
    }
    start.join("\n")
}

/// In how many lines a golden and a run differ, in words.
fn difference(golden: &str, form: &str, language: Language) -> String {
    let (old, new) = what_differs(golden, form);
    let diff = compared(old, new);
    // An empty text is one empty line to `similar`.
    let lines_of =
        |tag| diff.iter_all_changes().filter(move |change| change.tag() == tag && !change.value().is_empty());
    let count = |tag| lines_of(tag).count() as u64;
    let (gone, new) = (count(similar::ChangeTag::Delete), count(similar::ChangeTag::Insert));
    let (missing, extra) = (lines(gone, language), lines(new, language));
    let told = match (gone, new) {
        (0, _) => language.pick(format!("{extra} too many"), format!("多了 {extra}")),
        (_, 0) => language.pick(format!("{missing} missing"), format!("少了 {missing}")),
        (gone, new) if gone == new => times(gone, ["line differs", "lines differ"], "行不同", language),
        _ => language
            .pick(format!("{missing} missing, {extra} instead"), format!("少了 {missing}，多了 {extra}")),
    };
    if golden.len().max(form.len()) <= COMPARED {
        return told;
    }
    let compared = size(COMPARED, language);
    language.pick(
        format!("{told}, in the first {compared} that differ"),
        format!("{told}（只比较了从不同处开始的 {compared}）"),
    )
}
