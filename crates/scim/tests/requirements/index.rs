//! What a database keeps answers as the document does.

use muster_scim::{
    filter::Filter,
    index::{self, Condition},
    path::AttrPath,
    schema::ResourceType,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::generate;
use crate::support::{ENTERPRISE, user};

fn rows(body: Value) -> Vec<(String, u32, Option<String>)> {
    let entries = index::entries(&ResourceType::user(), &user(body));
    entries.into_iter().map(|entry| (entry.path, entry.element, entry.key)).collect()
}

#[test]
fn every_value_has_a_row_and_the_primary_element_is_the_first() {
    let found = rows(json!({
        "userName": "Ada",
        "active": "True",
        "emails": [{ "value": "B@x" }, { "value": "A@x", "primary": true }],
        ENTERPRISE: { "manager": { "value": "m1" } },
    }));
    let key = |path: &str, element: u32| {
        let row = found.iter().find(|(at, of, _)| at == path && *of == element);
        row.unwrap_or_else(|| panic!("{path} {element} in {found:?}")).2.as_deref()
    };
    assert_eq!(key("userName", 0), Some("ada"));
    assert_eq!(key("active", 0), Some("true"));
    assert_eq!(key("emails", 0), None, "a complex value as a whole has no key");
    assert_eq!(key("emails.value", 0), Some("a@x"), "the primary one");
    assert_eq!(key("emails.primary", 0), Some("true"));
    assert_eq!(key("emails.value", 1), Some("b@x"));
    assert_eq!(
        key(&format!("{ENTERPRISE}:manager.value"), 0),
        Some("m1"),
        "manager is caseExact: false, and lower case here"
    );
}

#[test]
fn names_become_canonical_however_they_were_written() {
    let canonical = |text: &str| index::path(&ResourceType::user(), &AttrPath::parse(text).unwrap());
    assert_eq!(canonical("USERNAME").as_deref(), Some("userName"));
    assert_eq!(
        canonical("urn:ietf:params:scim:schemas:core:2.0:user:Name.GIVENname").as_deref(),
        Some("name.givenName")
    );
    assert_eq!(canonical("emails").as_deref(), Some("emails.value"));
    assert_eq!(canonical("manager"), Some(format!("{ENTERPRISE}:manager.value")));
    assert_eq!(canonical("colour"), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn rows_answer_a_filter_as_the_document_does(mut body in generate::body(), filter in generate::filter()) {
        let kind = ResourceType::user();
        body["userName"] = "ada".into();
        let Ok(document) = kind.read(&body).map(|read| read.document) else { return Ok(()) };
        filter.check(&kind).unwrap();
        let entries = index::entries(&kind, &document);
        prop_assert_eq!(
            Condition::of(&kind, &filter).holds(&entries), filter.matches(&kind, &document), "{} on {:?}", filter, document
        );
    }

    #[test]
    fn a_generated_filter_survives_its_text(filter in generate::filter()) {
        prop_assert_eq!(Filter::parse(&filter.to_string()).unwrap(), filter);
    }
}
