//! Who prints again and again, while nothing else happens.
//!
//! Each time such a task stops, its tracer is woken, and then the task is. On two processors each wakes an idle one, which in a
//! virtual machine takes ten times as long as all the rest. So both keep to one processor until something else happens: whoever
//! asks where it may run, or creates somebody, was given back its own before.

use std::time::Duration;

use crate::system::processors::{Beside, make_equal};
use crate::system::witness::{Event, Tracee};

/// After so many times in a row.
const OFTEN: u32 = 8;

/// Each of them so soon after the last: it does little else.
const SOON: Duration = Duration::from_micros(500);

/// Who has printed nothing for so long may be at something else.
const LULL: Duration = Duration::from_millis(10);

/// The last of those who printed.
#[derive(Debug, Default)]
pub(super) struct Streak {
    task: Option<Tracee>,
    times: u32,
    last: Duration,
    kept: Option<Beside>,
    /// Whether there was ever anybody who kept to a processor, and may have created others meanwhile.
    was_kept: bool,
}

impl Streak {
    /// Something has happened to a task. Whether it keeps beside its tracer from now on.
    pub fn hear(&mut self, task: Tracee, event: &Event, now: Duration) -> bool {
        let prints = matches!(event, Event::Call(call) if call.writes_to().is_some());
        if !prints {
            self.end(task, event);
            return false;
        }
        let goes_on = self.task == Some(task) && now.saturating_sub(self.last) < SOON;
        if !goes_on {
            *self = Streak { task: Some(task), was_kept: self.was_kept, ..Streak::default() };
        }
        self.times += 1;
        self.last = now;
        if self.times == OFTEN {
            self.kept = Beside::keep(task.id());
            self.was_kept = true;
        }
        self.times == OFTEN && self.kept.is_some()
    }

    fn end(&mut self, task: Tracee, event: &Event) {
        self.task = None;
        let kept = self.kept.take();
        match *event {
            // By then it has the id of its process.
            Event::Executed(former) => {
                if let Some(kept) = kept.filter(|kept| kept.thread() == former.id()) {
                    kept.let_go_of(task.id());
                }
            }
            Event::Created(new) | Event::Lent(new) if self.was_kept => {
                drop(kept);
                make_equal(new.id(), task.id());
            }
            _ => {}
        }
    }

    /// In how long it is to be looked at again.
    pub fn left(&mut self, now: Duration) -> Duration {
        if now.saturating_sub(self.last) >= LULL {
            self.kept = None;
        }
        if self.kept.is_some() { LULL } else { Duration::MAX }
    }
}
