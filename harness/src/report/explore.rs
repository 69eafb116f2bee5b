//! The orders of a program's lines, for people: which can come, how often each does, and one of them as lanes.

mod lanes;

use std::cmp::Reverse;
use std::fmt::Write;
use std::ops::Range;

use unicode_width::UnicodeWidthStr;

pub(crate) use self::lanes::{lanes, steps, stuck};
use super::human::{BOLD, DIM, GREEN, RED, YELLOW, styled};
use crate::contract::Named;
use crate::direct::explore::{Counts, End, Explored, Number, Outcome, Shown, Text};
use crate::language::Language;
use crate::report::timeline::text::colour;
use crate::transcript::schedule::{Schedule, Time};
use crate::transcript::{Exit, Stream};
use crate::words::{list, start_of, times};

/// So many orders are shown at the most: half of them the commonest, half the rarest.
const ORDERS: usize = 24;

/// So many lines of an order, and so many different ones, are shown at the most.
const LINES: usize = 40;
const TEXTS: usize = 80;

/// So many values of a number are told one by one, and else so many ranges.
const VALUES: usize = 12;

/// How wide the widest bar is.
const BAR: u64 = 24;

/// What was found; the picture of the rarest order follows it.
pub(crate) fn explored(name: &str, found: &Explored, named: &Named, language: Language) -> String {
    let mut text = heading(name, found, language);
    for reason in reasons(found, language) {
        let _ = writeln!(text, "  {reason}");
    }
    let _ = writeln!(text, "  {}\n", styled(DIM, &budget(found, language)));
    text.push_str(&legend(found, language));
    text.push_str(&table(found, language));
    text.push_str(&failures(found, named, language));
    for number in &found.numbers {
        text.push_str(&histogram(number, found, language));
    }
    text
}

/// How many orders there are, and whether they are all.
fn heading(name: &str, found: &Explored, language: Language) -> String {
    let count = found.outcomes.len();
    let seen = orders(count, language);
    let told = match (found.are_all(), count) {
        (_, 0) => styled(YELLOW, language.pick("no order was seen", "没有见到任何顺序")),
        (true, 1) => styled(GREEN, language.pick("its only order was tried", "唯一的顺序已经试过")),
        (true, _) => styled(
            GREEN,
            &language.pick(format!("all {count} orders were tried"), format!("全部 {count} 种顺序都试过了")),
        ),
        (false, _) if found.is_whole() => styled(
            GREEN,
            &language
                .pick(format!("{seen}, and no other could be forced"), format!("{seen}，别的都无法强制")),
        ),
        (false, _) => styled(
            YELLOW,
            &language.pick(
                format!("{seen} seen, and there may be more"),
                format!("见到 {count} 种顺序，可能还有更多"),
            ),
        ),
    };
    language.pick(format!("{}: {told}\n", styled(BOLD, name)), format!("{}：{told}\n", styled(BOLD, name)))
}

fn orders(count: usize, language: Language) -> String {
    times(count as u64, ["order", "orders"], "种顺序", language)
}

/// What is to be known of the search: why there may be more orders, and what could not be forced.
fn reasons(found: &Explored, language: Language) -> Vec<String> {
    let mut reasons: Vec<String> = match found.places {
        Some(_) => found.between.why(language).map(str::to_owned).into_iter().collect(),
        None => untried(found, language).into_iter().collect(),
    };
    if found.not_forced > 0 {
        reasons.push(language.pick(
            format!(
                "{} could not be forced: somebody else printed first",
                times(found.not_forced, ["beginning", "beginnings"], "", language)
            ),
            format!("{} 种开头无法强制：别人先打印了", found.not_forced),
        ));
    }
    if found.draws > 0 {
        let why = [
            "the program asks for random bytes, and with others than it was given other orders may come",
            "程序会取随机字节：换成别的字节，可能还有别的顺序",
        ];
        reasons.push(language.pick(why[0], why[1]).to_owned());
    }
    if let Some(runs) = found.left_to_the_kernel.values().max() {
        let calls: Vec<String> = found.left_to_the_kernel.keys().cloned().collect();
        reasons.push(language.pick(
            format!(
                "left to the kernel in up to {}: {}; who went there was not chosen, so other orders may come",
                times(*runs, ["run", "runs"], "", language),
                list(&calls, "and", language)
            ),
            format!(
                "最多 {runs} 次运行交给了内核：{}；那里由谁先走不是选定的，所以可能还有别的顺序",
                list(&calls, "和", language)
            ),
        ));
    }
    if found.were_cut() {
        let why = [
            "of runs that were ended it is not known what would have come",
            "被结束的运行，后面会怎样不得而知",
        ];
        reasons.push(language.pick(why[0], why[1]).to_owned());
    }
    if found.hung {
        let why = ["too many runs hung, so no more were made", "挂起的运行太多，不再继续"];
        reasons.push(language.pick(why[0], why[1]).to_owned());
    }
    reasons
}

/// Why the tree may not have shown all orders.
fn untried(found: &Explored, language: Language) -> Option<String> {
    if found.left_to_try > 0 {
        let left = found.left_to_try as u64;
        Some(language.pick(
            format!(
                "{} left: who prints the next line was not tried in every way",
                times(left, ["beginning is", "beginnings are"], "", language)
            ),
            format!("还剩 {left} 种开头：下一行由谁打印，没有全部试过"),
        ))
    } else if !found.ended {
        let why = ["of runs that print so much only the beginning is varied", "打印这么多的运行只变换其开头"];
        Some(language.pick(why[0], why[1]).to_owned())
    } else if found.beside_the_tree() > 0 {
        let beside = found.beside_the_tree();
        Some(language.pick(
            format!(
                "every way was tried of who prints the next line, and yet {} came otherwise: not all can be forced so",
                orders(beside, language)
            ),
            format!("下一行由谁打印，每种可能都试过，却另有 {beside} 种顺序：并非都能这样强制"),
        ))
    } else {
        None
    }
}

/// How many runs there were, of which kind.
fn budget(found: &Explored, language: Language) -> String {
    let Counts { by_itself, at_random, by_tree, held } = found.runs;
    let late = found.time == Time::Late;
    let seed = found.seed;
    if let Some(places) = found.places {
        return language.pick(
            format!(
                "{} with threads held at {}, in {} time; {} by itself",
                times(held, ["schedule", "schedules"], "", language),
                times(places as u64, ["place", "places"], "", language),
                found.time,
                times(by_itself, ["run", "runs"], "", language),
            ),
            format!(
                "在 {places} 处按住线程，共 {held} 次，{}；自行运行 {by_itself} 次",
                if late { "睡眠可晚醒（late）" } else { "睡眠准时（ideal）" },
            ),
        );
    }
    language.pick(
        format!(
            "{} by the tree of who prints next, {at_random} at random (seed {seed}), in {} time; {} by itself",
            times(by_tree, ["schedule", "schedules"], "", language),
            found.time,
            times(by_itself, ["run", "runs"], "", language),
        ),
        format!(
            "按“下一行由谁打印”的树 {by_tree} 次，随机 {at_random} 次（种子 {seed}），{}；自行运行 {by_itself} 次",
            if late { "睡眠可晚醒（late）" } else { "睡眠准时（ideal）" },
        ),
    )
}

/// A, B, …, Z, AA, AB, …
pub fn letter(index: usize) -> String {
    let last = char::from(b'A' + u8::try_from(index % 26).unwrap_or(0));
    if index < 26 { last.to_string() } else { letter(index / 26 - 1) + &last.to_string() }
}

fn coloured(index: usize, text: &Text) -> String {
    styled(colour(text.claimed_by), &letter(index))
}

/// Which letter stands for which line.
fn legend(found: &Explored, language: Language) -> String {
    let label = |text: &Text| {
        let stream = if text.stream == Stream::Stderr { " (stderr)" } else { "" };
        format!("{}{stream}", text.actor.as_deref().unwrap_or_default())
    };
    let shown = &found.texts[..found.texts.len().min(TEXTS)];
    let width = shown.iter().map(|text| label(text).width()).max().unwrap_or(0);
    let letters = shown.len().checked_sub(1).map_or(0, |last| letter(last).len());
    let mut told = String::new();
    for (index, text) in shown.iter().enumerate() {
        let (letter_pad, label) = (" ".repeat(letters - letter(index).len()), label(text));
        let pad = " ".repeat(width - label.width());
        let line = start_of(text.line.as_bytes(), language);
        // Without an actor there is nothing to be told apart from.
        let label = if width == 0 { String::new() } else { format!("{label}{pad} │ ") };
        let _ = writeln!(told, "  {}{letter_pad}  {label}{line}", coloured(index, text));
    }
    let more = found.texts.len() - shown.len();
    if more > 0 {
        let more = times(more as u64, ["more line", "more lines"], "行", language);
        let _ = writeln!(
            told,
            "  {}",
            styled(DIM, &language.pick(format!("… and {more}"), format!("……另有 {more}")))
        );
    }
    told
}

/// The outcomes, the commonest first.
fn ranked(found: &Explored) -> Vec<usize> {
    let mut ranked: Vec<usize> = (0..found.outcomes.len()).collect();
    let often =
        |Counts { by_itself, at_random, by_tree, held }: Counts| (by_itself, at_random, by_tree, held);
    ranked.sort_by_key(|&index| (Reverse(often(found.outcomes[index].counts)), index));
    ranked
}

/// A row an order.
fn table(found: &Explored, language: Language) -> String {
    let ranked = ranked(found);
    let half = if ranked.len() > ORDERS { ORDERS / 2 } else { ranked.len() };
    let rest = if ranked.len() > ORDERS { ranked.len() - half } else { ranked.len() };
    let columns = Columns::new(found, language);
    let mut text = columns.head();
    let rows = |range: Range<usize>| {
        range.map(|place| columns.row(place, &found.outcomes[ranked[place]])).collect::<String>()
    };
    text += &rows(0..half);
    if half < rest {
        let more = orders(rest - half, language);
        let more = language.pick(format!("… {more} between these …"), format!("……中间还有 {more}……"));
        let _ = writeln!(text, "{}", styled(DIM, &more));
    }
    text + &rows(rest..ranked.len())
}

/// The table's columns.
struct Columns<'a> {
    found: &'a Explored,
    language: Language,
    /// How wide the orders are.
    width: usize,
    number: usize,
}

impl<'a> Columns<'a> {
    fn new(found: &'a Explored, language: Language) -> Columns<'a> {
        let width = found.outcomes.iter().map(|outcome| order(found, outcome, language).1).max().unwrap_or(0);
        Columns { found, language, width, number: found.outcomes.len().to_string().len() }
    }

    /// In how many runs, of both kinds.
    fn counts(&self, by_itself: &str, at_random: &str) -> String {
        let cell = |text: &str| " ".repeat(9_usize.saturating_sub(text.width())) + text;
        let by_itself = if self.found.runs.by_itself > 0 { cell(by_itself) + "  " } else { String::new() };
        let at_random = if self.found.runs.at_random > 0 { cell(at_random) + "  " } else { String::new() };
        by_itself + &at_random
    }

    fn head(&self) -> String {
        let language = self.language;
        let pad = " ".repeat(self.number);
        let of = |runs: u64| language.pick(format!("of {runs}"), format!("共 {runs}"));
        let words = self.counts(language.pick("by itself", "自行"), language.pick("at random", "随机"));
        let runs = self.counts(&of(self.found.runs.by_itself), &of(self.found.runs.at_random));
        if words.is_empty() {
            return "\n".to_owned();
        }
        let line = |text: &str| styled(DIM, format!("  {pad}  {text}").trim_end()) + "\n";
        format!("\n{}{}", line(&words), line(&runs))
    }

    fn row(&self, place: usize, outcome: &Outcome) -> String {
        let Counts { by_itself, at_random, .. } = outcome.counts;
        let (order, width) = order(self.found, outcome, self.language);
        let pad = " ".repeat(self.width - width);
        let counts = self.counts(&by_itself.to_string(), &at_random.to_string());
        let schedule = schedule(outcome.shown.as_ref(), self.language);
        format!(
            "  {:>width$}  {counts}{order}{pad}  {}\n",
            place + 1,
            styled(DIM, &schedule),
            width = self.number
        )
    }
}

fn schedule(shown: Option<&Shown>, language: Language) -> String {
    match shown {
        None => language.pick("by itself alone", "只自行出现").to_owned(),
        Some(Shown { schedule, exact: true }) => schedule.to_string(),
        Some(Shown { schedule, exact: false }) => {
            language.pick(format!("{schedule} (may come otherwise)"), format!("{schedule}（可能不同）"))
        }
    }
}

/// An order as letters, with how it ended; and how wide that is.
fn order(found: &Explored, outcome: &Outcome, language: Language) -> (String, usize) {
    let shown = &outcome.lines[..outcome.lines.len().min(LINES)];
    let letters: Vec<String> = shown.iter().map(|&line| coloured(line, &found.texts[line])).collect();
    let mut width: usize = shown.iter().map(|&line| letter(line).len() + 1).sum::<usize>().saturating_sub(1);
    let mut text = letters.join(" ");
    let mut add = |part: String, style| {
        width += 1 + part.width();
        let _ = write!(text, " {}", styled(style, &part));
    };
    if outcome.lines.len() > shown.len() {
        add(format!("… +{}", outcome.lines.len() - shown.len()), DIM);
    }
    if outcome.end != End::Exit(Exit::Code(0)) {
        add(format!("✕ {}", ended(outcome.end, language)), RED);
    } else if outcome.lines.is_empty() {
        add(language.pick("nothing is printed", "什么也没有打印").to_owned(), DIM);
    }
    (text, width)
}

/// How a run ended, in words.
pub(crate) fn ended(end: End, language: Language) -> String {
    match end {
        End::Exit(exit) => exit.words(language),
        End::Deadlock => language.pick("deadlock", "死锁").to_owned(),
        End::Hang => language.pick("still running when its time was up", "时限已到仍在运行").to_owned(),
        End::Flood => language.pick("it printed too much", "打印得太多").to_owned(),
    }
}

/// Whatever ended badly, each with the command that shows it.
fn failures(found: &Explored, named: &Named, language: Language) -> String {
    let ranked = ranked(found);
    let bad = |place: &usize| {
        let end = found.outcomes[ranked[*place]].end;
        !matches!(end, End::Exit(Exit::Code(_)))
    };
    let mut text = String::new();
    for place in (0..ranked.len()).filter(bad).take(ORDERS / 2) {
        let outcome = &found.outcomes[ranked[place]];
        let (number, end) = (place + 1, ended(outcome.end, language));
        let mut head = language.pick(format!("order {number}: {end}"), format!("第 {number} 种：{end}"));
        if !outcome.stuck.is_empty() {
            let stuck = outcome.stuck.join(language.pick("; ", "；"));
            let _ = write!(head, "{}{stuck}", language.pick(": ", "："));
        }
        let _ = writeln!(text, "\n  {}", styled(RED, &head));
        if let Some(Shown { schedule, .. }) = &outcome.shown {
            let _ = writeln!(text, "    {}", again(named, schedule));
        }
    }
    text
}

/// The command that runs a schedule.
pub(crate) fn again(named: &Named, schedule: &Schedule) -> String {
    named.command_line("explore", &format!(" --schedule {schedule}"))
}

/// The heading of the picture of the rarest order.
pub(crate) fn rarest(found: &Explored, index: usize, named: &Named, language: Language) -> String {
    let number = ranked(found).iter().position(|&other| other == index).map_or(0, |place| place + 1);
    let again =
        found.outcomes[index].shown.as_ref().map_or_else(String::new, |shown| again(named, &shown.schedule));
    let what = match found.outcomes.len() {
        1 => language.pick("how it comes".to_owned(), "它的样子".to_owned()),
        _ => language.pick(format!("the rarest, order {number}"), format!("最少见的是第 {number} 种")),
    };
    language.pick(format!("\n{what}: `{again}`\n\n"), format!("\n{what}：`{again}`\n\n"))
}

/// A number's values, with how often each came.
fn histogram(number: &Number, found: &Explored, language: Language) -> String {
    let count = number.values.len();
    let mut text = language.pick(
        format!(
            "\n  {}: {}\n",
            number.name,
            times(count as u64, ["value", "different values"], "", language)
        ),
        format!("\n  {}：{count} 种值\n", number.name),
    );
    let bins = bins(number);
    let total = |counts: Counts| counts.by_itself + counts.at_random + counts.by_tree + counts.held;
    let most = bins.iter().map(|bin| total(bin.counts)).max().unwrap_or(1).max(1);
    let width = bins.iter().map(|bin| bin.range.len()).max().unwrap_or(0);
    let columns = Columns { found, language, width: 0, number: width };
    text += columns.head().trim_start_matches('\n');
    for bin in &bins {
        let length = usize::try_from((total(bin.counts) * BAR).div_ceil(most)).unwrap_or(0);
        let bar = "█".repeat(length) + &" ".repeat(usize::try_from(BAR).unwrap_or(0) - length);
        let Counts { by_itself, at_random, .. } = bin.counts;
        let counts = columns.counts(&by_itself.to_string(), &at_random.to_string());
        let schedule = styled(DIM, &schedule(bin.shown, language));
        let _ = writeln!(text, "  {:>width$}  {counts}{bar}  {schedule}", bin.range);
    }
    text
}

/// Values that are told as one.
struct Bin<'a> {
    range: String,
    counts: Counts,
    shown: Option<&'a Shown>,
}

/// Each value, or where there are too many, ranges with as many values in each.
fn bins(number: &Number) -> Vec<Bin<'_>> {
    let each = number.values.len().div_ceil(VALUES).max(1);
    let bins = number.values.chunks(each).map(|values| {
        let (first, last) = (values[0].value, values[values.len() - 1].value);
        let sum = |count: fn(&Counts) -> u64| values.iter().map(|value| count(&value.counts)).sum();
        Bin {
            range: if values.len() == 1 { first.to_string() } else { format!("{first} – {last}") },
            counts: Counts {
                by_itself: sum(|counts| counts.by_itself),
                at_random: sum(|counts| counts.at_random),
                by_tree: sum(|counts| counts.by_tree),
                held: sum(|counts| counts.held),
            },
            shown: values.iter().find_map(|value| value.shown.as_ref()),
        }
    });
    bins.collect()
}
