//! Settings: the compiled-in `default.toml`, overlaid by the operator's file.

mod duration;
mod http;
mod timeline;
mod tls;

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use offhook_service::{Quota, UsageLimits};
use serde::Deserialize;

use duration::{OrNever, Span};
pub(crate) use http::Http;
use timeline::Timeline;
pub(crate) use tls::{Acme, CertificateFiles, CertificateSource, Tls};

/// The database's name in the data folder.
pub(crate) const DATABASE: &str = "offhook.db";

/// The reference of all settings, and their defaults.
pub(crate) const DEFAULT_TOML: &str = include_str!("default.toml");

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    pub(crate) listen: SocketAddr,
    pub(crate) admin_token: Secret,
    pub(crate) sandbox: bool,
    pub(crate) http: Http,
    pub(crate) tls: Tls,
    pub(crate) store: Store,
    pub(crate) media: Media,
    pub(crate) calls: Calls,
    pub(crate) limits: Limits,
    pub(crate) timeline: Timeline,
    pub(crate) webhooks: Webhooks,
    pub(crate) stop: Stop,
    pub(crate) log: Log,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Store {
    pub(crate) path: PathBuf,
    pub(crate) queue: usize,
    pub(crate) readers: usize,
    pub(crate) keep_calls: Span,
}

impl Store {
    /// How long calls are kept after they ended; `None`: for ever.
    pub(crate) fn keep_calls(&self) -> Option<Duration> {
        Some(self.keep_calls.0).filter(|keep| !keep.is_zero())
    }
}

/// The rules look back as far: quotas, metrics of a call, clients' keys.
const KEEP_CALLS_MIN: Duration = Duration::from_secs(24 * 3600);

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Media {
    pub(crate) shards: usize,
    pub(crate) bind: Vec<IpAddr>,
    pub(crate) port: u16,
    pub(crate) tcp: bool,
    pub(crate) tcp_port: u16,
    pub(crate) tcp_connections: usize,
    pub(crate) tcp_connections_per_address: usize,
    pub(crate) advertise: Vec<IpAddr>,
    pub(crate) public_ip: Vec<IpAddr>,
    pub(crate) opus: String,
    pub(crate) connect_timeout: Span,
    pub(crate) silence_timeout: Span,
    pub(crate) offer_timeout: Span,
    pub(crate) bridges_per_shard: usize,
}

impl Media {
    /// By default the number of the first UDP port, so that a firewall is opened for one number.
    pub(crate) fn tcp_port(&self) -> u16 {
        if self.tcp_port == 0 { self.port } else { self.tcp_port }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Calls {
    pub(crate) ring_timeout: Span,
    pub(crate) max_duration: Span,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limits {
    pub(crate) calls_per_page: u32,
    pub(crate) connects_per_second: u32,
    pub(crate) connected_calls_per_day: u32,
    pub(crate) devices_per_consumer: usize,
    pub(crate) app_requests_per_hour: u32,
    pub(crate) app_time_per_hour: Span,
    pub(crate) page_requests_per_hour: u32,
    pub(crate) page_time_per_hour: Span,
    pub(crate) permission_requests_per_day: u32,
    pub(crate) thread_entries: u32,
    pub(crate) consumer_messages_per_minute: u32,
    pub(crate) sign_ins_per_minute: u32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Webhooks {
    pub(crate) allow_private: bool,
    pub(crate) timeout: Span,
    pub(crate) concurrency: u32,
    pub(crate) concurrency_per_endpoint: u32,
    pub(crate) give_up_after: Span,
    pub(crate) disable_after: OrNever,
    pub(crate) keep: Span,
    pub(crate) sweep: Span,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stop {
    pub(crate) unready_for: Span,
    pub(crate) wait_for_calls: Span,
    pub(crate) limit: Span,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Log {
    pub(crate) filter: String,
    pub(crate) format: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LogFormat {
    Text,
    Json,
}

/// A secret that does not print.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(crate) struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

impl Config {
    /// The defaults, overlaid by the file if there is one.
    pub(crate) fn load(file: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = file else { return Self::parse("") };
        let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
        Self::parse(&text).with_context(|| format!("{} is not a valid configuration", path.display()))
    }

    pub(crate) fn parse(text: &str) -> anyhow::Result<Self> {
        let mut merged: toml::Table = DEFAULT_TOML.parse().expect("default.toml is valid TOML, as a test shows");
        overlay(&mut merged, text.parse()?);
        let config: Self = merged.try_into()?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> anyhow::Result<()> {
        self.http.check()?;
        self.tls.check()?;
        anyhow::ensure!(!self.media.bind.is_empty(), "media.bind: at least one address is needed");
        anyhow::ensure!(self.store.queue > 0 && self.store.readers > 0, "store: queue and readers must be at least 1");
        let forgetful = self.store.keep_calls().is_some_and(|keep| keep < KEEP_CALLS_MIN);
        anyhow::ensure!(!forgetful, "store.keep_calls must be at least 24h, or 0s to keep calls for ever");
        anyhow::ensure!(self.media.bridges_per_shard > 0, "media.bridges_per_shard must be at least 1");
        let some = self.media.tcp_connections > 0 && self.media.tcp_connections_per_address > 0;
        anyhow::ensure!(
            some,
            "media.tcp_connections and tcp_connections_per_address must be at least 1; or set media.tcp = false"
        );
        self.timeline.check()?;
        let webhooks = &self.webhooks;
        let some = webhooks.concurrency > 0 && webhooks.concurrency_per_endpoint > 0;
        anyhow::ensure!(some, "webhooks: concurrency and concurrency_per_endpoint must be at least 1");
        Ok(())
    }
}

impl From<&Config> for offhook_service::Limits {
    fn from(config: &Config) -> Self {
        let Config { calls, limits, timeline, .. } = config;
        Self {
            call: offhook_call::Limits {
                ring_timeout: calls.ring_timeout.0,
                max_duration: calls.max_duration.0,
                calls_per_page: limits.calls_per_page,
                connected_calls_per_day: limits.connected_calls_per_day,
            },
            thread: offhook_call::ThreadLimits {
                permission_requests_per_day: limits.permission_requests_per_day,
                entries_kept: limits.thread_entries,
            },
            consumer_messages_per_minute: limits.consumer_messages_per_minute,
            connects_per_second: limits.connects_per_second,
            devices_per_consumer: limits.devices_per_consumer,
            sign_ins_per_minute: limits.sign_ins_per_minute,
            usage: UsageLimits {
                app: Quota { requests: limits.app_requests_per_hour, time: limits.app_time_per_hour.0 },
                page: Quota { requests: limits.page_requests_per_hour, time: limits.page_time_per_hour.0 },
            },
            timeline: timeline.into(),
        }
    }
}

impl From<&Webhooks> for offhook_webhook::Settings {
    fn from(webhooks: &Webhooks) -> Self {
        Self {
            allow_private: webhooks.allow_private,
            timeout: webhooks.timeout.0,
            concurrency: webhooks.concurrency,
            concurrency_per_endpoint: webhooks.concurrency_per_endpoint,
            give_up_after: webhooks.give_up_after.0,
            disable_after: webhooks.disable_after.0,
            keep: webhooks.keep.0,
            sweep: webhooks.sweep.0,
        }
    }
}

/// Puts `over` onto `base`, table by table.
fn overlay(base: &mut toml::Table, over: toml::Table) {
    for (key, value) in over {
        match (base.get_mut(&key), value) {
            (Some(toml::Value::Table(below)), toml::Value::Table(above)) => overlay(below, above),
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_valid() {
        let config = Config::parse("").unwrap();
        assert_eq!(config.calls.ring_timeout.0, std::time::Duration::from_secs(60));
        assert_eq!(config.listen.port(), 8080);
    }

    #[test]
    fn a_file_changes_what_it_names_and_nothing_else() {
        let config = Config::parse("[calls]\nring_timeout = \"5s\"").unwrap();
        assert_eq!(config.calls.ring_timeout.0, std::time::Duration::from_secs(5));
        assert_eq!(config.calls.max_duration.0, std::time::Duration::from_secs(4 * 3600));
    }

    #[test]
    fn tcp_has_the_number_of_the_first_udp_port_unless_it_has_its_own() {
        let tcp_port = |text: &str| Config::parse(text).unwrap().media.tcp_port();
        assert_eq!(tcp_port(""), 0);
        assert_eq!(tcp_port("[media]\nport = 40000"), 40_000);
        assert_eq!(tcp_port("[media]\nport = 40000\ntcp_port = 443"), 443);
    }

    #[test]
    fn what_cannot_be_meant_is_refused_by_name() {
        let cases = [
            ("rign_timeout = 1", "rign_timeout"),
            ("[calls]\nrign_timeout = \"5s\"", "rign_timeout"),
            ("[calls]\nring_timeout = 5", "ring_timeout"),
            ("[calls]\nring_timeout = \"soon\"", "soon"),
            ("[calls]\nring_timeout = \"-5s\"", "-5s"),
            ("[webhooks]\ndisable_after = \"always\"", "always"),
            ("listen = \"everywhere\"", "listen"),
            ("[media]\nbind = []", "media.bind"),
            ("[media]\ntcp_connections = 0", "media.tcp_connections"),
            ("[media]\npublic_ip = [\"our.example\"]", "public_ip"),
            ("[http]\nbase_path = \"calling\"", "base path"),
            ("[http]\ntrusted_proxies = [\"10.0.0.1\"]", "trusted_proxies"),
            ("[http]\nforwarded = \"Via\"", "X-Forwarded-For"),
            ("[http]\norigins = [\"shop.example\"]", "https://shop.example"),
            ("[tls]\ncertificate = \"a.pem\"", "tls.key"),
            ("[tls]\ncertificate = \"a.pem\"\nkey = \"b.pem\"\nacme.domains = [\"a.example\"]", "tls.acme.domains"),
            ("[tls]\nacme.domains = [\"*.a.example\"]", "*.a.example"),
            ("[tls]\nreload_every = \"0s\"", "tls.reload_every"),
            ("[store]\nqueue = 0", "queue"),
            ("[timeline]\nreport_every = \"0s\"", "timeline"),
            ("[store]\nkeep_calls = \"23h\"", "keep_calls"),
        ];
        for (text, named) in cases {
            let error = format!("{:#}", Config::parse(text).unwrap_err());
            assert!(error.contains(named), "{text:?} gave {error:?}");
        }
    }

    #[test]
    fn calls_can_be_kept_for_ever() {
        let days = |text| Config::parse(text).unwrap().store.keep_calls().map(|keep| keep.as_secs() / 86_400);
        assert_eq!(days(""), Some(90));
        assert_eq!(days("[store]\nkeep_calls = \"0s\""), None);
    }

    #[test]
    fn endpoints_are_paused_only_if_the_operator_says_when() {
        let after = |text| Config::parse(text).unwrap().webhooks.disable_after.0;
        assert_eq!(after(""), None);
        assert_eq!(after("[webhooks]\ndisable_after = \"1h\""), Some(std::time::Duration::from_secs(3600)));
    }

    #[test]
    fn a_secret_does_not_print() {
        let config = Config::parse("admin_token = \"s3cret\"").unwrap();
        assert!(!format!("{config:?}").contains("s3cret"));
    }
}
