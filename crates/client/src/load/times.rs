//! How long things took, in bounded memory however many they were.

use std::time::Duration;

use hdrhistogram::Histogram;
use serde::Serialize;

/// Times to a microsecond or a thousandth, up to [`TIME_MAX`]; longer ones count as that.
#[derive(Debug, Clone)]
pub(super) struct Times(Histogram<u64>);

/// What there is to say of times, in milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    pub count: u64,
    pub min: f64,
    pub mean: f64,
    pub p50: f64,
    pub p90: f64,
    pub p99: f64,
    pub p99_9: f64,
    pub max: f64,
    /// In steps of 1, 2, 5, 10 and so on; without the empty ones before the first and after the last.
    pub histogram: Vec<Bin>,
}

/// The times above the last bin's `to_ms`, up to this one's.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bin {
    pub to_ms: f64,
    pub count: u64,
}

impl Times {
    pub(super) fn new() -> Self {
        let max = TIME_MAX.as_micros() as u64;
        Self(Histogram::new_with_bounds(1, max, 3).expect("the bounds and three digits are valid"))
    }

    pub(super) fn record(&mut self, time: Duration) {
        self.0.saturating_record(time.as_micros().try_into().unwrap_or(u64::MAX));
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.0.add(&other.0).expect("all have the same bounds");
    }

    /// The time that this share of all stayed within, 0 to 1.
    pub(super) fn at(&self, share: f64) -> Duration {
        Duration::from_micros(self.0.value_at_quantile(share))
    }

    /// `None` if there were none.
    pub(super) fn summary(&self) -> Option<Summary> {
        if self.0.is_empty() {
            return None;
        }
        let at = |share| millis(self.0.value_at_quantile(share));
        Some(Summary {
            count: self.0.len(),
            min: millis(self.0.min()),
            mean: (self.0.mean() / 10.0).round() / 100.0,
            p50: at(0.5),
            p90: at(0.9),
            p99: at(0.99),
            p99_9: at(0.999),
            max: millis(self.0.max()),
            histogram: self.bins(),
        })
    }

    fn bins(&self) -> Vec<Bin> {
        let bounds = (0..).flat_map(|power| [1, 2, 5].map(|step| step * 10_u64.pow(power) * FIRST_BIN_US));
        let mut from = 0;
        let mut bins: Vec<Bin> = Vec::new();
        for to in bounds {
            let count = self.0.iter_recorded().filter(|step| (from..to).contains(&step.value_iterated_to()));
            let count = count.map(|step| step.count_since_last_iteration()).sum();
            if count > 0 || !bins.is_empty() {
                bins.push(Bin { to_ms: millis(to), count });
            }
            if self.0.max() < to {
                return bins;
            }
            from = to;
        }
        bins
    }
}

fn millis(micros: u64) -> f64 {
    micros as f64 / 1_000.0
}

const TIME_MAX: Duration = Duration::from_secs(120);
/// A hundredth of a millisecond.
const FIRST_BIN_US: u64 = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_and_bins_are_those_of_the_times() {
        let mut times = Times::new();
        assert_eq!(times.summary(), None);
        let mut others = Times::new();
        (1..=500).for_each(|ms| times.record(Duration::from_millis(ms)));
        (501..=1_000).for_each(|ms| others.record(Duration::from_millis(ms)));
        times.add(&others);
        let summary = times.summary().unwrap();
        assert_eq!((summary.count, summary.min), (1_000, 1.0));
        for (found, wanted) in [(summary.p50, 500.0), (summary.p90, 900.0), (summary.p99, 990.0), (summary.max, 1e3)] {
            assert!((found - wanted).abs() <= wanted / 1_000.0 + 0.001, "{found} is not {wanted}");
        }
        assert_eq!(summary.histogram.iter().map(|bin| bin.count).sum::<u64>(), 1_000);
        assert_eq!(summary.histogram.first().map(|bin| bin.to_ms), Some(2.0));
        let tenth = summary.histogram.iter().find(|bin| (bin.to_ms - 100.0).abs() < 0.1).unwrap();
        assert!((45..=55).contains(&tenth.count), "{tenth:?}");
    }

    #[test]
    fn what_takes_for_ever_is_counted_at_the_bound() {
        let mut times = Times::new();
        times.record(Duration::from_secs(1_000_000));
        assert!(times.summary().unwrap().max >= 120_000.0);
    }
}
