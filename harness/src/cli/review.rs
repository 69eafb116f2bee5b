//! `review`: at the terminal, one difference after the other, what goldens would be that were kept for review.

use std::fs;
use std::io::{self, IsTerminal};
use std::os::fd::AsFd;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::judge::golden;
use crate::judge::subject::Subject;
use crate::language::Language;
use crate::report::human;
use crate::system::interrupt::Interrupt;

use super::out::say;
use super::subjects;
use super::{PROVEN, Unasked, relative};

/// What is to be done with what was kept.
enum Answer {
    Accept,
    Discard,
    Skip,
    Quit,
}

pub(super) fn review(words: &[String], language: Language, interrupt: &Interrupt) -> Result<u8, Unasked> {
    let mut subjects = subjects::named(words, &[])?;
    subjects.retain(|subject| golden::pending(&subject.folder).is_file());
    if subjects.is_empty() {
        let nothing = language.pick(
            "there is nothing to review: `harness check` keeps what differs from its golden alone\n",
            "没有要审阅的：`harness check` 会保存只与基准输出不同的结果\n",
        );
        say(nothing);
        return Ok(PROVEN);
    }
    if !io::stdin().is_terminal() {
        let names: Vec<&str> = subjects.iter().map(|subject| subject.name.as_str()).collect();
        let why = format!(
            "a review is answered at a terminal, and stdin is none; to review are {}: `harness accept NAME` takes over what \
             NAME prints",
            names.join(", ")
        );
        return Err(Unasked(vec![why]));
    }
    let all = subjects.len();
    for (number, subject) in (1..).zip(&subjects) {
        let new = golden::read(&golden::pending(&subject.folder))?.unwrap_or_default();
        let old = subject.golden.as_deref().map_or("", golden::shown);
        say(format!("{}\n", human::styled(human::BOLD, &format!("{} ({number}/{all})", subject.name))));
        say(human::diff(&golden::diff(old, golden::shown(&new), language)));
        match answer(language, interrupt)? {
            Answer::Accept => accept(subject)?,
            Answer::Discard => golden::withdraw(&subject.folder)?,
            Answer::Skip => {}
            Answer::Quit => break,
        }
    }
    Ok(PROVEN)
}

fn accept(subject: &Subject) -> Result<(), Unasked> {
    let file = golden::path(&subject.folder);
    fs::rename(golden::pending(&subject.folder), &file)
        .map_err(|error| Unasked(vec![format!("`{}` can't be written: {error}", file.display())]))?;
    say(format!("{}: accepted as {}\n", subject.name, relative(&file)?.display()));
    Ok(())
}

/// Asks until one of the answers is given. Who ends the input or interrupts is done.
fn answer(language: Language, interrupt: &Interrupt) -> Result<Answer, Unasked> {
    loop {
        say(language
            .pick("accept, discard, skip or quit? [a/d/s/q] ", "接受、丢弃、跳过还是退出？[a/d/s/q] "));
        let mut line = String::new();
        if !has_line(interrupt)? || io::stdin().read_line(&mut line)? == 0 {
            say("\n");
            return Ok(Answer::Quit);
        }
        match line.trim() {
            "a" | "accept" => return Ok(Answer::Accept),
            "d" | "discard" => return Ok(Answer::Discard),
            "s" | "skip" => return Ok(Answer::Skip),
            "q" | "quit" => return Ok(Answer::Quit),
            _ => {}
        }
    }
}

/// Waits for a line; false where the user interrupts that.
fn has_line(interrupt: &Interrupt) -> io::Result<bool> {
    let stdin = io::stdin();
    let both = [stdin.as_fd()].into_iter().chain(interrupt.descriptor());
    let mut both: Vec<PollFd<'_>> =
        both.map(|descriptor| PollFd::new(descriptor, PollFlags::POLLIN)).collect();
    while !interrupt.is_raised() {
        match poll(&mut both, PollTimeout::NONE) {
            Ok(_) if both[0].any() == Some(true) => return Ok(true),
            Ok(_) | Err(Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(false)
}
