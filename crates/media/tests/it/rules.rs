//! The list of rules: whole, met by tests, and written down.

use std::collections::BTreeSet;

use offhook_media::rules;

use crate::{lint_pairs, negotiation_refusals};

#[test]
fn every_rule_is_met_by_an_edit_of_a_real_text() {
    let met: BTreeSet<_> = negotiation_refusals::met().into_iter().chain(lint_pairs::met()).collect();
    let listed: BTreeSet<_> = rules().map(|rule| rule.name).collect();
    assert_eq!(met, listed);
    assert_eq!(rules().count(), listed.len(), "names are unique");
}

#[test]
fn every_rule_says_what_why_where_and_how_in_sentences() {
    for rule in rules() {
        for text in [rule.what, rule.why, rule.mend].into_iter().chain(rule.mend_in.iter().map(|(_, how)| *how)) {
            assert!(text.ends_with('.') && text.len() > 10, "{}: {text}", rule.name);
        }
        assert!(["RFC ", "Meta", "Offhook", "Met by", "draft-"].iter().any(|start| rule.source.starts_with(start)));
        assert!(rule.name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-' || b.is_ascii_digit()), "{}", rule.name);
    }
}

#[test]
fn a_json_finding_has_the_ways_of_clients_by_their_names() {
    let finding = &offhook_media::lint("{}")[0];
    let json = serde_json::to_value(finding).unwrap();
    assert_eq!(json["rule"], "json-not-sdp");
    assert_eq!((&json["severity"], &json["subject"]), (&"error".into(), &"offer".into()));
    assert!(json["mend_in"]["pion"].as_str().unwrap().contains("LocalDescription().SDP"), "{json}");
    assert!(json["mend_in"].get("aiortc").is_none(), "{json}");
}
