use std::collections::VecDeque;
use std::time::{Duration, Instant};

use offhook_wire::consumer::{DeviceMessage, ServerMessage, close_code};
use tokio::sync::mpsc;
use tokio::time::sleep_until;
use tokio_util::sync::CancellationToken;

use super::channel::{Channel, Lost};
use super::device::Device;
use super::{Config, Order};
use crate::phone::PhoneError;
use crate::story::{Narrator, What};

/// A consumer who goes from call to call.
pub struct SimulatedConsumer {
    config: Config,
    narrator: Narrator,
    device: Device,
    orders: Option<mpsc::Receiver<Order>>,
    /// Orders that came while the channel was closed, and need it.
    waiting: VecDeque<Order>,
}

/// Why a channel is not served any more, though it was not lost.
enum Left {
    Stopped,
    /// By order.
    Disconnected,
}

/// Orders that wait for a channel; more are dropped.
const WAITING_MAX: usize = 64;

/// Why a simulated consumer gave up. A channel that is merely lost is opened again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("the consumer's token is not valid")]
    BadToken,
    #[error("the same device connected from elsewhere")]
    Replaced,
    #[error("the server does not understand this device")]
    Misunderstood,
}

/// Wait before a lost channel is opened again: doubled from the first to the last while it fails.
const BACKOFF_FIRST: Duration = Duration::from_millis(200);
const BACKOFF_LAST: Duration = Duration::from_secs(10);

impl SimulatedConsumer {
    /// Runs until it is stopped; then hangs up and closes the channel.
    pub async fn run(config: Config, narrator: Narrator, stop: CancellationToken) -> Result<(), Error> {
        Self::live(config, narrator, None, stop).await
    }

    /// As [`run`](Self::run), and does what it is told. Orders that come while there is no channel wait for one.
    pub async fn steered(
        config: Config,
        narrator: Narrator,
        orders: mpsc::Receiver<Order>,
        stop: CancellationToken,
    ) -> Result<(), Error> {
        Self::live(config, narrator, Some(orders), stop).await
    }

    async fn live(
        config: Config,
        narrator: Narrator,
        orders: Option<mpsc::Receiver<Order>>,
        stop: CancellationToken,
    ) -> Result<(), Error> {
        let device = Device::new(config.clone(), narrator.clone());
        let mut consumer = Self { config, narrator, device, orders, waiting: VecDeque::new() };
        let mut backoff = BACKOFF_FIRST;
        loop {
            let attempt = tokio::select! {
                () = stop.cancelled() => return Ok(()),
                opened = Channel::open(&consumer.config.channel) => opened,
            };
            let lost = match attempt {
                Ok(channel) => match consumer.attend(channel, &stop, &mut backoff).await {
                    Ok(Left::Stopped) => return Ok(()),
                    Ok(Left::Disconnected) => {
                        consumer.narrator.tell(What::Channel { open: false });
                        tokio::select! {
                            () = stop.cancelled() => return Ok(()),
                            () = consumer.stay_away() => continue,
                        }
                    }
                    Err(lost) => lost,
                },
                Err(lost) => lost,
            };
            consumer.narrator.tell(What::Channel { open: false });
            give_up(lost)?;
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                () = tokio::time::sleep(backoff) => backoff = (backoff * 2).min(BACKOFF_LAST),
            }
        }
    }

    /// Without a channel until it is told to open one again. What concerns the phone alone is done meanwhile.
    async fn stay_away(&mut self) {
        loop {
            let order = tokio::select! {
                () = self.device.tell_line() => continue,
                order = next_order(self.orders.as_mut()) => order,
            };
            match order {
                Some(Order::Reconnect) => return,
                Some(Order::Phone(order)) => {
                    if let Err(error) = self.device.tell_phone(order).await {
                        tracing::warn!(
                            error = &error as &dyn std::error::Error,
                            "the simulated consumer's phone failed"
                        );
                    }
                }
                Some(order) if self.waiting.len() < WAITING_MAX => self.waiting.push_back(order),
                Some(_) => tracing::warn!("an order is dropped: too many wait for the channel"),
                None => std::future::pending().await,
            }
        }
    }

    /// Serves one channel until it is lost (an error), or given up.
    async fn attend(
        &mut self,
        mut channel: Channel,
        stop: &CancellationToken,
        backoff: &mut Duration,
    ) -> Result<Left, Lost> {
        let mut welcome = false;
        let hello = DeviceMessage::Hello { token: self.config.token.clone(), device: self.config.device.clone() };
        channel.say(&hello).await?;
        let left = loop {
            let due = self.device.due();
            let reply = tokio::select! {
                () = stop.cancelled() => break Left::Stopped,
                message = channel.hear() => {
                    let message = message?;
                    if matches!(message, ServerMessage::Welcome { .. }) {
                        welcome = true;
                        self.narrator.tell(What::Channel { open: true });
                        *backoff = BACKOFF_FIRST;
                    }
                    self.device.take(message).await
                }
                Some(order) = next_waiting(&mut self.waiting, self.orders.as_mut()), if welcome => match order {
                    Order::Disconnect => break Left::Disconnected,
                    order => self.device.obey(order).await,
                },
                () = wait_until(due) => self.device.act().await,
                () = self.device.tell_line() => continue,
            };
            if let Some(reply) = self.recover(reply).await {
                self.say(&mut channel, reply).await?;
            }
        };
        if matches!(left, Left::Stopped)
            && let Some(goodbye) = self.device.leave().await
        {
            self.say(&mut channel, goodbye).await?;
        }
        channel.close().await;
        Ok(left)
    }

    /// A phone that failed ends the consumer's part of the call.
    async fn recover(&mut self, reply: Result<Option<DeviceMessage>, PhoneError>) -> Option<DeviceMessage> {
        match reply {
            Ok(reply) => reply,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the simulated consumer's phone failed");
                self.device.leave().await
            }
        }
    }

    async fn say(&mut self, channel: &mut Channel, message: DeviceMessage) -> Result<(), Lost> {
        channel.say(&message).await?;
        self.narrator.tell(What::Said(message));
        Ok(())
    }
}

fn give_up(lost: Lost) -> Result<(), Error> {
    match lost {
        Lost::Closed(close_code::BAD_TOKEN) => Err(Error::BadToken),
        Lost::Closed(close_code::REPLACED) => Err(Error::Replaced),
        Lost::Closed(close_code::BAD_MESSAGE) => Err(Error::Misunderstood),
        Lost::Closed(_) | Lost::Broken => Ok(()),
    }
}

async fn next_waiting(waiting: &mut VecDeque<Order>, orders: Option<&mut mpsc::Receiver<Order>>) -> Option<Order> {
    match waiting.pop_front() {
        Some(order) => Some(order),
        None => next_order(orders).await,
    }
}

async fn next_order(orders: Option<&mut mpsc::Receiver<Order>>) -> Option<Order> {
    match orders {
        Some(orders) => orders.recv().await,
        None => None,
    }
}

async fn wait_until(due: Option<Instant>) {
    match due {
        Some(due) => sleep_until(due.into()).await,
        None => std::future::pending().await,
    }
}
