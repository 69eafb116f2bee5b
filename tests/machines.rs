//! nextest's configuration, which splits the suite over machines, agrees with the contracts.

use std::fs;
use std::path::Path;

use harness::course::Course;
use regex::Regex;
use toml::Table;

/// The filter of the golden tests that nextest runs alone.
fn alone() -> Regex {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.config/nextest.toml");
    let config: Table = fs::read_to_string(file).expect("a configuration").parse().expect("TOML");
    let overrides = config["profile"]["default"]["overrides"].as_array().expect("a list of overrides");
    let golden =
        |entry: &&toml::Value| entry["filter"].as_str().is_some_and(|filter| filter.contains("golden"));
    let golden = overrides.iter().find(golden).expect("an override for the golden tests");
    assert_eq!(golden["threads-required"].as_str(), Some("num-test-threads"));
    let (_, pattern) = golden["filter"].as_str().expect("a filter").split_once("test(/").expect("a pattern");
    Regex::new(pattern.strip_suffix("/)").expect("the pattern's end")).expect("a valid pattern")
}

#[test]
fn nextest_runs_alone_the_lessons_that_are_exclusive_and_no_others() {
    let course = Course::find(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("a course");
    let alone = alone();
    for lesson in course.lessons().expect("lessons") {
        assert_eq!(alone.is_match(&lesson.name), lesson.contract.exclusive, "{}", lesson.name);
    }
}
