//! Blocks of code that fit any width: a line that is too long goes on indented, below itself.

use std::fmt::Write;

use crate::html::escape;

/// A block of code in a language that highlight.js knows, `plaintext` for none.
pub fn block(language: &str, text: &str) -> String {
    let mut html = format!("<pre><code class=\"language-{language}\">");
    for line in text.lines() {
        let indent = line.len() - line.trim_start_matches(' ').len();
        // The newline stands inside: what is copied has it, and an empty line has a height.
        let _ = write!(html, "<span class=\"line\" style=\"--indent:{indent}\">{}\n</span>", escape(line));
    }
    html.push_str("</code></pre>\n");
    html
}
