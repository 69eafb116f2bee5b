//! All that the recorded runs printed, each different line once, with its shape.

use std::collections::HashMap;
use std::ops::Range;

use regex::Regex;

use crate::cast::template::{Class, MOMENT, Template};
use crate::transcript::{Stream, Transcript};

/// What was printed in all runs.
#[derive(Clone, Debug)]
pub(super) struct Corpus {
    /// Each different line.
    pub texts: Vec<Text>,
    /// Each different shape.
    pub templates: Vec<Template>,
    pub runs: Vec<Sample>,
}

/// Which lines are of one shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Likeness {
    /// Those that differ in numbers alone; where they don't come equally often in all runs, in words.
    Numbers,
    /// And several that differ in one word, however often they come.
    Words,
}

/// A line, and where in it its shape's slots are.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub line: String,
    pub template: usize,
    pub slots: Vec<Range<usize>>,
}

impl Text {
    pub fn slot(&self, slot: usize) -> &str {
        &self.line[self.slots[slot].clone()]
    }
}

/// Who said what in one run.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    /// The program's own pid.
    pub pid: u32,
    /// The pids of all processes.
    pub pids: Vec<u32>,
    pub said: Vec<Said>,
}

/// One line of a run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said {
    pub text: usize,
    /// Index into [`Sample::pids`].
    pub process: usize,
    /// Which of the run's threads, and whether it is the one that its process began with; `None` where that is not known.
    pub thread: Option<(usize, bool)>,
}

impl Corpus {
    /// Takes in all lines, those on stderr if they are asked for.
    pub fn new(transcripts: &[&Transcript], with_stderr: bool, likeness: Likeness) -> Corpus {
        let mut known: HashMap<String, usize> = HashMap::new();
        let mut runs = Vec::new();
        for transcript in transcripts {
            let mut said = Vec::new();
            for line in transcript.lines() {
                if line.stream == Stream::Stderr && !with_stderr {
                    continue;
                }
                let text = String::from_utf8_lossy(transcript.text(line)).into_owned();
                let next = known.len();
                let text = *known.entry(text).or_insert(next);
                let thread = line.thread.map(|thread| (thread, transcript.is_first(thread)));
                said.push(Said { text, process: line.process.unwrap_or(0), thread });
            }
            let pids = transcript.processes().iter().map(|process| process.pid).collect();
            runs.push(Sample { pid: transcript.pid(), pids, said });
        }
        let mut texts: Vec<String> = vec![String::new(); known.len()];
        for (text, index) in known {
            texts[index] = text;
        }
        let shapes = shapes(&texts, &runs, likeness);
        let mut templates: Vec<Template> = Vec::new();
        let mut indexes: HashMap<&Template, usize> = HashMap::new();
        for shape in &shapes {
            indexes.entry(shape).or_insert_with(|| {
                templates.push(shape.clone());
                templates.len() - 1
            });
        }
        let finders: Vec<Regex> = templates.iter().map(Template::finder).collect();
        let text = |(text, shape): (String, &Template)| {
            let template = indexes[shape];
            Text { template, slots: Template::places(&finders[template], &text), line: text }
        };
        let texts = texts.into_iter().zip(&shapes).map(text).collect();
        Corpus { texts, templates, runs }
    }

    /// Whether lines of this shape came equally often in all runs.
    pub fn is_steady(&self, template: usize) -> bool {
        let (least, most) = self.count(|said| self.texts[said.text].template == template);
        least == most
    }

    /// Matches lines of a shape; of a moment it says no more than of how many words it is.
    pub fn pattern(&self, template: usize) -> String {
        let shape = &self.templates[template];
        let text = self.texts.iter().find(|text| text.template == template);
        let moment = shape.slots().position(|class| class == Class::Moment);
        let words = text.zip(moment).map_or(1, |(text, slot)| text.slot(slot).split_whitespace().count());
        shape.pattern(|_| false).replace(MOMENT, &vec![r"\S+"; words].join(" "))
    }

    /// In how many places of each run something is said for which this holds: the least and the most.
    pub fn count(&self, is: impl Fn(&Said) -> bool) -> (usize, usize) {
        bounds(self.runs.iter().map(|run| run.said.iter().filter(|said| is(said)).count()))
    }
}

/// The least and the greatest.
pub(super) fn bounds(counts: impl Iterator<Item = usize> + Clone) -> (usize, usize) {
    (counts.clone().min().unwrap_or(0), counts.max().unwrap_or(0))
}

/// The shape of each line. One that does not come equally often in all runs may be one of several with a word that varies.
fn shapes(texts: &[String], runs: &[Sample], likeness: Likeness) -> Vec<Template> {
    let mut shapes: Vec<Template> = texts.iter().map(|text| Template::of(text)).collect();
    let mut counts: HashMap<&Template, Vec<usize>> = HashMap::new();
    for (index, run) in runs.iter().enumerate() {
        for said in &run.said {
            counts.entry(&shapes[said.text]).or_insert_with(|| vec![0; runs.len()])[index] += 1;
        }
    }
    let is_steady =
        |text: usize| counts[&shapes[text]].iter().all(|count| *count == counts[&shapes[text]][0]);
    let (steady, unsteady): (Vec<usize>, Vec<usize>) = (0..texts.len()).partition(|&text| is_steady(text));
    let mut alike = families(texts, unsteady);
    alike.retain(|family| family.varying() > 0);
    if likeness == Likeness::Words {
        let steady = families(texts, steady).into_iter();
        alike
            .extend(steady.filter(|family| family.varying() == 1 && family.members.len() >= Family::SEVERAL));
    }
    for family in alike {
        let members: Vec<&str> = family.members.iter().map(|&text| texts[text].as_str()).collect();
        let common = Template::common(&members);
        for &text in &family.members {
            shapes[text] = common.clone();
        }
    }
    shapes
}

/// Each of these texts in a family.
fn families(texts: &[String], members: Vec<usize>) -> Vec<Family> {
    let mut families: Vec<Family> = Vec::new();
    for text in members {
        match families.iter_mut().find(|family| family.takes(&texts[text])) {
            Some(family) => family.add(text, &texts[text]),
            None => families.push(Family::new(text, &texts[text])),
        }
    }
    families
}

/// Lines of as many words, most of which are the same.
struct Family {
    members: Vec<usize>,
    /// The shape of each word, where it is the same in all.
    words: Vec<Option<Template>>,
}

impl Family {
    /// Fewer lines than this are no list of values.
    const SEVERAL: usize = 3;

    /// How many of the words are not the same in all.
    fn varying(&self) -> usize {
        self.words.iter().filter(|word| word.is_none()).count()
    }

    fn new(text: usize, line: &str) -> Family {
        Family { members: vec![text], words: line.split(' ').map(|word| Some(Template::of(word))).collect() }
    }

    /// At least half of the words must be the same, and one of them must say something.
    fn takes(&self, line: &str) -> bool {
        let words: Vec<&str> = line.split(' ').collect();
        let same = |(word, known): &(&&str, &Option<Template>)| known.as_ref() == Some(&Template::of(word));
        let same: Vec<&str> = words.iter().zip(&self.words).filter(same).map(|(word, _)| *word).collect();
        words.len() == self.words.len()
            && same.len() * 2 >= words.len()
            && same.iter().any(|word| word.contains(char::is_alphabetic))
    }

    fn add(&mut self, text: usize, line: &str) {
        self.members.push(text);
        for (known, word) in self.words.iter_mut().zip(line.split(' ')) {
            if known.as_ref() != Some(&Template::of(word)) {
                *known = None;
            }
        }
    }
}
