//! Prefix codes with a limit to their length (RFC 1951, section 3.2.2).

/// The longest code of literals, lengths and distances.
pub(super) const CODE_LIMIT: usize = 15;

/// The length of each symbol's code, so that symbols that occur `counts` times take the fewest bits,
/// or nearly so where a code would be longer than `limit`. A symbol that does not occur has none, but
/// at least two have one: not every reader takes a code that is not complete.
pub(super) fn lengths(counts: &[u32], limit: usize, lengths: &mut [u8]) {
    lengths.fill(0);
    let mut symbols: Vec<(u32, u16)> = (0..)
        .zip(counts)
        .filter(|(_, count)| **count > 0)
        .map(|(symbol, count)| (*count, symbol))
        .collect();
    if symbols.len() < 2 {
        let only = symbols.first().map_or(0, |(_, symbol)| usize::from(*symbol));
        lengths[only] = 1;
        lengths[usize::from(only == 0)] = 1;
        return;
    }
    symbols.sort_unstable();
    let mut of_length = codes_of_length(&symbols, limit);
    // The rarest have the longest codes.
    let mut length = limit;
    for (_, symbol) in &symbols {
        while of_length[length] == 0 {
            length -= 1;
        }
        of_length[length] -= 1;
        lengths[usize::from(*symbol)] = length as u8;
    }
}

/// How many codes of each length Huffman's tree gives `symbols`, which are sorted by count; those that
/// would be longer than `limit` are made up for by others.
fn codes_of_length(symbols: &[(u32, u16)], limit: usize) -> [u32; CODE_LIMIT + 1] {
    // Two queues, both sorted: leaves, and inner nodes, each with its parent once it has one.
    let leaves = symbols.len();
    let mut weights: Vec<u32> = symbols.iter().map(|(count, _)| *count).collect();
    let mut parents = vec![0u16; 2 * leaves - 1];
    let (mut leaf, mut inner) = (0, leaves);
    for node in leaves..2 * leaves - 1 {
        let mut weight = 0;
        for _ in 0..2 {
            let takes_leaf = leaf < leaves && (inner >= node || weights[leaf] <= weights[inner]);
            let lightest = if takes_leaf { &mut leaf } else { &mut inner };
            weight += weights[*lightest];
            parents[*lightest] = node as u16;
            *lightest += 1;
        }
        weights.push(weight);
    }
    let mut depths = vec![0u8; 2 * leaves - 1];
    let mut of_length = [0; CODE_LIMIT + 1];
    // In units of the longest code: how much of all there is the codes take up.
    let mut taken = 0u32;
    for node in (0..2 * leaves - 2).rev() {
        depths[node] = depths[usize::from(parents[node])].saturating_add(1);
        if node < leaves {
            let length = usize::from(depths[node]).min(limit);
            of_length[length] += 1;
            taken += 1 << (limit - length);
        }
    }
    // Where codes were cut they take up too much: others are made longer, by one bit each time.
    while taken > 1 << limit {
        let longer = (1..limit).rev().find(|length| of_length[*length] > 0).unwrap_or(1);
        of_length[longer] -= 1;
        of_length[longer + 1] += 2;
        of_length[limit] -= 1;
        taken -= 1;
    }
    of_length
}

/// The code of each symbol, its first bit lowest, as it is written.
pub(super) fn codes(lengths: &[u8], codes: &mut [u16]) {
    let mut of_length = [0u16; CODE_LIMIT + 2];
    for length in lengths {
        of_length[usize::from(*length) + 1] += u16::from(*length > 0);
    }
    let mut next = [0u16; CODE_LIMIT + 2];
    for length in 1..=CODE_LIMIT {
        next[length] = (next[length - 1] + of_length[length]) << 1;
    }
    for (length, code) in lengths.iter().zip(codes) {
        if *length > 0 {
            let next = &mut next[usize::from(*length)];
            *code = next.reverse_bits() >> (16 - length);
            *next += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_rfc() {
        // The example of section 3.2.2.
        let mut codes_found = [0; 8];
        codes(&[3, 3, 3, 3, 3, 2, 4, 4], &mut codes_found);
        let reversed = [0b010, 0b110, 0b001, 0b101, 0b011, 0b00, 0b0111, 0b1111];
        assert_eq!(codes_found, reversed);
    }

    #[test]
    fn limited_codes_are_complete() {
        let counts: Vec<u32> = (0..30).map(|symbol| 1 << symbol.min(24)).collect();
        for limit in [5, 7, 9, 15] {
            let mut found = [0; 30];
            lengths(&counts, limit, &mut found);
            let taken: u32 = found.iter().map(|length| 1 << (limit - usize::from(*length))).sum();
            assert_eq!(taken, 1 << limit);
        }
        let mut found = [0; 5];
        lengths(&[0, 0, 9, 0, 0], 15, &mut found);
        assert_eq!(found, [1, 0, 1, 0, 0]);
    }
}
