//! What was probably meant.

/// The known word nearest to what was written, if it is near at all.
pub(crate) fn nearest<'a>(written: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let score = |word: &'a str| (strsim::jaro_winkler(written, word), word);
    let (score, word) = known.map(score).max_by(|left, right| left.0.total_cmp(&right.0))?;
    (score > 0.8).then_some(word)
}

/// The nearest known word as a question, or else the known words.
pub(crate) fn nearest_of<'a>(written: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    let words: Vec<&str> = known.clone().collect();
    match nearest(written, known) {
        Some(word) => format!("did you mean `{word}`? known are {}", words.join(", ")),
        None if words.is_empty() => "there are none".to_owned(),
        None => format!("known are {}", words.join(", ")),
    }
}
