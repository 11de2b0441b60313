//! Steps in virtual time: a test plays the device, and there is no server.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use offhook_call::{CallId, EndReason, PageId, Psid, Status, Time};
use offhook_wire::consumer::{DeviceMessage, PageInfo, ServerMessage};
use tokio::sync::mpsc;
use tokio::time::{Instant, interval, sleep};
use tokio_util::sync::CancellationToken;

use super::Scenario;
use super::actor::{Actor, Trouble};
use super::hearing::Hearing;
use super::props::Props;
use super::senses::Senses;
use crate::admin::Admin;
use crate::audio::{FRAME_TIME, Frame, SILENCE, Tone};
use crate::consumer::{Order, PhoneOrder};
use crate::phone::{LineEvent, Milestone, Source};
use crate::story::{Narrator, Party, What};

const CALL: CallId = CallId([5; 32]);

/// An actor, and all that a device would have.
struct Rehearsal {
    actor: Actor,
    device: Device,
    began: Instant,
}

struct Device {
    narrator: Narrator,
    frames: mpsc::Sender<Box<Frame>>,
    orders: mpsc::Receiver<Order>,
}

impl Rehearsal {
    fn begin() -> Self {
        let (narrator, story) = Narrator::begin(Party::Consumer);
        let ((orders, taken), (heard, frames)) = (mpsc::channel(16), mpsc::channel(16));
        let admin = Admin::new("http://127.0.0.1:9".parse().unwrap(), "nobody").unwrap();
        let hello = include_bytes!("../../../../examples/scenarios/hello.wav");
        let sounds = BTreeMap::from([("hello.wav".to_owned(), Arc::from(&hello[..]))]);
        let actor = Actor {
            senses: Senses::new(Hearing::of(vec![440, 660])),
            props: Arc::new(Props::new(admin, PageId(1), 7, 0, sounds)),
            consumer: Psid(2),
            orders,
            story,
            frames,
            tell: Box::new(|_| {}),
            stop: CancellationToken::new(),
            deadline: None,
        };
        let device = Device { narrator, frames: heard, orders: taken };
        Self { actor, device, began: Instant::now() }
    }

    /// In a call, connected.
    fn in_call() -> Self {
        let rehearsal = Self::begin();
        rehearsal.device.connects();
        rehearsal
    }

    /// Takes steps while the device does its part; how the first that did not pass went, and when all was over.
    async fn take(self, steps: &str, device: impl AsyncFnOnce(&mut Device)) -> (Result<(), Trouble>, Duration) {
        let Self { mut actor, device: mut part, began } = self;
        let scenario = Scenario::parse("test", &format!("[[consumer]]\nsteps = [{steps}]")).unwrap();
        let script = scenario.consumers[0].devices[0].clone();
        let acting = async {
            for (step, next) in script.pairs() {
                actor.take(step, next).await?;
            }
            Ok(())
        };
        let playing = async {
            device(&mut part).await;
            std::future::pending::<()>().await;
        };
        tokio::select! {
            took = acting => (took, began.elapsed()),
            () = playing => unreachable!("the device waits for the actor"),
        }
    }
}

impl Device {
    fn tell(&self, message: ServerMessage) {
        self.narrator.tell(What::Told(message));
    }

    fn rings(&self) {
        let page = PageInfo { id: PageId(1), name: "Shop".to_owned() };
        self.tell(ServerMessage::Incoming { call: CALL, page, ring_until: Time(0) });
    }

    fn connects(&self) {
        self.narrator.tell(What::Said(DeviceMessage::Accept { call: CALL, sdp: String::new() }));
        self.tell(ServerMessage::Accepted { call: CALL, sdp: String::new() });
        let (milestone, after) = (Milestone::DtlsConnected, Duration::ZERO);
        self.narrator.tell(What::Line(LineEvent::Reached { milestone, after }));
    }

    fn ends(&self) {
        let (status, reason) = (Status::Completed, EndReason::BusinessHungUp);
        self.tell(ServerMessage::Ended { call: CALL, status, reason, seconds: 1 });
    }

    /// Hears so many of these frames, 50 in a second.
    async fn hears(&self, frames: impl Iterator<Item = Frame>) {
        let mut pace = interval(FRAME_TIME);
        for frame in frames {
            pace.tick().await;
            self.frames.send(Box::new(frame)).await.unwrap();
        }
    }
}

fn tone(hz: u32) -> impl Iterator<Item = Frame> {
    let mut tone = Tone::new(hz, -20.0);
    std::iter::repeat_with(move || tone.next_frame())
}

fn unmet(took: Result<(), Trouble>) -> String {
    let Err(Trouble::Unmet(reason)) = took else { panic!("{took:?}") };
    reason
}

fn stuck(took: Result<(), Trouble>) -> String {
    let Err(Trouble::Stuck(reason)) = took else { panic!("{took:?}") };
    reason
}

#[tokio::test(start_paused = true)]
async fn a_tone_is_met_as_soon_as_it_has_lasted() {
    let device = async |device: &mut Device| {
        device.hears(std::iter::repeat_n(SILENCE, 50)).await;
        device.hears(tone(440)).await;
    };
    let (took, after) = Rehearsal::in_call().take(r#"{ expect = "tone", hz = 440, for = "400ms" }"#, device).await;
    took.unwrap();
    // Three quarters of the 400 ms after a second of silence.
    assert!((1_260..=1_340).contains(&after.as_millis()), "{after:?}");
}

#[tokio::test(start_paused = true)]
async fn what_does_not_come_in_time_is_told_with_what_came_instead() {
    let device = async |device: &mut Device| device.hears(tone(660)).await;
    let (took, after) = Rehearsal::in_call().take(r#"{ expect = "tone", hz = 440, within = "2s" }"#, device).await;
    assert_eq!(unmet(took), "not within 2s: there was sound of -20 dBFS, a tone of about 660 Hz");
    assert_eq!(after.as_secs(), 2);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_waited_for_in_a_call_that_is_over() {
    let device = async |device: &mut Device| {
        device.hears(tone(660).take(50)).await;
        device.ends();
    };
    let (took, after) = Rehearsal::in_call().take(r#"{ wait = "tone", hz = 440, within = "1m" }"#, device).await;
    let reason = stuck(took);
    assert!(
        reason.starts_with("the call has ended: Completed, business_hung_up; until then there was sound"),
        "{reason}"
    );
    assert!(after < Duration::from_secs(2), "{after:?}");
}

#[tokio::test(start_paused = true)]
async fn a_call_is_answered_when_it_rings_and_goes_on_when_media_flows() {
    let device = async |device: &mut Device| {
        sleep(Duration::from_secs(3)).await;
        device.rings();
        let Some(Order::Accept) = device.orders.recv().await else { panic!("no accept") };
        sleep(Duration::from_secs(2)).await;
        device.connects();
    };
    let (took, after) = Rehearsal::begin().take(r#""answer", { expect = "connected" }"#, device).await;
    took.unwrap();
    assert_eq!(after, Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn a_file_is_played_to_its_end() {
    let device = async |device: &mut Device| {
        let Some(Order::Phone(PhoneOrder::Say(Source::Frames(mut said)))) = device.orders.recv().await else {
            panic!("nothing is said")
        };
        device.hears(std::iter::repeat_with(|| said.next().unwrap_or(SILENCE))).await;
    };
    let (took, after) = Rehearsal::in_call().take(r#"{ play = "hello.wav" }"#, device).await;
    took.unwrap();
    // 2.71 s, and a frame of silence after it.
    assert!((2_700..=2_800).contains(&after.as_millis()), "{after:?}");
}

#[tokio::test(start_paused = true)]
async fn what_is_played_when_the_call_ends_is_stuck() {
    let device = async |device: &mut Device| {
        sleep(Duration::from_secs(1)).await;
        device.ends();
    };
    let (took, _) = Rehearsal::in_call().take(r#"{ play = "hello.wav" }"#, device).await;
    assert_eq!(stuck(took), "while `hello.wav` was played: the call has ended: Completed, business_hung_up");
    let (took, _) = Rehearsal::begin().take(r#"{ press = "1" }"#, async |_: &mut Device| {}).await;
    assert_eq!(stuck(took), "there is no call to do this in: there is no call");
}

#[tokio::test(start_paused = true)]
async fn a_refused_call_is_stuck_unless_the_refusal_is_expected() {
    async fn refuse(device: &mut Device) {
        let Some(Order::Call) = device.orders.recv().await else { panic!("no call") };
        device.narrator.tell(What::Said(DeviceMessage::Call {
            sdp: String::new(),
            tracks: Vec::new().try_into().unwrap(),
            via: None,
        }));
        let (error, detail) = ("outside_call_hours".to_owned(), "Closed.".to_owned());
        device.tell(ServerMessage::Error { call: None, error, detail });
    }
    let (took, _) = Rehearsal::begin().take(r#""call""#, refuse).await;
    assert_eq!(stuck(took), "the server refused: outside_call_hours: Closed.");
    let expected = r#""call", { expect = "refused", error = "outside_call_hours" }"#;
    Rehearsal::begin().take(expected, refuse).await.0.unwrap();
    let otherwise = r#""call", { expect = "refused", error = "consumer_busy" }"#;
    let reason = unmet(Rehearsal::begin().take(otherwise, refuse).await.0);
    assert_eq!(reason, "the server refused for another reason: outside_call_hours: Closed.");
}

#[tokio::test(start_paused = true)]
async fn keys_are_kept_until_they_are_asked_for_and_used_up_then() {
    let device = async |device: &mut Device| {
        for key in "142#".chars() {
            let (digit, held) = (key.try_into().unwrap(), Duration::from_millis(500));
            device.narrator.tell(What::Line(LineEvent::Digit { digit, held }));
        }
    };
    let steps = r#"{ wait = "2s" }, { expect = "keys", digits = "42" }, { expect = "keys", digits = "42" }"#;
    let (took, after) = Rehearsal::in_call().take(steps, device).await;
    assert_eq!(unmet(took), "not within 10s: the keys so far are #");
    assert_eq!(after, Duration::from_secs(12));
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_stopped_or_has_reached_its_limit_waits_for_nothing() {
    let mut limited = Rehearsal::begin();
    limited.actor.deadline = Some(Instant::now() + Duration::from_secs(5));
    let (took, after) = limited.take(r#"{ wait = "ringing" }"#, async |_: &mut Device| {}).await;
    assert_eq!((stuck(took), after), ("the run has reached its `limit`".to_owned(), Duration::from_secs(5)));
    let stopped = Rehearsal::begin();
    let stop = stopped.actor.stop.clone();
    let device = async |_: &mut Device| {
        sleep(Duration::from_secs(3)).await;
        stop.cancel();
    };
    let (took, after) = stopped.take(r#"{ wait = "1h" }"#, device).await;
    assert_eq!((stuck(took), after), ("the run was stopped".to_owned(), Duration::from_secs(3)));
}
