//! Only the certificate that the offer announced connects: every way to announce it, and every way to announce another.

use std::time::Duration;

use dimpl::certificate::generate_self_signed_certificate;
use offhook_media::{Lost, Side};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use sha2::{Digest, Sha256, Sha384, Sha512};
use str0m::config::DtlsVersion;

use crate::negotiation::{local, negotiate};
use crate::party::{Habits, Party};
use crate::wire::Weather;
use crate::world::{CONSUMER, World};

/// Attributes of the session and of the audio section, made from the party's certificate and another one.
type Announcement = fn(&[u8], &[u8]) -> (String, String);

#[test]
fn the_announced_certificate_connects_however_it_is_announced() {
    #[rustfmt::skip]
    let table: &[(&str, Announcement)] = &[
        ("sha-256",                       |own, _| (String::new(), sha_256(own))),
        ("sha-384",                       |own, _| (String::new(), sha_384(own))),
        ("sha-512",                       |own, _| (String::new(), sha_512(own))),
        ("hash name in upper case",       |own, _| (String::new(), sha_384(own).replace("sha", "SHA"))),
        ("digest in lower case",          |own, _| (String::new(), sha_512(own).to_lowercase())),
        ("attribute name as it is, all else in lower case", |own, _| (String::new(), sha_256(own).to_lowercase())),
        ("for the session",               |own, _| (sha_256(own), String::new())),
        ("for the session and again",     |own, _| (sha_256(own), sha_384(own))),
        ("the section's stands above the session's", |own, other| (sha_256(other), sha_256(own))),
        ("several of one certificate",    |own, _| (String::new(), sha_256(own) + &sha_384(own) + &sha_512(own))),
        ("one of several certificates, first", |own, other| (String::new(), sha_256(own) + &sha_256(other))),
        ("one of several certificates, last",  |own, other| (String::new(), sha_512(other) + &sha_256(other) + &sha_384(own))),
        ("a weak one beside it",          |own, other| (String::new(), sha_1(other) + &sha_256(own))),
    ];
    for (name, announcement) in table {
        for dtls in [DtlsVersion::Dtls12, DtlsVersion::Dtls13] {
            let mut world = world_with(*announcement, dtls);
            world.run(Duration::from_secs(4));
            assert!(world.is_connected(Side::Consumer), "{name}, {dtls:?}: {:?}", world.events);
            assert!(world.business.heard.len() > 50, "{name}, {dtls:?}");
        }
    }
}

#[test]
fn another_certificate_never_connects_and_no_media_passes() {
    #[rustfmt::skip]
    let table: &[(&str, Announcement)] = &[
        ("another's, sha-256",            |_, other| (String::new(), sha_256(other))),
        ("another's, sha-384",            |_, other| (String::new(), sha_384(other))),
        ("another's, sha-512",            |_, other| (String::new(), sha_512(other))),
        ("several of others",             |_, other| (String::new(), sha_256(other) + &sha_384(other) + &sha_512(other))),
        ("another's for the session",     |_, other| (sha_256(other), String::new())),
        ("the section's stands above the session's", |own, other| (sha_256(own), sha_256(other))),
        ("its own by a weak hash only",   |own, other| (String::new(), sha_1(own) + &sha_256(other))),
        ("one byte off",                  |own, _| (String::new(), one_byte_off(own))),
    ];
    for (name, announcement) in table {
        for dtls in [DtlsVersion::Dtls12, DtlsVersion::Dtls13] {
            let mut world = world_with(*announcement, dtls);
            world.run(Duration::from_secs(30));
            let lost = world.lost(Side::Consumer).map(|(_, lost)| lost);
            assert_eq!(lost, Some(Lost::FingerprintMismatch), "{name}, {dtls:?}");
            assert!(!world.is_connected(Side::Consumer), "{name}, {dtls:?}");
            assert_eq!((world.business.heard.len(), world.consumer.heard.len()), (0, 0), "{name}, {dtls:?}");
            let stats = world.stats(Side::Consumer);
            assert_eq!((stats.packets_in, stats.packets_out), (0, 0), "{name}, {dtls:?}");
        }
    }
}

#[test]
fn an_offer_without_a_fingerprint_that_could_be_checked_is_refused() {
    #[rustfmt::skip]
    let table: &[(&str, Announcement)] = &[
        ("no-fingerprint",       |_, _| (String::new(), String::new())),
        ("weak-fingerprint",     |own, _| (String::new(), sha_1(own))),
        ("weak-fingerprint",     |own, _| (sha_1(own), String::new())),
        ("weak-fingerprint",     |own, _| (String::new(), line("sha-224", &own[..28]))),
        ("weak-fingerprint",     |own, _| (String::new(), line("md5", &own[..16]))),
        ("weak-fingerprint",     |own, _| (String::new(), line("md2", &own[..16]))),
        ("unreadable-attribute", |own, _| (String::new(), line("sha-256", &Sha384::digest(own)))),
        ("unreadable-attribute", |own, _| (String::new(), line("sha-512", &Sha256::digest(own)))),
        ("unreadable-attribute", |_, _| (String::new(), "a=fingerprint:sha-256 no digest\r\n".to_owned())),
        ("unreadable-attribute", |_, _| (String::new(), "a=fingerprint:sha-256\r\n".to_owned())),
    ];
    for (rule, announcement) in table {
        let (session, section) = announcement(OWN, OTHER);
        let offer =
            announce(&Party::new(CONSUMER, std::time::Instant::now(), &Habits::default()).offer, &session, &section);
        let refused = negotiate(&offer, &local(), &mut ChaCha8Rng::seed_from_u64(1)).expect_err(&offer);
        assert_eq!(refused.findings[0].rule, *rule, "{refused}");
    }
}

/// Both parties connect if they can, and talk all the time. The consumer's offer announces as given.
fn world_with(announcement: Announcement, dtls: DtlsVersion) -> World {
    let certificate = generate_self_signed_certificate().expect("a certificate");
    let other = generate_self_signed_certificate().expect("a certificate");
    let (session, section) = announcement(&certificate.certificate, &other.certificate);
    let habits = Habits { dtls, certificate: Some(certificate), ..Habits::default() };
    let mut world = World::new(420, Weather::FAIR);
    let mut consumer = Party::new(CONSUMER, world.now, &habits);
    consumer.offer = announce(&consumer.offer, &session, &section);
    world.consumer = consumer;
    world.negotiate(Side::Consumer);
    world.talk(Side::Business);
    world.talk(Side::Consumer);
    world
}

/// The offer with these attributes in place of its fingerprints.
fn announce(offer: &str, session: &str, section: &str) -> String {
    let offer: String = offer.split_inclusive('\n').filter(|line| !line.starts_with("a=fingerprint")).collect();
    let (head, media) = offer.split_at(offer.find("m=audio").expect("an audio section"));
    format!("{head}{session}{media}{section}")
}

fn sha_256(certificate: &[u8]) -> String {
    line("sha-256", &Sha256::digest(certificate))
}

fn sha_384(certificate: &[u8]) -> String {
    line("sha-384", &Sha384::digest(certificate))
}

fn sha_512(certificate: &[u8]) -> String {
    line("sha-512", &Sha512::digest(certificate))
}

fn sha_1(certificate: &[u8]) -> String {
    line("sha-1", &sha1::Sha1::digest(certificate))
}

fn one_byte_off(certificate: &[u8]) -> String {
    let mut digest = Sha256::digest(certificate);
    digest[31] ^= 1;
    line("sha-256", &digest)
}

fn line(hash: &str, digest: &[u8]) -> String {
    let digest: Vec<_> = digest.iter().map(|byte| format!("{byte:02X}")).collect();
    format!("a=fingerprint:{hash} {}\r\n", digest.join(":"))
}

/// Stand for certificates where nobody looks at them.
const OWN: &[u8] = &[1; 64];
const OTHER: &[u8] = &[2; 64];
