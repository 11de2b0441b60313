//! The table as data.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    /// Who asks, and what that means.
    pub(super) principals: BTreeMap<String, String>,
    /// What each principal gets from a route, by the kind of route; `served` is told by the route's row.
    pub(super) audience: BTreeMap<String, BTreeMap<String, String>>,
    pub(super) route: Vec<Row>,
    pub(super) message: Vec<Row>,
}

/// A request about one object: what comes back if the object is the asker's own, somebody else's, and so on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    /// An operation's id in openapi.json, or a message's type.
    pub(super) name: String,
    /// Routes only.
    #[serde(default)]
    pub(super) audience: String,
    /// Which id in the request is another's: `page`, `psid`, `call`, `app`, or nothing.
    #[serde(default)]
    pub(super) about: String,
    /// What the call has come to: `dialing`, `calling` or `connected`.
    #[serde(default = "dialing")]
    pub(super) state: String,
    /// Ids stand in it as `{call}` and the like.
    #[serde(default)]
    pub(super) query: String,
    #[serde(default)]
    pub(super) body: Value,
    pub(super) own: String,
    pub(super) foreign: Option<String>,
    pub(super) missing: Option<String>,
    pub(super) ended: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Object {
    Own,
    Foreign,
    Missing,
    Ended,
}

pub(super) const SERVED: &str = "served";

impl Table {
    pub(super) fn load() -> Self {
        toml::from_str(include_str!("table.toml")).unwrap()
    }
}

impl Row {
    pub(super) fn cells(&self) -> Vec<(Object, &str)> {
        let own = (Object::Own, Some(&self.own));
        let others = [(Object::Foreign, &self.foreign), (Object::Missing, &self.missing), (Object::Ended, &self.ended)];
        let all = std::iter::once(own).chain(others.map(|(object, cell)| (object, cell.as_ref())));
        all.filter_map(|(object, cell)| Some((object, cell?.as_str()))).collect()
    }

    /// The request in a few words: the action of a body that has one.
    pub(super) fn title(&self) -> String {
        match self.body["action"].as_str() {
            Some(action) => format!("{} {action}", self.name),
            None => self.name.clone(),
        }
    }
}

fn dialing() -> String {
    "dialing".to_owned()
}

#[test]
fn no_route_is_missing_in_the_table() {
    let described: Value = serde_json::from_str(&offhook_http::openapi()).unwrap();
    let items = described["paths"].as_object().unwrap().values();
    let operations = items.flat_map(|item| item.as_object().unwrap().values());
    let routes: BTreeSet<_> = operations.filter_map(|operation| operation["operationId"].as_str()).collect();
    let table = Table::load();
    assert_eq!(table.route.iter().map(|row| row.name.as_str()).collect::<BTreeSet<_>>(), routes);
}

#[test]
fn no_message_is_missing_in_the_table() {
    let unknown = serde_json::from_str::<offhook_wire::consumer::DeviceMessage>(r#"{"type":"?"}"#).unwrap_err();
    let known = unknown.to_string();
    let known: BTreeSet<_> = known.split('`').skip(3).step_by(2).collect();
    let table = Table::load();
    assert_eq!(table.message.iter().map(|row| row.name.as_str()).collect::<BTreeSet<_>>(), known);
}

#[test]
fn every_audience_names_every_principal() {
    let table = Table::load();
    for (audience, results) in &table.audience {
        assert!(results.keys().eq(table.principals.keys()), "{audience}");
    }
}
