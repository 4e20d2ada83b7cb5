//! Names like a name that nothing has.

/// Names to tell, at most.
const AT_MOST: usize = 4;

/// The names that are nearest to `name`, the nearest first: those that a slip of the finger turns into
/// it, and those that it is a part of.
pub(crate) fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let allowed = (name.len() / 4).max(1);
    let mut found: Vec<(usize, &str)> = names
        .filter_map(|other| {
            if other.len().abs_diff(name.len()) <= allowed {
                let distance = strsim::osa_distance(name, other);
                if distance <= allowed {
                    return Some((distance, other));
                }
            }
            is_part(name, other).then(|| (allowed + other.len().abs_diff(name.len()), other))
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter().take(AT_MOST).map(|(_, other)| other.to_owned()).collect()
}

/// Whether the words of `name` stand together in `other`.
fn is_part(name: &str, other: &str) -> bool {
    name.len() >= 3
        && other.match_indices(name).any(|(at, _)| {
            let after = other[at + name.len()..].chars().next();
            (at == 0 || other.as_bytes()[at - 1] == b'-')
                && after.is_none_or(|next| !next.is_alphabetic())
        })
}
