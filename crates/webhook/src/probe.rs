//! A webhook without an event, to see what an endpoint makes of one.

use std::time::Instant;

use offhook_call::{Duration, Time};

use crate::outbound::NoAnswer;
use crate::{Outbound, signature};

/// What an endpoint did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probed {
    /// `None`: no answer.
    pub status: Option<u16>,
    pub took: Duration,
    /// The first 4 KiB of what it answered, or why it did not.
    pub response: String,
}

impl Outbound {
    /// Posts `{"object":"page","entry":[]}`, signed as any webhook, under the same limits. Nothing is recorded.
    pub async fn probe(&self, callback_url: &str, secrets: &[String], now: Time) -> Probed {
        let began = Instant::now();
        let answered = self.post_probe(callback_url, secrets, now).await;
        let took = began.elapsed();
        match answered {
            Ok((status, response)) => Probed { status: Some(status), took, response },
            Err(error) => Probed { status: None, took, response: error.explained() },
        }
    }

    async fn post_probe(&self, callback_url: &str, secrets: &[String], now: Time) -> Result<(u16, String), NoAnswer> {
        let mut request = self.post(self.permitted(callback_url)?).header("content-type", "application/json");
        let id = format!("probe-{}", rand::random::<u64>());
        for (name, value) in signature::of(&id, secrets, BODY.as_bytes(), now) {
            request = request.header(name, value);
        }
        let answer = self.answer(request.body(BODY)).await?;
        Ok((answer.status, String::from_utf8_lossy(&answer.body).into_owned()))
    }
}

/// Meta's envelope with nothing in it.
const BODY: &str = r#"{"object":"page","entry":[]}"#;
