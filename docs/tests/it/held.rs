//! What comes where threads are held between two instructions: a lost update step by step, and that with a lock none came.

use scraper::{Html, Selector};

use crate::scratch::{BOOK, course, sources};

fn texts(page: &str, selector: &str) -> Vec<String> {
    let page = Html::parse_document(&BOOK.read(page));
    let selector = Selector::parse(selector).expect("a valid selector");
    page.select(&selector).map(|element| element.text().collect()).collect()
}

#[test]
fn an_update_is_lost_step_by_step() {
    let program = std::fs::read_to_string(course().join("examples-bin/thread-race/src/main.rs"))
        .expect("the program can be read");
    for language in ["en", "zh"] {
        let steps = texts(&format!("{language}/thread-race.html"), "ol.steps li");
        let [held, other, first] = steps.as_slice() else { panic!("three steps were to be told: {steps:?}") };
        // The line that it was held in is still there, and still reads.
        let number = held.split("main.rs:").nth(1).and_then(|rest| rest.split([')', '）']).next());
        let number: usize = number.expect("the step names the line").parse().expect("a number");
        let line = program.lines().nth(number - 1).expect("the program is so long").trim();
        assert!(line.contains("SUM.load") && held.starts_with("sum1") && held.contains(line), "{held}");
        assert!(other.starts_with("sum2") && other.ends_with("sum2: 1000000"), "{other}");
        assert!(first.starts_with("sum1") && first.ends_with("sum1: 1000000"), "{first}");
    }
}

#[test]
fn with_a_lock_as_many_were_tried_and_none_lost() {
    let sources = sources();
    let schedules = |name: &str| {
        let held = sources.lesson(name).and_then(|it| it.held.as_ref()).expect("it is recorded");
        (held.runs.held, held.numbers.is_empty())
    };
    assert_eq!((schedules("thread-race"), schedules("lock-counter")), ((200, false), (200, true)));
    let told = texts("en/lock-counter.html", "p").concat();
    assert!(
        told.contains(
            "under 200 schedules. Nothing was lost in any: each time sum was 1000000, then 2000000"
        ),
        "{told}"
    );
    let told = texts("zh/lock-counter.html", "p").concat();
    assert!(
        told.contains("一共试了 200 种调度。没有一次丢失更新：每一次 sum 都依次是 1000000、2000000。"),
        "{told}"
    );
}
