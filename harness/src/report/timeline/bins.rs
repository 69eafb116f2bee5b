//! A number over many runs: how often it had which values.

use crate::cast::number::Number;
use crate::cast::reading::{Reading, Value};
use crate::contract::Contract;
use crate::language::Language::En;
use crate::transcript::Transcript;
use crate::words::times;

/// All values of a name in these runs that are numbers: `sum`, or `sum2.sum` for those in one actor's lines. `None` where
/// the contract has no such name.
pub fn values(contract: &Contract, runs: &[Transcript], name: &str) -> Option<Vec<f64>> {
    let name = contract.cast.name(name)?;
    let of_run = |run: &Transcript| -> Vec<f64> {
        let reading = Reading::new(&contract.cast, run);
        reading.values(&name).iter().filter_map(Value::number).map(Number::as_decimal).collect()
    };
    Some(runs.iter().flat_map(of_run).collect())
}

/// How often a number had which values: as many bins of the same width as make a picture.
#[derive(Debug)]
pub(crate) struct Bins {
    /// How many values are in each.
    pub counts: Vec<usize>,
    pub least: f64,
    pub median: f64,
    pub greatest: f64,
}

impl Bins {
    /// So many there are.
    const BINS: usize = 24;

    /// Counts the values; `None` where there is none.
    pub fn new(values: &[f64]) -> Option<Bins> {
        let mut values = values.to_vec();
        values.sort_by(f64::total_cmp);
        let (&least, &greatest) = (values.first()?, values.last()?);
        let mut bins =
            Bins { counts: vec![0; Bins::BINS], least, median: values[values.len() / 2], greatest };
        for value in values {
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "from 0 to BINS"
            )]
            let bin = (bins.place(value) * Bins::BINS as f64) as usize;
            bins.counts[bin.min(Bins::BINS - 1)] += 1;
        }
        Some(bins)
    }

    /// Where a value is between the least, 0, and the greatest, 1; in the middle where these are the same.
    pub fn place(&self, value: f64) -> f64 {
        if self.greatest > self.least { (value - self.least) / (self.greatest - self.least) } else { 0.5 }
    }

    /// From where to where a bin reaches.
    pub fn range(&self, bin: usize) -> (f64, f64) {
        #[allow(clippy::cast_precision_loss, reason = "from 0 to BINS")]
        let edge = |bin: usize| self.least + (self.greatest - self.least) * bin as f64 / Bins::BINS as f64;
        (edge(bin), edge(bin + 1))
    }
}

/// A number's values as a small picture: from the least to the greatest, higher where there are more.
pub(crate) fn distribution(name: &str, values: &[f64]) -> String {
    const BARS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let Some(bins) = Bins::new(values) else { return String::new() };
    let most = bins.counts.iter().max().copied().unwrap_or(1).max(1);
    let bar = |&count: &usize| BARS[(count * 8).div_ceil(most)];
    let picture: String = bins.counts.iter().map(bar).collect();
    let Bins { least, median, greatest, .. } = bins;
    let times = times(values.len() as u64, ["value", "values"], "", En);
    format!("  {name:<10}  {picture}  from {least} to {greatest}, median {median}; {times}\n")
}
