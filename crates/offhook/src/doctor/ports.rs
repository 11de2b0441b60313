//! Whether the ports are this server's to have.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener, UdpSocket};
use std::ops::RangeInclusive;
use std::time::Duration;

use super::Line;
use crate::config::{CertificateSource, Config, Media};
use crate::server::relay_config;

/// Who has the HTTP port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holder {
    Nobody,
    /// Then it has the media ports too.
    Offhook,
    Other,
}

pub(super) async fn examine(config: &Config) -> Vec<Line> {
    let (holder, http) = http(config).await;
    let mut lines = vec![http, udp(&config.media, holder)];
    if config.media.tcp {
        lines.push(tcp(&config.media, holder));
    }
    lines
}

async fn http(config: &Config) -> (Holder, Line) {
    let (check, address) = ("http-port", config.listen);
    match TcpListener::bind(address) {
        Ok(_) => (Holder::Nobody, Line::ok(check, format!("{address} is free"))),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse && is_offhook(config).await => {
            (Holder::Offhook, Line::ok(check, format!("{address} is served by Offhook")))
        }
        Err(error) => (Holder::Other, cannot_bind(check, address, &error, "listen")),
    }
}

/// By a header that Graph's edges bear. Whose certificate it is does not matter here.
async fn is_offhook(config: &Config) -> bool {
    let ip: IpAddr = match config.listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => [127, 0, 0, 1].into(),
        IpAddr::V6(ip) if ip.is_unspecified() => [0, 0, 0, 0, 0, 0, 0, 1].into(),
        ip @ (IpAddr::V4(_) | IpAddr::V6(_)) => ip,
    };
    let scheme = match config.tls.source() {
        CertificateSource::Nowhere => "http",
        CertificateSource::Files(_) | CertificateSource::Acme(_) => "https",
    };
    let address = SocketAddr::new(ip, config.listen.port());
    let url = format!("{scheme}://{address}{}/me", config.http.site().base_path);
    let client = reqwest::Client::builder().no_proxy().tls_danger_accept_invalid_certs(true).timeout(PATIENCE);
    let Ok(client) = client.build() else { return false };
    client.get(url).send().await.is_ok_and(|answer| answer.headers().contains_key("facebook-api-version"))
}

fn udp(media: &Media, holder: Holder) -> Line {
    let check = "udp-ports";
    if media.port == 0 {
        let change = "Set media.port, and open as many UDP ports from there on as there are shards.";
        return Line::warn(
            check,
            "the system chooses them at each start, so no firewall can be opened for them",
            change,
        );
    }
    let shards = u16::try_from(relay_config(media).shards.get()).unwrap_or(u16::MAX);
    let ports = media.port..=media.port.saturating_add(shards - 1);
    bindable(check, media, ports, holder, |address| UdpSocket::bind(address).map(drop))
}

fn tcp(media: &Media, holder: Holder) -> Line {
    let (check, port) = ("tcp-port", media.tcp_port());
    if port == 0 {
        let change = "Set media.tcp_port or media.port, and open it.";
        return Line::warn(check, "the system chooses it at each start, so no firewall can be opened for it", change);
    }
    bindable(check, media, port..=port, holder, |address| TcpListener::bind(address).map(drop))
}

fn bindable(
    check: &'static str,
    media: &Media,
    ports: RangeInclusive<u16>,
    holder: Holder,
    bind: fn(SocketAddr) -> io::Result<()>,
) -> Line {
    let (first, last) = (*ports.start(), *ports.end());
    let named = if first == last { first.to_string() } else { format!("{first} to {last}") };
    for (port, ip) in ports.flat_map(|port| media.bind.iter().map(move |ip| (port, *ip))) {
        let address = SocketAddr::new(ip, port);
        match bind(address) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && holder == Holder::Offhook => {
                return Line::ok(check, format!("{named}: in use while Offhook runs"));
            }
            // A family that the machine lacks is left out at the start too.
            Err(error) if error.kind() == io::ErrorKind::AddrNotAvailable && ip.is_unspecified() => {}
            Err(error) => return cannot_bind(check, address, &error, "media.port"),
        }
    }
    Line::ok(check, format!("{named}: free"))
}

fn cannot_bind(check: &'static str, address: SocketAddr, error: &io::Error, key: &str) -> Line {
    let change = match error.kind() {
        io::ErrorKind::AddrInUse => format!("Stop what has it (`ss -lntup`), or set {key}."),
        io::ErrorKind::PermissionDenied => {
            format!("Let the program have low ports (CAP_NET_BIND_SERVICE), or set {key} above 1023.")
        }
        io::ErrorKind::AddrNotAvailable => format!("Set an address of this machine in {key} or media.bind."),
        _ => format!("Set {key} to what the machine can bind."),
    };
    Line::fail(check, format!("{address} cannot be bound: {error}"), change)
}

const PATIENCE: Duration = Duration::from_secs(3);
