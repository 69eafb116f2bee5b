//! The words in pictures, in each language.

use crate::language::Language;

/// What a picture says in one language.
pub struct Words {
    pub written: &'static str,
    pub received: &'static str,
    pub axis: &'static str,
    pub process: &'static str,
    pub numbered: &'static str,
    pub life: &'static str,
    pub create: &'static str,
    pub awaited: &'static str,
    pub before: &'static str,
    pub hold: &'static str,
    pub kill: &'static str,
    pub stderr: &'static str,
    pub order: &'static str,
    pub language: Language,
}

const ENGLISH: Words = Words {
    written: "a line, where it was written; time runs down",
    received: "a line, where it was received; time runs down",
    axis: "dotted: time stands still, so that each line has room",
    process: "a process",
    numbered: "a process, its number below",
    life: "alive; thick from the first line to the last",
    create: "creates a process or a thread",
    awaited: "has ended, and the other had waited for it",
    before: "comes before, in every run",
    hold: "holds the lock",
    kill: "killed",
    stderr: "a line on stderr",
    order: "A row is an order that was seen; a cell is a line, lettered by who printed it.",
    language: Language::En,
};

const CHINESE: Words = Words {
    written: "一行输出，标在写出的时刻；时间自上而下",
    received: "一行输出，标在收到的时刻；时间自上而下",
    axis: "虚线处时间停住，给每一行留出位置",
    process: "一个进程",
    numbered: "一个进程，下方是它的编号",
    life: "活着；从第一行到最后一行画得粗",
    create: "创建进程或线程",
    awaited: "已结束，而另一方一直在等它",
    before: "每次运行都先于",
    hold: "持有锁",
    kill: "被终止",
    stderr: "标准错误上的一行",
    order: "每一排是见过的一种顺序，每一格是一行输出，字母表示是谁打印的。",
    language: Language::Zh,
};

impl Words {
    /// Those of a language.
    pub fn of(language: Language) -> &'static Words {
        language.pick(&ENGLISH, &CHINESE)
    }

    /// Which process it is, and whose lines it printed.
    pub fn process_of(&self, number: usize, names: &[String]) -> String {
        match self.language {
            Language::En => format!("process {number}: {}", names.join(", ")),
            Language::Zh => format!("进程 {number}：{}", names.join("、")),
        }
    }

    /// In how many of the runs an order was seen.
    pub fn seen_in(&self, runs: usize, of: usize) -> String {
        match self.language {
            Language::En => format!("seen in {runs} of {of} runs"),
            Language::Zh => format!("{of} 次运行中见到 {runs} 次"),
        }
    }

    /// An order, by who printed each line.
    pub fn order_of(&self, seen: &str, actors: &[&str]) -> String {
        match self.language {
            Language::En => format!("{seen}: {}", actors.join(", ")),
            Language::Zh => format!("{seen}：{}", actors.join("、")),
        }
    }

    /// How many orders or lines are not drawn.
    pub fn more_orders(&self, orders: usize, runs: usize) -> String {
        match self.language {
            Language::En => format!("… and {orders} more orders, in {runs} runs"),
            Language::Zh => format!("……另有 {orders} 种顺序，共 {runs} 次运行"),
        }
    }

    /// How many lines are not drawn.
    pub fn more_lines(&self, lines: usize) -> String {
        match self.language {
            Language::En => format!("… and {lines} more lines"),
            Language::Zh => format!("……另有 {lines} 行"),
        }
    }

    /// What a lane shows: its lines, and from when to when they came.
    pub fn prints(&self, name: &str, lines: usize, from: &str, to: &str) -> String {
        match (self.language, lines) {
            (Language::En, 0) => format!("{name} prints nothing"),
            (Language::En, 1) => format!("{name} prints 1 line, at {from}"),
            (Language::En, _) => format!("{name} prints {lines} lines, from {from} to {to}"),
            (Language::Zh, 0) => format!("{name} 没有输出"),
            (Language::Zh, 1) => format!("{name} 在 {from} 输出 1 行"),
            (Language::Zh, _) => format!("{name} 从 {from} 到 {to} 输出 {lines} 行"),
        }
    }

    /// A sentence of such parts.
    pub fn sentence(&self, parts: &[String]) -> String {
        match self.language {
            Language::En => format!("{}.", parts.join("; ")),
            Language::Zh => format!("{}。", parts.join("；")),
        }
    }

    /// How many values there are, and the one in the middle.
    pub fn values(&self, name: &str, values: usize, median: &str) -> String {
        match self.language {
            Language::En => format!("{name}: {values} values, median {median}"),
            Language::Zh => format!("{name}：{values} 个值，中位数 {median}"),
        }
    }
}
