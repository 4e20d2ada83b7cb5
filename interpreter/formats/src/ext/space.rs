//! Ranges of blocks, and taking the free ones in ascending order.

/// A run of blocks. Units: blocks of the file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub start: u64,
    pub len: u64,
}

impl Run {
    /// The first block after the run.
    pub fn end(self) -> u64 {
        self.start + self.len
    }

    /// How many blocks of the run lie in `from..to`.
    pub fn len_within(self, from: u64, to: u64) -> u64 {
        self.end().min(to).saturating_sub(self.start.max(from))
    }
}

/// No block is free any more.
#[derive(Clone, Copy, Debug)]
pub(super) struct Full;

/// Hands out free blocks from the first to the last, so that what is used is what has a fixed place
/// and everything below `cursor`: nothing is wasted, and bitmaps follow from one number.
#[derive(Clone, Debug)]
pub(super) struct Space<'a> {
    fixed: &'a [Run],
    cursor: u64,
    end: u64,
}

impl<'a> Space<'a> {
    /// The blocks of `from..end` without those in `fixed` (sorted).
    pub fn new(fixed: &'a [Run], from: u64, end: u64) -> Space<'a> {
        Space { fixed, cursor: from, end }
    }

    /// All free blocks below this one have been taken.
    pub fn cursor(&self) -> u64 {
        self.cursor
    }

    /// Takes the next `count` free blocks and calls `found` with each run of them.
    pub fn take(&mut self, mut count: u64, mut found: impl FnMut(Run)) -> Result<(), Full> {
        while count > 0 {
            let mut limit = self.end;
            match self.fixed.first() {
                Some(next) if next.start <= self.cursor => {
                    self.cursor = self.cursor.max(next.end());
                    self.fixed = &self.fixed[1..];
                    continue;
                }
                Some(next) => limit = limit.min(next.start),
                None => {}
            }
            let len = count.min(limit.saturating_sub(self.cursor));
            if len == 0 {
                return Err(Full);
            }
            found(Run { start: self.cursor, len });
            self.cursor += len;
            count -= len;
        }
        Ok(())
    }

    /// Takes the next free block.
    pub fn take_one(&mut self) -> Result<u64, Full> {
        let mut block = 0;
        self.take(1, |run| block = run.start)?;
        Ok(block)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_come_in_order_around_what_is_fixed() {
        let fixed = [Run { start: 0, len: 2 }, Run { start: 5, len: 3 }, Run { start: 8, len: 1 }];
        let mut space = Space::new(&fixed, 1, 12);
        let mut runs = Vec::new();
        space.take(4, |run| runs.push((run.start, run.len))).unwrap();
        assert_eq!(runs, [(2, 3), (9, 1)]);
        assert_eq!(space.cursor(), 10);
        assert_eq!(space.take_one().unwrap(), 10);
        assert!(space.take(2, |_| ()).is_err());
    }
}
