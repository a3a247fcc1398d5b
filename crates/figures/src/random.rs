//! Numbers that look random and are the same every time.

/// `SplitMix64`: one addition and a few shifts a number, and no short cycle.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The sequence of this seed.
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        number ^ (number >> 31)
    }

    /// A number from `least` to `most`, both included.
    pub fn between(&mut self, least: usize, most: usize) -> usize {
        least + (self.number() % (most - least + 1) as u64) as usize
    }

    /// A number from `least` to `most`, small ones as often as large ones of ten times the size.
    pub fn spread(&mut self, least: usize, most: usize) -> usize {
        let fraction = (self.number() >> 11) as f64 / (1_u64 << 53) as f64;
        let number = least as f64 * (most as f64 / least as f64).powf(fraction);
        (number as usize).clamp(least, most)
    }

    /// True in `percent` of one hundred cases.
    pub fn percent(&mut self, percent: u64) -> bool {
        self.number() % 100 < percent
    }

    /// `N` bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.number() as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_numbers_every_time() {
        let (mut one, mut other) = (Random::new(7), Random::new(7));
        assert!((0..100).all(|_| one.number() == other.number()));
    }

    #[test]
    fn numbers_keep_to_their_borders() {
        let mut random = Random::new(1);
        for _ in 0..10_000 {
            assert!((20..=30).contains(&random.between(20, 30)));
            assert!((20..=4_096).contains(&random.spread(20, 4_096)));
        }
    }
}
