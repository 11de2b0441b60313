//! A bug on demand, to test that one bridge's panic ends no other. Only with the feature `planted-faults`.

use offhook_call::CallId;

/// The bridge of this call panics when it forwards its first packet.
#[cfg(feature = "planted-faults")]
pub const FAULTY_CALL: CallId = CallId([0xFA; 32]);

/// Called in the middle of forwarding, where a panic would do most harm.
#[cfg(feature = "planted-faults")]
#[expect(clippy::panic, reason = "the feature exists to panic")]
pub(super) fn strike(call: CallId) {
    if call == FAULTY_CALL {
        panic!("planted fault");
    }
}

#[cfg(not(feature = "planted-faults"))]
pub(super) fn strike(_: CallId) {}
