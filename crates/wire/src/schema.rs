//! Schemas of what other crates define: ids and times. The pure crate describes nothing, and a schema stands once.

use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{KnownFormat, RefOr, Schema, SchemaFormat};
use utoipa::{PartialSchema, ToSchema};

macro_rules! text_schema {
    ($name:ident, $pattern:literal, $example:literal, $description:literal) => {
        #[doc = $description]
        pub enum $name {}

        impl ToSchema for $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let object = ObjectBuilder::new().schema_type(Type::String).pattern(Some($pattern));
                object.description(Some($description)).examples([$example]).into()
            }
        }
    };
}

text_schema!(AgentId, "^[1-9][0-9]{0,19}$", "1022000000001", "An agent's id: a decimal number as text.");
text_schema!(AppId, "^[1-9][0-9]{0,19}$", "1033000000001", "An app's id: a decimal number as text.");
text_schema!(PageId, "^[1-9][0-9]{0,19}$", "1044000000001", "A Page's id: a decimal number as text.");
text_schema!(Psid, "^[1-9][0-9]{0,19}$", "7700000000002", "A consumer's id on one Page: a decimal number as text.");
text_schema!(
    CallId,
    "^c_[A-Za-z0-9_-]{43}$",
    "c_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE",
    "A call's id: `c_` and 32 random bytes in base64url."
);
text_schema!(DeviceId, "^[A-Za-z0-9_-]{1,64}$", "tab-5f1c", "The name that a consumer's device gave itself.");

text_schema!(RunId, "^[0-9]{1,20}$", "17446744073709551", "A run's id: a decimal number as text.");

/// A moment in milliseconds since the Unix epoch.
pub enum Time {}

impl ToSchema for Time {}

impl PartialSchema for Time {
    fn schema() -> RefOr<Schema> {
        let object = ObjectBuilder::new().schema_type(Type::Integer);
        let object = object.format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)));
        object.description(Some("Milliseconds since the Unix epoch.")).examples([1_790_000_000_000_i64]).into()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_examples_are_what_the_types_print() {
        let example = |schema: RefOr<Schema>| json!(schema)["examples"][0].clone();
        assert_eq!(example(CallId::schema()), json!(offhook_call::CallId([1; 32])));
        assert_eq!(example(PageId::schema()), json!(offhook_call::PageId(1_044_000_000_001)));
        assert_eq!(example(Time::schema()), json!(offhook_call::Time(1_790_000_000_000)));
    }
}
