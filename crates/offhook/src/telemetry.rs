//! Logs and metrics of the process.

use std::sync::OnceLock;
use std::time::Duration;

use anyhow::Context as _;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use offhook_relay::LEG_HISTOGRAMS;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

use crate::config::{Log, LogFormat};

/// What the process has counted so far.
#[derive(Clone)]
pub(crate) struct Metrics(PrometheusHandle);

impl Metrics {
    /// Starts counting. A process counts in one place, however many nodes it runs in turn.
    pub(crate) fn install() -> Self {
        static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
        let handle = HANDLE.get_or_init(|| {
            let recorder = recorder();
            let handle = recorder.handle();
            // Fails only if another recorder counts already, which then is the one that a host program wants.
            let _ = metrics::set_global_recorder(recorder);
            handle
        });
        Self(handle.clone())
    }

    /// The text of `/metrics`.
    pub(crate) fn render(&self) -> String {
        self.0.render()
    }

    /// Takes in what was observed, so that it does not pile up while nobody asks for it.
    pub(crate) async fn keep_up(self, stop: CancellationToken) {
        while stop.run_until_cancelled(sleep(KEEP_UP_EVERY)).await.is_some() {
            self.0.run_upkeep();
        }
    }
}

/// Histograms that have buckets can be added up over nodes and time; the others are shown as summaries.
fn recorder() -> PrometheusRecorder {
    let with_buckets = |builder: PrometheusBuilder, (name, bounds): (&str, &[f64])| {
        let metric = Matcher::Full(name.to_owned());
        builder.set_buckets_for_metric(metric, bounds).expect("no histogram is without bounds")
    };
    LEG_HISTOGRAMS.into_iter().fold(PrometheusBuilder::new(), with_buckets).build_recorder()
}

/// Starts logging to standard error, so that standard output stays the command's own.
pub(crate) fn log(settings: &Log) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&settings.filter).with_context(|| format!("log.filter: {:?}", settings.filter))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match settings.format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
    started.map_err(|error| anyhow::anyhow!("logging cannot be started: {error}"))
}

/// As the exporter's own documentation advises.
const KEEP_UP_EVERY: Duration = Duration::from_secs(5);
