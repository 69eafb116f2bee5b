//! Pictures of recorded runs, each with a name and a description in the page's language.

use harness::language::Language;
use harness::report::timeline::bins::values;
use harness::report::timeline::svg::{self, Picture, description};

use crate::html::escape;
use crate::sources::Recorded;

/// A number of fewer values than this is told, and needs no picture.
const FEW: usize = 10;

/// The first recorded run.
///
/// # Errors
/// A sentence, where there is nothing to see in it.
pub fn timeline(recorded: &Recorded, language: Language) -> Result<String, String> {
    let Recorded { lesson, runs, .. } = recorded;
    let speaks = language;
    let first = runs.first().ok_or("no run of this lesson is recorded")?;
    if !svg::tells(&lesson.contract, first) {
        return Err(
            "a picture of one thread alone tells nothing that its output does not: leave `{{#timeline}}` out"
                .to_owned(),
        );
    }
    let title = language.pick("Who printed when", "谁在何时打印");
    let told = description::run(&lesson.contract, first, speaks);
    let picture = Picture { title, description: &told, id: "run", language: speaks };
    Ok(figure(&svg::run(&lesson.contract, first, &picture), title))
}

/// The values of a named number in all recorded runs.
///
/// # Errors
/// A sentence, where there are none, or too few.
pub fn histogram(recorded: &Recorded, name: &str, language: Language) -> Result<String, String> {
    let contract = &recorded.lesson.contract;
    let values = values(contract, &recorded.runs, name).filter(|values| !values.is_empty());
    let values = values.ok_or_else(|| format!("the recorded runs have no number `{name}`"))?;
    if values.len() < FEW {
        return Err(format!(
            "a picture of {} values tells nothing that a sentence does not: leave `{{{{#histogram {name}}}}}` out",
            values.len()
        ));
    }
    let speaks = language;
    let title = match language {
        Language::En => format!("{name} in {} recorded runs", recorded.runs.len()),
        Language::Zh => format!("录下的 {} 次运行中的 {name}", recorded.runs.len()),
    };
    let told = description::histogram(name, &values, speaks);
    let id = format!("values-{name}");
    let picture = Picture { title: &title, description: &told, id: &id, language: speaks };
    Ok(figure(&svg::histogram(name, &values, &picture), &title))
}

fn figure(picture: &str, caption: &str) -> String {
    format!("<figure>\n{picture}\n<figcaption>{}</figcaption>\n</figure>\n", escape(caption))
}
