//! Two phones over real sockets and in real time: short, because it costs real seconds.

use std::time::Duration;

use offhook_client::audio::Tone;
use offhook_client::phone::{Config, LineEvent, Milestone, Phone, PhoneError, Source};
use tokio::time::timeout;

/// Far above what anything here takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn two_phones_talk_over_loopback_and_one_hangs_up() {
    let saying = |hz, listen_for_hz| {
        let source = Source::Tone(Tone::new(hz, -20.0));
        Config { source, listen_for_hz, ..Config::default() }
    };
    let mut caller = Phone::new(saying(440, 660)).await.unwrap();
    let mut callee = Phone::new(saying(660, 440)).await.unwrap();
    let answer = callee.apply_offer(&caller.offer().await.unwrap()).await.unwrap();
    caller.apply_answer(&answer).await.unwrap();
    reached(&mut caller, Milestone::FirstPacket).await;
    reached(&mut callee, Milestone::FirstPacket).await;
    for phone in [&caller, &callee] {
        timeout(PATIENCE, phone.heard_until(|heard| heard.frames >= 25)).await.unwrap().unwrap();
    }
    let heard = caller.hang_up().await.heard;
    assert!(heard.level.tone_share() > 0.8, "{heard:?}");
    assert!((heard.level.dbfs().unwrap() + 20.0).abs() < 1.5, "{heard:?}");
    timeout(PATIENCE, async { while callee.next_event().await != Some(LineEvent::Closed) {} }).await.unwrap();
    assert!(matches!(callee.offer().await, Err(PhoneError::Closed)));
    let heard = callee.hang_up().await.heard;
    assert!(heard.level.tone_share() > 0.8, "{heard:?}");
}

async fn reached(phone: &mut Phone, wanted: Milestone) {
    let reaching = async {
        while let Some(event) = phone.next_event().await {
            if matches!(event, LineEvent::Reached { milestone, .. } if milestone == wanted) {
                return true;
            }
        }
        false
    };
    assert!(timeout(PATIENCE, reaching).await.unwrap(), "closed before {wanted:?}");
}
