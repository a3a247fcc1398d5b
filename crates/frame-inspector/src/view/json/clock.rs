//! Times as text.

use capture::Time;

/// Formats times (RFC 3339, UTC, with the capture's precision), and remembers
/// the last second, since captures rarely leave it.
#[derive(Debug, Default)]
pub struct Clock {
    second: Option<u64>,
    text: String,
}

/// The length of `2026-11-22T03:44:05`, for years of four digits.
const SECOND_LEN: usize = 19;

impl Clock {
    /// `2026-11-22T03:44:05.123456Z`.
    pub fn format(&mut self, time: Time) -> &str {
        let second = time.nanos / 1_000_000_000;
        if self.second != Some(second) {
            self.second = Some(second);
            let timestamp = i64::try_from(second)
                .ok()
                .and_then(|second| jiff::Timestamp::from_second(second).ok())
                .unwrap_or(jiff::Timestamp::MAX);
            self.text = timestamp.strftime("%Y-%m-%dT%H:%M:%S").to_string();
        }
        self.text.truncate(SECOND_LEN);
        let digits = time.digits.min(9) as usize;
        if digits > 0 {
            let mut fraction = [b'0'; 9];
            let mut rest = time.nanos % 1_000_000_000;
            for digit in fraction.iter_mut().rev() {
                *digit += (rest % 10) as u8;
                rest /= 10;
            }
            self.text.push('.');
            self.text.extend(fraction[..digits].iter().map(|&digit| char::from(digit)));
        }
        self.text.push('Z');
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_the_precision_of_the_capture() {
        let mut clock = Clock::default();
        let nanos = 1_795_318_245_123_456_789;
        assert_eq!(clock.format(Time { nanos, digits: 9 }), "2026-11-22T03:30:45.123456789Z");
        assert_eq!(clock.format(Time { nanos, digits: 6 }), "2026-11-22T03:30:45.123456Z");
        assert_eq!(clock.format(Time { nanos, digits: 0 }), "2026-11-22T03:30:45Z");
        assert_eq!(clock.format(Time { nanos: 0, digits: 3 }), "1970-01-01T00:00:00.000Z");
    }
}
