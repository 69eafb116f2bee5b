//! Any text is a contract or an error that names a line; a run can be judged by any contract.

#![no_main]

use std::path::Path;

use harness::contract::Contract;
use harness::judge::{Judge, Rules};
use harness::language::Language;
use harness::transcript::Transcript;
use libfuzzer_sys::fuzz_target;

const RUN: &str = r#"{"transcript":{"version":1,"pid":100}}
{"writer":{"pid":100,"parent":1,"copy":false}}
{"writer":{"pid":101,"parent":100,"copy":true}}
{"line":{"stream":"stdout","writer":0,"at_ns":1,"text":"main: 100"}}
{"line":{"stream":"stdout","writer":1,"at_ns":2,"text":"dance: 101 跳舞中..."}}
{"line":{"stream":"stderr","writer":1,"at_ns":3,"hex":"ff20","newline":false}}
{"end":{"exit":{"code":0},"duration_ns":4}}
"#;

fuzz_target!(|text: &str| {
    let contract = match Contract::parse(text, Path::new("lesson.toml")) {
        Ok(contract) => contract,
        Err(error) => {
            let error = error.to_string();
            assert!(error.contains("lesson.toml:"), "{error}");
            return;
        }
    };
    for claim in contract.claims() {
        assert!(!claim.words(&contract.cast, Language::En).is_empty());
        assert!(!claim.words(&contract.cast, Language::Zh).is_empty());
    }
    let run = Transcript::parse(RUN.as_bytes(), Path::new("run.jsonl"))
        .next()
        .expect("a transcript")
        .expect("a whole one");
    let mut judge =
        Judge::new(Rules { contract: &contract, golden: Some(""), cores: 1, language: Language::En });
    judge.hear(&run);
    assert!(!judge.judgement().findings.is_empty(), "it printed something, and the golden is of nothing");
});
