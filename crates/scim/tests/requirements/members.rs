use muster_scim::{
    error::{ScimError, ScimType},
    members::{Member, MemberChange, Step, read_members},
    patch::PatchRequest,
};
use serde_json::{Value, json};

use crate::support::kind;

const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

fn split(operations: Value) -> Result<Vec<Step>, ScimError> {
    let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations });
    PatchRequest::parse(&body)?.split_members()
}

fn member(value: &str) -> Member {
    Member { value: value.into(), kind: None, display: None }
}

fn ids(values: &[&str]) -> MemberChange {
    MemberChange::Remove(values.iter().map(|value| (*value).to_owned()).collect())
}

#[test]
fn every_way_to_speak_of_members_is_one_change() {
    let (a, b) = (member("a"), member("b"));
    for (operation, expected) in [
        (
            json!({ "op": "add", "path": "members", "value": [{ "value": "a" }, { "value": "b" }, { "value": "a" }] }),
            MemberChange::Add(vec![a.clone(), b.clone()]),
        ),
        (
            json!({ "op": "Add", "path": "Members", "value": [{ "$ref": null, "value": "a" }] }),
            MemberChange::Add(vec![a.clone()]),
        ),
        (json!({ "op": "add", "path": "members", "value": { "value": "a" } }), MemberChange::Add(vec![a.clone()])),
        (json!({ "op": "add", "path": "members", "value": "a" }), MemberChange::Add(vec![a.clone()])),
        (
            json!({ "op": "add", "path": format!("{GROUP}:members"), "value": ["a"] }),
            MemberChange::Add(vec![a.clone()]),
        ),
        (json!({ "op": "add", "value": { "members": [{ "value": "a" }] } }), MemberChange::Add(vec![a.clone()])),
        (json!({ "op": "add", "path": GROUP, "value": { "members": ["a"] } }), MemberChange::Add(vec![a.clone()])),
        (json!({ "op": "remove", "path": "members[value eq \"a\"]" }), ids(&["a"])),
        (json!({ "op": "remove", "path": "members[value eq \"a\" or value eq \"b\"]" }), ids(&["a", "b"])),
        (json!({ "op": "Remove", "path": "members", "value": [{ "$ref": null, "value": "a" }] }), ids(&["a"])),
        (json!({ "op": "remove", "path": "members" }), MemberChange::Clear),
        (
            json!({ "op": "replace", "path": "members", "value": [{ "value": "b" }] }),
            MemberChange::Replace(vec![b.clone()]),
        ),
        (json!({ "op": "replace", "path": "members", "value": [] }), MemberChange::Clear),
        (json!({ "op": "replace", "value": { "members": ["b"] } }), MemberChange::Replace(vec![b.clone()])),
    ] {
        assert_eq!(split(json!([operation])).unwrap(), [Step::Members(expected)], "{operation}");
    }
    let by_type = split(json!([{ "op": "remove", "path": "members[type eq \"Group\"]" }])).unwrap();
    assert!(matches!(&by_type[..], [Step::Members(MemberChange::RemoveWhere(_))]));
}

#[test]
fn nobody_named_is_nobody_touched() {
    for operation in [
        json!({ "op": "remove", "path": "members", "value": [] }),
        json!({ "op": "add", "path": "members", "value": [] }),
        json!({ "op": "add", "value": { "members": [] } }),
    ] {
        assert_eq!(split(json!([operation])).unwrap(), [], "{operation}");
    }
}

#[test]
fn a_value_that_mixes_members_and_names_is_parted_and_order_is_kept() {
    let steps = split(json!([
        { "op": "replace", "value": { "id": "g1", "displayName": "n2" } },
        { "op": "replace", "path": "externalId", "value": "x" },
        { "op": "remove", "path": "members[value eq \"a\"]" },
        { "op": "replace", "value": { "displayName": "n3", "members": [{ "value": "b", "type": "user", "display": "B" }] } },
    ]))
    .unwrap();
    let [Step::Document(first), Step::Members(second), Step::Document(third), Step::Members(fourth)] = &steps[..]
    else {
        panic!("{steps:?}");
    };
    assert_eq!(first.operations.len(), 2);
    assert_eq!(*second, ids(&["a"]));
    assert_eq!(third.operations[0].value, Some(json!({ "displayName": "n3" })));
    let b = Member { value: "b".into(), kind: Some("User".into()), display: Some("B".into()) };
    assert_eq!(*fourth, MemberChange::Replace(vec![b]));
}

#[test]
fn a_member_without_value_is_refused() {
    use ScimType::{InvalidFilter, InvalidValue, Mutability};
    for (operation, expected) in [
        (json!({ "op": "add", "path": "members", "value": [{ "display": "A" }] }), InvalidValue),
        (json!({ "op": "add", "path": "members", "value": [{ "value": "" }] }), InvalidValue),
        (json!({ "op": "replace", "path": "members", "value": [{}] }), InvalidValue),
        (json!({ "op": "remove", "path": "members", "value": [{}] }), InvalidValue),
        (json!({ "op": "add", "path": "members", "value": 5 }), InvalidValue),
        (json!({ "op": "add", "path": "members", "value": [{ "value": "a", "type": "Robot" }] }), InvalidValue),
        (json!({ "op": "replace", "path": "members[value eq \"a\"].display", "value": "x" }), Mutability),
        (json!({ "op": "remove", "path": "members[colour eq \"a\"]" }), InvalidFilter),
    ] {
        assert_eq!(kind(split(json!([operation]))), expected, "{operation}");
    }
}

#[test]
fn a_body_names_its_members_or_does_not() {
    assert_eq!(read_members(&json!({ "displayName": "g" })).unwrap(), None);
    assert_eq!(read_members(&json!({ "members": [] })).unwrap(), Some(vec![]));
    let body = json!({ "MEMBERS": [{ "value": "b", "display": "" }, { "value": "a" }, { "value": "b" }] });
    assert_eq!(read_members(&body).unwrap(), Some(vec![member("b"), member("a")]));
}
