//! Regular expressions, for many short lines: most patterns of a contract say how a line begins, and most lines begin
//! otherwise. That is told here, without starting a search.

use std::fmt;

use regex::bytes::{CaptureLocations, Regex};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::literal::{Extractor, Literal};
use regex_syntax::hir::{Hir, HirKind, Look};

use crate::language::Language;
use crate::words::{list, visible};

/// A regular expression over the bytes of a line.
#[derive(Clone, Debug)]
pub struct Pattern {
    regex: Regex,
    beginning: Option<Beginning>,
}

/// What a line must begin with to match.
#[derive(Clone, Debug)]
struct Beginning {
    /// One of these.
    literals: Vec<Vec<u8>>,
    /// Nothing else is asked of it.
    is_all: bool,
}

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// Where it is no regular expression.
    pub fn new(pattern: &str) -> Result<Pattern, regex::Error> {
        Ok(Pattern { regex: Regex::new(pattern)?, beginning: Beginning::of(pattern) })
    }

    /// Whether it matches anywhere in the text.
    pub fn is_match(&self, text: &[u8]) -> bool {
        match &self.beginning {
            None => self.regex.is_match(text),
            Some(beginning) => beginning.is_of(text) && (beginning.is_all || self.regex.is_match(text)),
        }
    }

    /// What its first group captures in the leftmost match, as the first and the last byte's place.
    pub(crate) fn group(&self, locations: &mut CaptureLocations, text: &[u8]) -> Option<(usize, usize)> {
        if self.beginning.as_ref().is_some_and(|beginning| !beginning.is_of(text)) {
            return None;
        }
        self.regex.captures_read(locations, text)?;
        locations.get(1)
    }

    /// Room for what [`Pattern::group`] captures.
    pub(crate) fn locations(&self) -> CaptureLocations {
        self.regex.capture_locations()
    }

    /// How many capture groups it has.
    pub fn groups(&self) -> usize {
        self.regex.captures_len() - 1
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        self.regex.as_str()
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Beginning {
    /// More than a few are not told apart faster than by a search.
    const FEW: usize = 8;

    /// What a text must begin with to match, where the pattern starts with `^` and goes on with one of a few literals.
    fn of(pattern: &str) -> Option<Beginning> {
        let hir = ParserBuilder::new().utf8(false).build().parse(pattern).ok()?;
        let HirKind::Concat(parts) = hir.kind() else { return None };
        let (start, rest) = parts.split_first()?;
        if *start.kind() != HirKind::Look(Look::Start) {
            return None;
        }
        let rest = Hir::concat(rest.to_vec());
        let found = Extractor::new().extract(&rest);
        let literals = found.literals().filter(|literals| literals.len() <= Beginning::FEW)?;
        Some(Beginning {
            literals: literals.iter().map(|literal| literal.as_bytes().to_vec()).collect(),
            // The literals take every assertion (`$`, `\b`) for true.
            is_all: found.is_exact() && rest.properties().look_set().is_empty(),
        })
    }

    fn is_of(&self, text: &[u8]) -> bool {
        self.literals.iter().any(|literal| text.starts_with(literal))
    }
}

/// What a pattern says of a line, where that can be said in words.
enum Form {
    /// Anything: the pattern is empty.
    Any,
    /// It is one of these.
    Is(Vec<String>),
    /// It starts with one of these.
    Starts(Vec<String>),
    /// It ends with one of these.
    Ends(Vec<String>),
    /// One of these is in it.
    Contains(Vec<String>),
    /// No more than that it matches.
    Matches,
}

impl Form {
    /// More than a few alternatives are no easier to read than the pattern.
    const FEW: usize = 3;

    fn of(pattern: &str) -> Form {
        let Ok(hir) = ParserBuilder::new().utf8(false).build().parse(pattern) else { return Form::Matches };
        let parts = match hir.kind() {
            HirKind::Empty => return Form::Any,
            HirKind::Concat(parts) => parts.as_slice(),
            _ => std::slice::from_ref(&hir),
        };
        let is = |part: Option<&Hir>, look| part.is_some_and(|part| *part.kind() == HirKind::Look(look));
        let starts = is(parts.first(), Look::Start);
        let ends = is(parts.last(), Look::End);
        let inner = &parts[usize::from(starts).min(parts.len())..];
        let inner = &inner[..inner.len() - usize::from(ends).min(inner.len())];
        match (Form::texts(inner), starts, ends) {
            (None, ..) => Form::Matches,
            (Some(texts), true, true) => Form::Is(texts),
            (Some(texts), true, false) => Form::Starts(texts),
            (Some(texts), false, true) => Form::Ends(texts),
            (Some(texts), false, false) => Form::Contains(texts),
        }
    }

    /// The few texts that these parts stand for, where they stand for no more and none is empty.
    fn texts(parts: &[Hir]) -> Option<Vec<String>> {
        let hir = Hir::concat(parts.to_vec());
        if !hir.properties().look_set().is_empty() {
            return None;
        }
        let found = Extractor::new().extract(&hir);
        let literals = found.literals().filter(|literals| found.is_exact() && literals.len() <= Form::FEW)?;
        let text = |literal: &Literal| String::from_utf8(literal.as_bytes().to_vec()).ok();
        let texts: Vec<String> = literals.iter().map(text).collect::<Option<_>>()?;
        texts.iter().all(|text| !text.is_empty()).then_some(texts)
    }
}

impl Pattern {
    /// What it says of a line, as “starts with “跳舞””, or of several lines, as “start with …”.
    pub(crate) fn verb(&self, several: bool, language: Language) -> String {
        let quoted = |texts: &[String]| {
            let quoted: Vec<String> = texts.iter().map(|text| format!("“{}”", visible(text))).collect();
            list(&quoted, language.pick("or", "或"), language)
        };
        let verb = |one: &'static str, many: &'static str| if several { many } else { one };
        let (en, zh) = match Form::of(self.as_str()) {
            Form::Any => (verb("is there", "are there").to_owned(), "存在".to_owned()),
            Form::Is(texts) => {
                (format!("{} {}", verb("is", "are"), quoted(&texts)), format!("是{}", quoted(&texts)))
            }
            Form::Starts(texts) => {
                let texts = quoted(&texts);
                (format!("{} with {texts}", verb("starts", "start")), format!("以{texts}开头"))
            }
            Form::Ends(texts) => {
                let texts = quoted(&texts);
                (format!("{} with {texts}", verb("ends", "end")), format!("以{texts}结尾"))
            }
            Form::Contains(texts) => {
                let texts = quoted(&texts);
                (format!("{} {texts}", verb("contains", "contain")), format!("含有{texts}"))
            }
            Form::Matches => (format!("{} `{self}`", verb("matches", "match")), format!("匹配 `{self}` ")),
        };
        language.pick(en, zh)
    }

    /// Lines that it matches: “line that starts with …”, “lines that start with …”.
    pub(crate) fn lines(&self, several: bool, language: Language) -> String {
        let noun = language.pick(if several { "lines" } else { "line" }, "行");
        match (Form::of(self.as_str()), language) {
            (Form::Any, _) => noun.to_owned(),
            (_, Language::En) => format!("{noun} that {}", self.verb(several, language)),
            (_, Language::Zh) => format!("{}的{noun}", self.verb(several, language)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    /// Parts of patterns, put together at random: many of these are no pattern, and not all begin with `^`.
    const PARTS: [&str; 22] = [
        "^",
        "^",
        "^",
        "$",
        "a",
        "ab",
        "b",
        "跳",
        "|",
        "|",
        "(",
        "(?:",
        ")",
        "[ab]",
        ".",
        "*",
        "?",
        "{2}",
        r"\b",
        "(?i)",
        "(?m)",
        r"(?-u:\xff)",
    ];

    /// Parts of texts.
    const TEXTS: [&[u8]; 8] = [b"a", b"b", b"ab", b"A", b" ", b"\n", b"\xff", "跳".as_bytes()];

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1024, ..ProptestConfig::default() })]

        #[test]
        fn a_pattern_matches_and_captures_what_its_regular_expression_does(
            parts in vec(select(&PARTS[..]), 1..8),
            texts in vec(vec(select(&TEXTS[..]), 0..4), 8),
        ) {
            let written = parts.concat();
            let (Ok(regex), Ok(pattern)) = (Regex::new(&written), Pattern::new(&written)) else { return Ok(()) };
            for text in texts.iter().map(|text| text.concat()) {
                let text = text.as_slice();
                prop_assert_eq!(pattern.is_match(text), regex.is_match(text), "`{}` in {:?}", written, text);
                let group = regex.captures(text).and_then(|found| Some(found.get(1)?.range()));
                let own = pattern.group(&mut pattern.locations(), text).map(|(start, end)| start..end);
                prop_assert_eq!(own, group, "`{}` in {:?}", written, text);
            }
        }
    }

    #[test]
    fn a_pattern_that_is_a_beginning_needs_no_search() {
        let is_all = |pattern| Beginning::of(pattern).map(|beginning| beginning.is_all);
        assert_eq!(is_all("^main:"), Some(true));
        assert_eq!(is_all("^dance:|^跳舞"), Some(true));
        assert_eq!(is_all(r"^main: (\d+)$"), Some(false));
        assert_eq!(is_all("^main$"), Some(false));
        for searched in ["main", "(?m)^main", "^a|b", r"^\w+:", "^"] {
            assert_eq!(is_all(searched), None, "{searched}");
        }
    }

    #[test]
    fn a_pattern_of_plain_text_is_told_in_words() {
        let told = |pattern: &str| {
            let pattern = Pattern::new(pattern).unwrap();
            Language::ALL.map(|language| pattern.lines(false, language))
        };
        for (pattern, en, zh) in [
            ("", "line", "行"),
            ("^跳舞", "line that starts with “跳舞”", "以“跳舞”开头的行"),
            (r"^main: ends\.$", "line that is “main: ends.”", "是“main: ends.”的行"),
            ("done$", "line that ends with “done”", "以“done”结尾的行"),
            ("sing", "line that contains “sing”", "含有“sing”的行"),
            ("^dance:|^跳舞", "line that starts with “dance:” or “跳舞”", "以“dance:”或“跳舞”开头的行"),
            (r"^sum\d: (\d+)$", r"line that matches `^sum\d: (\d+)$`", r"匹配 `^sum\d: (\d+)$` 的行"),
            ("^", "line that matches `^`", "匹配 `^` 的行"),
            ("^a|b", "line that matches `^a|b`", "匹配 `^a|b` 的行"),
        ] {
            assert_eq!(told(pattern), [en, zh], "{pattern}");
        }
    }
}
