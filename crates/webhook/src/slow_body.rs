//! A body that takes its time.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use offhook_call::Duration;
use tokio::time::{Sleep, sleep};

/// Pieces, each after a pause.
const PIECES: u32 = 8;

pub(crate) struct SlowBody {
    left: Bytes,
    piece: usize,
    pause: Duration,
    /// The pause that is being made.
    pausing: Option<Pin<Box<Sleep>>>,
}

impl SlowBody {
    /// It takes so long from the head of the request to its end.
    pub(crate) fn new(body: Vec<u8>, over: Duration) -> Self {
        let piece = body.len().div_ceil(PIECES as usize).max(1);
        Self { left: body.into(), piece, pause: over / PIECES, pausing: None }
    }
}

impl Body for SlowBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.left.is_empty() {
            return Poll::Ready(None);
        }
        let pause = self.pause;
        let pausing = self.pausing.get_or_insert_with(|| Box::pin(sleep(pause)));
        ready!(pausing.as_mut().poll(context));
        self.pausing = None;
        let piece = self.piece.min(self.left.len());
        Poll::Ready(Some(Ok(Frame::data(self.left.split_to(piece)))))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left.len() as u64)
    }
}
