//! How legs did, for Prometheus: one observation of each leg, when its call ends.

use metrics::{Histogram, histogram};
use offhook_call::{LegStatistics, Side};

/// Of one shard; all shards observe into the same ones.
pub(crate) struct Histograms {
    business: OfSide,
    consumer: OfSide,
}

struct OfSide {
    loss_in: Histogram,
    loss_out: Histogram,
    jitter_in: Histogram,
    jitter_out: Histogram,
    round_trip: Histogram,
    first_packet: Histogram,
}

impl Histograms {
    pub(crate) fn new() -> Self {
        Self { business: OfSide::new("business"), consumer: OfSide::new("consumer") }
    }

    /// What is not known of a leg is not observed.
    pub(crate) fn observe(&self, legs: &[LegStatistics]) {
        for leg in legs {
            match leg.side {
                Side::Business => self.business.observe(leg),
                Side::Consumer => self.consumer.observe(leg),
            }
        }
    }
}

impl OfSide {
    fn new(side: &'static str) -> Self {
        let both_ways = |name| ["in", "out"].map(|way| histogram!(name, "side" => side, "way" => way));
        let [loss_in, loss_out] = both_ways(LOSS);
        let [jitter_in, jitter_out] = both_ways(JITTER);
        let [round_trip, first_packet] = [ROUND_TRIP, FIRST_PACKET].map(|name| histogram!(name, "side" => side));
        Self { loss_in, loss_out, jitter_in, jitter_out, round_trip, first_packet }
    }

    fn observe(&self, leg: &LegStatistics) {
        let figures = [
            (&self.loss_in, leg.loss_ratio_in()),
            (&self.loss_out, leg.loss_ratio_out()),
            (&self.jitter_in, leg.jitter_in.map(|jitter| seconds(jitter.mean_us))),
            (&self.jitter_out, leg.jitter_out.map(|jitter| seconds(jitter.mean_us))),
            (&self.round_trip, leg.round_trip.map(|round_trip| seconds(round_trip.mean_us))),
            (&self.first_packet, leg.first_packet_us.map(seconds)),
        ];
        for (histogram, figure) in figures {
            figure.into_iter().for_each(|figure| histogram.record(figure));
        }
    }
}

fn seconds(us: u64) -> f64 {
    us as f64 / 1e6
}

/// Upper bounds of the buckets, by the name of the histogram.
pub const LEG_HISTOGRAMS: [(&str, &[f64]); 4] = [
    (LOSS, &[0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5]),
    (JITTER, &[0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2]),
    (ROUND_TRIP, &[0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0]),
    (FIRST_PACKET, &[0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0]),
];

const LOSS: &str = "offhook_leg_loss_ratio";
const JITTER: &str = "offhook_leg_jitter_seconds";
const ROUND_TRIP: &str = "offhook_leg_round_trip_seconds";
const FIRST_PACKET: &str = "offhook_leg_first_packet_seconds";
