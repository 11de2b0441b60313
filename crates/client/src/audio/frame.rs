use std::time::Duration;

/// Samples per second.
pub const SAMPLE_RATE: u32 = 48_000;

/// How much audio one frame holds; also how often a phone sends.
pub const FRAME_TIME: Duration = Duration::from_millis(20);

/// Samples of one frame.
pub const FRAME_SAMPLES: usize = 960;

/// 20 ms of mono PCM; full scale is -1.0 to 1.0.
pub type Frame = [f32; FRAME_SAMPLES];

pub const SILENCE: Frame = [0.0; FRAME_SAMPLES];
