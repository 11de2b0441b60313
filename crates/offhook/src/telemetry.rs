//! Logs and metrics of the process.

use std::sync::OnceLock;

use anyhow::Context as _;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
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
            let recorder = PrometheusBuilder::new().build_recorder();
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
