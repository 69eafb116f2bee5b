//! Code: whole, and in its colours without a script.

use std::fs;

use scraper::{ElementRef, Html, Selector};

use crate::scratch::{BOOK, Scratch, sources};

fn selector(text: &str) -> Selector {
    Selector::parse(text).expect("a valid selector")
}

fn text(element: ElementRef) -> String {
    element.text().collect()
}

#[test]
fn a_program_is_shown_as_it_is_written() {
    for recorded in &sources().lessons {
        for language in ["en", "zh"] {
            let html = Html::parse_document(&BOOK.read(&format!("{language}/{}.html", recorded.lesson.name)));
            for (block, file) in [("rust", "src/main.rs"), ("python", "python/main.py")] {
                let block = selector(&format!("code.language-{block}"));
                let shown = html.select(&block).next().expect("the page shows the program");
                let written = recorded.file(file).unwrap_or_else(|error| panic!("{error}"));
                assert_eq!(text(shown), written, "{} in {language}: {file}", recorded.lesson.name);
            }
        }
    }
}

#[test]
fn a_long_word_goes_on_behind_punctuation_and_nowhere_else() {
    let scratch = Scratch::new();
    let long = "    a_function_of_some(a_first_argument.field)";
    let page = "examples-bin/lock-counter/page.en.md";
    scratch.change(
        page,
        "{{#output}}",
        &format!("```text\n{long} &c, short(one) -> Kind\n```\n\n{{{{#output}}}}"),
    );
    let html = scratch.build().read("en/lock-counter.html");
    let shown = "<span class=\"line\" style=\"--indent:4\"><span class=\"indent\">    </span>a_function_of_some(<wbr>\
                 a_first_argument<wbr>.field) &amp;c, short(one) \
                 <span class=\"arrow\">-&gt;</span> Kind\n</span>";
    assert!(html.contains(shown), "{shown}");
}

/// What has a colour in a page's blocks of code in a language: class and text.
fn coloured(page: &str, language: &str) -> Vec<(String, String)> {
    let html = Html::parse_document(&BOOK.read(page));
    let spans = selector(&format!("code.language-{language} .line span[class]:not(.indent)"));
    let class = |span: ElementRef| span.attr("class").expect("it was selected by it").to_owned();
    html.select(&spans).map(|span| (class(span), text(span))).collect()
}

#[test]
fn each_language_has_its_colours() {
    for (page, language, expected) in [
        ("en/lock-counter.html", "rust", [("keyword", "fn"), ("title", "main"), ("number", "1_000_000")]),
        ("zh/lock-counter.html", "python", [("keyword", "def"), ("title", "sum1"), ("number", "1000000")]),
        (
            "en/lock-counter.html",
            "toml",
            [("title", "always"), ("string", "\"thread\""), ("number", "2000000")],
        ),
        (
            "en/race-schedules.html",
            "rust",
            [("meta", "#[derive(Default)]"), ("keyword", "self"), ("keyword", "false")],
        ),
        ("en/race-schedules.html", "python", [("keyword", "in"), ("keyword", "None"), ("title", "Blocked")]),
        (
            "en/lock-counter.html",
            "diff",
            [
                ("deletion", "-    let mut sum = SUM.lock().unwrap();"),
                ("addition", "+    let own = Mutex::new(0);"),
                ("addition", "+    let mut sum = own.lock().unwrap();"),
            ],
        ),
    ] {
        let coloured = coloured(page, language);
        for (class, text) in expected {
            assert!(coloured.contains(&(class.to_owned(), text.to_owned())), "{page}: {text}: {coloured:#?}");
        }
    }
    assert_eq!(coloured("en/index.html", "console")[0], ("meta".to_owned(), "$".to_owned()));
    assert!(coloured("en/lock-counter.html", "plaintext").is_empty());
}

#[test]
fn every_colour_is_one_of_the_books() {
    let style = BOOK.read("book.css");
    for page in ["en/race-schedules.html", "en/lock-counter.html", "en/index.html"] {
        for language in ["rust", "python", "toml", "diff", "console"] {
            for (class, text) in coloured(page, language) {
                assert!(style.contains(&format!("\npre .{class} {{")), "{page}: {class}: {text}");
            }
        }
    }
}

/// Every `src` and `href`, and what a script asks for, of all pages in a folder of the book.
fn asked_for(folder: &str) -> Vec<String> {
    let mut asked_for = Vec::new();
    for entry in fs::read_dir(BOOK.path().join(folder)).expect("the book was built") {
        let path = entry.expect("an entry can be read").path();
        if path.extension().is_some_and(|extension| extension == "html") {
            let html = Html::parse_document(&fs::read_to_string(path).expect("a page can be read"));
            let asking = selector("script[src], link[href], [data-index]");
            let of = |element: ElementRef| {
                ["src", "href", "data-index"].iter().find_map(|name| element.attr(name)).map(str::to_owned)
            };
            asked_for.extend(html.select(&asking).filter_map(of));
        }
    }
    asked_for
}

#[test]
fn nothing_is_shipped_that_no_page_asks_for() {
    let asked_for: Vec<String> = ["", "en", "zh"].into_iter().flat_map(asked_for).collect();
    for folder in ["", "en", "zh"] {
        for entry in fs::read_dir(BOOK.path().join(folder)).expect("the book was built") {
            let path = entry.expect("an entry can be read").path();
            let is_page = path.extension().is_some_and(|extension| extension == "html");
            let name = path.file_name().expect("it has a name").to_str().expect("UTF-8");
            let is_asked_for = asked_for.iter().any(|asked| asked.rsplit('/').next() == Some(name));
            assert!(path.is_dir() || is_page || is_asked_for, "no page asks for {folder}/{name}");
        }
    }
}
