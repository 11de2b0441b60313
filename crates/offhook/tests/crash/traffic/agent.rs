use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use futures_util::StreamExt as _;
use offhook_call::{AgentId, CallId, DeviceId, Psid};
use offhook_wire::desk::{AgentMessage, DeskCall, DeskCallState, DeskMessage, PastCall, Presence};
use rand::RngExt as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use tokio::time::timeout;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::header::COOKIE;

use super::{Broken, OFFER, PAUSE_MS, Scene, Socket, refused, send};
use crate::history::{At, Deed, Outcome, Thread};
use crate::stage::Agent;

/// An agent's device while its connection lasts.
struct Tab<'a> {
    scene: &'a Scene,
    agent: &'a Agent,
    dice: StdRng,
    socket: Socket,
    /// What was heard while an answer was awaited.
    heard: VecDeque<DeskMessage>,
    board: Board,
    /// With whom the calls are that boards showed.
    psids: HashMap<CallId, Psid>,
}

/// What was shown last.
#[derive(Default)]
struct Board {
    free: bool,
    ringing: Vec<DeskCall>,
    call: Option<DeskCall>,
    /// Those to whom a call can be handed over.
    free_colleagues: Vec<AgentId>,
}

/// Connects the agent's device and does as an agent does until the connection breaks.
pub(crate) async fn sit(scene: &Scene, agent: &Agent) {
    let Ok(mut tab) = Tab::connect(scene, agent).await else { return };
    let Err(Broken) = tab.live().await;
}

/// The newest calls of the agent's Pages, as the desk shows them.
pub(crate) async fn look_back(scene: &Scene, agent: &Agent) -> Option<Vec<PastCall>> {
    let mut tab = Tab::connect(scene, agent).await.ok()?;
    tab.say(AgentMessage::History {}).await.ok()?;
    loop {
        if let DeskMessage::History { calls } = tab.hear().await.ok()? {
            return Some(calls);
        }
    }
}

impl<'a> Tab<'a> {
    async fn connect(scene: &'a Scene, agent: &'a Agent) -> Result<Self, Broken> {
        let mut url = scene.base.join("/desk/v1").unwrap();
        url.set_scheme("ws").unwrap();
        let mut request = url.as_str().into_client_request().unwrap();
        request.headers_mut().insert(COOKIE, agent.cookie.parse().unwrap());
        let (socket, _) = connect_async(request).await.map_err(|_| Broken)?;
        let (dice, heard, board, psids) = (scene.dice(), VecDeque::new(), Board::default(), HashMap::new());
        let mut tab = Self { scene, agent, dice, socket, heard, board, psids };
        tab.say(hello()).await?;
        Ok(tab)
    }

    async fn live(&mut self) -> Result<std::convert::Infallible, Broken> {
        loop {
            let pause = Duration::from_millis(self.dice.random_range(PAUSE_MS));
            match self.heard.pop_front() {
                Some(message) => self.take(message),
                None => match timeout(pause, self.hear()).await {
                    Ok(message) => self.take(message?),
                    Err(_) => self.act().await?,
                },
            }
        }
    }

    fn take(&mut self, message: DeskMessage) {
        let DeskMessage::Board { free, ringing, call, colleagues } = message else { return };
        let call = call.map(|call| *call);
        let colleagues = colleagues.into_iter().filter(|one| one.state == Presence::Free);
        self.board = Board { free, ringing, call, free_colleagues: colleagues.map(|one| one.id).collect() };
    }

    async fn act(&mut self) -> Result<(), Broken> {
        match self.board.call.clone() {
            Some(call) => self.go_on(&call).await,
            None => self.begin().await,
        }
    }

    async fn begin(&mut self) -> Result<(), Broken> {
        match (self.dice.random_range(0..100), self.board.ringing.first().map(|call| call.id)) {
            (0..80, Some(call)) => self.pick_up(call).await,
            (80..85, Some(call)) => self.refuse(call).await,
            (0..15, None) => self.dial().await,
            (15..75, None) if !self.board.free => self.set_free(true).await,
            (15..18, None) => self.set_free(false).await,
            (_, _) => Ok(()),
        }
    }

    /// With the call that the agent has.
    async fn go_on(&mut self, shown: &DeskCall) -> Result<(), Broken> {
        let (call, agent) = (shown.id, self.agent.id);
        let (on, talks) = (shown.held_since.is_none(), shown.state == DeskCallState::Connected);
        let to = self.board.free_colleagues.choose(&mut self.dice).copied();
        let (message, deed) = match (self.dice.random_range(0..100), to) {
            (0..10, _) => (AgentMessage::HangUp { call }, Deed::Terminate { call }),
            (10..40, _) if talks => (AgentMessage::Hold { call, on }, Deed::Hold { agent, call, on }),
            (40..70, Some(to)) if talks => (AgentMessage::HandOver { call, to }, Deed::HandOver { agent, call, to }),
            (_, _) => return Ok(()),
        };
        let from = At::now();
        let outcome = self.tell(message, call).await;
        self.log(self.thread_of(call), from, deed, outcome)
    }

    async fn pick_up(&mut self, call: CallId) -> Result<(), Broken> {
        let from = At::now();
        let accept = AgentMessage::Accept { call, sdp: OFFER.to_owned() };
        let accepted = |told: &DeskMessage| matches!(told, DeskMessage::Accepted { call: of, .. } if *of == call);
        let (outcome, _) = self.ask(accept, Some(call), accepted).await;
        // What rings no more is not asked for again before the next board.
        self.board.ringing.retain(|ringing| ringing.id != call);
        self.log(self.thread_of(call), from, Deed::AgentAccept { agent: self.agent.id, call }, outcome)
    }

    /// Nothing is kept of it once the call is over.
    async fn refuse(&mut self, call: CallId) -> Result<(), Broken> {
        match self.tell(AgentMessage::Refuse { call }, call).await {
            Outcome::Done | Outcome::Refused(_) => Ok(()),
            Outcome::Unknown => Err(Broken),
        }
    }

    async fn dial(&mut self) -> Result<(), Broken> {
        let consumers = self.scene.stage.consumers.iter().filter(|consumer| consumer.page == self.agent.page);
        let consumer =
            consumers.collect::<Vec<_>>().choose(&mut self.dice).map(|consumer| (consumer.psid, consumer.thread()));
        let (psid, thread) = consumer.expect("every Page has consumers");
        let from = At::now();
        let dial = AgentMessage::Dial { page: self.agent.page, psid, sdp: OFFER.to_owned() };
        let (outcome, told) = self.ask(dial, None, |told| matches!(told, DeskMessage::Dialed { .. })).await;
        let call = told.and_then(|told| if let DeskMessage::Dialed { call, .. } = told { Some(call) } else { None });
        self.psids.extend(call.map(|call| (call, psid)));
        self.log(thread, from, Deed::Dial { agent: self.agent.id, call }, outcome)
    }

    async fn set_free(&mut self, free: bool) -> Result<(), Broken> {
        let from = At::now();
        let shown = |told: &DeskMessage| matches!(told, DeskMessage::Board { free: is_free, .. } if *is_free == free);
        let (outcome, board) = self.ask(AgentMessage::Free { free }, None, shown).await;
        if let Some(board) = board {
            self.take(board);
        }
        let thread = Thread { page: self.agent.page, psid: None };
        self.log(thread, from, Deed::Free { agent: self.agent.id, free }, outcome)
    }

    fn thread_of(&self, call: CallId) -> Thread {
        Thread { page: self.agent.page, psid: self.psids.get(&call).copied() }
    }

    fn log(&self, thread: Thread, from: At, deed: Deed, outcome: Outcome) -> Result<(), Broken> {
        let broken = outcome == Outcome::Unknown;
        self.scene.log(thread, from, deed, outcome);
        if broken { Err(Broken) } else { Ok(()) }
    }

    /// Says something about a call that nothing answers, unless it is refused, and waits until it was heard: who says hello
    /// again is always told so.
    async fn tell(&mut self, message: AgentMessage, about: CallId) -> Outcome {
        if self.say(message).await.is_err() || self.say(hello()).await.is_err() {
            return Outcome::Unknown;
        }
        let mut outcome = Outcome::Done;
        loop {
            match self.hear().await {
                Ok(DeskMessage::Error { error, .. }) if error == "hello_again" => return outcome,
                Ok(DeskMessage::Error { call: Some(call), error, .. }) if call == about => outcome = refused(error),
                Ok(told) => self.heard.push_back(told),
                Err(Broken) => return Outcome::Unknown,
            }
        }
    }

    /// Says something and waits for what acknowledges it, or for a refusal that is about the same call or about none.
    async fn ask(
        &mut self,
        message: AgentMessage,
        about: Option<CallId>,
        acknowledges: impl Fn(&DeskMessage) -> bool,
    ) -> (Outcome, Option<DeskMessage>) {
        if self.say(message).await.is_err() {
            return (Outcome::Unknown, None);
        }
        loop {
            match self.hear().await {
                Ok(told) if acknowledges(&told) => return (Outcome::Done, Some(told)),
                Ok(DeskMessage::Error { call, error, .. }) if call == about => {
                    return (refused(error), None);
                }
                Ok(told) => self.heard.push_back(told),
                Err(Broken) => return (Outcome::Unknown, None),
            }
        }
    }

    async fn say(&mut self, message: AgentMessage) -> Result<(), Broken> {
        send(&mut self.socket, &message).await
    }

    async fn hear(&mut self) -> Result<DeskMessage, Broken> {
        loop {
            let Some(Ok(message)) = self.socket.next().await else { return Err(Broken) };
            let Message::Text(text) = message else {
                let Message::Close(Some(why)) = &message else { continue };
                assert_ne!(u16::from(why.code), NOBODY, "who has signed in stays signed in");
                continue;
            };
            let told = serde_json::from_str(&text).expect("the server says what the protocol has");
            if let DeskMessage::Board { ringing, call, .. } = &told {
                self.psids.extend(ringing.iter().chain(call.as_deref()).map(|call| (call.id, call.psid)));
            }
            if let DeskMessage::Ended { call, reason, .. } = told {
                self.log(self.thread_of(call), At::now(), Deed::Told { call, reason }, Outcome::Done)?;
            }
            if let DeskMessage::HandedOver { call } = told {
                let deed = Deed::HandedOver { agent: self.agent.id, call };
                self.log(self.thread_of(call), At::now(), deed, Outcome::Done)?;
            }
            return Ok(told);
        }
    }
}

fn hello() -> AgentMessage {
    AgentMessage::Hello { device: DeviceId::try_from("tab".to_owned()).expect("a word is a device's name") }
}

/// The connection is closed with this if nobody is signed in.
const NOBODY: u16 = 4401;
