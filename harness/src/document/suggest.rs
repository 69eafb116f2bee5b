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
    match (nearest(written, known), words.as_slice()) {
        (_, []) => "there is none".to_owned(),
        (Some(_), [only]) => format!("did you mean `{only}`?"),
        (None, [only]) => format!("there is only `{only}`"),
        (Some(word), _) => format!("did you mean `{word}`? there are {}", words.join(", ")),
        (None, _) => format!("there are {}", words.join(", ")),
    }
}
