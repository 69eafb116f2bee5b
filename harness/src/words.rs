//! Small pieces of plain English and Chinese.

use std::time::Duration;

use crate::language::Language;

/// `1 line`, `3 lines`; `3 行`.
pub(crate) fn lines(count: u64, language: Language) -> String {
    times(count, ["line", "lines"], "行", language)
}

/// A count and its noun, which English has for one and for several: `1 process`, `3 个进程`.
pub(crate) fn times(count: u64, [one, several]: [&str; 2], chinese: &str, language: Language) -> String {
    let english = if count == 1 { one } else { several };
    format!("{count} {}", language.pick(english, chinese))
}

/// `1 run`, `3 runs`; `3 次运行`.
pub(crate) fn runs(count: u64, language: Language) -> String {
    times(count, ["run", "runs"], "次运行", language)
}

/// `1 process`, `3 processes`; `3 个进程`.
pub(crate) fn processes(count: u64, language: Language) -> String {
    times(count, ["process", "processes"], "个进程", language)
}

/// `a`, `a and b`, `a, b and c`; `a、b和c`.
pub(crate) fn list(items: &[String], and: &str, language: Language) -> String {
    match (items, language) {
        ([], _) => String::new(),
        ([only], _) => only.clone(),
        ([first @ .., last], Language::En) => format!("{} {and} {last}", first.join(", ")),
        ([first @ .., last], Language::Zh) => format!("{}{and}{last}", first.join("、")),
    }
}

/// `250 ms`, `1.2 s`.
pub(crate) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 1.0 {
        format!("{} ms", (seconds * 1000.0).round())
    } else {
        format!("{} s", (seconds * 10.0).floor() / 10.0)
    }
}

/// Text of any length as a person can read it: the start of a long one, and how much more there is.
pub(crate) fn start_of(text: &[u8], language: Language) -> String {
    const SHOWN: usize = 400;
    if text.len() <= SHOWN {
        return String::from_utf8_lossy(text).into_owned();
    }
    // Not in the middle of a character.
    let end = (SHOWN - 3..=SHOWN).rev().find(|&end| text[end] & 0xc0 != 0x80).unwrap_or(SHOWN);
    let (start, more) = (String::from_utf8_lossy(&text[..end]), text.len() - end);
    language.pick(format!("{start}… and {more} more bytes"), format!("{start}……另有 {more} 字节"))
}

/// `64 MiB`, `512 bytes`.
pub(crate) fn size(bytes: usize, language: Language) -> String {
    match bytes {
        0..1024 => times(bytes as u64, ["byte", "bytes"], "字节", language),
        1024..1_048_576 => format!("{} KiB", bytes >> 10),
        _ => format!("{} MiB", bytes >> 20),
    }
}

/// Text without characters that would move a terminal's cursor, or that can't be seen.
pub(crate) fn visible(text: &str) -> String {
    let visible = |c: char| match c {
        _ if c.is_control() || is_invisible(c) => c.escape_default().to_string(),
        _ => c.to_string(),
    };
    text.chars().map(visible).collect()
}

/// Characters that a reader can't see, or that change what the reader sees around them.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{a0}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180b}'..='\u{180f}'
        | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}' | '\u{2800}' | '\u{3000}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}')
}
