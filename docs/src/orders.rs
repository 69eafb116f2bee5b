//! What a schedule shows: in which orders a lesson's lines can come, and how often each did by itself; and one that can't.
//!
//! All of it comes from the lesson's `orders.jsonl`, which `harness explore LESSON --record` writes.

use std::cmp::Reverse;
use std::fmt::Write;

use harness::direct::explore::{Counts, Explored, Number, Outcome, Text};
use harness::language::Language;
use harness::report::explore::letter;

use crate::html::escape;
use crate::impossible::Impossible;
use crate::sources::Recorded;

/// So many orders are shown at the most; of more, the commonest and the rarest.
const ORDERS: usize = 24;
const OF_MORE: usize = 6;

/// So many actors have a colour of their own.
const COLOURS: usize = 8;

/// What the schedules of a lesson show.
///
/// # Errors
/// A sentence, where none are recorded, or its lines come in one order and no number varies.
pub fn shown(recorded: &Recorded, language: Language) -> Result<String, String> {
    let name = &recorded.lesson.name;
    let Some(explored) = &recorded.orders else {
        return Err(format!(
            "no orders of this lesson are recorded: `harness explore {name} --record examples-bin/{name}/orders.jsonl`"
        ));
    };
    let page = Page { recorded, explored, language, ranked: ranked(explored) };
    if !page.is_free() && explored.numbers.is_empty() {
        return Err("its lines come in one order: leave `{{#orders}}` out".to_owned());
    }
    let parts = [page.tried(), page.orders(), page.numbers(), page.question()];
    Ok(parts.concat())
}

/// The orders, the commonest by itself first.
fn ranked(explored: &Explored) -> Vec<&Outcome> {
    let often = |Counts { by_itself, at_random, by_tree, .. }: Counts| (by_itself, at_random, by_tree);
    let mut ranked: Vec<&Outcome> = explored.outcomes.iter().collect();
    ranked.sort_by_key(|outcome| Reverse(often(outcome.counts)));
    ranked
}

/// What is told of a lesson in a language.
struct Page<'a> {
    recorded: &'a Recorded,
    explored: &'a Explored,
    language: Language,
    ranked: Vec<&'a Outcome>,
}

impl Page<'_> {
    fn is_free(&self) -> bool {
        self.ranked.len() > 1
    }

    /// How many orders there are, and how that is known.
    fn tried(&self) -> String {
        let Explored { runs, .. } = self.explored;
        let (orders, schedules) = (self.ranked.len(), runs.by_tree + runs.at_random);
        let told = match (self.language, self.explored.is_whole(), orders) {
            (Language::En, true, 1) => {
                format!("In {schedules} schedules its lines came in the same order; {}.", self.others())
            }
            (Language::Zh, true, 1) => {
                format!("试了 {schedules} 种调度，各行的先后都一样；{}。", self.others())
            }
            (Language::En, true, _) => format!(
                "The harness decided who goes on, in {schedules} schedules, and tried each way of who prints the next line: \
                 {orders} orders came; {}.",
                self.others()
            ),
            (Language::Zh, true, _) => format!(
                "由 harness 决定放谁走，一共 {schedules} 种调度，下一行由谁打印的每种可能都试过了：见到 {orders} 种顺序；{}。",
                self.others()
            ),
            (Language::En, false, _) => format!(
                "The harness decided who goes on, in {schedules} schedules: {orders} orders came, and there may be more."
            ),
            (Language::Zh, false, _) => {
                format!(
                    "由 harness 决定放谁走，一共 {schedules} 种调度：见到 {orders} 种顺序，可能还有更多。"
                )
            }
        };
        format!("<p>{told}</p>\n")
    }

    /// Whether there are others, where each way of who prints next was tried.
    fn others(&self) -> &'static str {
        if self.explored.are_all() {
            self.language.pick("there are no others", "没有别的顺序")
        } else {
            self.language.pick("no other could be forced", "别的都无法强制")
        }
    }

    /// Which letter is which line, and the orders with how often each came by itself.
    fn orders(&self) -> String {
        if !self.is_free() {
            return String::new();
        }
        let (all, runs) = (self.ranked.len(), self.explored.runs.by_itself);
        let [order, by_itself] = match self.language {
            Language::En => ["Order".to_owned(), format!("By itself, in {runs} runs")],
            Language::Zh => ["顺序".to_owned(), format!("自行运行 {runs} 次")],
        };
        let mut html = self.letters();
        let _ = write!(
            html,
            "<table class=\"orders\">\n<thead><tr><th scope=\"col\">{order}</th><th scope=\"col\">{by_itself}</th></tr></thead>\n\
             <tbody>\n"
        );
        let row = |outcome: &&Outcome| {
            format!("<tr><td>{}</td><td>{}</td></tr>\n", self.order(&outcome.lines), outcome.counts.by_itself)
        };
        let shown = if all > ORDERS { OF_MORE } else { all };
        html.extend(self.ranked[..shown].iter().map(row));
        if shown < all {
            let between = all - 2 * OF_MORE;
            let told = match self.language {
                Language::En => format!("… {between} between these; then the rarest"),
                Language::Zh => format!("……中间还有 {between} 种；下面是最少见的"),
            };
            let _ = writeln!(html, "<tr><td colspan=\"2\">{told}</td></tr>");
            html.extend(self.ranked[all - OF_MORE..].iter().map(row));
        }
        html + "</tbody>\n</table>\n" + &self.again()
    }

    /// How to see the rarest order.
    fn again(&self) -> String {
        let shown = self.ranked.iter().rev().find_map(|outcome| outcome.shown.as_ref());
        let Some(shown) = shown else { return String::new() };
        let again = format!("harness explore {} --schedule {}", self.recorded.lesson.name, shown.schedule);
        let told = self.language.pick("The rarest, step by step: ", "最少见的那一种，逐步来看：");
        format!("<p>{told}<code>{}</code></p>\n", escape(&again))
    }

    /// Each line that comes, with its letter.
    fn letters(&self) -> String {
        let line = |(index, text): (usize, &Text)| {
            let actor = text.actor.as_deref().unwrap_or("?");
            let colon = self.language.pick(": ", "：");
            format!(
                "<li>{} {}{colon}<code>{}</code></li>\n",
                self.chip(index),
                escape(actor),
                escape(&text.line)
            )
        };
        let lines: String = self.explored.texts.iter().enumerate().map(line).collect();
        format!("<ul class=\"letters\">\n{lines}</ul>\n")
    }

    fn order(&self, lines: &[usize]) -> String {
        let chips: Vec<String> = lines.iter().map(|&line| self.chip(line)).collect();
        chips.join(" ")
    }

    /// A line's letter, in its actor's colour.
    fn chip(&self, line: usize) -> String {
        let actors = &self.recorded.lesson.contract.cast.actors;
        let name = self.explored.texts[line].actor.as_deref();
        let actor = actors.iter().position(|actor| Some(actor.name.as_str()) == name);
        let colour = actor.map_or(0, |actor| actor % COLOURS + 1);
        format!("<span class=\"chip c{colour}\">{}</span>", letter(line))
    }

    /// The numbers that vary.
    fn numbers(&self) -> String {
        self.explored.numbers.iter().map(|number| self.number(number)).collect()
    }

    fn number(&self, number: &Number) -> String {
        let of = |came: fn(&Counts) -> u64| {
            let values: Vec<f64> = number
                .values
                .iter()
                .filter(|value| came(&value.counts) > 0)
                .map(|value| value.value)
                .collect();
            (values.len(), values.first().copied(), values.last().copied())
        };
        let (values, Some(least), Some(greatest)) = of(|counts| counts.by_itself) else {
            return String::new();
        };
        let (chosen, ..) = of(|counts| counts.at_random + counts.by_tree);
        let (name, runs) = (escape(&number.name), self.explored.runs.by_itself);
        match self.language {
            Language::En => format!(
                "<p>By itself, in {runs} runs, <code>{name}</code> had {values} different values, from {least} to {greatest}; \
                 under the schedules {chosen}: they decide who goes on, but not between which two instructions.</p>\n"
            ),
            Language::Zh => format!(
                "<p>自行运行 {runs} 次，<code>{name}</code> 有 {values} 种不同的值，从 {least} 到 {greatest}；\
                 按选定的调度则有 {chosen} 种：调度决定放谁走，但不决定在哪两条指令之间切换。</p>\n"
            ),
        }
    }

    /// Which of these can't come, and why; where there is one of which that is known.
    fn question(&self) -> String {
        let Some(impossible) = Impossible::find(self.recorded, self.explored) else { return String::new() };
        let options = self.options(&impossible);
        let count = options.len();
        let [question, answer] = match self.language {
            Language::En => {
                [format!("Which of these {} can’t come, and why?", in_words(count)), "The answer".to_owned()]
            }
            Language::Zh => [format!("这 {count} 种里哪一种不会出现？为什么？"), "答案".to_owned()],
        };
        let place = options.iter().position(|lines| *lines == impossible.lines).map_or(0, |place| place + 1);
        let items: String = options.iter().map(|lines| format!("<li>{}</li>\n", self.order(lines))).collect();
        format!(
            "<p><strong>{question}</strong></p>\n<ol class=\"orders\">\n{items}</ol>\n<details>\n<summary>{answer}</summary>\n\
             <p>{}</p>\n</details>\n",
            self.why(place, &impossible)
        )
    }

    /// The commonest order, the rarest, one between them, and among them the one that can't come.
    fn options(&self, impossible: &Impossible) -> Vec<Vec<usize>> {
        let last = self.ranked.len() - 1;
        let mut places = vec![0, last / 2, last];
        places.dedup();
        let mut options: Vec<Vec<usize>> =
            places.into_iter().map(|place| self.ranked[place].lines.clone()).collect();
        // Not always in the same place, and yet the same in each build.
        let place = (last + self.explored.texts.len()) % (options.len() + 1);
        options.insert(place, impossible.lines.clone());
        options
    }

    fn why(&self, place: usize, impossible: &Impossible) -> String {
        let [first, then] = [impossible.then, impossible.first].map(|line| self.chip(line));
        let reason = impossible.reason(&self.recorded.lesson, self.language);
        let tried = self.explored.runs.by_tree + self.explored.runs.at_random + self.explored.runs.by_itself;
        match self.language {
            Language::En => format!(
                "Number {place}: {then} comes before {first} in it. {reason} In none of the {tried} runs did it come so."
            ),
            Language::Zh => format!(
                "第 {place} 种：其中 {then} 排在 {first} 前面。{reason}{tried} 次运行中没有一次是这样。"
            ),
        }
    }
}

fn in_words(count: usize) -> String {
    let words = ["none", "one", "two", "three", "four"];
    words.get(count).map_or_else(|| count.to_string(), |word| (*word).to_owned())
}
