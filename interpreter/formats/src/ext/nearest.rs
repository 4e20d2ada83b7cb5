//! The word that someone may have meant.

/// The candidate that takes the fewest letters typed otherwise: at most a third of them.
pub(super) fn nearest(
    word: &str,
    candidates: impl Iterator<Item = &'static str>,
) -> Option<&'static str> {
    let limit = (word.len() / 3).clamp(1, 3);
    let near = candidates.map(|candidate| (strsim::osa_distance(word, candidate), candidate));
    near.filter(|(distance, _)| *distance <= limit).min().map(|(_, candidate)| candidate)
}
