//! A business that calls a consumer and does as a test says.

use offhook_call::Psid;
use offhook_client::graph::{CallId, Graph, PageId};
use offhook_client::phone::{Config, LineEvent, Phone, Source, Statistics};
use tokio::time::timeout;

use crate::dev_server::{DevServer, PATIENCE};

pub(crate) struct Caller {
    graph: Graph,
    page: PageId,
    pub(crate) call: CallId,
    pub(crate) phone: Phone,
}

impl Caller {
    /// Calls, and says this once the consumer has picked up.
    pub(crate) async fn call(server: &DevServer, to: Psid, source: Source) -> Self {
        let (graph, page) = (server.graph(), server.facts.page_id);
        let phone = Phone::new(Config { source, video: true, ..Config::default() }).await.unwrap();
        let connected = graph.connect(page, to, &phone.offer().await.unwrap()).await.unwrap();
        phone.apply_answer(&connected.answer).await.unwrap();
        Self { graph, page, call: connected.call, phone }
    }

    /// Waits until the consumer has pressed these keys.
    pub(crate) async fn hears_keys(&mut self, wanted: &str) {
        let pressing = async {
            let mut pressed = String::new();
            while !pressed.ends_with(wanted) {
                if let LineEvent::Digit { digit, .. } = self.phone.next_event().await.expect("the call goes on") {
                    pressed.push_str(&digit.to_string());
                }
            }
        };
        timeout(PATIENCE, pressing).await.expect("the keys come in time");
    }

    pub(crate) async fn hang_up(self) -> Statistics {
        self.graph.terminate(self.page, &self.call).await.unwrap();
        self.phone.hang_up().await
    }
}
