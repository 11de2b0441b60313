//! Calls a consumer, says a tone for five seconds and hangs up.
//!
//! ```sh
//! offhook dev --json            # prints what to fill in
//! cargo run --example place_a_call -- BASE_URL PAGE PAGE_TOKEN PSID
//! ```
//!
//! It takes no webhooks, so that it needs no public address: the consumer is heard from the first SDP answer alone.
#![expect(clippy::print_stdout, reason = "an example talks to its reader")]

use std::error::Error;
use std::time::Duration;

use offhook_client::audio::Tone;
use offhook_client::graph::{Graph, PageId, Psid, Reason};
use offhook_client::phone::{Config, LineEvent, Milestone, Phone, Source, Statistics};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [base, page, token, psid] = args.as_slice() else {
        return Err("usage: place_a_call BASE_URL PAGE PAGE_TOKEN PSID".into());
    };
    let graph = Graph::new(base.parse()?, token.as_str())?;
    let statistics = place_a_call(&graph, page.parse()?, psid.parse()?, Duration::from_secs(5)).await?;
    println!("said {} packets, heard {}", statistics.packets_sent, statistics.packets_played());
    Ok(())
}

/// Calls, talks for so long once the consumer is heard, and returns what the phone counted.
pub(crate) async fn place_a_call(
    graph: &Graph,
    page: PageId,
    to: Psid,
    length: Duration,
) -> Result<Statistics, Box<dyn Error>> {
    // A phone on this machine: against Meta, `local_ip` must be an address that reaches the internet.
    let source = Source::Tone(Tone::new(440, -12.0));
    let mut phone = Phone::new(Config { source, ..Config::default() }).await?;

    // The business always makes the first offer; the answer comes at once, before the consumer picks up.
    let offer = phone.offer().await?;
    let connected = match graph.connect(page, to, &offer).await {
        Ok(connected) => connected,
        Err(error) => {
            let asks = error.refusal().is_some_and(|refusal| refusal.reason() == Reason::NoCallPermission);
            return Err(if asks {
                "the consumer has not permitted calls: Graph::ask_permission".into()
            } else {
                error.into()
            });
        }
    };
    phone.apply_answer(&connected.answer).await?;

    while let Some(event) = phone.next_event().await {
        println!("{event:?}");
        match event {
            LineEvent::Reached { milestone: Milestone::FirstPacket, .. } => {
                // Picked up.
                tokio::time::sleep(length).await;
                graph.terminate(page, &connected.call).await?;
                break;
            }
            LineEvent::IceDisconnected | LineEvent::Closed => break,
            LineEvent::Reached { .. } | LineEvent::Digit { .. } => {}
        }
    }
    Ok(phone.hang_up().await)
}
