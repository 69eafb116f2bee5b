//! Values that were the same in every run, though not in the same places: what tasks are called that fall to whoever is free.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::naming::Named;
use crate::cast::Cast;
use crate::cast::number::Number;
use crate::cast::reading::Reading;
use crate::cast::template::escape;
use crate::document::quoted;
use crate::transcript::Transcript;

/// So many values at the most are counted one by one.
const COUNTED: usize = 16;

/// Checks that refuse a value that comes twice, and one that is lost; nothing for a name whose values are others in each run.
pub(super) fn checks(named: &Named, cast: &Cast, runs: &[&Transcript]) -> String {
    let Some(counts) = steady(named, cast, runs) else { return String::new() };
    let (name, total) = (&named.name, counts.values().sum::<usize>());
    let mut text = format!(
        "\n# The same {total} values in every run, whoever had them: none may come twice, none be lost.\n"
    );
    if let Some([least, most]) = range(&counts) {
        let _ = writeln!(text, "[[always]]\ndiffer = [{}]", quoted(name));
        for (bound, value) in [("at_least", least), ("at_most", most)] {
            let _ = writeln!(text, "[[always]]\nnumber = {{ name = {}, {bound} = {value} }}", quoted(name));
        }
        return text;
    }
    for (value, count) in counts {
        let _ = writeln!(
            text,
            "[[always]]\ncount = {{ line = {}, is = {count} }}",
            quoted(&pattern_of(named, &value))
        );
    }
    text
}

/// How often each value came, if that was so in all runs and there are several.
fn steady(named: &Named, cast: &Cast, runs: &[&Transcript]) -> Option<BTreeMap<String, usize>> {
    let name = cast.name(&named.name).filter(|_| named.captures != "pid_in")?;
    let counts = |run: &&Transcript| {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for value in Reading::new(cast, run).values(&name) {
            *counts.entry(value.text.to_owned()).or_default() += 1;
        }
        counts
    };
    let mut all = runs.iter().map(counts);
    let first = all.next()?;
    (first.len() > 1
        && all.all(|counts| counts == first)
        && (first.len() <= COUNTED || range(&first).is_some()))
    .then_some(first)
}

/// The least and the greatest, where each number between them came once.
fn range(counts: &BTreeMap<String, usize>) -> Option<[i128; 2]> {
    let whole = |value: &String| match Number::parse(value) {
        // As `007`, not all that is between them would be a number of this kind.
        Some(Number::Whole(whole)) if whole.to_string() == *value => Some(whole),
        _ => None,
    };
    let numbers: Option<Vec<i128>> = counts.keys().map(whole).collect();
    let numbers = numbers.filter(|_| counts.values().all(|&count| count == 1))?;
    let (least, most) = (*numbers.iter().min()?, *numbers.iter().max()?);
    (most - least == numbers.len() as i128 - 1).then_some([least, most])
}

/// Matches the lines in which a name has this value.
fn pattern_of(named: &Named, value: &str) -> String {
    let (before, after) = (&named.pattern[..named.group.start], &named.pattern[named.group.end..]);
    let ends = value.ends_with(char::is_alphanumeric) && after.is_empty();
    format!("{before}{}{}{after}", escape(value), if ends { r"\b" } else { "" })
}
