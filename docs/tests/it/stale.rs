//! Whatever no longer matches its lesson is told, by name.

use std::fs;

use book::sources::Sources;

use crate::scratch::Scratch;

/// A lesson's recorded runs.
const RUNS: &str = "examples-bin/lock-counter/runs.jsonl";

#[test]
fn a_missing_page() {
    let scratch = Scratch::new();
    fs::remove_file(scratch.path("examples-bin/lock-counter/page.zh.md")).expect("there is such a page");
    let problem = scratch.problem();
    assert!(problem.starts_with("examples-bin/lock-counter/page.zh.md can't be read: "), "{problem}");
}

#[test]
fn a_title_that_is_not_the_contracts() {
    let scratch = Scratch::new();
    scratch.change("examples-bin/lock-counter/page.en.md", "# A lock", "# The lock");
    assert_eq!(
        scratch.problem(),
        "examples-bin/lock-counter/page.en.md:1: the title is `The lock: exactly 2,000,000`, in the contract it is \
         `A lock: exactly 2,000,000`"
    );
}

#[test]
fn a_directive_that_there_is_not() {
    let scratch = Scratch::new();
    scratch.change("examples-bin/lock-counter/page.en.md", "{{#output}}", "{{#ouput}}");
    let problem = scratch.problem();
    assert!(problem.contains("lock-counter/page.en.md:"), "{problem}");
    assert!(problem.contains(": there is no directive `ouput`; there are rust, python, output"), "{problem}");
}

#[test]
fn a_directive_with_a_word_too_much() {
    let scratch = Scratch::new();
    scratch.change("examples-bin/lock-counter/page.en.md", "{{#output}}", "{{#output 2}}");
    assert!(scratch.problem().ends_with(": `{{#output}}` takes nothing"));
}

#[test]
fn orders_of_another_program() {
    let scratch = Scratch::new();
    scratch.change("examples-bin/process-order/orders.jsonl", "sing runs", "sing ran");
    assert_eq!(
        scratch.first_problem(),
        "process-order: orders.jsonl is of another program, which never printed `sing runs`: `harness explore process-order \
         --record examples-bin/process-order/orders.jsonl` tries its orders again"
    );
}

#[test]
fn orders_that_are_damaged() {
    let scratch = Scratch::new();
    scratch.change("examples-bin/process-order/orders.jsonl", "{\"outcome\"", "{\"outcomes\"");
    let problem = scratch.first_problem();
    assert_eq!(problem, "process-order: examples-bin/process-order/orders.jsonl:4: there is no `outcomes`");
}

#[test]
fn orders_that_are_not_recorded() {
    let scratch = Scratch::new();
    scratch.change("examples-bin/process-wait/page.en.md", "{{#output}}", "{{#orders}}");
    let told = ": no orders of this lesson are recorded: `harness explore process-wait --record \
                examples-bin/process-wait/orders.jsonl`";
    assert!(scratch.problem().ends_with(told));
}

#[test]
fn a_run_that_loses_nothing() {
    let scratch = Scratch::new();
    scratch.change("examples-bin/thread-race/lost.jsonl", "sum1: 1000000", "sum1: 2000000");
    assert_eq!(
        scratch.first_problem(),
        "thread-race: lost.jsonl is to hold one run, which shows what the lesson claims: `harness check thread-race --replay \
         examples-bin/thread-race/lost.jsonl` says whether it does"
    );
}

#[test]
fn threads_that_were_never_held() {
    let scratch = Scratch::new();
    scratch.change("examples-bin/thread-join/page.en.md", "{{#output}}", "{{#held}}");
    let told = ": it is not recorded what comes where threads are held: `harness explore thread-join --races --time ideal \
                --record examples-bin/thread-join/held.jsonl`";
    let problem = scratch.problem();
    assert!(problem.ends_with(told), "{problem}");
}

#[test]
fn numbers_that_vary_without_a_run_that_shows_it() {
    let scratch = Scratch::new();
    fs::remove_file(scratch.path("examples-bin/thread-race/lost.jsonl")).expect("there is such a record");
    let problem = scratch.first_problem();
    assert!(
        problem.ends_with("keep a run that shows it as examples-bin/thread-race/lost.jsonl"),
        "{problem}"
    );
}

#[test]
fn a_picture_of_nothing() {
    let scratch = Scratch::new();
    scratch.change("examples-bin/thread-import/page.en.md", "{{#output}}", "{{#timeline}}");
    let problem = scratch.problem();
    assert!(problem.contains(": a picture of one thread alone tells nothing"), "{problem}");
}

#[test]
fn a_picture_of_two_values() {
    let scratch = Scratch::new();
    scratch.change("examples-bin/lock-cost/page.zh.md", "{{#output}}", "{{#histogram times}}");
    assert!(scratch.problem().ends_with(
        ": a picture of 2 values tells nothing that a sentence does not: leave `{{#histogram times}}` out"
    ));
}

#[test]
fn an_experiment_of_which_no_run_is_recorded() {
    let scratch = Scratch::new();
    scratch.change("examples-bin/lock-counter/page.en.md", "{{#try}}", "{{#experiment no-such-thing}}");
    let problem = scratch.problem();
    assert!(problem.contains("there is no record of an experiment `no-such-thing`"), "{problem}");
}

#[test]
fn a_run_that_does_not_match_the_golden_any_more() {
    let scratch = Scratch::new();
    scratch.change("examples-bin/process-args/golden.snap", "任务执行完成", "任务完成");
    assert_eq!(
        scratch.problem(),
        "process-args: its recorded runs are no proof any more: `harness check process-args --replay \
         examples-bin/process-args/runs.jsonl` says why"
    );
}

#[test]
fn a_run_that_was_tampered_with() {
    let scratch = Scratch::new();
    scratch.change(RUNS, "2000000", "1999999");
    assert!(scratch.problem().starts_with("lock-counter: its recorded runs are no proof any more"));
}

#[test]
fn a_record_that_is_damaged() {
    let scratch = Scratch::new();
    scratch.change(RUNS, "\"end\"", "\"the end\"");
    let text = fs::read_to_string(scratch.path(RUNS)).unwrap();
    let damaged = 1 + text.lines().position(|line| line.contains("the end")).unwrap();
    let place = format!("lock-counter/runs.jsonl:{damaged}: ");
    let problems = scratch.build().problems;
    assert!(problems.iter().any(|problem| problem.contains(&place)), "{problems:#?}");
}

#[test]
fn a_lesson_without_recorded_runs() {
    let scratch = Scratch::new();
    fs::remove_file(scratch.path(RUNS)).expect("there are such runs");
    let problem = scratch.problem();
    assert!(
        problem.starts_with("lock-counter: no run is recorded: `harness check lock-counter --record "),
        "{problem}"
    );
}

#[test]
fn a_lesson_that_proves_nothing() {
    let scratch = Scratch::new();
    scratch.change("examples-bin/lock-cost/lesson.toml", "proves = \"lock-cost\"", "");
    scratch.change("examples-bin/lock-cost/lesson.toml", "proves  = \"lock-cost\"", "");
    assert_eq!(
        scratch.problem(),
        "lock-cost: it has no place in the book: name in `covers` or `proves` what of docs/syllabus.toml it proves"
    );
}

#[test]
fn a_topic_in_no_part() {
    let scratch = Scratch::new();
    scratch.change("docs/chapters.toml", "\"atomic\", ", "");
    assert_eq!(
        scratch.problem(),
        "docs/chapters.toml has no place for the topic `atomic`: add it to a part's topics"
    );
}

#[test]
fn a_part_with_a_topic_that_there_is_not() {
    let scratch = Scratch::new();
    scratch.change("docs/chapters.toml", "\"lock-cost\"", "\"lock-cost\", \"lock-costs\"");
    assert_eq!(
        scratch.problem(),
        "docs/chapters.toml names the topic `lock-costs`, which is not in docs/syllabus.toml"
    );
}

#[test]
fn a_topic_in_two_parts() {
    let scratch = Scratch::new();
    scratch.change("docs/chapters.toml", "\"atomic\"", "\"atomic\", \"lock-cost\"");
    assert_eq!(scratch.problem(), "docs/chapters.toml names the topic `lock-cost` more than once");
}

#[test]
fn an_experiment_whose_mutant_is_stale() {
    let scratch = Scratch::new();
    let stands = "let _never_started = (Builder::new(), || task(5));";
    scratch.change("examples-bin/process-args/src/main.rs", "fn main", &format!("// {stands}\nfn main"));
    let problem = scratch.first_problem();
    let told = "process-args: examples-bin/process-args/mutants.toml: mutant `first-is-started`: what it changes \
                stands 2 times in examples-bin/process-args/src/main.rs, not once";
    assert!(problem.starts_with(told), "{problem}");
}

#[test]
fn a_template_that_asks_for_what_there_is_not() {
    let scratch = Scratch::new();
    scratch.change("docs/theme/page.html", "{{ title }}", "{{ titel }}");
    assert_eq!(scratch.problem(), "docs/theme/page.html:5: undefined value");
}

#[test]
fn a_template_that_is_cut_off() {
    let scratch = Scratch::new();
    scratch.change("docs/theme/entrance.html", "{%- endfor %}", "");
    assert!(scratch.problem().starts_with("docs/theme/entrance.html:"));
}

#[test]
fn a_program_that_was_changed_shows_on_its_page() {
    let scratch = Scratch::new();
    scratch.change("examples-bin/thread-import/src/main.rs", "fn main", "// changed\nfn main");
    assert!(scratch.build().read("en/thread-import.html").contains("// changed"));
}

#[test]
fn an_experiment_whose_mutant_is_gone() {
    let scratch = Scratch::new();
    let mutants = "examples-bin/process-args/mutants.toml";
    scratch.change(mutants, "\"first-is-started\"", "\"another\"");
    assert_eq!(
        scratch.first_problem(),
        format!("process-args: {mutants} has no mutant `first-is-started`, of which a run is recorded")
    );
}

#[test]
fn an_experiment_that_is_caught_by_something_else() {
    let scratch = Scratch::new();
    let run = "examples-bin/process-args/experiments/first-is-started.jsonl";
    fs::copy(scratch.path("examples-bin/process-args/runs.jsonl"), scratch.path(run))
        .expect("a lesson's own run can stand in for its mutant's");
    let problem = scratch.first_problem();
    assert!(
        problem.starts_with(
            "process-args: the recorded run of the mutant `first-is-started` shows no finding `"
        ),
        "{problem}"
    );
}

#[test]
fn a_book_that_can_not_be_built_leaves_the_older_one() {
    let scratch = Scratch::new();
    let out = scratch.path("target/book");
    let build = || {
        let sources = Sources::read(&scratch.path("")).expect("the copy can be read");
        book::build(&sources, &out)
    };
    assert_eq!(build(), Vec::<String>::new());
    let page = || fs::read_to_string(out.join("en/lock-counter.html")).expect("there is such a page");
    let before = page();
    fs::remove_file(scratch.path("docs/theme/entrance.html")).expect("there is such a file");
    scratch.change("examples-bin/lock-counter/page.en.md", "{{#output}}", "What it prints:\n\n{{#output}}");
    assert!(build()[0].starts_with("docs/theme/entrance.html can't be read: "));
    assert_eq!(page(), before);
    assert_eq!(fs::read_dir(scratch.path("target")).expect("it is there").count(), 1);
}
