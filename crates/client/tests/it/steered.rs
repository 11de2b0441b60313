//! A simulated consumer that does as it is told, against a scripted server with a phone at the other end.

use offhook_call::Time;
use offhook_client::audio::Tone;
use offhook_client::consumer::{Behaviour, Order, PhoneOrder};
use offhook_client::phone::{Digit, LineEvent, Phone, Source, Statistics};
use offhook_wire::consumer::{DeviceMessage, LiveCall};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::consumer::{CALL, Connection, Desk, hears_440};
use crate::phones::PATIENCE;

/// A device that rings until it is told something, and in a call if it is told to pick up.
async fn ringing() -> (Desk, Connection, mpsc::Sender<Order>) {
    let (orders, taken) = mpsc::channel(8);
    let desk = Desk::steered(Behaviour::Ignore, None, taken).await;
    let mut connection = desk.welcomed(None).await;
    connection.ring().await;
    (desk, connection, orders)
}

async fn tell(orders: &mpsc::Sender<Order>, order: Order) {
    assert!(orders.send(order).await.is_ok(), "the device goes on");
}

async fn report(orders: &mpsc::Sender<Order>) -> Option<Statistics> {
    let (reply, report) = oneshot::channel();
    tell(orders, Order::Phone(PhoneOrder::Report(reply))).await;
    timeout(PATIENCE, report).await.expect("an answer comes in time").ok()
}

fn say_440() -> Order {
    Order::Phone(PhoneOrder::Say(Source::Tone(Tone::new(440, -20.0))))
}

async fn next_digit(phone: &mut Phone) -> Digit {
    let pressing = async {
        loop {
            if let Some(LineEvent::Digit { digit, .. }) = phone.next_event().await {
                return digit;
            }
        }
    };
    timeout(PATIENCE, pressing).await.expect("a key comes in time")
}

#[tokio::test]
async fn it_picks_up_speaks_presses_counts_and_loses_packets_by_order() {
    let (_desk, mut connection, orders) = ringing().await;
    assert!(report(&orders).await.is_none(), "there is no phone yet");
    tell(&orders, Order::Accept).await;
    let mut phone = connection.accepted().await;
    tell(&orders, say_440()).await;
    hears_440(&phone).await;
    let seven = Digit::try_from('7').unwrap();
    tell(&orders, Order::Phone(PhoneOrder::Press(vec![seven]))).await;
    assert_eq!(next_digit(&mut phone).await, seven);
    assert!(report(&orders).await.is_some_and(|report| report.heard.frames > 0));

    tell(&orders, Order::Phone(PhoneOrder::Lose { percent: 100, seed: 1 })).await;
    let silent = phone.statistics().await.unwrap().heard.silent;
    let all_lost = phone.heard_until(|heard| heard.silent >= silent + 10);
    timeout(PATIENCE, all_lost).await.expect("nothing comes any more").unwrap();
    tell(&orders, Order::Phone(PhoneOrder::Lose { percent: 0, seed: 1 })).await;
    hears_440(&phone).await;
}

#[tokio::test]
async fn it_declines_by_order() {
    let (_desk, mut connection, orders) = ringing().await;
    tell(&orders, Order::Decline).await;
    assert_eq!(connection.hear().await, DeviceMessage::Decline { call: CALL });
}

#[tokio::test]
async fn it_stays_away_by_order_while_its_call_goes_on_and_says_afterwards_what_was_ordered_meanwhile() {
    let (desk, mut connection, orders) = ringing().await;
    tell(&orders, Order::Accept).await;
    let mut phone = connection.accepted().await;
    tell(&orders, say_440()).await;
    hears_440(&phone).await;
    tell(&orders, Order::Disconnect).await;
    connection.closed().await;
    let seven = Digit::try_from('7').unwrap();
    tell(&orders, Order::Phone(PhoneOrder::Press(vec![seven]))).await;
    assert_eq!(next_digit(&mut phone).await, seven);
    tell(&orders, Order::HangUp).await;
    tell(&orders, Order::Reconnect).await;
    let mut connection = desk.welcomed(Some(LiveCall::Connected { id: CALL, since: Time(0), mine: true })).await;
    assert_eq!(connection.hear().await, DeviceMessage::HangUp { call: CALL });
}
