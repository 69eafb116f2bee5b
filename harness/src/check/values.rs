//! Values of names, as several checks look at them.

use super::Outcome;
use crate::cast::NameRef;
use crate::cast::number::Number;
use crate::cast::reading::{Reading, Value};
use crate::language::Language;
use crate::words::list;

/// The values of a name with their lines, where there is any and each is a number; else what came of it.
pub(super) fn numbers(
    name: &NameRef,
    reading: &Reading<'_>,
    language: Language,
) -> Result<Vec<(Number, usize)>, Outcome> {
    let number = |value: Value<'_>| {
        let not = || {
            let written = &name.written;
            let expected = language.pick(format!("{written} to be a number"), format!("{written} 是一个数"));
            Outcome::broken(expected, format!("`{}`", value.text), &[value.line])
        };
        Ok((value.number().ok_or_else(not)?, value.line))
    };
    some(name, reading, language)?.into_iter().map(number).collect()
}

/// The values of all these names, where there are at least two to hold against each other; else what came of it.
pub(super) fn several<'a>(
    names: &[NameRef],
    reading: &Reading<'a>,
    language: Language,
) -> Result<Vec<Value<'a>>, Outcome> {
    let each: Vec<Vec<Value<'_>>> =
        names.iter().map(|name| some(name, reading, language)).collect::<Result<_, Outcome>>()?;
    let values = each.concat();
    if values.len() < 2 {
        let (expected, seen) =
            language.pick(("at least two values", "there is one"), ("至少两个值", "只有一个"));
        return Err(Outcome::broken(expected, seen, &[values[0].line]));
    }
    Ok(values)
}

/// The values of a name, where there is any; else what came of it.
pub(super) fn some<'a>(
    name: &NameRef,
    reading: &Reading<'a>,
    language: Language,
) -> Result<Vec<Value<'a>>, Outcome> {
    let values = reading.values(name);
    if values.is_empty() {
        let written = &name.written;
        let expected = language.pick(format!("a value of {written}"), format!("{written} 有值"));
        return Err(Outcome::broken(expected, language.pick("no line has one", "没有一行有"), &[]));
    }
    Ok(values)
}

/// Numbers one after the other: “1, then 2”.
pub(super) fn then(values: &[Number], language: Language) -> String {
    let texts: Vec<String> = values.iter().map(Number::to_string).collect();
    match texts.as_slice() {
        [] => language.pick("nothing", "没有").to_owned(),
        texts => texts.join(language.pick(", then ", "、")),
    }
}

/// Names as they are written: “a, b and c”.
pub(super) fn written(names: &[NameRef], language: Language) -> String {
    let names: Vec<String> = names.iter().map(|name| name.written.clone()).collect();
    list(&names, language.pick("and", " 和 "), language)
}
