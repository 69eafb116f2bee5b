//! The book's files: each page put into its template in `docs/theme`, and what all pages share.

use std::fmt::Display;
use std::fs;
use std::path::Path;

use harness::language::Language;
use minijinja::{Environment, UndefinedBehavior, Value, context};

use crate::glossary;
use crate::markdown::{self, Shown};
use crate::page::Ready;
use crate::sources::Sources;
use crate::{search, status};

/// What the pages are put into.
const TEMPLATES: [&str; 3] = ["page.html", "entrance.html", "missing.html"];

/// What all pages share.
const SHARED: [&str; 5] = ["book.css", "book.js", "search.js", "schedules.js", "favicon.svg"];

/// Writes the book into a folder: the page that it is opened by, what all pages share, and a folder a language.
///
/// # Errors
/// A sentence, where it can't be.
pub fn write(sources: &Sources, languages: &[(Language, Vec<Ready>)], out: &Path) -> Result<(), String> {
    let theme = sources.root.join("docs/theme");
    let templates = templates(&theme)?;
    for (file, template) in [("index.html", "entrance.html"), ("404.html", "missing.html")] {
        write_file(&out.join(file), &fill(&templates, template, &entrance(sources))?)?;
    }
    for file in SHARED {
        fs::copy(theme.join(file), out.join(file))
            .map_err(|error| format!("docs/theme/{file} can't be copied: {error}"))?;
    }
    for (language, pages) in languages {
        let folder = out.join(language.code());
        fs::create_dir(&folder).map_err(|error| unwritten(&folder, &error))?;
        let common = common(sources, *language, pages);
        let links = sources.glossary.links(*language);
        let shown: Vec<(&Ready, Shown)> =
            pages.iter().map(|page| (page, markdown::show(&page.markdown, &links))).collect();
        for (index, (page, _)) in shown.iter().enumerate() {
            let html = fill(&templates, "page.html", &one(&shown, index, &common))?;
            write_file(&folder.join(format!("{}.html", page.name)), &html)?;
        }
        write_file(&folder.join("words.js"), &search::words(&shown))?;
    }
    Ok(())
}

fn templates(theme: &Path) -> Result<Environment<'static>, String> {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    for name in TEMPLATES {
        let text = fs::read_to_string(theme.join(name))
            .map_err(|error| format!("docs/theme/{name} can't be read: {error}"))?;
        templates.add_template_owned(name, text).map_err(|error| mistaken(name, &error))?;
    }
    Ok(templates)
}

fn fill(templates: &Environment, name: &str, with: &Value) -> Result<String, String> {
    templates
        .get_template(name)
        .and_then(|template| template.render(with))
        .map_err(|error| mistaken(name, &error))
}

fn mistaken(template: &str, error: &minijinja::Error) -> String {
    let line = error.line().unwrap_or(1);
    let what = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    format!("docs/theme/{template}:{line}: {what}")
}

fn write_file(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| unwritten(path, &error))
}

fn unwritten(path: &Path, error: &dyn Display) -> String {
    format!("`{}` can't be written: {error}", path.display())
}

/// What the page that the book is opened by tells, and the one for a page that there is not: they lead to the two languages.
fn entrance(sources: &Sources) -> Value {
    let title = &sources.chapters.title;
    let languages = Language::ALL.map(|language| {
        let missing =
            language.pick("There is no such page. The book begins here:", "没有这一页。书从这里开始：");
        context! { book => title.in_language(language), missing, ..words(language) }
    });
    let description = format!("{} · {}", title.en, title.zh);
    context! { title => &title.en, description, languages => Value::from_iter(languages) }
}

/// A language, as a template names it.
fn words(language: Language) -> Value {
    context! { code => language.code(), tag => language.tag(), name => language.name() }
}

/// What all pages of a language tell: the bar above a page, and the list of pages beside it.
fn common(sources: &Sources, language: Language, pages: &[Ready]) -> Value {
    context! {
        book => sources.chapters.title.in_language(language),
        language => words(language),
        other => words(language.other()),
        words => context! {
            contents => language.pick("Contents", "目录"),
            light => language.pick("Light", "浅色"),
            dark => language.pick("Dark", "深色"),
            skip => language.pick("Skip to the text", "跳到正文"),
            pages => language.pick("Before and after", "前后页"),
            search => language.pick("Search", "搜索"),
            look_for => language.pick("What to look for", "要找什么"),
            close => language.pick("Close", "关闭"),
            found => language.pick("Found: ", "找到："),
            none => language.pick("Nothing was found.", "没有找到。"),
            copy => language.pick("Copy", "复制"),
            copied => language.pick("Copied", "已复制"),
        },
        contents => contents(sources, language, pages),
    }
}

/// The list of pages, part by part.
fn contents(sources: &Sources, language: Language, pages: &[Ready]) -> Value {
    let part = |heading: Option<Value>, names: &[&str]| {
        let found = names.iter().filter_map(|name| pages.iter().find(|page| page.name == *name));
        context! { heading, pages => found.map(entry).collect::<Value>() }
    };
    let mut parts = vec![part(None, &["index"])];
    for lessons in &sources.chapters.part {
        let names: Vec<&str> = lessons.lessons.iter().map(String::as_str).collect();
        let title = lessons.title.in_language(language);
        parts.push(part(Some(context! { title, name => lessons.page() }), &names));
    }
    let title = language.pick("All words, all topics", "术语与要点");
    parts.push(part(Some(context! { title }), &[glossary::NAME, status::NAME]));
    parts.into()
}

fn entry(page: &Ready) -> Value {
    context! { name => &page.name, title => &page.title }
}

/// What one page tells, and the pages before and after it.
fn one(pages: &[(&Ready, Shown)], index: usize, common: &Value) -> Value {
    let (page, shown) = &pages[index];
    let before = index.checked_sub(1).map(|before| entry(pages[before].0));
    context! {
        name => &page.name,
        title => &page.title,
        description => search::description(shown),
        content => Value::from_safe_string(shown.html.clone()),
        previous => before,
        next => pages.get(index + 1).map(|(page, _)| entry(page)),
        ..common.clone()
    }
}
