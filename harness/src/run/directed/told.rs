//! What a task is about, as the record tells it.

use std::ffi::c_long;

use super::Director;
use super::fiber::{Fiber, For, Stage};
use super::futex::Waiting;
use crate::system::witness::directed::{Kind, kind};
use crate::transcript::schedule::{About, Wait};

impl Director<'_> {
    pub(super) fn about(&self, fiber: &Fiber) -> About {
        match &fiber.stage {
            _ if !fiber.has_begun => About::Begins,
            Stage::Calls(_, Some(line)) => About::Prints(line.clone()),
            Stage::Calls(call, None) if is_end(call.number) => About::Ends,
            Stage::Waits(..) | Stage::Left(_) | Stage::Paused => About::Waits(self.wait(fiber)),
            Stage::Goes
            | Stage::Ready(..)
            | Stage::Asks(..)
            | Stage::Returns(_)
            | Stage::Interrupted(..)
            | Stage::Calls(..) => About::Goes,
        }
    }

    /// What a task waits for.
    pub(super) fn wait(&self, fiber: &Fiber) -> Wait {
        match &fiber.stage {
            Stage::Waits(_, For::Futex(waiting)) => self.wait_on(fiber, waiting),
            Stage::Waits(_, For::Sleep) => Wait::Sleep,
            Stage::Waits(_, For::Descriptors(..)) => Wait::Input,
            Stage::Waits(_, For::Signal(_)) => Wait::Signal,
            Stage::Waits(call, For::Answer(_)) => match kind(call.number) {
                Some(Kind::Child) => Wait::Child,
                Some(Kind::FileLock) => Wait::File,
                _ => Wait::Message,
            },
            Stage::Left(call) => Wait::Kernel(call.clone()),
            Stage::Paused => Wait::Continuation,
            _ => Wait::Nothing,
        }
    }

    /// Whom one waits for at a word of memory: a thread's own id stands there until it has ended, and in a mutex of the GNU C
    /// library its holder's, two words on.
    pub(super) fn wait_on(&self, fiber: &Fiber, waiting: &Waiting) -> Wait {
        let thread_of = |tid: u32| self.fibers.iter().find(|(_, other)| other.task.id() == tid && tid != 0);
        let is_mutex = waiting.value == 2;
        if let Some((&thread, _)) = thread_of(waiting.value) {
            return Wait::Thread(thread);
        }
        let owner = fiber.task.read_u32(waiting.address + 8).filter(|_| is_mutex).and_then(thread_of);
        owner.map_or(Wait::Wake, |(&thread, _)| Wait::Lock(thread))
    }
}

fn is_end(number: c_long) -> bool {
    matches!(number, libc::SYS_exit | libc::SYS_exit_group)
}
