use offhook_service::{Attached, Service};
use offhook_wire::consumer::{DeviceMessage, ServerMessage};

use super::translate;
use crate::channel::{Close, Refusal, Socket};

/// Waits for `hello`, attaches the device and welcomes it.
pub(super) async fn greet(socket: &mut Socket, service: &Service) -> Result<Attached, Close> {
    let refused = match socket.receive().await? {
        Ok(DeviceMessage::Hello { token, device }) => {
            let attached = service.attach(&token, device).await?;
            socket.send(&translate::welcome(service, &attached)).await?;
            return Ok(attached);
        }
        Ok(
            DeviceMessage::Ringing { .. }
            | DeviceMessage::Accept { .. }
            | DeviceMessage::Resume { .. }
            | DeviceMessage::Decline { .. }
            | DeviceMessage::Call { .. }
            | DeviceMessage::Update { .. }
            | DeviceMessage::HangUp { .. }
            | DeviceMessage::Message { .. }
            | DeviceMessage::PermissionReply { .. }
            | DeviceMessage::RevokePermission {}
            | DeviceMessage::Postback { .. },
        ) => Refusal::HELLO_FIRST,
        Err(error) => Refusal::bad_message(&error),
    };
    socket.send(&ServerMessage::from(refused)).await?;
    Err(Close::BadMessage)
}
