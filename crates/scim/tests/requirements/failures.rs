//! Bugs that other servers have had, as far as they can be made or avoided here. The numbers are those of the list in
//! the project's notes on identity providers.

use muster_scim::{
    error::ScimType,
    filter::Filter,
    list::list_response,
    members::{MemberChange, Step},
    schema::ResourceType,
};
use serde_json::{Value, json};

use crate::support::{ENTERPRISE, ada, kind, patch, request, try_patch, user};

fn steps(operations: Value) -> Vec<Step> {
    request(operations).split_members().unwrap()
}

#[test]
fn f1_removing_a_member_by_value_path_removes_that_member() {
    let removed = steps(json!([{ "op": "remove", "path": "members[value eq \"x\"]" }]));
    assert_eq!(removed, [Step::Members(MemberChange::Remove(vec!["x".into()]))]);
}

#[test]
fn f2_no_request_that_names_somebody_or_nobody_clears_the_group() {
    for operation in [
        json!({ "op": "remove", "path": "members[value eq \"x\"]" }),
        json!({ "op": "remove", "path": "members", "value": [{ "value": "x" }] }),
        json!({ "op": "remove", "path": "members", "value": [] }),
        json!({ "op": "add", "path": "members", "value": [{ "value": "x" }] }),
        json!({ "op": "add", "path": "members", "value": [] }),
        json!({ "op": "replace", "value": { "displayName": "n2" } }),
    ] {
        let harmful = |step: &Step| matches!(step, Step::Members(MemberChange::Clear | MemberChange::Replace(_)));
        assert!(!steps(json!([operation])).iter().any(harmful), "{operation}");
    }
}

#[test]
fn f4_a_string_boolean_deactivates() {
    for value in [json!("False"), json!("false"), json!("FALSE"), json!(false)] {
        for operation in [
            json!({ "op": "Replace", "path": "active", "value": value }),
            json!({ "op": "replace", "value": { "active": value } }),
        ] {
            let patched = patch(&ada(), json!([operation]));
            assert_eq!(patched.document["active"], false);
            assert!(patched.changed);
        }
    }
}

#[test]
fn f5_a_user_can_be_reactivated() {
    let left = user(json!({ "userName": "a", "active": false }));
    assert_eq!(patch(&left, json!([{ "op": "replace", "value": { "active": true } }])).document["active"], true);
}

#[test]
fn f6_a_complex_path_changes_one_email_and_keeps_the_others() {
    let patched =
        patch(&ada(), json!([{ "op": "replace", "path": "emails[type eq \"other\"].value", "value": "o@x" }]));
    let emails = patched.document["emails"].as_array().unwrap().clone();
    assert_eq!(emails.len(), 3);
    assert_eq!(emails[..2], ada()["emails"].as_array().unwrap()[..]);
}

#[test]
fn f7_a_bare_string_manager_is_stored_where_entra_looks_for_it() {
    let patched = patch(&ada(), json!([{ "op": "Add", "path": format!("{ENTERPRISE}:manager"), "value": "m9" }]));
    assert_eq!(patched.document[ENTERPRISE]["manager"]["value"], "m9");
}

#[test]
fn f9_display_name_eq_is_no_wildcard() {
    let filter = Filter::parse("displayName eq \"Sales\"").unwrap();
    let group = |name: &str| ResourceType::group().read(&json!({ "displayName": name })).unwrap().document;
    assert!(filter.matches(&ResourceType::group(), &group("sales")));
    for other in ["Sales EMEA", "Presales", "Sale%", "S"] {
        assert!(!filter.matches(&ResourceType::group(), &group(other)), "{other}");
    }
}

#[test]
fn f10_totals_and_items_per_page_are_the_real_ones() {
    let list = list_response(101, 101, vec![json!({})]);
    assert_eq!((&list["totalResults"], &list["itemsPerPage"]), (&json!(101), &json!(1)));
}

#[test]
fn f11_a_placeholder_password_meets_no_policy() {
    for password in ["1", "1mz050nq", "password"] {
        assert!(!user(json!({ "userName": "a", "password": password })).contains_key("password"));
    }
}

#[test]
fn f12_user_names_are_one_in_any_case() {
    let filter = Filter::parse("userName eq \"Ada@EXAMPLE.com\"").unwrap();
    assert!(filter.matches(&ResourceType::user(), &ada()));
}

#[test]
fn f14_the_id_in_a_body_never_becomes_the_resources() {
    let users = ResourceType::user();
    let mut current = ada();
    current.insert("id".into(), json!("mine"));
    let incoming = users.read(&json!({ "userName": "ada", "id": "theirs" })).unwrap();
    assert_eq!(users.merge_put(&current, incoming).unwrap()["id"], "mine");
    assert_eq!(patch(&current, json!([{ "op": "replace", "value": { "id": "theirs" } }])).document["id"], "mine");
}

#[test]
fn a_failed_patch_keeps_nothing() {
    let before = ada();
    let operations = json!([{ "op": "replace", "path": "title", "value": "x" }, { "op": "replace", "path": "colour", "value": "x" }]);
    assert_eq!(kind(try_patch(&before, operations)), ScimType::InvalidPath);
    assert_eq!(before, ada());
}
