//! Any bytes are transcripts or an error that names a line; what is one can be judged, written, and read again.

#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use harness::cast::canonical::canonical;
use harness::cast::reading::Reading;
use harness::check::finding::FindingKind;
use harness::contract::Contract;
use harness::judge::{Judge, Rules};
use harness::language::Language;
use harness::transcript::Transcript;
use libfuzzer_sys::fuzz_target;

static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
    let text = r#"
        title = "anything"
        stderr = "golden"
        [actors]
        kind = "process"
        main = '^main'
        worker = { line = '^worker|^\d', each = true }
        [names]
        pid = { pid_in = '(\d+)$' }
        sum = { number_in = 'sum (\S+)' }
        [[always]]
        parent = { of = "worker", is = "main" }
        [[sometimes]]
        overlap = ["main", "worker"]
    "#;
    Contract::parse(text, Path::new("lesson.toml")).expect("a valid contract")
});

fuzz_target!(|bytes: &[u8]| {
    let read = |bytes, file| Transcript::parse(bytes, Path::new(file)).collect::<Result<Vec<_>, _>>();
    let transcripts = match read(bytes, "run.jsonl") {
        Ok(transcripts) => transcripts,
        Err(error) => {
            let error = error.to_string();
            assert!(error.starts_with("run.jsonl:"), "{error}");
            return;
        }
    };
    let mut file = Vec::new();
    for transcript in &transcripts {
        transcript.write(&mut file).expect("memory takes all");
    }
    let mut again = read(&file, "again.jsonl").expect("whole transcripts");
    assert_eq!(again, transcripts);
    let (again, transcript) = (again.remove(0), &transcripts[0]);
    let golden = canonical(&Reading::new(&CONTRACT.cast, transcript));
    let mut judge =
        Judge::new(Rules { contract: &CONTRACT, golden: Some(&golden), cores: 1, language: Language::En });
    judge.hear(&again);
    assert!(judge.judgement().findings.iter().all(|finding| finding.kind != FindingKind::Golden));
});
