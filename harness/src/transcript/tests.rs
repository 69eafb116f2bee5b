//! How lines are put together from chunks, for all ways in which chunks may come.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::*;

/// A writer's place, from 0, and the stream.
type Track = (usize, Stream);

/// What a track says: each line's bytes and whether it has its newline.
type Said = BTreeMap<Track, Vec<(Vec<u8>, bool)>>;

/// What each writer wrote to each stream, from first to last.
fn written() -> impl Strategy<Value = BTreeMap<Track, Vec<u8>>> {
    let stream = prop_oneof![Just(Stream::Stdout), Just(Stream::Stderr)];
    let byte = prop_oneof![1 => Just(b'\n'), 3 => any::<u8>()];
    proptest::collection::btree_map((0..3_usize, stream), vec(byte, 1..40), 0..5)
}

/// The same torn into chunks, between any two bytes, in an order that keeps each track's own.
fn torn(written: BTreeMap<Track, Vec<u8>>) -> impl Strategy<Value = Vec<(Track, Vec<u8>)>> {
    let bytes: usize = written.values().map(Vec::len).sum();
    let turns: Vec<Track> = written.iter().flat_map(|(track, bytes)| vec![*track; bytes.len()]).collect();
    (Just(turns).prop_shuffle(), vec(any::<bool>(), bytes)).prop_map(move |(turns, joined)| {
        let mut rest: BTreeMap<Track, &[u8]> =
            written.iter().map(|(track, bytes)| (*track, &bytes[..])).collect();
        let mut chunks: Vec<(Track, Vec<u8>)> = Vec::new();
        for (track, joined) in turns.into_iter().zip(joined) {
            let Some((&byte, more)) = rest[&track].split_first() else { continue };
            rest.insert(track, more);
            match chunks.last_mut() {
                Some((last, chunk)) if joined && *last == track => chunk.push(byte),
                _ => chunks.push((track, vec![byte])),
            }
        }
        chunks
    })
}

/// The transcript of chunks, one a nanosecond, from writers whose pids begin at 100.
fn recorded(chunks: &[(Track, Vec<u8>)]) -> Transcript {
    let mut recorder = Recorder::default();
    for place in 0..3_usize {
        let pid = 100 + u32::try_from(place).unwrap();
        let creator = (place > 0).then_some(0);
        let born = Duration::from_nanos(u64::from(pid));
        recorder.process(Process {
            pid,
            creator,
            born: Some(born),
            exit: Some(Exit::Code(0)),
            ..Process::default()
        });
        recorder.thread(Thread { tid: pid, process: place, creator, born, ended: None });
    }
    for (at, ((place, stream), bytes)) in (0..).zip(chunks) {
        recorder.chunk(*stream, (Some(*place), Some(*place)), Duration::from_nanos(at), bytes);
    }
    finished(recorder)
}

/// The record of a run that ends well.
fn finished(recorder: Recorder) -> Transcript {
    recorder.finish(Ending {
        witness: Witness::Threads,
        pid: 100,
        exit: Exit::Code(0),
        cut: None,
        survivors: Vec::new(),
        grace: GRACE,
        stopped: Vec::new(),
        crammed: false,
        duration: Duration::from_secs(1),
        direction: None,
    })
}

fn said(transcript: &Transcript) -> Said {
    let mut said = Said::new();
    for line in transcript.lines() {
        let pid = transcript.processes()[line.process.unwrap()].pid;
        let track = (usize::try_from(pid - 100).unwrap(), line.stream);
        said.entry(track).or_default().push((transcript.text(line).to_vec(), line.newline));
    }
    said
}

/// The lines of a text, each with whether it has its newline.
fn lines_of(text: &[u8]) -> Vec<(Vec<u8>, bool)> {
    let lines = text.split_inclusive(|&byte| byte == b'\n');
    lines
        .map(|line| line.strip_suffix(b"\n").map_or((line.to_vec(), false), |line| (line.to_vec(), true)))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn chunks_torn_at_any_byte_give_the_same_lines(
        (written, chunks) in written().prop_flat_map(|written| (Just(written.clone()), torn(written)))
    ) {
        let expected: Said = written.iter().map(|(track, text)| (*track, lines_of(text))).collect();
        prop_assert_eq!(said(&recorded(&chunks)), expected);
    }

    #[test]
    fn a_line_is_received_when_its_last_byte_is(chunks in written().prop_flat_map(torn)) {
        let transcript = recorded(&chunks);
        let whole = transcript.lines().iter().filter(|line| line.newline);
        let mut ends = chunks.iter().zip(0..).filter(|((_, bytes), _)| bytes.contains(&b'\n'));
        let ends = ends.by_ref().flat_map(|((_, bytes), at)| {
            vec![Duration::from_nanos(at); lines_of(bytes).iter().filter(|(_, newline)| *newline).count()]
        });
        prop_assert!(whole.map(|line| line.at).eq(ends));
    }

    #[test]
    fn a_record_is_read_back_as_it_was(chunks in written().prop_flat_map(torn), damage in any::<Index>()) {
        let transcript = recorded(&chunks);
        let mut file = Vec::new();
        transcript.write(&mut file).unwrap();
        let read = |file: &[u8]| -> Result<Vec<Transcript>, _> {
            Transcript::parse(file, Path::new("kept.jsonl")).collect()
        };
        prop_assert_eq!(read(&file).unwrap(), [transcript.clone()]);
        let both = file.repeat(2);
        prop_assert_eq!(read(&both).unwrap(), [transcript.clone(), transcript.clone()]);
        // A file that was cut off anywhere is none.
        let cut = &file[..damage.index(file.len() - 1)];
        prop_assert!(read(cut).is_err());
        if !cut.is_empty() {
            prop_assert!(read(&[cut, file.as_slice()].concat()).is_err());
            prop_assert!(read(&[file.as_slice(), cut].concat()).is_err());
        }
    }
}

/// What comes of chunks on stdout, of one process: the thread and the bytes of each. Of each line its text and whether it was torn.
fn lines_of_threads(chunks: &[(usize, &str)]) -> Vec<(String, bool)> {
    let mut recorder = Recorder::default();
    recorder.process(Process { pid: 100, ..Process::default() });
    for tid in 100..102 {
        recorder.thread(Thread { tid, process: 0, creator: None, born: Duration::ZERO, ended: None });
    }
    for (at, (thread, text)) in (0..).zip(chunks) {
        let author = (Some(0), Some(*thread));
        recorder.chunk(Stream::Stdout, author, Duration::from_nanos(at), text.as_bytes());
    }
    let run = finished(recorder);
    run.lines().iter().map(|line| (String::from_utf8(run.text(line).to_vec()).unwrap(), line.torn)).collect()
}

#[test]
fn pieces_of_threads_that_each_end_their_line_are_put_together_by_thread() {
    let lines = lines_of_threads(&[(0, "he"), (1, "wo"), (0, "llo\n"), (1, "rld\n"), (0, "whole\n")]);
    assert_eq!(lines, [("hello".into(), true), ("world".into(), true), ("whole".into(), false)]);
}

#[test]
fn a_buffer_that_threads_write_out_in_pieces_is_put_together_by_process() {
    let lines = lines_of_threads(&[(0, "one\ntw"), (1, "o\nthree\n")]);
    assert_eq!(lines, [("one".into(), false), ("two".into(), false), ("three".into(), false)]);
}
