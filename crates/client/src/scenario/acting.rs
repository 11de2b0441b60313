//! What a device does itself.

use std::time::Duration;

use tokio::sync::oneshot;
use tokio::sync::oneshot::error::TryRecvError;
use tokio::time::Instant;

use super::actor::{Actor, Noticed};
use super::script::{Action, Awaited, Condition};
use super::senses::{Call, Senses};
use crate::audio::{FRAME_TIME, MarkedTone, Tone};
use crate::consumer::{Order, PhoneOrder};
use crate::phone::{Digit, Source};

/// A call rings for 60 seconds.
const RING_WAIT: Duration = Duration::from_secs(75);

/// How long it may take from picking up to media.
const CONNECT_WAIT: Duration = Duration::from_secs(20);

/// No call lasts longer.
const CALL_MAX: Duration = Duration::from_secs(4 * 3600);

/// A key is held for 500 ms, and 100 ms lie between two.
const KEY_TIME: Duration = Duration::from_millis(600);

impl Actor {
    /// `may_be_refused`: the next step deals with a refusal.
    pub(super) async fn act(&mut self, action: &Action, may_be_refused: bool) -> Result<(), String> {
        self.senses.refused = None;
        match action {
            Action::Answer => self.answer().await,
            Action::Decline => self.decline().await,
            Action::Ignore => self.ignore().await,
            Action::Call => self.call(may_be_refused).await,
            Action::HangUp => self.hang_up().await,
            Action::Play { file, background } => self.play(file, *background).await,
            Action::Tone { hz, dbfs, marked, length } => self.tone(*hz, *dbfs, *marked, *length).await,
            Action::Echo { delay } => self.say(Source::Echo { delay: *delay }).await,
            Action::BeSilent => self.say(Source::Silence).await,
            Action::Press(digits) => self.press(digits).await,
            Action::Mute => self.switch(Order::Mute).await,
            Action::Unmute => self.switch(Order::Unmute).await,
            Action::ShowVideo => self.switch(Order::ShowVideo).await,
            Action::HideVideo => self.switch(Order::HideVideo).await,
            Action::Lose { percent } => {
                let seed = self.props.seed;
                self.tell_phone(PhoneOrder::Lose { percent: *percent, seed }).await
            }
            Action::Revoke => self.revoke().await,
            Action::Permit(granted) => self.reply(*granted).await,
            Action::Write(text) => {
                let before = self.senses.written;
                self.order(Order::Write(text.clone())).await?;
                self.expect_soon(
                    "the message did not appear in the thread",
                    unless_refused(|senses| (senses.written > before).then_some(())),
                )
                .await?
            }
            Action::Disconnect => {
                self.order(Order::Disconnect).await?;
                self.expect_soon("the channel did not close", |senses| (!senses.channel_open).then_some(())).await
            }
            Action::Reconnect => {
                self.order(Order::Reconnect).await?;
                self.expect_soon("the channel did not open", |senses| senses.channel_open.then_some(())).await
            }
        }
    }

    async fn answer(&mut self) -> Result<(), String> {
        self.ring().await?;
        self.order(Order::Accept).await?;
        // Until it is said, the state is still that of ringing.
        self.expect_soon("the accept was not said", |senses| (!matches!(senses.call, Call::Ringing(_))).then_some(()))
            .await?;
        self.wait_for(&Awaited { what: Condition::Connected, within: CONNECT_WAIT }).await
    }

    async fn decline(&mut self) -> Result<(), String> {
        self.ring().await?;
        self.order(Order::Decline).await?;
        self.expect_soon("the call did not end", |senses| matches!(senses.call, Call::Ended { .. }).then_some(())).await
    }

    async fn ignore(&mut self) -> Result<(), String> {
        self.ring().await?;
        let rings = |senses: &mut Senses| (!matches!(senses.call, Call::Ringing(_))).then_some(());
        self.notice_until(RING_WAIT, rings).await?.ok_or_else(|| "it rings and rings".to_owned())
    }

    async fn ring(&mut self) -> Result<(), String> {
        self.wait_for(&Awaited { what: Condition::Ringing, within: RING_WAIT }).await
    }

    async fn call(&mut self, may_be_refused: bool) -> Result<(), String> {
        if self.senses.has_phone() || matches!(self.senses.call, Call::Ringing(_)) {
            return Err(format!("the consumer cannot call: {}", self.senses.state()));
        }
        // An earlier call's end must not be taken for this one's.
        self.senses.call = Call::None;
        self.order(Order::Call).await?;
        let answered = |senses: &mut Senses| match (&senses.refused, senses.call) {
            (Some(refused), _) => Some(Err(format!("the server refused: {}: {}", refused.error, refused.detail))),
            (None, Call::Calling(Some(_)) | Call::Talking(_) | Call::Ended { .. }) => Some(Ok(())),
            (None, _) => None,
        };
        let answered = self.expect_soon("the server did not answer", answered).await?;
        if may_be_refused { Ok(()) } else { answered }
    }

    /// Also gives up calling.
    pub(super) async fn hang_up(&mut self) -> Result<(), String> {
        self.need_phone("hang up")?;
        self.order(Order::HangUp).await?;
        self.expect_soon("the call did not end", |senses| matches!(senses.call, Call::Ended { .. }).then_some(())).await
    }

    async fn play(&mut self, file: &str, background: bool) -> Result<(), String> {
        let (over, mut played) = oneshot::channel();
        let source = self.props.sound(file, move || {
            // Nobody waits for a file in the background.
            let _ = over.send(());
        })?;
        self.say(source).await?;
        if background {
            return Ok(());
        }
        let doing = format!("`{file}` was played");
        self.keep_talking(&doing, None, |_| !matches!(played.try_recv(), Err(TryRecvError::Empty))).await
    }

    async fn tone(&mut self, hz: u32, dbfs: f32, marked: bool, length: Option<Duration>) -> Result<(), String> {
        self.say(match marked {
            true => Source::MarkedTone(MarkedTone::new(hz, dbfs)),
            false => Source::Tone(Tone::new(hz, dbfs)),
        })
        .await?;
        let Some(length) = length else { return Ok(()) };
        self.keep_talking("the tone was said", Some(length), |_| false).await?;
        self.say(Source::Silence).await
    }

    async fn press(&mut self, digits: &[Digit]) -> Result<(), String> {
        self.tell_phone(PhoneOrder::Press(digits.to_vec())).await?;
        let length = KEY_TIME * u32::try_from(digits.len()).unwrap_or(u32::MAX) + FRAME_TIME;
        self.keep_talking("keys were pressed", Some(length), |_| false).await
    }

    /// Lets a call go on for some time, or until something is done.
    async fn keep_talking(
        &mut self,
        doing: &str,
        length: Option<Duration>,
        mut done: impl FnMut(&Senses) -> bool,
    ) -> Result<(), String> {
        let until = Instant::now() + length.unwrap_or(CALL_MAX);
        while !done(&self.senses) && self.notice(until).await? == Noticed::Something {
            if !self.senses.has_phone() {
                return Err(format!("while {doing}: {}", self.senses.state()));
            }
        }
        Ok(())
    }

    /// Changes the call's tracks, and waits for the server's word.
    async fn switch(&mut self, order: Order) -> Result<(), String> {
        if !matches!(self.senses.call, Call::Talking(_)) {
            return Err(format!("tracks are switched in a call: {}", self.senses.state()));
        }
        let before = self.senses.updates;
        self.order(order).await?;
        self.expect_soon("the server did not answer", unless_refused(|senses| (senses.updates > before).then_some(())))
            .await?
    }

    async fn revoke(&mut self) -> Result<(), String> {
        self.order(Order::Revoke).await?;
        let revoked = unless_refused(|senses| (senses.permitted == Some(false)).then_some(()));
        self.expect_soon("the permission was not revoked", revoked).await?
    }

    async fn reply(&mut self, granted: bool) -> Result<(), String> {
        self.wait_for(&Awaited { what: Condition::PermissionRequest, within: RING_WAIT }).await?;
        self.order(Order::Permit(granted)).await?;
        let replied = unless_refused(|senses| (!senses.asked).then_some(()));
        self.expect_soon("the answer did not appear in the thread", replied).await?
    }

    async fn say(&mut self, source: Source) -> Result<(), String> {
        self.tell_phone(PhoneOrder::Say(source)).await
    }

    async fn tell_phone(&mut self, order: PhoneOrder) -> Result<(), String> {
        self.need_phone("do this in")?;
        self.order(Order::Phone(order)).await
    }

    fn need_phone(&self, to: &str) -> Result<(), String> {
        let has_phone = self.senses.has_phone();
        has_phone.then_some(()).ok_or_else(|| format!("there is no call to {to}: {}", self.senses.state()))
    }

    async fn order(&mut self, order: Order) -> Result<(), String> {
        self.orders.send(order).await.map_err(|_| "the device has given up".to_owned())
    }
}

/// What is waited for, unless the server refuses.
fn unless_refused(
    mut done: impl FnMut(&mut Senses) -> Option<()>,
) -> impl FnMut(&mut Senses) -> Option<Result<(), String>> {
    move |senses| match &senses.refused {
        Some(refused) => Some(Err(format!("the server refused: {}: {}", refused.error, refused.detail))),
        None => done(senses).map(Ok),
    }
}
