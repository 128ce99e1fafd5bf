use muster_scim::{error::ScimType, project::Projection, schema::ResourceType};
use serde_json::{Value, json};

use crate::support::{ENTERPRISE, ada, document, kind};

fn shown(attributes: Option<&str>, excluded: Option<&str>) -> Value {
    let mut ada = ada();
    ada.insert("id".into(), json!("1"));
    ada.insert("password".into(), json!("never"));
    let users = ResourceType::user();
    let projection = Projection::parse(&users, attributes, excluded).unwrap();
    let mut shown = projection.apply(&users, &ada);
    shown.remove("schemas").expect("schemas are always returned");
    shown.remove("id").expect("the id is always returned");
    shown.into()
}

#[test]
fn a_request_chooses_what_is_returned() {
    for (attributes, expected) in [
        ("userName", json!({ "userName": "ada@example.com" })),
        ("NAME.givenname, colour", json!({ "name": { "givenName": "Ada" } })),
        ("emails.type", json!({ "emails": [{ "type": "work" }, { "type": "home" }] })),
        ("urn:ietf:params:scim:schemas:core:2.0:User:active", json!({ "active": true })),
        (
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
            json!({ ENTERPRISE: { "department": "Engines" } }),
        ),
        (ENTERPRISE, json!({ ENTERPRISE: { "department": "Engines", "manager": { "value": "m1" } } })),
        ("colour", json!({})),
        ("password", json!({})),
    ] {
        assert_eq!(shown(Some(attributes), None), expected, "{attributes}");
    }
}

#[test]
fn a_request_excludes_what_it_does_not_want_but_never_the_id() {
    let rest = shown(
        None,
        Some("id,schemas,emails,name.givenName,active,urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"),
    );
    assert_eq!(rest, json!({ "userName": "ada@example.com", "name": { "familyName": "Lovelace" } }));
    assert!(shown(None, None).get("password").is_none());
    assert_eq!(kind(Projection::parse(&ResourceType::user(), Some("id"), Some("name"))), ScimType::InvalidValue);
    assert!(Projection::parse(&ResourceType::user(), Some(""), Some("name")).is_ok());
}

#[test]
fn members_that_are_not_wanted_need_not_be_loaded() {
    let groups = ResourceType::group();
    for (attributes, excluded, wanted) in [
        (None, None, true),
        (None, Some("members"), false),
        (None, Some("urn:ietf:params:scim:schemas:core:2.0:Group:members"), false),
        (None, Some("members.display"), true),
        (Some("displayName"), None, false),
        (Some("members.value"), None, true),
    ] {
        let projection = Projection::parse(&groups, attributes, excluded).unwrap();
        assert_eq!(projection.wants(&groups, "members"), wanted, "{attributes:?} {excluded:?}");
    }
    let group = document(json!({ "id": "1", "schemas": [], "displayName": "g", "members": [{ "value": "u" }] }));
    let without = Projection::parse(&groups, None, Some("members")).unwrap().apply(&groups, &group);
    assert!(without.contains_key("displayName") && !without.contains_key("members"));
}
