//! mdBook, driven once a language.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use mdbook_driver::MDBook;
use mdbook_driver::book::{Book, BookItem, Chapter};
use mdbook_driver::config::Config;

use crate::html::escape;
use crate::page::Ready;
use crate::sources::Sources;
use crate::status;
use harness::language::Language;

/// Renders a language's pages into its folder within `out`.
///
/// # Errors
/// A sentence, where mdBook can't.
pub fn render(sources: &Sources, language: Language, pages: &[Ready], out: &Path) -> Result<(), String> {
    let failed =
        |error: &dyn std::fmt::Display| format!("the book can't be built in {}: {error}", language.name());
    let docs = sources.root.join("docs");
    let mut config =
        Config::from_disk(docs.join("book.toml")).map_err(|error| failed(&format!("{error:#}")))?;
    config.book.title = Some(sources.chapters.title.in_language(language).to_owned());
    config.book.language = Some(language.tag().to_owned());
    config.build.build_dir = out.join(language.code());

    let folder = tempfile::tempdir().map_err(|error| failed(&error))?;
    fs::create_dir(folder.path().join("src")).map_err(|error| failed(&error))?;
    theme(sources, language, pages, &docs.join("theme"), &folder.path().join("theme"))
        .and_then(|()| fs::copy(docs.join("theme/schedules.js"), folder.path().join("schedules.js")))
        .map_err(|error| failed(&error))?;
    #[expect(clippy::default_trait_access, reason = "the driver does not export the summary's type")]
    let mut book = MDBook::load_with_config_and_summary(folder.path(), config, Default::default())
        .map_err(|error| failed(&format!("{error:#}")))?;
    book.book = Book::new_with_items(pages.iter().map(chapter).collect());
    book.build().map_err(|error| failed(&format!("{error:#}")))?;
    // mdBook's list of pages for readers without JavaScript; here it stands on each page.
    fs::remove_file(out.join(language.code()).join("toc.html")).map_err(|error| failed(&error))
}

fn chapter(page: &Ready) -> BookItem {
    let path = format!("{}.md", page.name);
    BookItem::Chapter(Chapter::new(&page.title, page.markdown.clone(), path, Vec::new()))
}

/// The theme with what differs from language to language: its words, and the two lists of pages.
fn theme(
    sources: &Sources,
    language: Language,
    pages: &[Ready],
    from: &Path,
    to: &Path,
) -> std::io::Result<()> {
    for folder in ["", "css", "fonts"] {
        fs::create_dir(to.join(folder))?;
    }
    for file in ["index.hbs", "book.js", "favicon.svg", "css/general.css"] {
        fs::copy(from.join(file), to.join(file))?;
    }
    // What mdBook ships and this theme has no use for.
    for file in ["css/chrome.css", "css/variables.css", "highlight.css", "fonts/fonts.css", "head.hbs"] {
        fs::write(to.join(file), "")?;
    }
    fs::write(to.join("header.hbs"), header(sources, language, pages))
}

/// The bar above a page and the list of pages beside it.
fn header(sources: &Sources, language: Language, pages: &[Ready]) -> String {
    let other = language.other();
    let mut html = String::new();
    let link = |page: &Ready| {
        let Ready { name, title, .. } = page;
        format!(
            "<li><a href=\"{name}.html\"{{{{#if (eq path \"{name}.md\")}}}} aria-current=\"page\"{{{{/if}}}}>{}</a></li>\n",
            escape(title)
        )
    };
    let _ = writeln!(html, "<header>");
    let _ = writeln!(
        html,
        "<button type=\"button\" id=\"contents-toggle\" aria-controls=\"contents\" aria-expanded=\"false\" hidden>{}</button>",
        language.pick("Contents", "目录")
    );
    let _ = writeln!(
        html,
        "<a class=\"title\" href=\"index.html\">{}</a>",
        escape(sources.chapters.title.in_language(language))
    );
    let _ = writeln!(
        html,
        "<button type=\"button\" id=\"theme-toggle\" data-light=\"{}\" data-dark=\"{}\" hidden></button>",
        language.pick("Light", "浅色"),
        language.pick("Dark", "深色")
    );
    let _ = write!(html, "<p class=\"languages\"><span aria-current=\"true\">{}</span> ", language.name());
    for page in pages {
        let name = &page.name;
        let _ = write!(
            html,
            "{{{{#if (eq path \"{name}.md\")}}}}<a href=\"../{}/{name}.html\" hreflang=\"{tag}\" lang=\"{tag}\" \
             rel=\"alternate\">{}</a>{{{{/if}}}}",
            other.code(),
            other.name(),
            tag = other.tag(),
        );
    }
    let _ = writeln!(html, "</p>\n</header>");

    let _ = writeln!(html, "<nav id=\"contents\" aria-label=\"{}\">", language.pick("Contents", "目录"));
    let page = |name: &str| pages.iter().find(|page| page.name == name);
    let _ = writeln!(html, "<ul>\n{}</ul>", page("index").map(link).unwrap_or_default());
    for part in &sources.chapters.part {
        let links: String = part.lessons.iter().filter_map(|lesson| page(lesson)).map(link).collect();
        let _ = writeln!(html, "<h2>{}</h2>\n<ul>\n{links}</ul>", escape(part.title.in_language(language)));
    }
    let _ = writeln!(html, "<h2>{}</h2>", language.pick("All topics", "所有要点"));
    let _ = writeln!(html, "<ul>\n{}</ul>\n</nav>", page(status::NAME).map(link).unwrap_or_default());
    html
}

/// The page that the book is opened by: it leads to the two languages.
///
/// # Errors
/// A sentence, where it can't be written.
pub fn write_entrance(sources: &Sources, out: &Path) -> Result<(), String> {
    let mut links = String::new();
    for language in Language::ALL {
        let title = escape(sources.chapters.title.in_language(language));
        let (tag, code) = (language.tag(), language.code());
        let _ = writeln!(
            links,
            "<li><a href=\"{code}/index.html\" hreflang=\"{tag}\" lang=\"{tag}\"><strong>{}</strong> {title}</a></li>",
            language.name()
        );
    }
    let title = escape(&sources.chapters.title.en);
    let theme = sources.root.join("docs/theme");
    let html = fs::read_to_string(theme.join("entrance.html"))
        .map_err(|error| format!("docs/theme/entrance.html can't be read: {error}"))?;
    let html = html.replace("{{title}}", &title).replace("{{links}}", &links);
    fs::write(out.join("index.html"), html)
        .and_then(|()| fs::copy(theme.join("favicon.svg"), out.join("favicon.svg")))
        .map_err(|error| format!("the book's entrance can't be written into `{}`: {error}", out.display()))?;
    Ok(())
}
