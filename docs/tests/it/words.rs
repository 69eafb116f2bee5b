//! What pages say: no pattern outside of a fold, and Chinese as it is printed.

use std::sync::LazyLock;

use harness::language::Language;
use regex::Regex;
use scraper::node::Node;
use scraper::{ElementRef, Html, Selector};

use crate::scratch::BOOK;

/// A page's text, but for what is in elements of these names.
fn text(html: &str, within: &str, without: &[&str]) -> String {
    fn add(element: ElementRef<'_>, without: &[&str], text: &mut String) {
        for child in element.children() {
            match child.value() {
                Node::Text(words) => text.push_str(words),
                Node::Element(inner) if !without.contains(&inner.name()) => {
                    let block = !["a", "em", "strong", "span", "code"].contains(&inner.name());
                    text.push_str(if block { "\n" } else { "" });
                    add(ElementRef::wrap(child).expect("it is an element"), without, text);
                    text.push_str(if block { "\n" } else { "" });
                }
                // What stands in its place is neither a space nor Chinese.
                Node::Element(inner) if inner.name() == "code" => text.push('x'),
                _ => {}
            }
        }
    }
    let html = Html::parse_document(html);
    let selector = Selector::parse(within).expect("a valid selector");
    let mut text = String::new();
    for element in html.select(&selector) {
        add(element, without, &mut text);
        text.push('\n');
    }
    text
}

/// All pages of a language, by name.
fn pages(language: Language) -> Vec<(String, String)> {
    let entries = BOOK.path().join(language.code()).read_dir().expect("the book was built");
    let names =
        entries.map(|entry| entry.expect("an entry can be read").file_name().into_string().expect("UTF-8"));
    names.map(|name| (name.clone(), BOOK.read(&format!("{}/{name}", language.code())))).collect()
}

/// What only a regular expression has.
static PATTERN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\^[\w\p{Han}(]|\\[dwsb.\[(]|\(\?|[\w.)]\$(\s|$)").expect("a valid pattern")
});

#[test]
fn a_pattern_is_noticed() {
    for pattern in ["^dance:|^sing:", "matches `: \\d+`", "^(locked|atomic)", "^跳舞", "ends with: 5$"] {
        assert!(PATTERN.is_match(pattern), "{pattern}");
    }
    for words in ["$ cargo run", "‹pid of main›", "`|s| { … }`", "`&[0; 2]`, 2 ^ 10", "C:\\n"] {
        assert!(!PATTERN.is_match(words), "{words}");
    }
}

#[test]
fn no_page_shows_a_pattern_outside_of_a_fold() {
    for language in Language::ALL {
        for (name, html) in pages(language) {
            let text = text(&html, "main", &["details", "pre", "svg", "script", "style"]);
            let shown = PATTERN.find(&text).map(|found| found.as_str());
            assert_eq!(shown, None, "{name} in {}", language.name());
        }
    }
}

/// What no Chinese page says, and why.
static WRONG: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    [
        (r"\p{Han}[,;:!?]|[,;!?]\p{Han}", "half-width punctuation beside Chinese"),
        (r"\p{Han}\(|\)\p{Han}", "half-width parentheses beside Chinese"),
        (r" [：，。；！？、）]|[：，。；！？、（] ", "a space beside full-width punctuation"),
        (r"(?m)^。$", "a full stop alone"),
        ("，，|。。|：：|、、", "punctuation twice"),
        ("互斥量|互斥体", "the word is 互斥锁"),
        ("守护子线程|后台线程|精灵线程", "the word is 守护线程"),
        ("临界段|临界代码", "the word is 临界区"),
        ("竞争条件|竞态冒险", "the word is 竞态条件"),
        ("闭合函数|匿名函数", "the word is 闭包"),
        ("范围内启动|scope 作用域", "the word is 作用域"),
        ("内容切换|环境切换|线程切换开销", "the word is 上下文切换"),
        ("检验程序", "the word is harness"),
        ("杀掉|干掉", "the word is 杀死 or 终止"),
    ]
    .map(|(pattern, why)| (Regex::new(pattern).expect("a valid pattern"), why))
    .into()
});

#[test]
fn chinese_is_printed_as_chinese_is() {
    let mut problems = Vec::new();
    for (name, html) in pages(Language::Zh) {
        let text = text(
            &html,
            "main, nav, header, head title, .timeline-words",
            &["pre", "code", "script", "style", "svg"],
        );
        for (wrong, why) in WRONG.iter() {
            for found in wrong.find_iter(&text) {
                let before = text[..found.start()].char_indices().rev().nth(12).map_or(0, |(at, _)| at);
                problems.push(format!("{name}: {why}: {:?}", &text[before..found.end()]));
            }
        }
    }
    assert_eq!(problems, Vec::<String>::new());
}

#[test]
fn what_is_wrong_in_chinese_is_noticed() {
    for wrong in [
        "进程类的参数:target",
        "默认名称是 Process-N,从 1",
        "方式二 ：设置",
        "等待（ 结束）",
        "进程(子进程)",
        "互斥量",
    ] {
        assert!(WRONG.iter().any(|(pattern, _)| pattern.is_match(wrong)), "{wrong}");
    }
    for right in ["只有 3 行：`a`，以及 b。", "PID (自己的)", "等待 1:2 的 a, b", "“是”，（否）"]
    {
        assert!(!WRONG.iter().any(|(pattern, _)| pattern.is_match(right)), "{right}");
    }
}
