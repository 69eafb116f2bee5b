//! The words in pictures, in each language.

use crate::language::Language;
use crate::report::timeline::Killer;
use crate::transcript::Exit;

/// What a picture says in one language.
pub struct Words {
    pub time: &'static str,
    pub process: &'static str,
    pub fork: &'static str,
    pub before: &'static str,
    pub hold: &'static str,
    pub kill: &'static str,
    pub stderr: &'static str,
    pub order: &'static str,
    language: Language,
}

const ENGLISH: Words = Words {
    time: "Time runs down. A mark stands where its line was received; each line takes a row of its own.",
    process: "a process",
    fork: "creates a process, drawn at its first line",
    before: "comes before, in every run",
    hold: "holds the lock",
    kill: "killed, some time after its last line",
    stderr: "a line on stderr",
    order: "A row is an order that was seen; a cell is a line, lettered by who printed it.",
    language: Language::En,
};

const CHINESE: Words = Words {
    time: "时间自上而下。标记表示收到该行的时刻，每行各占一行的高度。",
    process: "一个进程",
    fork: "创建进程，画在它的第一行处",
    before: "每次运行都先于",
    hold: "持有锁",
    kill: "在最后一行之后的某一刻被终止",
    stderr: "标准错误上的一行",
    order: "每一排是见过的一种顺序，每一格是一行输出，字母表示是谁打印的。",
    language: Language::Zh,
};

impl Words {
    /// Those of a language.
    pub fn of(language: Language) -> &'static Words {
        language.pick(&ENGLISH, &CHINESE)
    }

    /// Who killed a process.
    pub fn killed(&self, by: Killer) -> String {
        match (self.language, by) {
            (Language::En, Killer::Signal(number)) => Exit::Signal(number).to_string(),
            (Language::En, Killer::Harness) => "killed by the harness".to_owned(),
            (Language::Zh, Killer::Signal(number)) => {
                let name = Exit::Signal(number).to_string();
                format!("被 {} 终止", name.trim_start_matches("killed by "))
            }
            (Language::Zh, Killer::Harness) => "被测试程序终止".to_owned(),
        }
    }

    /// Who was killed, and by whom.
    pub fn kill_of(&self, names: &[&str], by: Killer) -> String {
        let killed = self.killed(by);
        match self.language {
            Language::En => format!("{}: {killed}", names.join(", ")),
            Language::Zh => format!("{}：{killed}", names.join("、")),
        }
    }

    /// In how many of the runs an order was seen.
    pub fn seen_in(&self, runs: usize, of: usize) -> String {
        match self.language {
            Language::En => format!("seen in {runs} of {of} runs"),
            Language::Zh => format!("{of} 次运行中见到 {runs} 次"),
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
