//! What the harness tells in a course of one lesson, `sample`.
//!
//! | part | what it is | without it |
//! | --- | --- | --- |
//! | `asked` | the command line | `harness check` |
//! | `syllabus` | `docs/syllabus.toml` | there is none |
//! | `contract` | the lesson's contract, below its `title` and `command`, which are its first two lines | there is no lesson |
//! | `script` | the lesson's program, in bash | an empty one |
//! | `golden` | the form that was reviewed | there is none |
//! | `golden as printed` | nothing: what the script prints is the golden | |
//! | `needs the witness` | nothing: the case is left out where the harness may not watch the program | |
//! | `file PATH`, `program PATH` | a further file, and one that may be executed | |
//!
//! The last part is `error`, where the question could not be asked, or `report`, what was refuted or is undecided. An empty report says
//! that the lesson is proven. Times, pids and the course's folder are put out of sight.

use crate::case::Case;
use crate::scratch::{Scratch, Told};

pub const ENDS: [&str; 2] = ["error", "report"];

pub fn tell(case: &Case) -> Result<String, String> {
    let course = Scratch::new();
    let mut asked = "harness check";
    let mut script = "";
    let mut contract = None;
    let mut golden = None;
    let mut is_as_printed = false;
    for (heading, text) in case.parts() {
        match heading.split_once(' ').unwrap_or((heading, "")) {
            ("asked", "") => asked = text.trim_end(),
            ("syllabus", "") => course.file("docs/syllabus.toml", text),
            ("contract", "") => contract = Some(text),
            ("script", "") => script = text,
            ("golden", "") => golden = Some(text),
            ("golden", "as printed") => is_as_printed = true,
            ("needs", "the witness") => {}
            ("file", path) => course.file(path, text),
            ("program", path) => course.program(path, text),
            _ => return Err(format!("`## {heading}` is no part of a case here")),
        }
    }
    if let Some(contract) = contract {
        course.lesson("sample", contract, script);
    }
    if let Some(golden) = golden {
        course.golden("sample", golden);
    }
    if is_as_printed {
        course.bless("sample");
    }
    let words = shlex::split(asked).ok_or("`## asked` holds a quote that is not closed")?;
    let [harness, arguments @ ..] = &words[..] else { return Err("`## asked` is empty".to_owned()) };
    assert_eq!(harness, "harness");
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    Ok(told(&course.harness(&arguments)))
}

fn told(told: &Told) -> String {
    match (told.code, told.stdout.as_str(), told.stderr.as_str()) {
        (2, "", error) => format!("## error\n{error}"),
        (1, report, "") => format!("## report\n{}", findings(report)),
        (0, report, "") if report.starts_with("proven ") => "## report\n".to_owned(),
        (0, report, "") if report.starts_with("undecided ") => format!("## report\n{}", findings(report)),
        (code, stdout, stderr) => format!("## exit code {code}\n{stdout}{stderr}"),
    }
}

/// What was refuted or is undecided, without the lesson's line before it and the summary after it.
fn findings(report: &str) -> String {
    let (_, rest) = report.split_once("\n\n").expect("findings follow the lesson's line");
    let after = ["\n\nsample: this run is kept", "\n\n1 lesson: "];
    let findings = after.into_iter().fold(rest, |rest, after| rest.split(after).next().unwrap_or(rest));
    format!("{}\n", findings.trim_end())
}
