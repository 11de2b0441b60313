//! The lite side of ICE (RFC 8445): answer authentic connectivity checks, send where the peer nominated.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use is::stun::StunMessage;
use sha1::Sha1;

use super::transmits::{Remote, Route};
use crate::leg::IceCredentials;

/// One leg's end of ICE: its credentials and the paths that passed an authentic check.
#[derive(Debug)]
pub(super) struct IceLite {
    local: IceCredentials,
    remote_ufrag: String,
    /// At most [`PATHS_MAX`], in no order.
    paths: Vec<Path>,
    selected: Option<Route>,
}

/// A way to the peer that passed a check.
#[derive(Debug, Clone, Copy)]
struct Path {
    route: Route,
    /// Of the peer's candidate (RFC 8445 section 7.1.1).
    priority: u32,
    checked_at: Instant,
    nominated_at: Option<Instant>,
}

/// What an authentic check calls for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Answer; the path is known now. A path may have had to make room for it.
    Accepted { forgotten: Option<Remote> },
    /// Tell the peer that it controls, since a lite agent never does (RFC 8445 section 6.1.1).
    RoleConflict,
}

impl IceLite {
    pub(super) fn new(local: IceCredentials, remote_ufrag: String) -> Self {
        Self { local, remote_ufrag, paths: Vec::new(), selected: None }
    }

    /// Credentials that are not those known restart ICE (RFC 8445 section 9): the paths stay until new checks select
    /// another one, but no longer count as nominated. Returns whether it is a restart.
    pub(super) fn update(&mut self, local: IceCredentials, remote_ufrag: String) -> bool {
        let restarts = self.local != local || self.remote_ufrag != remote_ufrag;
        if restarts {
            self.paths.iter_mut().for_each(|path| path.nominated_at = None);
        }
        self.local = local;
        self.remote_ufrag = remote_ufrag;
        restarts
    }

    pub(super) fn local_ufrag(&self) -> &str {
        &self.local.ufrag
    }

    /// Where to send; `None` before the first check.
    pub(super) fn selected(&self) -> Option<Route> {
        self.selected
    }

    /// Whether a check came by this way before.
    pub(super) fn knows(&self, route: Route) -> bool {
        self.paths.iter().any(|path| path.route == route)
    }

    pub(super) fn remotes(&self) -> impl Iterator<Item = Remote> {
        self.paths.iter().map(|path| path.route.remote)
    }

    /// Whether the request names both credentials and is signed with ours (RFC 8445 section 7.3).
    pub(super) fn is_authentic(&self, request: &StunMessage<'_>) -> bool {
        request.split_username() == Some((&self.local.ufrag, &self.remote_ufrag))
            && request.verify(self.local.pwd.as_bytes(), hmac_sha1)
    }

    /// Takes notice of an authentic check, which broke a silence of the peer. The caller authenticated it with
    /// [`Self::is_authentic`].
    pub(super) fn check(
        &mut self,
        now: Instant,
        route: Route,
        request: &StunMessage<'_>,
        silence: Duration,
    ) -> Verdict {
        if request.ice_controlled().is_some() {
            return Verdict::RoleConflict;
        }
        let known = self.paths.iter().position(|path| path.route == route);
        let path = Path {
            route,
            priority: request.prio().unwrap_or(0),
            checked_at: now,
            nominated_at: known.and_then(|at| self.paths[at].nominated_at),
        };
        if self.shall_select(&path, request.use_candidate(), silence) {
            self.selected = Some(route);
        }
        let nominated_at = if request.use_candidate() { Some(now) } else { path.nominated_at };
        let path = Path { nominated_at, ..path };
        match known {
            Some(at) => {
                self.paths[at] = path;
                Verdict::Accepted { forgotten: None }
            }
            None => Verdict::Accepted { forgotten: self.remember(path) },
        }
    }

    /// There is no way to the peer by this address any more: it belongs to another leg, or was a connection that is
    /// closed. What was nominated last of the others serves until the peer checks again.
    pub(super) fn forget(&mut self, remote: Remote) {
        self.paths.retain(|path| path.route.remote != remote);
        if self.selected.is_some_and(|route| route.remote == remote) {
            let next = self.paths.iter().max_by_key(|path| (path.nominated_at, path.checked_at));
            self.selected = next.map(|path| path.route);
        }
    }

    /// Appends the answer to `request` to `out`, whose datagram begins at `start`.
    pub(super) fn answer(
        &self,
        request: &StunMessage<'_>,
        verdict: Verdict,
        source: SocketAddr,
        out: &mut Vec<u8>,
        start: usize,
    ) -> Option<()> {
        let reply = match verdict {
            Verdict::Accepted { .. } => StunMessage::binding_reply(request.trans_id(), source),
            Verdict::RoleConflict => StunMessage::binding_role_conflict_reply(request.trans_id()),
        };
        out.resize(start + ANSWER_LEN_MAX, 0);
        let len = reply.to_bytes(Some(self.local.pwd.as_bytes()), &mut out[start..], hmac_sha1).ok()?;
        out.truncate(start + len);
        Some(())
    }

    /// Whether to send on `path` from now on. `path` is as it was before this check.
    ///
    /// The nominated path wins over one that is not. Among nominated ones the higher priority wins, as peers that
    /// nominate every path expect. But a path is what the peer moved to if it is nominated again while the selected one
    /// was not, or for the first time after the peer was silent: the path that it used before is broken. And a check from
    /// a new address for the same candidate is that candidate behind a NAT that gave it another mapping.
    ///
    /// Without a nomination, only a path that is certainly dead is given up.
    fn shall_select(&self, path: &Path, nominates: bool, silence: Duration) -> bool {
        let Some(selected) = self.paths.iter().find(|known| Some(known.route) == self.selected) else {
            return true;
        };
        if selected.route == path.route {
            return false;
        }
        if !nominates {
            let rebound = path.route.local == selected.route.local && path.priority == selected.priority;
            let is_dead = path.checked_at.saturating_duration_since(selected.checked_at) > CHECK_INTERVAL_MAX;
            return rebound || is_dead;
        }
        let moved = match path.nominated_at {
            Some(_) => path.nominated_at > selected.nominated_at,
            None => silence >= SILENCE_MIN,
        };
        selected.nominated_at.is_none() || path.priority >= selected.priority || moved
    }

    /// Adds a path. If there are too many, the one not checked for the longest time goes.
    fn remember(&mut self, path: Path) -> Option<Remote> {
        let mut forgotten = None;
        if self.paths.len() >= PATHS_MAX {
            let others = self.paths.iter().enumerate().filter(|(_, known)| Some(known.route) != self.selected);
            if let Some((oldest, _)) = others.min_by_key(|(_, known)| known.checked_at) {
                forgotten = Some(self.paths.swap_remove(oldest).route.remote);
            }
        }
        self.paths.push(path);
        forgotten.filter(|remote| self.remotes().all(|known| known != *remote))
    }
}

pub(super) fn hmac_sha1(key: &[u8], parts: &[&[u8]]) -> [u8; 20] {
    let mut mac = Hmac::<Sha1>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// A path in use is checked this often at least (RFC 7675 section 5.1: every 5 s, up to a fifth more or less).
const CHECK_INTERVAL_MAX: Duration = Duration::from_secs(6);
/// A peer that says something on a path that works is never silent for so long while it talks, and rarely otherwise: audio
/// comes every 20 ms, with DTX every 400 ms.
const SILENCE_MIN: Duration = Duration::from_millis(500);
/// Addresses of a peer: its interfaces, times those of ours that a symmetric NAT tells apart.
const PATHS_MAX: usize = 16;
/// Header, XOR-MAPPED-ADDRESS of IPv6 or an error with its text, MESSAGE-INTEGRITY and FINGERPRINT.
const ANSWER_LEN_MAX: usize = 128;

#[cfg(test)]
mod tests {
    use is::stun::TransId;

    use super::*;

    struct Peer {
        ice: IceLite,
        now: Instant,
    }

    impl Peer {
        fn new() -> Self {
            let local = IceCredentials { ufrag: "ours".into(), pwd: "our-password-of-22-chr".into() };
            Self { ice: IceLite::new(local, "theirs".into()), now: Instant::now() }
        }

        /// One of many checks, that follow each other as they do before a path is found.
        fn check(&mut self, port: u16, priority: u32, nominate: bool) -> Verdict {
            self.check_after(Duration::from_millis(100), port, priority, nominate)
        }

        fn check_after(&mut self, silence: Duration, port: u16, priority: u32, nominate: bool) -> Verdict {
            self.now += silence;
            let request = StunMessage::binding_request("ours:theirs", TransId::new(), true, 1, priority, nominate);
            self.ice.check(self.now, route(port), &request, silence)
        }

        fn port(&self) -> Option<u16> {
            self.ice.selected().map(|route| route.remote.address.port())
        }
    }

    fn route(port: u16) -> Route {
        let remote = Remote::udp(SocketAddr::from(([198, 51, 100, 7], port)));
        Route { local: SocketAddr::from(([192, 0, 2, 1], 3478)), remote }
    }

    #[test]
    fn the_first_checked_path_serves_until_one_is_nominated() {
        let mut peer = Peer::new();
        peer.check(1, 100, false);
        peer.check(2, 300, false);
        assert_eq!(peer.port(), Some(1));
        peer.check(3, 200, true);
        assert_eq!(peer.port(), Some(3));
        peer.check(2, 300, false);
        assert_eq!(peer.port(), Some(3));
    }

    #[test]
    fn among_paths_nominated_by_turns_the_highest_priority_stays() {
        let mut peer = Peer::new();
        for _ in 0..3 {
            peer.check(1, 100, true);
            peer.check(2, 300, true);
            assert_eq!(peer.port(), Some(2));
        }
    }

    #[test]
    fn the_peer_moves_to_a_lower_priority_by_nominating_it_alone() {
        let mut peer = Peer::new();
        peer.check(1, 300, true);
        peer.check(2, 100, true);
        assert_eq!(peer.port(), Some(1));
        peer.check(2, 100, true);
        assert_eq!(peer.port(), Some(2));
    }

    #[test]
    fn a_silent_peer_that_nominates_a_lower_priority_has_moved_there() {
        let mut peer = Peer::new();
        peer.check(1, 300, true);
        peer.check_after(SILENCE_MIN, 2, 100, true);
        assert_eq!(peer.port(), Some(2));
        peer.check(1, 300, true);
        assert_eq!(peer.port(), Some(1), "and it may come back at once");
    }

    #[test]
    fn a_path_that_nobody_checks_any_more_is_left_for_one_that_is_checked() {
        let mut peer = Peer::new();
        peer.check(1, 300, true);
        for _ in 0..6 {
            peer.check_after(Duration::from_secs(1), 2, 100, false);
            assert_eq!(peer.port(), Some(1));
        }
        peer.check_after(Duration::from_secs(1), 2, 100, false);
        assert_eq!(peer.port(), Some(2));
    }

    #[test]
    fn when_the_selected_path_is_gone_the_last_nominated_one_serves() {
        let mut peer = Peer::new();
        peer.check(1, 100, true);
        peer.check(2, 300, true);
        peer.check(3, 200, true);
        peer.check(4, 50, false);
        assert_eq!(peer.port(), Some(2));
        for next in [Some(3), Some(1), Some(4), None] {
            peer.ice.forget(peer.ice.selected().expect("a path").remote);
            assert_eq!(peer.port(), next);
        }
    }

    #[test]
    fn one_address_over_udp_and_tcp_is_two_paths() {
        let mut peer = Peer::new();
        peer.check(1, 300, true);
        let request = StunMessage::binding_request("ours:theirs", TransId::new(), true, 1, 100, false);
        let udp = route(1);
        let tcp = Route { remote: Remote::tcp(udp.remote.address), ..udp };
        peer.ice.check(peer.now, tcp, &request, Duration::ZERO);
        assert_eq!(peer.ice.remotes().collect::<Vec<_>>(), [udp.remote, tcp.remote]);
        peer.ice.forget(udp.remote);
        assert_eq!(peer.ice.selected(), Some(tcp));
    }

    #[test]
    fn a_new_mapping_of_the_selected_candidate_takes_over_within_one_check() {
        let mut peer = Peer::new();
        peer.check(1, 300, true);
        peer.check(2, 300, false);
        assert_eq!(peer.port(), Some(2));
    }

    #[test]
    fn paths_are_bounded_and_the_selected_one_stays() {
        let mut peer = Peer::new();
        peer.check(1, 900, true);
        for port in 2..=PATHS_MAX as u16 {
            assert_eq!(peer.check(port, u32::from(port), false), Verdict::Accepted { forgotten: None });
        }
        let Verdict::Accepted { forgotten } = peer.check(99, 50, false) else { panic!("a check is accepted") };
        assert_eq!(forgotten.map(|remote| remote.address.port()), Some(2));
        assert_eq!(peer.ice.remotes().count(), PATHS_MAX);
        assert_eq!(peer.port(), Some(1));
    }

    #[test]
    fn a_peer_that_takes_itself_for_controlled_is_told_otherwise() {
        let mut peer = Peer::new();
        let request = StunMessage::binding_request("ours:theirs", TransId::new(), false, 1, 1, false);
        assert_eq!(peer.ice.check(peer.now, route(1), &request, Duration::ZERO), Verdict::RoleConflict);
        assert_eq!(peer.port(), None);
    }
}
