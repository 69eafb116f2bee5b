//! Small pieces of HTML.

/// Text as it stands in HTML, also within quotes.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Text that was [escaped](escape).
pub fn unescape(html: &str) -> String {
    html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// A sentence with parts `in backticks`, which become code.
pub fn sentence(text: &str) -> String {
    let part = |(index, part): (usize, &str)| {
        let part = escape(part);
        if index % 2 == 1 { format!("<code>{part}</code>") } else { part }
    };
    text.split('`').enumerate().map(part).collect()
}

/// Something that unfolds.
pub fn folded(summary: &str, inside: &str) -> String {
    format!("<details>\n<summary>{}</summary>\n{inside}\n</details>\n", sentence(summary))
}
