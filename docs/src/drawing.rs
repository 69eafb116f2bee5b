//! What a process is, drawn: a box with its memory, and threads that run in it.

use std::fmt::Write;

use harness::language::Language;

use crate::html::escape;

/// How wide a drawing is, in its own units: on a telephone a unit is nearly a pixel.
const WIDTH: u32 = 340;
const HEIGHT: u32 = 176;
const GAP: u32 = 12;

/// What may be drawn: how many threads run in each of its processes.
const DRAWINGS: [(&str, &[u32]); 2] = [("processes", &[1, 1]), ("threads", &[2])];

/// The drawing of this name, as a figure.
///
/// # Errors
/// A sentence, where there is none.
pub fn figure(name: &str, language: Language) -> Result<String, String> {
    let found = DRAWINGS.iter().find(|(known, _)| *known == name);
    let (_, processes) =
        found.ok_or_else(|| format!("there is no drawing `{name}`; there are processes and threads"))?;
    let caption = caption(name, language);
    let number = u32::try_from(processes.len()).expect("a drawing has few processes");
    let width = (WIDTH - GAP * (number - 1)) / number;
    let mut boxes = String::new();
    for (place, threads) in (0..).zip(*processes) {
        boxes += &process(place * (width + GAP), width, *threads, language);
    }
    Ok(format!(
        "<figure>\n<svg class=\"drawing\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         width=\"{WIDTH}\" height=\"{HEIGHT}\" role=\"img\" aria-labelledby=\"drawing-title drawing-desc\">\n\
         <title id=\"drawing-title\">{title}</title>\n<desc id=\"drawing-desc\">{caption}</desc>\n{boxes}</svg>\n<figcaption>{caption}</figcaption>\n</figure>\n",
        title = language.pick("What a process is", "什么是进程"),
        caption = escape(caption)
    ))
}

fn caption(name: &str, language: Language) -> &'static str {
    match name {
        "processes" => language.pick(
            "Two processes: each has memory of its own, and a thread that runs in it.",
            "两个进程：各有自己的内存，各有一个线程在里面执行。",
        ),
        _ => language.pick(
            "One process with two threads: both run in the same memory.",
            "一个进程里的两个线程：在同一块内存里执行。",
        ),
    }
}

/// A process: its box, its memory above, and its threads below, each a wave that runs down.
fn process(x: u32, width: u32, threads: u32, language: Language) -> String {
    let [process, memory, thread] = language.pick(["process", "memory", "thread"], ["进程", "内存", "线程"]);
    let middle = x + width / 2;
    let mut svg = format!(
        "<rect class=\"process\" x=\"{}\" y=\"1\" width=\"{}\" height=\"{}\" rx=\"8\"/>\n\
         <text class=\"name\" x=\"{}\" y=\"21\">{process}</text>\n\
         <rect class=\"memory\" x=\"{}\" y=\"30\" width=\"{}\" height=\"34\" rx=\"4\"/>\n\
         <text x=\"{middle}\" y=\"52\" text-anchor=\"middle\">{memory}</text>\n",
        x + 1,
        width - 2,
        HEIGHT - 2,
        x + 12,
        x + 10,
        width - 20,
    );
    for place in 0..threads {
        let x = x + width * (2 * place + 1) / (2 * threads);
        let _ = write!(
            svg,
            "<path class=\"thread\" d=\"M{x} 72 q10 9 0 18 t0 18 t0 18 t0 18\"/>\n\
             <text x=\"{x}\" y=\"164\" text-anchor=\"middle\">{thread}</text>\n"
        );
    }
    svg
}
