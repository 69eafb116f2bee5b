//! The page of all topics: documented, covered, proven.

use std::fmt::Write;

use harness::course::status::{Evidence, State, state_of};
use harness::course::syllabus::{Topic, TopicKind};
use harness::language::Language;
use harness::report::human;

use crate::html::escape;
use crate::marks::{mark, proofs};
use crate::page::Ready;
use crate::sources::{Recorded, Sources};

/// The name of the page's file.
pub const NAME: &str = "status";

/// The page.
pub fn page(sources: &Sources, language: Language) -> Ready {
    let title = language.pick("What is proven", "证明一览");
    let mut markdown = format!("# {title}\n\n{}\n\n", introduction(sources, language));
    for part in &sources.chapters.part {
        let topics: Vec<&Topic> = part.topics.iter().filter_map(|id| sources.syllabus.topic(id)).collect();
        let title = escape(part.title.in_language(language));
        let summary = format!("{title} <span class=\"figures\">{}</span>", tally(sources, &topics, language));
        let table = table(sources, &topics, language);
        let _ = write!(markdown, "<details>\n<summary>{summary}</summary>\n{table}</details>\n\n");
    }
    Ready { name: NAME.to_owned(), title: title.to_owned(), markdown }
}

/// How many topics there are, and how far they have come.
pub struct Count {
    /// What the documents say.
    pub documented: usize,
    /// What goes beyond them.
    pub beyond: usize,
    /// How many of all are proven.
    pub proven: usize,
    /// How many of all are explained, since no run can tell.
    pub explained: usize,
}

impl Count {
    /// Counts the topics.
    pub fn of(sources: &Sources) -> Count {
        let topics = sources.syllabus.topics();
        let states: Vec<State> =
            topics.iter().map(|topic| state_of(topic, &sources.evidence(&topic.id))).collect();
        let count = |wanted| states.iter().filter(|state| **state == wanted).count();
        let beyond = topics.iter().filter(|topic| topic.beyond).count();
        Count {
            documented: topics.len() - beyond,
            beyond,
            proven: count(State::Proven),
            explained: count(State::Explained),
        }
    }
}

fn introduction(sources: &Sources, language: Language) -> String {
    let Count { documented, beyond, proven, explained } = Count::of(sources);
    match language {
        Language::En => format!(
            "{documented} topics are documented, and {beyond} are added here. Of all of them {proven} are proven and \
             {explained} explained. A topic is *proven* if the recorded runs, judged again when this book was built, met \
             every check that names it: the golden of a lesson, or checks of its contract. It is *explained* if no run can \
             tell, as of a convention; then a lesson's page tells. Each link leads to the check itself."
        ),
        Language::Zh => format!(
            "文档共有 {documented} 个要点，本书另外增加了 {beyond} 个。其中 {proven} 个已证明，{explained} 个已说明。\
             生成本书时，录下的运行会被重新判定；只有满足所有以某个要点为目标的检查（一课的基准输出，或契约里的检查），\
             它才算**已证明**。如果运行说明不了，例如只是一种习惯，就由那一课的页面来讲，算作**已说明**。每个链接都指向检查本身。"
        ),
    }
}

/// How many of a part's topics have come how far.
fn tally(sources: &Sources, topics: &[&Topic], language: Language) -> String {
    let mut states: Vec<State> =
        topics.iter().map(|topic| state_of(topic, &sources.evidence(&topic.id))).collect();
    states.sort_unstable();
    let told = states.chunk_by(|one, other| one == other).map(|same| match language {
        Language::En => format!("{} {}", same.len(), same[0].word(language)),
        Language::Zh => format!("{} 个{}", same.len(), same[0].word(language)),
    });
    told.collect::<Vec<String>>().join(language.pick(", ", "，"))
}

fn table(sources: &Sources, topics: &[&Topic], language: Language) -> String {
    let heads = language.pick(["Topic", "State", "Lesson", "The proof"], ["要点", "状态", "课", "证据"]);
    let heads: String = heads.iter().map(|head| format!("<th scope=\"col\">{head}</th>")).collect();
    let mut html = format!("<table class=\"status\">\n<thead><tr>{heads}</tr></thead>\n<tbody>\n");
    for topic in topics {
        let evidence = sources.evidence(&topic.id);
        let title = escape(language.pick(&topic.title.en, &topic.title.zh));
        let _ = writeln!(
            html,
            "<tr id=\"topic-{}\"><th scope=\"row\">{title} <span class=\"kind\">{}</span></th><td>{}</td><td>{}</td>\
             <td>{}</td></tr>",
            escape(&topic.id),
            kind(topic.kind, language),
            mark(state_of(topic, &evidence), language),
            lessons(sources, &evidence, language),
            proofs(topic, &evidence, language),
        );
    }
    html + "</tbody>\n</table>\n"
}

/// What sort of thing a topic documents, in words.
pub fn kind(kind: TopicKind, language: Language) -> &'static str {
    match kind {
        TopicKind::Snippet => language.pick("snippet", "代码"),
        TopicKind::Output => language.pick("output", "输出"),
        TopicKind::Api => language.pick("API", "接口"),
        TopicKind::Claim => language.pick("claim", "论断"),
    }
}

/// The lessons that are to prove a topic, each with the figures of its recorded runs.
fn lessons(sources: &Sources, evidence: &[Evidence<'_>], language: Language) -> String {
    let mut names: Vec<&str> = evidence.iter().map(|evidence| evidence.lesson.name.as_str()).collect();
    names.dedup();
    let lesson = |recorded: &Recorded| {
        let figures = recorded
            .judgement
            .as_ref()
            .map_or_else(String::new, |judgement| human::figures(judgement, language));
        let (name, title) = (&recorded.lesson.name, recorded.lesson.contract.title.in_language(language));
        let (name, title) = (escape(name), escape(title));
        format!("<li><a href=\"{name}.html\">{title}</a> <span class=\"figures\">{figures}</span></li>")
    };
    let lessons = names.into_iter().filter_map(|name| sources.lesson(name));
    format!("<ul>{}</ul>", lessons.map(lesson).collect::<String>())
}
