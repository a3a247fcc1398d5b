//! When a packet was captured.
//!
//! Every interface has its own clock: classic pcap files count micro- or
//! nanoseconds, a pcapng interface says in `if_tsresol` what one tick is and in
//! `if_tsoffset` how many seconds to add.
//!
//! ```text
//! if_tsresol  06  a tick is 10^-6 s        (the default)
//!             09  a tick is 10^-9 s
//!             8a  a tick is 2^-10 s        (the top bit chooses powers of two)
//! ```
//!
//! Book: chapter 13.

use std::time::Duration;

/// When a packet was captured. A time that does not fit, as damaged captures have, is the nearest one that does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Time {
    /// Nanoseconds since the beginning of 1970, UTC.
    pub nanos: u64,
    /// How many decimals of a second the capture's clock has: 6 for microseconds, at most 9.
    pub digits: u8,
}

impl Time {
    /// How long after `earlier` this is; zero if it is before.
    #[inline]
    pub fn since(self, earlier: Time) -> Duration {
        Duration::from_nanos(self.nanos.saturating_sub(earlier.nanos))
    }
}

/// An interface's clock: it makes a [`Time`] of a number of ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Clock {
    tick: Tick,
    digits: u8,
    offset_nanos: i128,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tick {
    /// So many nanoseconds.
    Nanos(u64),
    /// Shorter than a nanosecond: so many ticks in one.
    PerNano(u64),
    /// One over 2 to this power of a second.
    PowerOfTwo(u8),
}

impl Clock {
    pub(crate) const MICROSECONDS: Clock = Clock::from_resolution(6);
    pub(crate) const NANOSECONDS: Clock = Clock::from_resolution(9);

    /// The clock that `if_tsresol` describes.
    pub(crate) const fn from_resolution(resolution: u8) -> Self {
        let power = resolution & 0x7f;
        if resolution & 0x80 != 0 {
            // A power of ten needs about 0.301 as many digits as the power of two has bits.
            let digits = (power as u16 * 302).div_ceil(1000);
            return Clock::new(Tick::PowerOfTwo(power), digits);
        }
        if power <= 9 {
            return Clock::new(Tick::Nanos(10_u64.pow(9 - power as u32)), power as u16);
        }
        // 10^-29 s is so short that u64 ticks of it are no time at all.
        let beyond = if power > 28 { 19 } else { power as u32 - 9 };
        Clock::new(Tick::PerNano(10_u64.pow(beyond)), 9)
    }

    const fn new(tick: Tick, digits: u16) -> Self {
        Clock { tick, digits: if digits < 9 { digits as u8 } else { 9 }, offset_nanos: 0 }
    }

    /// The same clock, so many seconds later.
    pub(crate) fn with_offset(self, seconds: i64) -> Self {
        Clock { offset_nanos: i128::from(seconds) * 1_000_000_000, ..self }
    }

    #[inline]
    pub(crate) fn time(self, ticks: u64) -> Time {
        let nanos = match self.tick {
            Tick::Nanos(nanos) => ticks.saturating_mul(nanos),
            Tick::PerNano(ticks_per_nano) => ticks / ticks_per_nano,
            // The product is below 2^94, so the power can be as large as it likes.
            Tick::PowerOfTwo(power) => {
                let nanos = u128::from(ticks) * 1_000_000_000;
                u64::try_from(nanos >> power).unwrap_or(u64::MAX)
            }
        };
        let nanos = match self.offset_nanos {
            0 => nanos,
            offset => {
                let shifted = i128::from(nanos) + offset;
                u64::try_from(shifted).unwrap_or(if shifted < 0 { 0 } else { u64::MAX })
            }
        };
        Time { nanos, digits: self.digits }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_ticks() {
        assert_eq!(Clock::MICROSECONDS.time(1_500_000), Time { nanos: 1_500_000_000, digits: 6 });
        assert_eq!(Clock::NANOSECONDS.time(15), Time { nanos: 15, digits: 9 });
        assert_eq!(Clock::from_resolution(0).time(2), Time { nanos: 2_000_000_000, digits: 0 });
        assert_eq!(Clock::from_resolution(12).time(7_000), Time { nanos: 7, digits: 9 });
    }

    #[test]
    fn ticks_of_a_power_of_two() {
        assert_eq!(Clock::from_resolution(0x8a).time(512), Time { nanos: 500_000_000, digits: 4 });
        assert_eq!(Clock::from_resolution(0xa0).time(1 << 31).nanos, 500_000_000);
        assert_eq!(Clock::from_resolution(0x80).time(3), Time { nanos: 3_000_000_000, digits: 0 });
    }

    #[test]
    fn an_offset_moves_the_clock() {
        assert_eq!(Clock::MICROSECONDS.with_offset(10).time(1).nanos, 10_000_001_000);
        assert_eq!(Clock::MICROSECONDS.with_offset(-10).time(1).nanos, 0);
    }

    #[test]
    fn any_resolution_and_any_time_fit() {
        for resolution in 0..=255 {
            let clock = Clock::from_resolution(resolution);
            for offset in [0, i64::MIN, i64::MAX] {
                for ticks in [0, 1, u64::MAX] {
                    assert!(clock.with_offset(offset).time(ticks).digits <= 9);
                }
            }
        }
    }
}
