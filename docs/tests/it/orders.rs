//! What a schedule shows: a lesson's orders on its page, and one that can't come.

use harness::direct::explore::{Counts, Explored};
use scraper::{ElementRef, Html, Selector};

use crate::scratch::{BOOK, sources};

fn selector(text: &str) -> Selector {
    Selector::parse(text).expect("a valid selector")
}

/// The letters of an order, as `ABC`.
fn letters(of: ElementRef) -> String {
    of.select(&selector(".chip")).flat_map(|chip| chip.text()).collect()
}

fn page(name: &str) -> Html {
    Html::parse_document(&BOOK.read(name))
}

/// Each order of a page's table, and in how many runs it came by itself.
fn table(page: &Html) -> Vec<(String, u64)> {
    let [rows, cell] = ["table.orders tbody tr:not(:has([colspan]))", "td:last-child"].map(selector);
    let count =
        |row: ElementRef| row.select(&cell).next().expect("it has a count").text().collect::<String>();
    page.select(&rows).map(|row| (letters(row), count(row).parse().expect("a number"))).collect()
}

#[test]
fn a_page_shows_all_orders_and_how_often_each_came_by_itself() {
    for language in ["en", "zh"] {
        let table = table(&page(&format!("{language}/lock-order.html")));
        let mut orders: Vec<&str> = table.iter().map(|(order, _)| order.as_str()).collect();
        orders.sort_unstable();
        assert_eq!(orders, ["ABCDEFG", "ABCFGDE", "ADEBCFG", "ADEFGBC", "AFGBCDE", "AFGDEBC"]);
        assert!(table.is_sorted_by(|one, other| one.1 >= other.1), "the commonest is first: {table:?}");
        let orders = sources()
            .lesson("lock-order")
            .and_then(|it| it.orders.as_ref().map(|orders| orders.runs.by_itself));
        assert_eq!(Some(table.iter().map(|(_, count)| count).sum::<u64>()), orders);
    }
}

#[test]
fn of_many_orders_the_commonest_and_the_rarest_are_shown() {
    let html = page("en/process-tasks.html");
    let table = table(&html);
    assert_eq!(table.len(), 12);
    assert!(table[0].1 > 0 && table.is_sorted_by(|one, other| one.1 >= other.1), "{table:?}");
    let between: String = html.select(&selector(".orders [colspan]")).flat_map(|cell| cell.text()).collect();
    let all = sources().lesson("process-tasks").and_then(|it| Some(it.orders.as_ref()?.outcomes.len()));
    assert_eq!(between, format!("… {} between these; then the rarest", all.expect("they are recorded") - 12));
}

/// The options of a page's question, and its answer.
fn question(page: &Html) -> (Vec<String>, String) {
    let options = page.select(&selector("ol.orders li")).map(letters).collect();
    let answer = page.select(&selector("ol.orders + details p")).flat_map(|answer| answer.text()).collect();
    (options, answer)
}

#[test]
fn a_page_asks_which_order_can_not_come_and_answers_below_a_fold() {
    let html = page("en/lock-order.html");
    let (options, answer) = question(&html);
    assert_eq!(options.len(), 4);
    let came: Vec<String> = table(&html).into_iter().map(|(order, _)| order).collect();
    let impossible: Vec<usize> = (0..4).filter(|&place| !came.contains(&options[place])).collect();
    assert_eq!(impossible.len(), 1, "{options:?}");
    assert!(answer.starts_with(&format!("Number {}: ", impossible[0] + 1)), "{answer}");
    assert!(answer.contains("One after the other gets the lock."), "{answer}");
    assert!(html.select(&selector("ol.orders + details")).all(|details| details.attr("open").is_none()));
}

#[test]
fn what_a_page_calls_impossible_came_in_no_run() {
    let mut asked = 0;
    for recorded in &sources().lessons {
        let Some(orders) = &recorded.orders else { continue };
        let name = &recorded.lesson.name;
        let (options, answer) = question(&page(&format!("zh/{name}.html")));
        if options.is_empty() {
            continue;
        }
        let came: Vec<String> = orders.outcomes.iter().map(|outcome| written(&outcome.lines)).collect();
        let impossible: Vec<usize> =
            (0..options.len()).filter(|&place| !came.contains(&options[place])).collect();
        assert_eq!(impossible.len(), 1, "{name}: {options:?}");
        assert!(answer.starts_with(&format!("第 {} 种", impossible[0] + 1)), "{name}: {answer}");
        asked += 1;
    }
    assert!(asked > 5, "only {asked} pages ask");
}

/// An order as a page writes it; these lessons have few lines.
fn written(lines: &[usize]) -> String {
    lines.iter().map(|&line| char::from(b'A' + u8::try_from(line).expect("few lines"))).collect()
}

#[test]
fn every_lesson_whose_lines_come_in_different_orders_has_them_tried() {
    for recorded in &sources().lessons {
        let contract = &recorded.lesson.contract;
        let differ = recorded.judgement.as_ref().is_some_and(|judgement| judgement.interleavings > 1);
        let reachable = contract.directed && !contract.exclusive;
        let tried = recorded.orders.as_ref().is_some_and(|orders| orders.outcomes.len() > 1);
        assert!(tried || !(differ && reachable), "{}: record its orders", recorded.lesson.name);
    }
}

#[test]
fn every_recorded_run_is_counted_in_one_order() {
    let mut lessons = 0;
    for recorded in &sources().lessons {
        for Explored { outcomes, runs, interrupted, .. } in recorded.orders.iter().chain(&recorded.held) {
            let sum =
                |of: fn(&Counts) -> u64| outcomes.iter().map(|outcome| of(&outcome.counts)).sum::<u64>();
            let summed = Counts {
                by_itself: sum(|counts| counts.by_itself),
                at_random: sum(|counts| counts.at_random),
                by_tree: sum(|counts| counts.by_tree),
                held: sum(|counts| counts.held),
            };
            assert_eq!((summed, *interrupted), (*runs, false), "{}", recorded.lesson.name);
            lessons += 1;
        }
    }
    assert!(lessons > 10, "only {lessons}");
}
