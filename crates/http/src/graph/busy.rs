use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

/// A future whose time on a thread is measured: what a request computes, without what it waits for.
pub(super) struct Busy<F> {
    work: Pin<Box<F>>,
    spent: Spent,
}

/// How long a [`Busy`] future has computed so far.
#[derive(Clone, Default)]
pub(super) struct Spent(Arc<AtomicU64>);

impl<F: Future> Busy<F> {
    pub(super) fn new(work: F, spent: Spent) -> Self {
        Self { work: Box::pin(work), spent }
    }
}

impl<F: Future> Future for Busy<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let started = Instant::now();
        let polled = self.work.as_mut().poll(context);
        let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.spent.0.fetch_add(micros, Ordering::Relaxed);
        polled
    }
}

impl Spent {
    pub(super) fn so_far(&self) -> Duration {
        Duration::from_micros(self.0.load(Ordering::Relaxed))
    }
}
