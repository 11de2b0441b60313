//! A sandbox's clock in the hands of its tests.
//!
//! What is due by it happens in its order and at its moment, though the clock is moved on by days: the clock stops at each
//! such moment until all of it has happened.

use offhook_call::{Duration, Opening, PermissionStatus, Time, Turn};
use offhook_store::{Error, Hands};
use tokio::time::timeout;

use crate::{SandboxClock, Service};

/// What a sandbox's clock shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockReading {
    pub now: Time,
    pub frozen: bool,
    /// By how much it is ahead of the machine's clock; negative: behind.
    pub ahead: Turn,
}

/// How far the clock is moved on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advance {
    By(Duration),
    To(Time),
}

#[derive(Debug, thiserror::Error)]
pub enum ClockError {
    #[error("only a sandbox's clock is moved")]
    NoSandbox,
    #[error("the clock shows {now:?} already and does not go back")]
    Past { now: Time },
    #[error("the clock is moved on by {} days at most at a time", ADVANCE_MAX.as_secs() / SECONDS_A_DAY)]
    TooFar,
    #[error(transparent)]
    Store(#[from] Error),
}

impl Service {
    pub fn clock_reading(&self) -> Result<ClockReading, ClockError> {
        Ok(read(self.sandbox_clock()?))
    }

    /// The clock stands until it is released. Media and sockets go on.
    pub async fn freeze_clock(&self) -> Result<ClockReading, ClockError> {
        let _alone = self.inner.moving_hands.lock().await;
        let clock = self.sandbox_clock()?;
        clock.freeze();
        self.look_again();
        self.store().keep_hands(clock.hands()).await?;
        Ok(read(clock))
    }

    /// The clock goes on from where it stands.
    pub async fn release_clock(&self) -> Result<ClockReading, ClockError> {
        let _alone = self.inner.moving_hands.lock().await;
        let clock = self.sandbox_clock()?;
        // Kept first: a process that dies now must not find its store in its future.
        self.store().keep_hands(Hands::Going { ahead: clock.ahead() }).await?;
        clock.release();
        self.look_again();
        Ok(read(clock))
    }

    /// Moves the clock on. Returns once all that got due by it has happened, in its order: calls that ring no longer,
    /// permissions and hours that end, webhooks that are tried.
    pub async fn advance_clock(&self, how: Advance) -> Result<ClockReading, ClockError> {
        let _alone = self.inner.moving_hands.lock().await;
        let clock = self.sandbox_clock()?;
        let mut left = distance(how, self.now())?;
        self.store().keep_hands(moved(clock.hands(), left)).await?;
        for _ in 0..STOPS_MAX {
            let Some(next) = self.end_due().await? else { break };
            let gap = next.since(self.now());
            if gap > left {
                break;
            }
            left -= gap;
            self.move_on(clock, gap);
        }
        self.move_on(clock, left);
        self.end_due().await?;
        Ok(read(clock))
    }

    fn sandbox_clock(&self) -> Result<&SandboxClock, ClockError> {
        self.inner.parts.clock.sandbox().ok_or(ClockError::NoSandbox)
    }

    fn move_on(&self, clock: &SandboxClock, by: Duration) {
        clock.advance(by);
        self.look_again();
    }

    /// Whoever waits for a moment waits for another time now.
    fn look_again(&self) {
        self.inner.timers.look_again();
        self.inner.parts.webhooks.poke();
    }

    /// Lets everything happen that is due; when more will be.
    async fn end_due(&self) -> Result<Option<Time>, Error> {
        self.handle_deadlines().await;
        self.handle_hours().await;
        self.tell_permissions().await?;
        let webhook = timeout(SETTLED_WITHIN, self.inner.parts.webhooks.settled()).await.ok().flatten();
        let deadline = self.inner.timers.next().map(|(deadline, _)| deadline);
        let now = self.now();
        let moments = [webhook, deadline, self.next_opening(now).await?, self.next_expiry(now).await?];
        Ok(moments.into_iter().flatten().filter(|moment| *moment > now).min())
    }

    /// When a Page with a connected device opens or closes.
    async fn next_opening(&self, now: Time) -> Result<Option<Time>, Error> {
        let mut next = None;
        for page in self.inner.devices.pages() {
            let Some(page) = self.store().page(page).await? else { continue };
            let (Opening::Open { until: at } | Opening::Closed { next: at }) = page.settings.opening(now);
            next = earlier(next, at);
        }
        Ok(next)
    }

    /// When the permission of a consumer with a connected device ends.
    async fn next_expiry(&self, now: Time) -> Result<Option<Time>, Error> {
        let mut next = None;
        for (page, psid) in self.inner.devices.consumers() {
            let permission = self.store().permission(page, psid).await?;
            match permission.map(|permission| permission.status(now)) {
                Some(PermissionStatus::Granted { expires_at }) => next = earlier(next, Some(expires_at)),
                Some(PermissionStatus::None) | None => {}
            }
        }
        Ok(next)
    }
}

fn read(clock: &SandboxClock) -> ClockReading {
    let frozen = matches!(clock.hands(), Hands::Frozen { .. });
    ClockReading { now: crate::Clock::now(clock), frozen, ahead: clock.ahead() }
}

fn distance(how: Advance, now: Time) -> Result<Duration, ClockError> {
    let by = match how {
        Advance::By(by) => by,
        Advance::To(to) if to < now => return Err(ClockError::Past { now }),
        Advance::To(to) => to.since(now),
    };
    if by > ADVANCE_MAX { Err(ClockError::TooFar) } else { Ok(by) }
}

fn moved(hands: Hands, by: Duration) -> Hands {
    match hands {
        Hands::Going { ahead } => Hands::Going { ahead: Turn((Time(ahead.0) + by).0) },
        Hands::Frozen { at } => Hands::Frozen { at: at + by },
    }
}

fn earlier(one: Option<Time>, other: Option<Time>) -> Option<Time> {
    one.into_iter().chain(other).min()
}

const SECONDS_A_DAY: u64 = 86_400;

/// How far the clock is moved on at a time.
pub const ADVANCE_MAX: Duration = Duration::from_secs(366 * SECONDS_A_DAY);

/// Moments at which the clock stops on its way; what is due later happens at its end.
const STOPS_MAX: u32 = 10_000;

/// How long the clock waits for webhooks at each of them: an endpoint that never lets go must not hold it for ever.
const SETTLED_WITHIN: Duration = Duration::from_secs(60);
