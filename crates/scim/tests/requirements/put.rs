use muster_scim::{
    error::ScimType,
    schema::{ResourceType, Schema},
};
use serde_json::json;

use crate::support::{ada, document, kind, user};

#[test]
fn what_is_not_sent_is_gone_but_the_read_only_stays() {
    let mut current = ada();
    current.insert("id".into(), json!("1"));
    current.insert("meta".into(), json!({ "resourceType": "User" }));
    let incoming = ResourceType::user().read(&json!({ "userName": "ada2", "id": "2" })).unwrap();
    let merged = ResourceType::user().merge_put(&current, incoming).unwrap();
    assert_eq!(merged["id"], "1");
    assert_eq!(merged["userName"], "ada2");
    assert!(merged.contains_key("meta") && !merged.contains_key("emails") && !merged.contains_key("name"));
    assert_eq!(merged["schemas"], json!(["urn:ietf:params:scim:schemas:core:2.0:User"]));
}

#[test]
fn a_put_that_does_not_speak_of_active_lets_no_leaver_back_in() {
    let users = ResourceType::user();
    let left = user(json!({ "userName": "a", "active": false }));
    let silent = users.read(&json!({ "userName": "a" })).unwrap();
    assert_eq!(users.merge_put(&left, silent).unwrap()["active"], false);
    let back = users.read(&json!({ "userName": "a", "active": true })).unwrap();
    assert_eq!(users.merge_put(&left, back).unwrap()["active"], true);
}

#[test]
fn an_immutable_value_must_match() {
    let schema = json!({
        "id": "urn:example:Badge",
        "attributes": [{ "name": "number", "mutability": "immutable" }, { "name": "note" }],
    });
    let schema = Schema::parse(&schema).unwrap();
    let kind_json = json!({ "name": "Badge", "endpoint": "/Badges", "schema": "urn:example:Badge" });
    let badges = ResourceType::parse(&kind_json, &[schema]).unwrap();
    let current = document(json!({ "number": "7", "note": "old" }));
    let put = |body| badges.merge_put(&current, badges.read(&body).unwrap());
    assert_eq!(put(json!({ "number": "7" })).unwrap()["number"], "7");
    assert_eq!(put(json!({ "note": "new" })).unwrap()["number"], "7");
    assert_eq!(kind(put(json!({ "number": "8" }))), ScimType::Mutability);
}
