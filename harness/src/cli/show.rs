//! `show`: one run, raw and in its canonical form.

use std::ffi::OsString;

use crate::report::show::show as side_by_side;
use crate::run::{Limits, run};
use crate::system::interrupt::Interrupt;
use crate::transcript::Cut;

use super::out::{complain, say};
use super::subjects;
use super::{PROVEN, Unasked, lacks};

pub(super) fn show(word: String, command: &[OsString], interrupt: &Interrupt) -> Result<u8, Unasked> {
    let lessons = subjects::named(&[word], command)?;
    let programs = subjects::programs(&lessons, command)?;
    let (lesson, program) = (&lessons[0], &programs[0]);
    let limits = Limits::of(&lesson.contract);
    let transcript =
        run(program, lesson.contract.capture, limits, interrupt).map_err(|error| lacks(lesson, &error))?;
    say(side_by_side(&lesson.contract, &transcript) + "\n");
    if transcript.cut() == Some(Cut::Interrupted) {
        complain("interrupted: this is what it had printed");
    }
    Ok(PROVEN)
}
