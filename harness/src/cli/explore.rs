//! `explore`: all orders of a program's lines.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use indexmap::IndexSet;

use crate::cast::reading::Reading;
use crate::direct::explore::{self as exploring, End, Explored, Plan, Shown, Text, Until, texts};
use crate::judge::subject::Subject;
use crate::language::Language;
use crate::report::explore as told;
use crate::report::json::pretty;
use crate::report::timeline::svg::{self, Picture, description};
use crate::report::timeline::text::COLUMNS;
use crate::run::program::Program;
use crate::system::interrupt::Interrupt;
use crate::transcript::schedule::Schedule;
use crate::transcript::{Cut, Transcript};

use super::out::{complain, say};
use super::session::progress_bar;
use super::subjects;
use super::{Format, PROVEN, Unasked, lacks};

/// What is wanted.
pub(super) struct Wish {
    pub plan: Plan,
    /// The one schedule to run, in place of looking for all.
    pub schedule: Option<Schedule>,
    /// The file to draw to.
    pub svg: Option<PathBuf>,
    /// The file to keep what is found in.
    pub record: Option<PathBuf>,
    pub format: Format,
}

/// A program that is explored, and who wants to know.
struct Explorer<'a> {
    lesson: &'a Subject,
    program: &'a Program,
    wish: &'a Wish,
    language: Language,
    interrupt: &'a Interrupt,
}

/// Looks for all orders of a lesson's lines, or shows one schedule.
pub(super) fn explore(
    lesson: String,
    command: &[OsString],
    wish: &Wish,
    language: Language,
    interrupt: &Interrupt,
) -> Result<u8, Unasked> {
    let lessons = subjects::named(&[lesson], command)?;
    let lesson = &lessons[0];
    if let Some(why) = exploring::out_of_reach(&lesson.contract, language) {
        let (name, what) = (&lesson.name, language.pick("can't be explored", "无法探索"));
        return Err(Unasked(vec![
            language.pick(format!("{name} {what}: {why}"), format!("{name} {what}：{why}")),
        ]));
    }
    let programs = subjects::programs(&lessons, command)?;
    let explorer = Explorer { lesson, program: &programs[0], wish, language, interrupt };
    match &wish.schedule {
        Some(schedule) => explorer.show(schedule),
        None => explorer.search(),
    }
}

impl Explorer<'_> {
    fn search(&self) -> Result<u8, Unasked> {
        let length = match self.wish.plan.until {
            Until::Schedules(most) => most + self.wish.plan.runs,
            Until::Time(_) => 0,
        };
        let bar = progress_bar(length, &format!("runs of {}", self.lesson.name));
        let Explorer { lesson, program, wish, language, interrupt } = self;
        let progress = |done| bar.set_position(done);
        let found = exploring::explore(&lesson.contract, program, &wish.plan, *language, interrupt, progress)
            .map_err(|error| lacks(lesson, &error))?;
        bar.finish_and_clear();
        match wish.format {
            Format::Json => say(pretty(&serde_json::json!(found)) + "\n"),
            Format::Human => say(told::explored(&lesson.name, &found, &lesson.contract.named, *language)),
        }
        if found.interrupted {
            complain(language.pick("interrupted: this is what is known so far", "已中断：这是目前所知的"));
            return Ok(PROVEN);
        }
        if let Some(file) = &wish.record {
            found.write(file).map_err(|error| unwritten(file, &error))?;
        }
        self.draw_rarest(&found)?;
        Ok(PROVEN)
    }

    /// The rarest order as a picture: its schedule is run once more.
    fn draw_rarest(&self, found: &Explored) -> Result<(), Unasked> {
        let Some(index) = found.rarest() else { return Ok(()) };
        let Some(Shown { schedule, .. }) = &found.outcomes[index].shown else { return Ok(()) };
        let run = self.run(schedule)?.0;
        if self.wish.format == Format::Human {
            let reading = Reading::new(&self.lesson.contract.cast, &run).told_in(self.language);
            let named = &self.lesson.contract.named;
            // A line that never came before stands behind all others.
            let letter = |text: &Text| found.texts.iter().position(|known| known == text);
            let letters: Vec<usize> =
                texts(&reading).iter().map(|text| letter(text).unwrap_or(found.texts.len())).collect();
            let mut text = told::rarest(found, index, named, self.language);
            text += &told::lanes(&reading, &letters, columns());
            if letters != found.outcomes[index].lines {
                text += self.language.pick("  it came otherwise this time\n", "  这一次顺序不同\n");
            }
            say(text);
        }
        self.draw(&run)
    }

    /// One schedule: its lines by lanes, and what each task was about.
    fn show(&self, schedule: &Schedule) -> Result<u8, Unasked> {
        let (run, followed) = self.run(schedule)?;
        if run.cut() == Some(Cut::Interrupted) {
            complain("interrupted");
            return Ok(PROVEN);
        }
        let reading = Reading::new(&self.lesson.contract.cast, &run).told_in(self.language);
        let texts = texts(&reading);
        let distinct: IndexSet<&Text> = texts.iter().collect();
        let letters: Vec<usize> = texts.iter().filter_map(|text| distinct.get_index_of(text)).collect();
        let lanes = told::lanes(&reading, &letters, columns());
        let steps = told::steps(&reading, &letters);
        let ended = told::ended(End::of(&run), self.language);
        say(format!("{lanes}\n{steps}\n  {ended}\n{}", told::stuck(&reading)));
        self.draw(&run)?;
        if followed {
            return Ok(PROVEN);
        }
        let name = &self.lesson.name;
        Err(Unasked(vec![self.language.pick(
            format!("{name}: the schedule could not be followed: this program goes otherwise"),
            format!("{name}：这个程序走法不同，无法按该调度运行"),
        )]))
    }

    fn run(&self, schedule: &Schedule) -> Result<(Transcript, bool), Unasked> {
        exploring::replay(&self.lesson.contract, self.program, schedule, self.interrupt)
            .map_err(|error| lacks(self.lesson, &error))
    }

    /// Draws a run to the file, where one is wanted.
    fn draw(&self, run: &Transcript) -> Result<(), Unasked> {
        let Some(file) = &self.wish.svg else { return Ok(()) };
        let (contract, language) = (&self.lesson.contract, self.language);
        let description = description::run(contract, run, language);
        let title = contract.title.in_language(language);
        let picture = Picture { title, description: &description, id: &self.lesson.name, language };
        self.write(file, svg::run(contract, run, &picture) + "\n")
    }

    fn write(&self, file: &Path, picture: String) -> Result<(), Unasked> {
        crate::file::write(file, picture).map_err(|error| unwritten(file, &error))?;
        let (name, shown) = (&self.lesson.name, file.display());
        if self.wish.format == Format::Human {
            say(self
                .language
                .pick(format!("\n{name}: drawn as {shown}\n"), format!("\n{name}：已画到 {shown}\n")));
        }
        Ok(())
    }
}

fn unwritten(file: &Path, error: &std::io::Error) -> Unasked {
    Unasked(vec![format!("`{}` can't be written: {error}", file.display())])
}

fn columns() -> usize {
    let columns = rustix::termios::tcgetwinsize(std::io::stdout()).map(|size| size.ws_col.into());
    columns.ok().filter(|&columns| columns > 0).unwrap_or(COLUMNS)
}
