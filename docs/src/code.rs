//! Blocks of code, coloured. They fit any width: a line that is too long goes on indented, below itself.

use std::fmt::Write;
use std::sync::LazyLock;

use tree_sitter_highlight::{Highlight, HighlightConfiguration, Highlighter, HtmlRenderer};

use crate::html::escape;

/// What a grammar's queries capture, and the class that gives it its colour in `docs/theme/book.css`.
const CLASSES: [(&str, &str); 10] = [
    ("attribute", "meta"),
    ("comment", "comment"),
    ("constant.builtin", "number"),
    ("function.macro", "title"),
    ("keyword", "keyword"),
    ("meta", "meta"),
    ("number", "number"),
    ("string", "string"),
    ("title", "title"),
    ("type.builtin", "title"),
];

/// What is coloured beyond the queries that come with a grammar: names where they are defined, and words that only they
/// take for operators or numbers.
const RUST: &str = "
    [(boolean_literal) (self)] @keyword
    (function_item name: (_) @title)
    (struct_item name: (_) @title)
    (enum_item name: (_) @title)
    (trait_item name: (_) @title)
    (type_item name: (_) @title)
";
const PYTHON: &str = r#"
    [(none) (true) (false) "and" "in" "is" "is not" "not" "not in" "or"] @keyword
    (function_definition name: (_) @title)
    (class_definition name: (_) @title)
    (decorator) @meta
"#;
const TOML: &str = r#"
    (boolean) @keyword
    (bare_key) @title
    (table ["[" "]"] @title)
    (table_array_element ["[[" "]]"] @title)
"#;

/// The languages that are parsed, by name.
static LANGUAGES: LazyLock<[(&str, HighlightConfiguration); 3]> = LazyLock::new(|| {
    [
        ("rust", tree_sitter_rust::LANGUAGE, tree_sitter_rust::HIGHLIGHTS_QUERY, RUST),
        ("python", tree_sitter_python::LANGUAGE, tree_sitter_python::HIGHLIGHTS_QUERY, PYTHON),
        ("toml", tree_sitter_toml_ng::LANGUAGE, tree_sitter_toml_ng::HIGHLIGHTS_QUERY, TOML),
    ]
    .map(|(name, grammar, queries, more)| {
        let queries = [queries, more].concat();
        let mut language = HighlightConfiguration::new(grammar.into(), name, &queries, "", "")
            .expect("the queries are of this grammar");
        language.configure(&CLASSES.map(|(capture, _)| capture));
        (name, language)
    })
});

/// A block of code in a language, `plaintext` for none.
pub fn block(language: &str, text: &str) -> String {
    let mut html = format!("<pre><code class=\"language-{}\">", escape(language));
    for (line, coloured) in text.lines().zip(coloured(language, text)) {
        let (spaces, coloured) = coloured.split_at(coloured.len() - coloured.trim_start_matches(' ').len());
        // The newline stands inside: what is copied has it, and an empty line has a height.
        let _ = write!(html, "<span class=\"line\" style=\"--indent:{}\">", indent(line));
        if !spaces.is_empty() {
            let _ = write!(html, "<span class=\"indent\">{spaces}</span>");
        }
        // A browser would go on in the next line behind the arrow's first half.
        let code = breakable(coloured).replace("-&gt;", "<span class=\"arrow\">-&gt;</span>");
        let _ = write!(html, "{code}\n</span>");
    }
    html.push_str("</code></pre>\n");
    html
}

/// A word of so many characters fits a telephone's width, whatever its indent.
const LONG: usize = 24;

/// Lets a longer word of a line's HTML go on in the next line, but never within a name or a number.
fn breakable(html: &str) -> String {
    let mut broken = String::with_capacity(html.len());
    for word in pieces(html).split_inclusive(|piece| *piece == " ") {
        let is_long = word.iter().filter(|piece| !is_tag(piece)).count() > LONG;
        for (index, piece) in word.iter().enumerate() {
            broken.push_str(piece);
            let mut next = word[index + 1..].iter().filter(|piece| !is_tag(piece));
            if is_long && !is_tag(piece) && goes_on(piece, [next.next(), next.next()]) {
                broken.push_str("<wbr>");
            }
        }
    }
    broken
}

/// Whether a line may go on between a character and the next two: behind what opens or parts, and before a method's point.
fn goes_on(piece: &str, next: [Option<&&str>; 2]) -> bool {
    let is_word = |next: Option<&&str>, also: &str| {
        next.is_some_and(|next| next.starts_with(|c: char| c.is_alphabetic() || also.contains(c)))
    };
    let parts = ["(", "[", "{", ",", ":", "/", "=", "|", "&amp;", "-"].contains(&piece);
    (parts && is_word(next[0], "\"'_0123456789"))
        || (next[0] == Some(&".") && piece != "." && is_word(next[1], "_"))
}

fn is_tag(piece: &str) -> bool {
    piece.starts_with('<')
}

/// HTML in pieces: tags, and what makes one character each.
fn pieces(html: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = html;
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '<' => rest.find('>').map(|end| end + 1),
            '&' => rest.find(';').map(|end| end + 1),
            _ => None,
        };
        let (piece, others) = rest.split_at(end.unwrap_or(first.len_utf8()));
        pieces.push(piece);
        rest = others;
    }
    pieces
}

/// The lines of a text as HTML.
fn coloured(language: &str, text: &str) -> Vec<String> {
    if let Some((_, language)) = LANGUAGES.iter().find(|(name, _)| *name == language) {
        return parsed(language, text);
    }
    let line = match language {
        "diff" => changed,
        "console" => prompted,
        _ => escape,
    };
    text.lines().map(line).collect()
}

fn parsed(language: &HighlightConfiguration, text: &str) -> Vec<String> {
    let mut highlighter = Highlighter::new();
    let events = highlighter.highlight(language, text.as_bytes(), None, |_| None);
    let class = |Highlight(index): Highlight, attributes: &mut Vec<u8>| {
        attributes.extend_from_slice(format!("class=\"{}\"", CLASSES[index].1).as_bytes());
    };
    let mut html = HtmlRenderer::new();
    events
        .and_then(|events| html.render(events, text.as_bytes(), &class))
        .expect("nothing interrupts it, and the grammar is of this version");
    html.lines().map(|line| line.trim_end_matches('\n').to_owned()).collect()
}

/// A line of a difference.
fn changed(line: &str) -> String {
    match line.as_bytes().first() {
        Some(b'+') => format!("<span class=\"addition\">{}</span>", indented(line)),
        Some(b'-') => format!("<span class=\"deletion\">{}</span>", indented(line)),
        _ => escape(line),
    }
}

/// A line whose indent stands behind its sign.
fn indented(line: &str) -> String {
    let (indent, rest) = line.split_at(indent(line));
    format!("<span class=\"indent\">{indent}</span>{}", escape(rest))
}

/// How many columns stand before a line's first word; of a line that was changed the sign is one of them.
fn indent(line: &str) -> usize {
    let words = line.strip_prefix(['+', '-']).unwrap_or(line).trim_start_matches(' ');
    line.len() - words.len()
}

/// A line of a terminal: a command after its prompt, or what it prints.
fn prompted(line: &str) -> String {
    match line.strip_prefix('$') {
        Some(command) => span("meta", "$") + &escape(command),
        None => escape(line),
    }
}

fn span(class: &str, text: &str) -> String {
    format!("<span class=\"{class}\">{}</span>", escape(text))
}
