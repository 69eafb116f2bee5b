//! What each directive of a lesson's page becomes.

use std::fmt::Write;

use harness::course::status::{evidence, state, state_of};
use harness::language::Language;
use harness::report::human;
use similar::TextDiff;

use crate::marks::{self, mark, proof, proofs};
use crate::page::{Page, Piece, Ready};
use crate::sources::{Recorded, Sources};
use crate::{code, drawing, held, html, orders, pictures, schedules};

/// A lesson's page in a language, with its directives replaced.
///
/// # Errors
/// All that is wrong with it, a sentence each.
pub fn lesson_page(recorded: &Recorded, sources: &Sources, language: Language) -> Result<Ready, Vec<String>> {
    let lesson = &recorded.lesson;
    let file = format!("page.{}.md", language.code());
    let path = format!("examples-bin/{}/{file}", lesson.name);
    let page = Page::parse(&recorded.file(&file).map_err(|error| vec![error])?)
        .map_err(|error| vec![format!("{path}: {error}")])?;
    // That no run is recorded has been said of the lesson; each directive need not say it again.
    if recorded.runs.is_empty() {
        return Err(Vec::new());
    }
    let mut wrong = Vec::new();
    let title = language.pick(&lesson.contract.title.en, &lesson.contract.title.zh);
    if page.title != *title {
        wrong.push(format!("{path}:1: the title is `{}`, in the contract it is `{title}`", page.title));
    }
    let mut markdown = format!("# {}\n", page.title);
    for piece in &page.pieces {
        match piece {
            Piece::Prose(prose) => markdown.push_str(prose),
            Piece::Directive { line, name, argument } => {
                let on = On { recorded, sources, language };
                match on.replace(name, argument) {
                    Ok(html) => {
                        let _ = write!(markdown, "\n{}\n\n", without_blank_lines(&html));
                    }
                    Err(error) => wrong.push(format!("{path}:{line}: {error}")),
                }
            }
        }
    }
    if wrong.is_empty() {
        Ok(Ready { name: lesson.name.clone(), title: page.title, markdown })
    } else {
        Err(wrong)
    }
}

/// The output that the documents show, where they show one.
pub const DOCUMENTED: &str = "documented.txt";

/// A blank line ends HTML in Markdown.
fn without_blank_lines(html: &str) -> String {
    html.lines().filter(|line| !line.trim().is_empty()).collect::<Vec<&str>>().join("\n")
}

/// What a directive stands on.
#[derive(Clone, Copy)]
struct On<'a> {
    recorded: &'a Recorded,
    sources: &'a Sources,
    language: Language,
}

impl On<'_> {
    fn replace(self, name: &str, argument: &str) -> Result<String, String> {
        let takes_one = ["histogram", "experiment", "drawing"].contains(&name);
        if takes_one == argument.is_empty() {
            let takes = if takes_one { "needs a name" } else { "takes nothing" };
            return Err(format!("`{{{{#{name}}}}}` {takes}"));
        }
        match name {
            "rust" => Ok(code::block("rust", &self.recorded.file("src/main.rs")?)),
            "python" => self.python(),
            "output" => self.output(),
            "timeline" => pictures::timeline(self.recorded, self.language),
            "orders" => orders::shown(self.recorded, self.language),
            "held" => held::shown(self.recorded, self.language),
            "histogram" => pictures::histogram(self.recorded, argument, self.language),
            "drawing" => drawing::figure(argument, self.language),
            "claims" => Ok(self.claims()),
            "contract" => self.contract(),
            "try" => Ok(self.commands()),
            "experiment" => self.experiment(argument),
            "schedules" => schedules::stepping(self.run()?, self.language),
            _ => Err(format!(
                "there is no directive `{name}`; there are rust, python, output, timeline, orders, held, histogram, \
                 drawing, claims, contract, try, experiment and schedules"
            )),
        }
    }

    /// The first recorded run.
    fn run(&self) -> Result<&harness::transcript::Transcript, String> {
        self.recorded.runs.first().ok_or_else(|| "no run of this lesson is recorded".to_owned())
    }

    fn python(self) -> Result<String, String> {
        let program = code::block("python", &self.recorded.file("python/main.py")?);
        let own = self.recorded.lesson.folder.join("python/lesson.toml").is_file();
        let sentence = match (self.language, own) {
            (Language::En, false) => "Judged by the same contract and golden as the Rust program.",
            (Language::Zh, false) => "与 Rust 程序用同一份契约和基准输出判定。",
            (Language::En, true) => {
                "Judged by a contract of its own, `python/lesson.toml`: Python behaves otherwise here."
            }
            (Language::Zh, true) => "用它自己的契约 `python/lesson.toml` 判定：Python 在这里的行为不同。",
        };
        Ok(format!("{program}<p class=\"judged\">{}</p>", html::sentence(sentence)))
    }

    fn output(self) -> Result<String, String> {
        let run = self.run()?;
        let stdout = run.lines().iter().filter(|line| line.stream == harness::transcript::Stream::Stdout);
        let text: String =
            stdout.map(|line| String::from_utf8_lossy(run.text(line)).into_owned() + "\n").collect();
        if text.is_empty() {
            let nothing = self.language.pick("It prints nothing.", "没有任何输出。");
            return Ok(format!("<p class=\"nothing\">{nothing}</p>"));
        }
        let own = code::block("plaintext", &text);
        let documented = self.recorded.lesson.folder.join(DOCUMENTED);
        if !documented.is_file() {
            return Ok(own);
        }
        let documented = code::block("plaintext", &self.recorded.file(DOCUMENTED)?);
        let words = self.language.pick(["Here", "In the document"], ["这里", "文档里"]);
        let both = words.into_iter().zip([own, documented]);
        let runs =
            both.map(|(word, run)| format!("<figure>\n<figcaption>{word}</figcaption>\n{run}</figure>\n"));
        Ok(format!("<div class=\"beside\">\n{}</div>", runs.collect::<String>()))
    }

    /// The claims of the lesson, topic by topic, each with its mark and what gave it.
    fn claims(self) -> String {
        let Recorded { lesson, judgement, .. } = self.recorded;
        let mut html = "<ul class=\"claims\">\n".to_owned();
        for topic in self.sources.syllabus.topics() {
            let evidence = evidence(&topic.id, lesson, judgement.as_ref());
            if evidence.is_empty() {
                continue;
            }
            let title = html::escape(self.language.pick(&topic.title.en, &topic.title.zh));
            let mark = mark(state_of(topic, &evidence), self.language);
            let id = html::escape(&topic.id);
            let _ = writeln!(
                html,
                "<li id=\"topic-{id}\" data-topic=\"{id}\">{mark} <strong>{title}</strong>\n{}\n</li>",
                proofs(topic, &evidence, self.language)
            );
        }
        html.push_str(&self.checked_beside());
        html.push_str("</ul>\n");
        if let Some(judgement) = judgement {
            let figures = human::figures(judgement, self.language);
            let _ = match self.language {
                Language::En => {
                    writeln!(html, "<p class=\"judged\">Judged from what was recorded: {figures}.</p>")
                }
                Language::Zh => writeln!(html, "<p class=\"judged\">依据录下的 {figures}判定。</p>"),
            };
        }
        html
    }

    /// Checks that prove no topic by themselves.
    fn checked_beside(self) -> String {
        let Recorded { lesson, judgement, .. } = self.recorded;
        let beside =
            lesson.contract.claims().enumerate().filter(|(_, stated)| stated.claim.proves.is_empty());
        let mut items = String::new();
        let mut all = Vec::new();
        for (index, _) in beside {
            let verdict = judgement
                .as_ref()
                .map_or(harness::judge::Verdict::Undecided, |judgement| judgement.claims[index].verdict);
            let evidence = harness::course::status::Evidence { lesson, claim: Some(index), verdict };
            let _ = writeln!(items, "<li>{}</li>", proof(None, &evidence, self.language));
            all.push(evidence);
        }
        if all.is_empty() {
            return String::new();
        }
        let title = self.language.pick("Also checked", "另外检查了");
        format!(
            "<li>{} <strong>{title}</strong>\n<ul>\n{items}</ul>\n</li>\n",
            mark(state(&all), self.language)
        )
    }

    /// The contract, each check with an anchor, and the golden.
    fn contract(self) -> Result<String, String> {
        let text = self.recorded.file(harness::course::CONTRACT)?;
        let lesson = &self.recorded.lesson;
        let mut blocks = String::new();
        let mut next = [0, lesson.contract.always.len()];
        for section in sections(&text) {
            let kind = ["[[always]]", "[[sometimes]]"]
                .iter()
                .position(|head| section.lines().any(|line| line.trim_end() == *head));
            match kind {
                Some(kind) => {
                    let id = marks::anchor(lesson, next[kind]);
                    next[kind] += 1;
                    let _ = writeln!(
                        blocks,
                        "<div id=\"{id}\" class=\"check\">{}</div>",
                        code::block("toml", section.trim())
                    );
                }
                None => blocks.push_str(&code::block("toml", section.trim())),
            }
        }
        if next != [lesson.contract.always.len(), lesson.contract.claims().count()] {
            return Err(
                "in lesson.toml each check stands below its own `[[always]]` or `[[sometimes]]`".to_owned()
            );
        }
        let summary = self.language.pick("The contract, `lesson.toml`", "契约 `lesson.toml`");
        let contract = html::folded(summary, &format!("<div class=\"contract\">{blocks}</div>"));
        let golden = lesson.golden.as_deref().ok_or("there is no golden")?;
        let golden = code::block("plaintext", harness::judge::golden::shown(golden));
        let summary = self
            .language
            .pick("What stays the same in every run, `golden.snap`", "每次运行都相同的部分 `golden.snap`");
        Ok(format!("{contract}<div id=\"{}\">\n{}</div>\n", marks::GOLDEN, html::folded(summary, &golden)))
    }

    fn commands(self) -> String {
        let name = &self.recorded.lesson.name;
        code::block("console", &format!("$ cargo run -p {name}\n$ cargo run -p harness -- check {name}\n"))
    }

    fn experiment(self, name: &str) -> Result<String, String> {
        let lesson = &self.recorded.lesson;
        let experiment = self.recorded.experiments.get(name).ok_or_else(|| {
            format!(
                "there is no record of an experiment `{name}`: examples-bin/{}/experiments/{name}.jsonl",
                lesson.name
            )
        })?;
        let program = self.recorded.file("src/main.rs")?;
        let diff = TextDiff::from_lines(&program, &experiment.program);
        let diff = diff.unified_diff().context_radius(2).to_string();
        let hunks: String =
            diff.lines().filter(|line| !line.starts_with("@@")).map(|line| format!("{line}\n")).collect();
        let judgement = experiment.judgement(lesson, self.language).ok_or("no run of it is recorded")?;
        let report = human::details(&lesson.name, &judgement, self.language);
        let report = anstream::adapter::strip_str(&report).to_string();
        let summary = self.language.pick("What the harness says", "harness 的回答");
        Ok(code::block("diff", &hunks) + &html::folded(summary, &code::block("plaintext", report.trim())))
    }
}

/// A contract's sections: each begins with its header, and with the comment that stands right above it.
fn sections(text: &str) -> Vec<String> {
    let mut sections = vec![String::new()];
    let mut comment = String::new();
    for line in text.lines() {
        if line.starts_with('#') {
            comment = comment + line + "\n";
            continue;
        }
        if line.starts_with('[') {
            sections.push(String::new());
        }
        let section = sections.last_mut().expect("there is one");
        section.push_str(&std::mem::take(&mut comment));
        section.push_str(line);
        section.push('\n');
    }
    sections.last_mut().expect("there is one").push_str(&comment);
    sections.retain(|section| !section.trim().is_empty());
    sections
}
