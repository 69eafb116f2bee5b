//! Any text is a contract or an error that names a line; a run can be judged by any contract.

#![no_main]

use std::path::Path;

use harness::contract::Contract;
use harness::judge::{Judge, Rules};
use harness::language::Language;
use harness::transcript::Transcript;
use libfuzzer_sys::fuzz_target;

const RUN: &str = r#"{"transcript":{"version":2,"pid":100,"witness":"threads"}}
{"process":{"pid":100,"born_ns":0,"image":"main","executed_ns":1,"exits_ns":8,"ended_ns":9,"exit":{"code":0}}}
{"process":{"pid":101,"creator":0,"born_ns":1,"ended_ns":7,"exit":{"signal":15},"awaited":0,"killed":{"by":0}}}
{"thread":{"tid":100,"process":0,"born_ns":0}}
{"thread":{"tid":101,"process":1,"creator":0,"born_ns":1}}
{"line":{"stream":"stdout","process":0,"thread":0,"at_ns":1,"text":"main: 100"}}
{"line":{"stream":"stdout","process":1,"thread":1,"at_ns":2,"text":"dance: 101 跳舞中..."}}
{"line":{"stream":"stderr","process":1,"thread":1,"at_ns":3,"hex":"ff20","newline":false}}
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
