//! What happened when, in the order of time and in words.

use std::time::Duration;

use super::{Arrow, Deed, Kill, Lane, Timeline};
use crate::language::Language;
use crate::transcript::{Exit, Killed};

/// What happened at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// Index into [`Timeline::marks`].
    Mark(usize),
    /// Index into [`Timeline::arrows`].
    Arrow(usize),
    /// Index into [`Timeline::kills`].
    Kill(usize),
}

impl Timeline {
    /// All that happened, the lines in the order of the record: the first so many of them. At the same time births come before
    /// lines, and ends after them.
    pub fn events(&self, lines: usize) -> Vec<(Event, Duration)> {
        let arrows = |is_birth: bool| {
            let arrows = self.arrows.iter().enumerate();
            let wanted = arrows.filter(move |(_, arrow)| (arrow.deed != Deed::Awaited) == is_birth);
            wanted.map(|(index, arrow)| (Event::Arrow(index), arrow.at))
        };
        let mut now = Duration::ZERO;
        let marks = self.marks.iter().take(lines).enumerate().map(|(index, mark)| {
            now = now.max(mark.at);
            (Event::Mark(index), now)
        });
        let kills = self.kills.iter().enumerate().map(|(index, kill)| (Event::Kill(index), kill.at));
        let mut events: Vec<_> = arrows(true).chain(marks).chain(kills).chain(arrows(false)).collect();
        events.sort_by_key(|(_, at)| *at);
        events
    }

    /// The lane of who did what an arrow says, and what it did.
    pub fn deed(&self, arrow: usize, language: Language) -> (usize, String) {
        let &Arrow { deed, from, to, .. } = &self.arrows[arrow];
        match deed {
            Deed::CreatesProcess => {
                let child = self.process_of(to, language);
                (from, language.pick(format!("creates {child}"), format!("创建{}", child.trim_end())))
            }
            Deed::CreatesThread => {
                let child = &self.lanes[to].name;
                (from, language.pick(format!("creates the thread {child}"), format!("创建线程 {child}")))
            }
            Deed::Awaited => {
                let child = self.process_of(from, language);
                (to, language.pick(format!("waited for {child} to end"), format!("等到{child}结束")))
            }
        }
    }

    /// The process of a lane; where its own thread prints nothing it is named by those that print.
    fn process_of(&self, lane: usize, language: Language) -> String {
        let Lane { name, span, process, .. } = &self.lanes[lane];
        let lanes = self.lanes_of(*process).map(|lane| &self.lanes[lane]);
        let printing: Vec<&str> =
            lanes.filter(|lane| lane.span.is_some()).map(|lane| lane.name.as_str()).collect();
        if span.is_some() || printing.is_empty() {
            return language.pick(format!("the process {name}"), format!("进程 {name} "));
        }
        language.pick(
            format!("the process of {}", printing.join(", ")),
            format!(" {} 所在的进程", printing.join("、")),
        )
    }

    /// The same as a sentence.
    pub fn deed_of(&self, arrow: usize, language: Language) -> String {
        let (lane, deed) = self.deed(arrow, language);
        format!("{} {deed}", self.lanes[lane].name)
    }

    /// By whom and with what a process was killed.
    pub fn killed(&self, kill: &Kill, language: Language) -> String {
        let signal = Exit::Signal(kill.signal).to_string();
        let signal = signal.trim_start_matches("killed by ");
        let of_run = |lane: &Lane| self.processes[lane.process].of_run;
        let killer = match kill.by {
            Some(Killed::By(thread)) => self.lane_of(thread),
            Some(Killed::DeathOf(process)) => self.main_of(|lane| of_run(lane) == Some(process)),
            Some(Killed::Kernel | Killed::Harness) | None => None,
        };
        // Where others are drawn of its process, too, it has a name.
        let is_killer =
            |lane: usize| matches!(kill.by, Some(Killed::By(by)) if self.lanes[lane].thread == Some(by));
        let own = self.lanes_of(kill.process).all(is_killer);
        match (kill.by, killer) {
            (Some(Killed::Harness), _) => language.pick("killed by the harness", "被测试程序终止").to_owned(),
            (Some(Killed::DeathOf(_)), Some(lane)) => {
                let parent = self.process_of(lane, language);
                language.pick(
                    format!("killed by the kernel with {signal}, as {parent} had ended"),
                    format!("{}结束后，被内核用 {signal} 终止", parent.trim_start()),
                )
            }
            (Some(Killed::By(_)), _) if own => {
                language.pick(format!("killed by itself with {signal}"), format!("被自己用 {signal} 终止"))
            }
            (Some(Killed::By(_)), Some(lane)) => {
                let name = &self.lanes[lane].name;
                language
                    .pick(format!("killed by {name} with {signal}"), format!("被 {name} 用 {signal} 终止"))
            }
            (Some(Killed::Kernel | Killed::DeathOf(_)), _) => language
                .pick(format!("killed by the kernel with {signal}"), format!("被内核用 {signal} 终止")),
            (Some(Killed::By(_)) | None, _) => {
                language.pick(format!("killed by {signal}"), format!("被 {signal} 终止"))
            }
        }
    }

    /// Who was killed, by what and by whom.
    pub fn kill_of(&self, kill: &Kill, language: Language) -> String {
        let names: Vec<&str> = self.killed_lanes(kill).map(|lane| self.lanes[lane].name.as_str()).collect();
        let killed = self.killed(kill, language);
        language.pick(format!("{}: {killed}", names.join(", ")), format!("{}：{killed}", names.join("、")))
    }
}
