//! A network for one run: two namespaces joined by a pair of veth devices.
//!
//! Media servers name no loopback address in their candidates, and some send only through the device that they found the
//! address on, so the load is at the other end of a link. The namespaces have no names: they end with the last process in
//! them, however this one ends.

use std::fs::File;
use std::net::Ipv4Addr;
use std::os::fd::AsRawFd as _;
use std::process::Command;

use anyhow::{Context as _, ensure};
use nix::sched::{CloneFlags, setns, unshare};

/// Where the servers receive.
pub(super) const SERVER_IP: Ipv4Addr = Ipv4Addr::new(10, 66, 0, 1);
/// The first party's address; the others follow.
pub(super) const FIRST_PARTY_IP: Ipv4Addr = Ipv4Addr::new(10, 67, 0, 0);
/// The load's end of the link.
const LOAD_IP: Ipv4Addr = Ipv4Addr::new(10, 66, 0, 2);

pub(super) struct Network {
    servers: File,
    load: File,
}

impl Network {
    /// This thread is the load's from now on.
    pub(super) fn enter() -> anyhow::Result<Self> {
        let network = Self { servers: new_namespace()?, load: new_namespace()? };
        ip("link add parties type veth peer name server")?;
        let servers = format!("/proc/{}/fd/{}", std::process::id(), network.servers.as_raw_fd());
        ip(&format!("link set server netns {servers}"))?;
        ip(&format!("address add {LOAD_IP}/24 dev parties"))?;
        ip("link set parties up")?;
        // All addresses of the parties are this end's, though none is assigned.
        ip(&format!("route add local {FIRST_PARTY_IP}/16 dev lo"))?;
        network.among_servers(|| {
            ip(&format!("address add {SERVER_IP}/24 dev server"))?;
            ip("link set server up")?;
            ip(&format!("route add {FIRST_PARTY_IP}/16 via {LOAD_IP}"))
        })?;
        Ok(network)
    }

    /// What this starts is on the servers' end.
    pub(super) fn among_servers<T>(&self, start: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
        setns(&self.servers, CloneFlags::CLONE_NEWNET)?;
        let started = start();
        setns(&self.load, CloneFlags::CLONE_NEWNET)?;
        started
    }
}

/// Moves this thread into it.
fn new_namespace() -> anyhow::Result<File> {
    unshare(CloneFlags::CLONE_NEWNET).context("a network namespace needs root")?;
    ip("link set lo up")?;
    Ok(File::open("/proc/thread-self/ns/net")?)
}

fn ip(args: &str) -> anyhow::Result<()> {
    let done = Command::new("ip").args(args.split(' ')).status().context("ip (package iproute2)")?;
    ensure!(done.success(), "`ip {args}` failed");
    Ok(())
}
