//! What was chosen in a run that was directed: who went next, wherever more than one could.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::language::Language;

/// When a sleep may end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Time {
    /// At any later moment: everybody else may have been held up for so long.
    #[default]
    Late,
    /// Only when nobody else can go on, and the one that is due first.
    Ideal,
    /// The same; but others compute meanwhile, so that a wait on a word of memory that lasts some milliseconds at the most may run
    /// out (futex(2)). Interpreters have their threads take turns by such waits.
    Busy,
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Time::Late => "late",
            Time::Ideal => "ideal",
            Time::Busy => "busy",
        })
    }
}

/// A task by its birth: the program's first one is `0`, whoever that creates are `1`, `2` and so on, and whoever `2` creates
/// `2.1`, `2.2`. Unlike thread ids these are the same in each run in which tasks are created in the same order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(into = "String", try_from = "String")]
pub struct Name(Arc<[u32]>);

impl Name {
    /// Its child, the first one being 1.
    pub(crate) fn child(&self, number: u32) -> Name {
        Name(self.0.iter().copied().chain([number]).collect())
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("0");
        }
        let numbers: Vec<String> = self.0.iter().map(u32::to_string).collect();
        f.write_str(&numbers.join("."))
    }
}

impl FromStr for Name {
    type Err = String;

    fn from_str(text: &str) -> Result<Name, String> {
        if text == "0" {
            return Ok(Name::default());
        }
        let number = |part: &str| part.parse().ok().filter(|&number: &u32| number > 0);
        let numbers: Option<Arc<[u32]>> = text.split('.').map(number).collect();
        numbers.map(Name).ok_or_else(|| format!("`{text}` is no task: `0`, or numbers from 1 as in `2.1`"))
    }
}

impl From<Name> for String {
    fn from(name: Name) -> String {
        name.to_string()
    }
}

impl TryFrom<String> for Name {
    type Error = String;

    fn try_from(text: String) -> Result<Name, String> {
        text.parse()
    }
}

/// One choice is repeated so often at the most.
const MOST: usize = 1_000_000;

/// A choice other than the usual one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Departure {
    /// After so many usual choices since the last departure.
    pub after: u32,
    /// Who went instead.
    pub to: Name,
}

/// A place in a task's instructions, before which it is held until nobody else can go on.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hold {
    /// Who is held.
    pub task: Name,
    /// Where.
    pub spot: Spot,
    /// When it is there for this time, the first being 1; counted from the task's birth, or from its hold before this one.
    pub time: u32,
}

/// A place in memory, which is the same in every directed run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Spot {
    /// Before the instruction that stands there is executed.
    Before(u64),
    /// After what stands there, four bytes, was read or written.
    Touched(u64),
}

impl fmt::Display for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Hold { task, spot, time } = self;
        match spot {
            Spot::Before(address) => write!(f, "{task}@{address:x}")?,
            Spot::Touched(address) => write!(f, "{task}@={address:x}")?,
        }
        if *time == 1 { Ok(()) } else { write!(f, "*{time}") }
    }
}

impl FromStr for Hold {
    type Err = String;

    fn from_str(text: &str) -> Result<Hold, String> {
        let (task, place) = text.split_once('@').ok_or_else(|| format!("`{text}` lacks its `@`"))?;
        let (address, time) = place.split_once('*').unwrap_or((place, "1"));
        let number = |text: &str| {
            u64::from_str_radix(text, 16).map_err(|_| format!("`{address}` is no address: as in `55d0`"))
        };
        let spot = match address.strip_prefix('=') {
            None => Spot::Before(number(address)?),
            Some(address) => Spot::Touched(number(address)?),
        };
        let time = time.parse().ok().filter(|&time: &u32| time > 0);
        let time = time.ok_or_else(|| format!("`{text}` lacks how often: a number from 1"))?;
        Ok(Hold { task: task.parse()?, spot, time })
    }
}

/// All choices of a run, as where they depart from the usual one.
///
/// Usually whoever goes goes on; where it can't, the first born that can; of those that wait for a wake the one that waits longest
/// gets it; and sleeps end as in ideal time. It is written `late,3:2,0:1.1*4`: in late time, three usual choices, then the
/// program's second child, then at once the first child's first, and again and again, four times in all. `late#7` gives the program
/// other random bytes than `late` does, by this seed. `ideal,1@55d0*3` holds the first child before it executes the instruction at
/// that address for the third time, until nobody else can go on, and `1@=7f10` after it has read or written what stands there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(into = "String", try_from = "String")]
pub struct Schedule {
    /// When sleeps may end.
    pub time: Time,
    /// Where the random bytes come from that the program asks for (getrandom(2)); usually 0.
    pub seed: u64,
    /// Who is held between two instructions, one task's holds in their order.
    pub holds: Vec<Hold>,
    /// Where it departs from the usual.
    pub departures: Vec<Departure>,
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.time)?;
        if self.seed != 0 {
            write!(f, "#{}", self.seed)?;
        }
        self.holds.iter().try_for_each(|hold| write!(f, ",{hold}"))?;
        self.departures.chunk_by(|one, next| one == next).try_for_each(|same| {
            let Departure { after, to } = &same[0];
            write!(f, ",{after}:{to}")?;
            if same.len() > 1 { write!(f, "*{}", same.len()) } else { Ok(()) }
        })
    }
}

impl FromStr for Schedule {
    type Err = String;

    fn from_str(text: &str) -> Result<Schedule, String> {
        let mut parts = text.trim().split(',');
        let start = parts.next().unwrap_or_default();
        let (time, seed) = start.split_once('#').unwrap_or((start, "0"));
        let seed = seed.parse().map_err(|_| format!("`{seed}` is no seed: a number"))?;
        let time = match time {
            "late" => Time::Late,
            "ideal" => Time::Ideal,
            "busy" => Time::Busy,
            other => {
                return Err(format!(
                    "a schedule begins with `late`, `ideal` or `busy`, and not with `{other}`"
                ));
            }
        };
        let departure = |part: &str| {
            let (one, often) = part.split_once('*').unwrap_or((part, "1"));
            let (after, to) = one.split_once(':').ok_or_else(|| format!("`{part}` lacks its `:`"))?;
            let after = after.parse().map_err(|_| format!("`{after}` is no number of choices"))?;
            let often: usize = often
                .parse()
                .ok()
                .filter(|often| (1..=MOST).contains(often))
                .ok_or_else(|| format!("`{often}` is no number of times: 1 to {MOST}"))?;
            Ok(std::iter::repeat_n(Departure { after, to: to.parse()? }, often))
        };
        let (holds, departures): (Vec<&str>, Vec<&str>) = parts.partition(|part| part.contains('@'));
        let holds = holds.into_iter().map(str::parse).collect::<Result<_, String>>()?;
        let departures = departures.into_iter().map(departure).collect::<Result<Vec<_>, String>>()?;
        Ok(Schedule { time, seed, holds, departures: departures.into_iter().flatten().collect() })
    }
}

impl From<Schedule> for String {
    fn from(schedule: Schedule) -> String {
        schedule.to_string()
    }
}

impl TryFrom<String> for Schedule {
    type Error = String;

    fn try_from(text: String) -> Result<Schedule, String> {
        text.parse()
    }
}

/// What a task was about, that did not go.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum About {
    /// It was new, and had done nothing yet.
    Begins,
    /// It was to go on.
    Goes,
    /// It was about to print this.
    Prints(String),
    /// It was about to end.
    Ends,
    /// It could not go on.
    Waits(Wait),
    /// It was between two instructions that touch memory which others touch too, in this line of its source, where the program's
    /// debug information tells.
    Between(Option<SourceLine>),
}

/// What a task waits for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Wait {
    /// A lock that this one holds, an index into [`super::Transcript::threads`].
    Lock(usize),
    /// The end of a thread, an index into [`super::Transcript::threads`].
    Thread(usize),
    /// A wake by another thread: a lock, a condition, a message (futex(2)).
    Wake,
    /// The end of a child.
    Child,
    /// Something to read.
    Input,
    /// A lock on a file.
    File,
    /// A message or a semaphore (sysvipc(7), `mq_overview(7)`).
    Message,
    /// A signal.
    Signal,
    /// The end of a sleep.
    Sleep,
    /// The memory that it has lent (vfork(2)).
    Memory,
    /// SIGCONT, since a signal has stopped it.
    Continuation,
    /// A call that was left to the kernel.
    Kernel(String),
    /// Nothing, as the run was ended.
    Nothing,
}

/// A moment at which another one went than usually. Indexes are into [`super::Transcript::threads`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    /// So many lines had been printed.
    pub lines: usize,
    /// Who went.
    pub went: usize,
    /// Who would have gone usually.
    pub held: usize,
    /// What that one was about.
    pub about: About,
}

/// A line of a program's source.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SourceLine {
    /// The file's name, without its folder.
    pub file: String,
    /// The line's number, from 1.
    pub number: u32,
    /// What stands there.
    pub text: String,
}

/// What the others were about when a line was printed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Moment {
    /// So many lines had been printed before.
    pub lines: usize,
    /// The others: indexes into [`super::Transcript::threads`].
    pub others: Vec<(usize, About)>,
}

/// How a run was directed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Direction {
    /// What was chosen.
    pub schedule: Schedule,
    /// How often more than one could have been chosen.
    pub points: u32,
    /// How often somebody slept, or waited with a time-out.
    pub sleeps: u32,
    /// How often a sleep ended while somebody else could go on.
    pub hurried: u32,
    /// How often the program asked for random bytes: with others it may come otherwise under the same schedule.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub drawn: u32,
    /// What was left to the kernel, and how often: then another run may come otherwise under the same schedule, and what this one
    /// shows is no proof that something can't come.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub left: BTreeMap<String, u32>,
    /// Whether all that was to be forced could be.
    pub followed: bool,
    /// Where another one went than usually, at the first of such moments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub turns: Vec<Turn>,
    /// What the others were about at the first lines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moments: Vec<Moment>,
    /// Where nobody could go on any more: who waited for what. Indexes are into [`super::Transcript::threads`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stuck: Vec<(usize, Wait)>,
}

// serde asks by reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

impl Direction {
    /// Whether nothing was left to the kernel.
    pub fn is_exact(&self) -> bool {
        self.left.is_empty()
    }

    /// All threads that it speaks of.
    pub(crate) fn threads(&self) -> impl Iterator<Item = usize> {
        let one = |(thread, about): &(usize, About)| [Some(*thread), about.waits_for()];
        let turns =
            self.turns.iter().flat_map(|turn| [Some(turn.went), Some(turn.held), turn.about.waits_for()]);
        let moments = self.moments.iter().flat_map(move |moment| moment.others.iter().flat_map(one));
        let stuck = self.stuck.iter().flat_map(|(thread, wait)| [Some(*thread), wait.is_for()]);
        turns.chain(moments).chain(stuck).flatten()
    }
}

impl Wait {
    /// The thread that it is for.
    fn is_for(&self) -> Option<usize> {
        match self {
            Wait::Lock(thread) | Wait::Thread(thread) => Some(*thread),
            _ => None,
        }
    }

    /// What it does, in words: “waits for a child”; `who` names a thread.
    pub fn words(&self, who: impl Fn(usize) -> String, language: Language) -> String {
        match self {
            Wait::Lock(holder) => {
                let holder = who(*holder);
                language.pick(
                    format!("waits for the lock that {holder} holds"),
                    format!("等待 {holder} 持有的锁"),
                )
            }
            Wait::Thread(thread) => {
                let thread = who(*thread);
                language.pick(format!("waits for {thread} to end"), format!("等待 {thread} 结束"))
            }
            Wait::Kernel(call) => {
                language.pick(format!("waits in the kernel ({call})"), format!("在内核中等待（{call}）"))
            }
            plain => plain.plain(language).to_owned(),
        }
    }

    fn plain(&self, language: Language) -> &'static str {
        let (en, zh) = match self {
            Wait::Lock(_) | Wait::Wake => {
                ("waits for a lock, a condition or a message", "等待锁、条件或消息")
            }
            Wait::Thread(_) => ("waits for a thread to end", "等待线程结束"),
            Wait::Child => ("waits for a child to end", "等待子进程结束"),
            Wait::Input => ("waits for something to read", "等待可读的内容"),
            Wait::File => ("waits for a lock on a file", "等待文件锁"),
            Wait::Message => ("waits for a message or a semaphore", "等待消息或信号量"),
            Wait::Signal => ("waits for a signal", "等待信号"),
            Wait::Sleep => ("sleeps", "在睡眠"),
            Wait::Memory => ("waits for its child to execute a program", "等待子进程执行程序"),
            Wait::Continuation => ("was stopped by a signal", "被信号停住"),
            Wait::Kernel(_) => ("waits in the kernel", "在内核中等待"),
            Wait::Nothing => ("is running", "正在运行"),
        };
        language.pick(en, zh)
    }
}

impl About {
    fn waits_for(&self) -> Option<usize> {
        match self {
            About::Waits(wait) => wait.is_for(),
            _ => None,
        }
    }

    /// What it was about, in words: “was about to print “dance: 1””.
    pub fn words(&self, who: impl Fn(usize) -> String, language: Language) -> String {
        match self {
            About::Begins => language.pick("had not begun", "还没有开始").to_owned(),
            About::Goes => language.pick("could have gone on", "本可以继续").to_owned(),
            About::Prints(line) => {
                language.pick(format!("was about to print “{line}”"), format!("正要打印“{line}”"))
            }
            About::Ends => language.pick("was about to end", "正要结束").to_owned(),
            About::Waits(wait) => wait.words(who, language),
            About::Between(None) => language
                .pick("was between two accesses to memory that others use too", "正处在两次访问共享内存之间")
                .to_owned(),
            About::Between(Some(SourceLine { file, number, text })) => language.pick(
                format!("was in “{text}” ({file}:{number})"),
                format!("正处在“{text}”（{file}:{number}）"),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Hold, Schedule, Spot};

    #[test]
    fn a_schedule_reads_as_it_is_written() {
        for text in ["late", "ideal#7,3:2,0:1.1*4", "busy,1@=7f10*3,2:0", "ideal,1@55d0*3,2.1@55d8,0:1"] {
            assert_eq!(text.parse::<Schedule>().map(|schedule| schedule.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn a_hold_names_who_where_and_when() {
        let hold: Hold = "2.1@=7f10*3".parse().unwrap();
        assert_eq!((hold.spot, hold.time), (Spot::Touched(0x7f10), 3));
        assert_eq!(hold.task.to_string(), "2.1");
    }

    #[test]
    fn what_is_no_hold_is_an_error() {
        for text in ["ideal,1@", "ideal,1@xyz", "ideal,x@55d0", "ideal,1@55d0*0"] {
            assert!(text.parse::<Schedule>().is_err(), "{text}");
        }
    }
}
