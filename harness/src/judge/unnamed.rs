//! Pids that stand in lines as numbers, since no name covers them. They are others in every run, so no golden can hold them.
//!
//! A number may be a pid by chance, above all in a container, where pids are small. So they are looked for only in lines that
//! the golden does not hold: a run that meets its golden is never refuted for its numbers. And whether a golden may be made
//! of such a line, only another run tells, in which the number stays as it is or becomes another.

use std::ops::Range;

use crate::cast::Cast;
use crate::cast::canonical::lines_not_in;
use crate::cast::reading::{Captured, Reading};
use crate::cast::template::Template;
use crate::check::finding::{Finding, FindingKind};
use crate::document::quoted;
use crate::words::list;

/// The pids of a run that stand as numbers in lines that the golden does not hold.
pub(crate) fn unnamed(golden: Option<&str>, reading: &Reading<'_>) -> Option<Finding> {
    let (mut pids, mut lines, mut name) = (Vec::new(), Vec::new(), None);
    for line in lines_not_in(golden.unwrap_or_default(), reading) {
        for (pid, place) in pids_in(line, reading) {
            let who = reading.who(pid);
            if !pids.contains(&who) {
                pids.push(who);
            }
            lines.push(line);
            name = name.or_else(|| pid_name(reading.cast, text_of(line, reading)?, &place));
        }
    }
    if pids.is_empty() {
        return None;
    }
    let language = reading.language;
    let pids = list(&pids, language.pick("and", " 和 "), language);
    let seen = language.pick(format!("{pids}, as a plain number"), format!("{pids}，只是一个数"));
    let (claim, expected) = language.pick(
        ("a name covers each pid that is printed", "a name in [names]"),
        ("打印的每个 pid 都有名字涵盖", "[names] 里的一个名字"),
    );
    let help = name.map(|name| {
        language.pick(
            format!("`{name}` in [names] shows it as whose it is"),
            format!("[names] 里的 `{name}` 会把它显示为它所属的进程"),
        )
    });
    let finding = Finding::new(FindingKind::Names, claim, expected, seen);
    Some(Finding { help, ..finding.lines(reading, &lines) })
}

fn text_of<'a>(line: usize, reading: &Reading<'a>) -> Option<&'a str> {
    std::str::from_utf8(reading.transcript.text(&reading.transcript.lines()[line])).ok()
}

/// The numbers of a line that are pids of its run, and that no name captures.
fn pids_in(line: usize, reading: &Reading<'_>) -> Vec<(u32, Range<usize>)> {
    let transcript = reading.transcript;
    let is_pid =
        |pid: u32| pid == transcript.pid() || transcript.processes().iter().any(|one| one.pid == pid);
    let is_free = |place: &Range<usize>| {
        let mut captured = reading.captured(line).iter().map(Captured::range);
        captured.all(|part| place.end <= part.start || part.end <= place.start)
    };
    let mut found = Vec::new();
    let mut end = 0;
    let text = transcript.text(&transcript.lines()[line]);
    for part in text.chunk_by(|one, next| one.is_ascii_digit() == next.is_ascii_digit()) {
        let place = end..end + part.len();
        end = place.end;
        // A pid is not written as `007`.
        let digits = std::str::from_utf8(part).ok().filter(|part| !part.starts_with('0'));
        if let Some(pid) = digits.and_then(|digits| digits.parse().ok())
            && is_pid(pid)
            && is_free(&place)
        {
            found.push((pid, place));
        }
    }
    found
}

/// A name for the pid that stands there in a line, as it would be written in the contract's `[names]`; `None` where it is
/// part of something longer.
fn pid_name(cast: &Cast, line: &str, place: &Range<usize>) -> Option<String> {
    let shape = Template::of(line);
    let pid = Template::places(&shape.finder(), line).iter().position(|slot| slot == place)?;
    let pattern = quoted(&shape.pattern(|slot| slot == pid));
    let is_free = |name: &String| cast.names.iter().all(|known| known.name != *name);
    let mut names = ["pid".to_owned()].into_iter().chain((2..).map(|number| format!("pid{number}")));
    names.find(is_free).map(|name| format!("{name} = {{ pid_in = {pattern} }}"))
}
