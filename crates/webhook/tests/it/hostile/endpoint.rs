//! An endpoint on a bare socket, free to break HTTP in any way. It remembers each webhook and whether it acknowledged it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use offhook_webhook::Clock;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::task::AbortOnDropHandle;

use super::checker::Arrival;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Status(u16),
    /// The connection is reset when the request has come.
    Reset,
    /// It is closed before.
    CloseAtOnce,
    Hang,
    /// A status line that never ends, a byte now and then.
    DripHead,
    /// 200, then as slowly a body.
    DripBody,
    /// 302 to itself.
    Redirect,
    /// 429 with `Retry-After` in seconds.
    TooMany(u64),
    /// 429 with `Retry-After` as a date, so many seconds ahead.
    TooManyUntil(i64),
    /// Plain text on a port that the callback says is TLS.
    PlainTextOnTls,
    HugeHeader,
    CountlessHeaders,
    /// HTTP/0.9: no status line.
    NoHttp,
    /// Interim answers without end.
    InformationStorm,
    /// Half a head.
    BrokenHead,
    /// 200, and no end of a body of 10 GiB.
    EndlessBody,
    /// 200 with a `Content-Length`, and no content.
    CloseAfterHead,
    /// 200, and chunks that are none.
    BrokenChunks,
    /// 200, and bytes that unpack to very many.
    Bomb,
    /// 200 or one of the failures, by the seed.
    Flapping(u64),
}

impl Mode {
    /// How long its tries may take in real time: where they hang it is short, elsewhere no busy machine reaches it.
    pub(super) fn timeout(self) -> Duration {
        match self {
            Self::Hang | Self::DripHead | Self::InformationStorm => Duration::from_millis(100),
            // Its head must come in time.
            Self::DripBody => Duration::from_secs(2),
            Self::Status(_)
            | Self::Reset
            | Self::CloseAtOnce
            | Self::Redirect
            | Self::TooMany(_)
            | Self::TooManyUntil(_)
            | Self::PlainTextOnTls
            | Self::HugeHeader
            | Self::CountlessHeaders
            | Self::NoHttp
            | Self::BrokenHead
            | Self::EndlessBody
            | Self::CloseAfterHead
            | Self::BrokenChunks
            | Self::Bomb
            | Self::Flapping(_) => Duration::from_secs(5),
        }
    }
}

const FLAPS: [Mode; 6] =
    [Mode::Reset, Mode::CloseAtOnce, Mode::Status(500), Mode::NoHttp, Mode::BrokenHead, Mode::Redirect];

pub(super) struct Endpoint {
    port: u16,
    shared: Arc<Shared>,
    _server: AbortOnDropHandle<()>,
}

struct Shared {
    mode: Mutex<Mode>,
    flapping: Mutex<StdRng>,
    log: Mutex<Vec<Arrival>>,
    clock: Arc<dyn Clock>,
    /// Bytes of the longest answer that were taken from us.
    largest_answer: AtomicU64,
}

/// Between two bytes of a drip; far below any time-out.
const DRIP: Duration = Duration::from_millis(10);

impl Endpoint {
    pub(super) async fn start(mode: Mode, clock: Arc<dyn Clock>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seed = if let Mode::Flapping(seed) = mode { seed } else { 0 };
        let shared = Arc::new(Shared {
            mode: Mutex::new(mode),
            flapping: Mutex::new(StdRng::seed_from_u64(seed)),
            log: Mutex::default(),
            clock,
            largest_answer: AtomicU64::new(0),
        });
        let serving = Arc::clone(&shared);
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(Arc::clone(&serving).serve(stream));
            }
        });
        Self { port, shared, _server: AbortOnDropHandle::new(server) }
    }

    pub(super) fn url(&self) -> String {
        let scheme = if *self.shared.mode.lock().unwrap() == Mode::PlainTextOnTls { "https" } else { "http" };
        format!("{scheme}://127.0.0.1:{}/hook", self.port)
    }

    pub(super) fn set(&self, mode: Mode) {
        *self.shared.mode.lock().unwrap() = mode;
    }

    pub(super) fn log(&self) -> Vec<Arrival> {
        self.shared.log.lock().unwrap().clone()
    }

    pub(super) fn largest_answer(&self) -> u64 {
        self.shared.largest_answer.load(Ordering::Relaxed)
    }
}

impl Shared {
    async fn serve(self: Arc<Self>, mut stream: TcpStream) {
        let mode = *self.mode.lock().unwrap();
        let mode = if let Mode::Flapping(_) = mode { self.flap() } else { mode };
        if mode == Mode::CloseAtOnce {
            return;
        }
        if mode == Mode::PlainTextOnTls {
            // The client has said hello; what it hears is no TLS.
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
            return;
        }
        let Some((id, body)) = read_webhook(&mut stream).await else { return };
        let acknowledged = mode.acknowledges();
        self.log.lock().unwrap().push(Arrival { at: self.clock.now(), id, body, acknowledged });
        let sent = self.answer(mode, &mut stream).await;
        self.largest_answer.fetch_max(sent, Ordering::Relaxed);
    }

    fn flap(&self) -> Mode {
        let mut random = self.flapping.lock().unwrap();
        if random.random_ratio(1, 3) { Mode::Status(200) } else { FLAPS[random.random_range(0..FLAPS.len())] }
    }

    /// Answers; how many bytes of it were taken.
    async fn answer(&self, mode: Mode, stream: &mut TcpStream) -> u64 {
        let date = |seconds: i64| {
            let at = u64::try_from(self.clock.now().seconds() + seconds).unwrap();
            httpdate::fmt_http_date(std::time::UNIX_EPOCH + Duration::from_secs(at))
        };
        let once = match mode {
            Mode::Status(status) => head(status, "Content-Length: 0"),
            Mode::Redirect => head(302, "Location: /elsewhere\r\nContent-Length: 0"),
            Mode::TooMany(seconds) => head(429, &format!("Retry-After: {seconds}\r\nContent-Length: 0")),
            Mode::TooManyUntil(seconds) => head(429, &format!("Retry-After: {}\r\nContent-Length: 0", date(seconds))),
            Mode::HugeHeader => head(200, &format!("X-Huge: {}", "x".repeat(4 << 20))),
            Mode::CountlessHeaders => head(200, &"X-Many: 1\r\n".repeat(100_000)),
            Mode::NoHttp => "thank you\n".to_owned(),
            Mode::BrokenHead => "HTTP/1.1 200 O".to_owned(),
            Mode::CloseAfterHead => head(200, "Content-Length: 100"),
            Mode::BrokenChunks => head(200, "Transfer-Encoding: chunked") + "no number\r\nno chunk\r\n",
            Mode::DripBody | Mode::EndlessBody => head(200, &format!("Content-Length: {}", 10_u64 << 30)),
            // A gzip header; whoever unpacks would go on for long.
            Mode::Bomb => head(200, "Content-Encoding: gzip\r\nContent-Length: 100000") + &"\u{1f}".repeat(100_000),
            Mode::Reset => {
                let _ = stream.set_zero_linger();
                return 0;
            }
            Mode::Hang | Mode::DripHead | Mode::InformationStorm => String::new(),
            Mode::CloseAtOnce | Mode::PlainTextOnTls | Mode::Flapping(_) => unreachable!("they are answered before"),
        };
        if stream.write_all(once.as_bytes()).await.is_err() {
            return 0;
        }
        let (piece, pause) = match mode {
            Mode::Hang => (&b""[..], DRIP),
            Mode::DripHead => (&b"H"[..], DRIP),
            Mode::DripBody => (&b"x"[..], DRIP),
            Mode::InformationStorm => (&b"HTTP/1.1 102 Processing\r\n\r\n"[..], Duration::from_millis(1)),
            Mode::EndlessBody => (&[b'x'; 64 << 10][..], Duration::ZERO),
            Mode::Status(_)
            | Mode::Reset
            | Mode::CloseAtOnce
            | Mode::Redirect
            | Mode::TooMany(_)
            | Mode::TooManyUntil(_)
            | Mode::PlainTextOnTls
            | Mode::HugeHeader
            | Mode::CountlessHeaders
            | Mode::NoHttp
            | Mode::BrokenHead
            | Mode::CloseAfterHead
            | Mode::BrokenChunks
            | Mode::Bomb
            | Mode::Flapping(_) => return once.len() as u64,
        };
        once.len() as u64 + endless(stream, piece, pause).await
    }
}

/// Writes pieces until the other side has gone; how many bytes it took.
async fn endless(stream: &mut TcpStream, piece: &[u8], pause: Duration) -> u64 {
    let mut taken = 0;
    let mut gone = [0];
    loop {
        tokio::select! {
            _ = stream.read(&mut gone) => return taken,
            () = tokio::time::sleep(pause) => {}
        }
        match stream.write(piece).await {
            Ok(count) => taken += count as u64,
            Err(_) => return taken,
        }
    }
}

impl Mode {
    fn acknowledges(self) -> bool {
        match self {
            Self::Status(status) => (200..300).contains(&status),
            Self::DripBody | Self::EndlessBody | Self::CloseAfterHead | Self::BrokenChunks | Self::Bomb => true,
            Self::Reset
            | Self::CloseAtOnce
            | Self::Hang
            | Self::DripHead
            | Self::Redirect
            | Self::TooMany(_)
            | Self::TooManyUntil(_)
            | Self::PlainTextOnTls
            | Self::HugeHeader
            | Self::CountlessHeaders
            | Self::NoHttp
            | Self::InformationStorm
            | Self::BrokenHead
            | Self::Flapping(_) => false,
        }
    }
}

fn head(status: u16, headers: &str) -> String {
    format!("HTTP/1.1 {status} Whatever\r\nConnection: close\r\n{headers}\r\n\r\n")
}

/// The webhook's id and its body. Only what the worker asks for may be answered: it must not accept packed answers.
async fn read_webhook(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut read = Vec::new();
    let head_end = loop {
        if let Some(at) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(&mut read).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&read[..head_end]).to_ascii_lowercase();
    let original = String::from_utf8_lossy(&read[..head_end]).into_owned();
    assert!(!head.contains("accept-encoding"), "{head}");
    let header = |name: &str| {
        let line = original.lines().find(|line| line.to_ascii_lowercase().starts_with(&format!("{name}: ")));
        line.map(|line| line[name.len() + 2..].trim().to_owned())
    };
    let length: usize = header("content-length")?.parse().ok()?;
    while read.len() < head_end + length {
        if stream.read_buf(&mut read).await.ok()? == 0 {
            return None;
        }
    }
    Some((header("webhook-id")?, read[head_end..].to_vec()))
}
