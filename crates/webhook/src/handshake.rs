use crate::Outbound;
use crate::outbound::NoAnswer;

/// Why a callback did not pass the handshake; the text is for its developer.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandshakeError {
    #[error("{0}")]
    NoAnswer(String),
    #[error("the callback answered {0} to the hub.challenge request, not 200")]
    Status(u16),
    #[error("the callback did not answer with the value of hub.challenge")]
    Challenge,
}

impl Outbound {
    /// Asks a callback to prove that it wants this app's webhooks (Meta's Webhooks page): a GET with `hub.mode`,
    /// `hub.verify_token` and `hub.challenge`, a random number that must come back with status 200.
    pub async fn verify_callback(&self, callback_url: &str, verify_token: &str) -> Result<(), HandshakeError> {
        let challenge = rand::random::<u32>().to_string();
        let mut url = self.permitted(callback_url).map_err(unanswered)?;
        url.query_pairs_mut()
            .append_pair("hub.mode", "subscribe")
            .append_pair("hub.verify_token", verify_token)
            .append_pair("hub.challenge", &challenge);
        let answer = self.answer(self.get(url)).await.map_err(unanswered)?;
        match answer.status {
            200 if answer.body.trim_ascii() == challenge.as_bytes() => Ok(()),
            200 => Err(HandshakeError::Challenge),
            status => Err(HandshakeError::Status(status)),
        }
    }
}

fn unanswered(error: NoAnswer) -> HandshakeError {
    HandshakeError::NoAnswer(error.explained())
}
