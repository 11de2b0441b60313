//! A TLS handshake as clients make it: whether the certificate is trusted, and for how long.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use x509_cert::Certificate;
use x509_cert::der::Decode as _;

use super::Line;

/// Looks at the certificate of a host; `check` names the line.
pub(super) async fn examine(check: &'static str, host: &str, port: u16) -> Line {
    let looked = timeout(PATIENCE, look(host, port)).await.context("no answer in time").flatten();
    match looked {
        Ok(seen) => judge(check, host, &seen, SystemTime::now()),
        Err(error) => {
            let change = "Serve the whole chain of a certificate that is valid now, for this name, of an authority that clients trust.";
            Line::fail(check, format!("TLS with {host}:{port} fails: {error:#}"), change)
        }
    }
}

/// What a handshake showed.
struct Seen {
    expires: SystemTime,
    http2: bool,
}

async fn look(host: &str, port: u16) -> anyhow::Result<Seen> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let mut config = builder.with_platform_verifier()?.with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let name = ServerName::try_from(host.to_owned())?;
    let stream = TcpStream::connect((host, port)).await?;
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
    let (_, connection) = stream.get_ref();
    let leaf = connection.peer_certificates().and_then(<[_]>::first).context("there is no certificate")?;
    let expires = Certificate::from_der(leaf)?.tbs_certificate().validity().not_after.to_unix_duration();
    Ok(Seen { expires: UNIX_EPOCH + expires, http2: connection.alpn_protocol() == Some(b"h2") })
}

fn judge(check: &'static str, host: &str, seen: &Seen, now: SystemTime) -> Line {
    let days = seen.expires.duration_since(now).unwrap_or_default().as_secs() / DAY.as_secs();
    let speaks = if seen.http2 { "HTTP/2" } else { "HTTP/1.1, not HTTP/2" };
    let said = format!("{host} has a trusted certificate for {days} days, and speaks {speaks}");
    if days < RENEWED_BY {
        return Line::warn(check, said, "Renew the certificate, and see why nothing did.");
    }
    Line::ok(check, said)
}

const PATIENCE: Duration = Duration::from_secs(10);
const DAY: Duration = Duration::from_secs(24 * 3600);
/// Days before the end by which whatever renews certificates has done so.
const RENEWED_BY: u64 = 14;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Verdict;

    #[test]
    fn a_certificate_that_ends_soon_is_told() {
        let now = SystemTime::now();
        let verdict = |days| judge("tls", "host", &Seen { expires: now + DAY * days, http2: true }, now).verdict;
        assert_eq!((verdict(30), verdict(13)), (Verdict::Ok, Verdict::Warn));
    }
}
