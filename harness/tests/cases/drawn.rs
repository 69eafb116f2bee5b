//! The contract that `harness new` draws from runs of a program: it holds for further runs, and not for another program.
//!
//! | part | what it is |
//! | --- | --- |
//! | `program` | the program, in bash |
//! | `refuted` | another program, which the contract must refute |
//!
//! The last parts are `contract`, without its comments, which tell of the runs that were recorded, and `golden`.

use std::fs;

use crate::case::Case;
use crate::scratch::Scratch;

pub const ENDS: [&str; 1] = ["contract"];

/// So often it must be proven again, each time under schedules of its own: what is drawn from chance would show itself.
const TIMES: usize = 3;

pub fn tell(case: &Case) -> Result<String, String> {
    case.has_only(&["program", "refuted"])?;
    let scratch = Scratch::outside_any_course();
    scratch.file("program.sh", case.part("program")?);
    let told = scratch.harness(&["new", "drawn", "--", "bash", "program.sh"]);
    assert_eq!((told.code, told.stderr.as_str()), (0, ""), "{}", told.stdout);
    let [contract, golden] = ["contract.toml", "golden.snap"]
        .map(|file| fs::read_to_string(scratch.path("drawn").join(file)).unwrap());
    for seed in 0..TIMES {
        let told = scratch.harness(&["check", "drawn/contract.toml", "--seed", &seed.to_string()]);
        assert_eq!((told.code, told.stderr.as_str()), (0, ""), "{contract}\n{}", told.stdout);
    }
    scratch.file("program.sh", case.part("refuted")?);
    scratch.harness(&["check", "drawn/contract.toml"]).refuted();
    Ok(format!("## contract\n{}\n\n## golden\n{golden}", claims(&contract)))
}

/// The contract without comments.
fn claims(contract: &str) -> String {
    let lines = contract.lines().filter(|line| !line.starts_with('#'));
    let bare: Vec<&str> = lines.map(|line| line.split("   # ").next().unwrap_or(line)).collect();
    bare.join("\n").trim().to_owned()
}
