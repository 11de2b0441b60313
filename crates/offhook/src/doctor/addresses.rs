//! Which addresses candidates will name, and who can reach them.

use std::net::IpAddr;

use super::Line;
use crate::config::Media;
use crate::server::relay_config;

pub(super) fn examine(media: &Media) -> Vec<Line> {
    let named = offhook_relay::advertised(&relay_config(media), &media.bind);
    match named.and_then(|named| Ok((named, offhook_relay::interfaces()?))) {
        Ok((named, machine)) => judge(media, &machine, &named),
        Err(error) => vec![Line::fail(CHECK, error.to_string(), "Correct media.advertise and media.public_ip.")],
    }
}

/// `machine`: the addresses of its interfaces; `named`: what candidates name.
fn judge(media: &Media, machine: &[IpAddr], named: &[IpAddr]) -> Vec<Line> {
    let mut lines = vec![reach(media, named)];
    let is_foreign = |address: &&IpAddr| !machine.contains(address);
    if let Some(address) = media.advertise.iter().find(is_foreign) {
        let change = "If a NAT maps it to this machine, put it into media.public_ip; else correct media.advertise.";
        lines.push(Line::warn(CHECK, format!("media.advertise has {address}, which no interface has"), change));
    }
    if let Some(address) = media.public_ip.iter().find(|address| is_private(address)) {
        let change = "Put the address there that callers see: the public one of the NAT.";
        lines.push(Line::warn(CHECK, format!("media.public_ip has {address}, which is private"), change));
    }
    lines
}

fn reach(media: &Media, named: &[IpAddr]) -> Line {
    let list = named.iter().map(IpAddr::to_string).collect::<Vec<_>>().join(", ");
    if named.is_empty() {
        return Line::fail(CHECK, "candidates name no address", "Set media.bind or media.advertise.");
    }
    if named.iter().all(IpAddr::is_loopback) {
        let change = "Set media.bind to an address of the network, or 0.0.0.0 and ::.";
        return Line::fail(CHECK, format!("candidates name {list}: only this machine can call"), change);
    }
    if named.iter().all(is_private) && media.public_ip.is_empty() {
        let change =
            "If callers come from outside, set media.public_ip to the address that the NAT maps to this machine.";
        return Line::warn(CHECK, format!("candidates name private addresses only: {list}"), change);
    }
    Line::ok(CHECK, format!("candidates name {list}"))
}

/// Of no use outside its network: RFC 1918, RFC 6598, RFC 4193, loopback, link-local.
fn is_private(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(ip) => {
            let shared = ip.octets()[0] == 100 && ip.octets()[1] & 0xC0 == 64;
            shared || ip.is_private() || ip.is_loopback() || ip.is_link_local()
        }
        IpAddr::V6(ip) => ip.is_unique_local() || ip.is_unicast_link_local() || ip.is_loopback(),
    }
}

const CHECK: &str = "addresses";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::doctor::Verdict;

    fn verdicts(toml: &str, machine: &[&str], named: &[&str]) -> Vec<(Verdict, bool)> {
        let addresses = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<IpAddr>>();
        let media = Config::parse(toml).unwrap().media;
        let lines = judge(&media, &addresses(machine), &addresses(named));
        lines.into_iter().map(|line| (line.verdict, line.change.is_some())).collect()
    }

    #[test]
    fn addresses_that_callers_cannot_reach_are_told() {
        let public = ["203.0.113.10", "10.0.0.5"];
        assert_eq!(verdicts("", &public, &public), [(Verdict::Ok, false)]);
        assert_eq!(verdicts("", &["10.0.0.5"], &["10.0.0.5", "fd00::5"]), [(Verdict::Warn, true)]);
        assert_eq!(verdicts("", &["100.64.0.5"], &["100.64.0.5"]), [(Verdict::Warn, true)]);
        assert_eq!(verdicts("", &[], &["127.0.0.1", "::1"]), [(Verdict::Fail, true)]);
        assert_eq!(verdicts("", &[], &[]), [(Verdict::Fail, true)]);
    }

    #[test]
    fn addresses_that_contradict_the_machine_are_told() {
        let natted = "[media]\npublic_ip = [\"203.0.113.10\"]";
        assert_eq!(verdicts(natted, &["10.0.0.5"], &["203.0.113.10"]), [(Verdict::Ok, false)]);
        let inner = "[media]\npublic_ip = [\"10.0.0.9\"]";
        assert_eq!(verdicts(inner, &["10.0.0.5"], &["10.0.0.9"]), [(Verdict::Ok, false), (Verdict::Warn, true)]);
        let foreign = "[media]\nadvertise = [\"203.0.113.10\"]";
        assert_eq!(verdicts(foreign, &["10.0.0.5"], &["203.0.113.10"]), [(Verdict::Ok, false), (Verdict::Warn, true)]);
    }
}
