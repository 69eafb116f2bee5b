//! What the harness says, in the book's two languages.

use harness::check;
use harness::contract::{Check, Contract, NameRef, Relation};
use harness::judge::Judgement;
use harness::transcript::Exit;

use harness::language::Language;

/// A check in words, with its patterns in backticks.
pub fn check(check: &Check, contract: &Contract, language: Language) -> String {
    match language {
        Language::En => check::describe(check, contract),
        Language::Zh => in_chinese(check, contract),
    }
}

/// The counterpart of [`harness::check::describe`].
fn in_chinese(check: &Check, contract: &Contract) -> String {
    match check {
        Check::Count { line, actor, relation, count } => {
            let who = actor.map_or("程序", |actor| contract.actor(actor));
            format!("{who} 打印的匹配 `{line}` 的行，{} {count} 行", how_many(*relation))
        }
        Check::Never { line } => format!("没有任何一行匹配 `{line}`"),
        Check::Order { lines } => {
            let patterns: Vec<String> = lines.iter().map(|line| format!("匹配 `{line}` 的行")).collect();
            format!("先后固定：{}", patterns.join("全部先于"))
        }
        Check::Free { lines } => {
            let patterns: Vec<String> = lines.iter().map(|line| format!("`{line}`")).collect();
            format!("先后不固定：{} 各在某次运行中最先出现", patterns.join("、"))
        }
        Check::Number { name, relation, value } => {
            format!("每个 {} 都{} {value}", name.written, than(*relation))
        }
        Check::InPrintOrder { name, values } => {
            let values: Vec<String> = values.iter().map(ToString::to_string).collect();
            format!("{} 依次打印为 {}", name.written, values.join("、"))
        }
        Check::Compare { left, relation, right } => {
            format!("每个 {} 都{}每个 {}", left.written, than(*relation), right.written)
        }
        Check::Same { names } => format!("{} 的所有值都相等", written(names)),
        Check::Differ { names } => format!("{} 的值两两不同", written(names)),
        Check::Overlap { actors: [first, second] } => {
            format!("{} 与 {} 在时间上重叠", contract.actor(*first), contract.actor(*second))
        }
        Check::Apart { actors: [first, second] } => {
            format!("{} 与 {} 在时间上互不重叠", contract.actor(*first), contract.actor(*second))
        }
        Check::Lasts { at_least } => format!("程序至少运行 {} 秒", at_least.as_secs_f64()),
        Check::Exit { of, exit } => {
            let who = of.map_or("程序", |actor| contract.actor(actor));
            match exit {
                Exit::Code(code) => format!("{who} 以状态码 {code} 退出"),
                Exit::Signal(_) => {
                    let exit = exit.to_string();
                    format!(
                        "{who} 被信号 {} 终止",
                        exit.trim_start_matches("killed by signal ").trim_start_matches("killed by ")
                    )
                }
            }
        }
        Check::Threads { of, at_least } => format!("{} 的进程至少有 {at_least} 个线程", contract.actor(*of)),
        Check::Awaited { actors } => {
            let names: Vec<&str> = actors.iter().map(|&actor| contract.actor(actor)).collect();
            format!("{} 由创建者等到结束", names.join("、"))
        }
        Check::Processes { count } => format!("输出的行恰好来自 {count} 个进程"),
        Check::Parent { of, is } => format!("{} 由 {} 创建", contract.actor(*of), contract.actor(*is)),
    }
}

fn how_many(relation: Relation) -> &'static str {
    match relation {
        Relation::Is => "恰好",
        Relation::LessThan => "少于",
        Relation::GreaterThan => "多于",
        Relation::AtLeast => "至少",
        Relation::AtMost => "至多",
    }
}

fn than(relation: Relation) -> &'static str {
    match relation {
        Relation::Is => "等于",
        Relation::LessThan => "小于",
        Relation::GreaterThan => "大于",
        Relation::AtLeast => "不小于",
        Relation::AtMost => "不大于",
    }
}

fn written(names: &[NameRef]) -> String {
    let names: Vec<&str> = names.iter().map(|name| name.written.as_str()).collect();
    names.join("、")
}

/// How many runs were judged, and how many orders they came in.
pub fn figures(judgement: &Judgement, language: Language) -> String {
    let runs = judgement.runs;
    let orders = judgement.interleavings;
    let runs = match language {
        Language::En if runs == 1 => "1 run".to_owned(),
        Language::En => format!("{runs} runs"),
        Language::Zh => format!("{runs} 次运行"),
    };
    match orders {
        0 | 1 => runs,
        _ => runs + &language.pick(format!(", {orders} orders"), format!("，{orders} 种先后顺序")),
    }
}
