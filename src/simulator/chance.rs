//! Chance that is the same on every run: the simulator's only randomness. Not for secrets.

/// A seeded sequence of numbers (splitmix64).
#[derive(Clone, Debug)]
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn seeded(seed: u64) -> Chance {
        Chance(seed)
    }

    /// The next number.
    pub(super) fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`, which is not 0.
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.draw() % limit.max(1)
    }

    /// A number from 0 up to, but not including, 1.
    pub(super) fn fraction(&mut self) -> f64 {
        self.below(1 << 20) as f64 / f64::from(1 << 20)
    }

    /// Letters and digits.
    pub(super) fn letters(&mut self, count: usize) -> String {
        self.characters(
            count,
            b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789",
        )
    }

    /// Hexadecimal digits.
    pub(super) fn hex(&mut self, count: usize) -> String {
        self.characters(count, b"0123456789abcdef")
    }

    fn characters(&mut self, count: usize, alphabet: &[u8]) -> String {
        let limit = alphabet.len() as u64;
        (0..count)
            .map(|_| char::from(alphabet[self.below(limit) as usize]))
            .collect()
    }
}
