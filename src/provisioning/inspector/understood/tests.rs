use serde_json::{Value, json};

use super::*;

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

fn understood(method: &str, path: &str, request: Value, status: u16, response: Value) -> Understood {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let some = |value: &'_ Value| !value.is_null();
    describe(&Facts {
        method,
        path,
        query,
        request: Some(&request).filter(|value| some(value)),
        status,
        response: Some(&response).filter(|value| some(value)),
        ..Facts::default()
    })
}

fn said(method: &str, path: &str, request: Value, response: Value) -> String {
    understood(method, path, request, 200, response).summary
}

fn patched(path: &str, operations: Value, response: Value) -> Understood {
    let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations });
    understood("PATCH", path, body, 200, response)
}

#[test]
fn people_are_called_by_their_names() {
    let ada = json!({ "userName": "ada@example.com", "id": "1" });
    assert_eq!(said("POST", "/Users", ada.clone(), ada.clone()), "create ada@example.com");
    assert_eq!(said("GET", "/Users/1", Value::Null, ada.clone()), "read ada@example.com");
    assert_eq!(said("PUT", "/Users/1", ada.clone(), Value::Null), "replace ada@example.com");
    let off = json!({ "userName": "ada@example.com", "active": "False" });
    assert_eq!(said("PUT", "/Users/1", off, ada.clone()), "replace and deactivate ada@example.com");
    assert_eq!(said("DELETE", "/Users/1", Value::Null, Value::Null), "delete a user");
    let known = Facts { method: "DELETE", path: "/Users/1", name: Some("Ada"), ..Facts::default() };
    assert_eq!(describe(&known).summary, "delete Ada");
    // A refusal tells no name, so that the request's is taken.
    let refused = understood("POST", "/Users", json!({ "userName": "eve" }), 409, json!({ "detail": "taken" }));
    assert_eq!(refused.summary, "create eve");
}

#[test]
fn queries_say_what_they_found() {
    let page = |total: u64, resources: Value| json!({ "totalResults": total, "Resources": resources });
    let find = |filter: &str, answer: Value| said("GET", &format!("/Users?filter={filter}"), Value::Null, answer);
    let by_name = "userName+eq+%22ada%22";
    assert_eq!(find(by_name, page(0, json!([]))), "look up a user by userName: none found");
    assert_eq!(find(by_name, page(1, json!([{ "userName": "Ada" }]))), "look up a user by userName: found Ada");
    assert_eq!(find(by_name, Value::Null), "look up a user by userName");
    let by_two = "id+eq+%221%22+and+manager+eq+%222%22";
    assert_eq!(find(by_two, page(1, json!([{ "id": "1" }]))), "search users by id and manager: 1 found");
    let hundred: Vec<_> = (0..100).map(|id| json!({ "id": id })).collect();
    assert_eq!(said("GET", "/Users", Value::Null, page(2000, json!(hundred))), "list users, 100 of 2\u{202f}000");
    let third = said("GET", "/Groups?startIndex=1201", Value::Null, page(1201, json!([{}])));
    assert_eq!(third, "list groups from number 1\u{202f}201, 1 of 1\u{202f}201");
    assert_eq!(said("GET", "/Groups", Value::Null, page(0, json!([]))), "list groups: there are none");
    assert_eq!(find("((", Value::Null), "search users");
}

#[test]
fn patches_of_people_tell_what_is_set() {
    let ada = json!({ "userName": "ada", "id": "1" });
    let said = |operations: Value| patched("/Users/1", operations, ada.clone()).summary;
    assert_eq!(said(json!([{ "op": "replace", "value": { "active": false } }])), "deactivate ada");
    assert_eq!(said(json!([{ "op": "Replace", "path": "active", "value": "True" }])), "activate ada");
    assert_eq!(
        said(
            json!([{ "op": "add", "path": "title", "value": "x" }, { "op": "replace", "path": "active", "value": false }])
        ),
        "deactivate ada; set title of ada"
    );
    assert_eq!(
        said(json!([
            { "op": "add", "path": format!("{ENTERPRISE}:manager"), "value": "2" },
            { "op": "add", "path": "emails[type eq \"work\"].value", "value": "x" },
            { "op": "replace", "path": "displayName", "value": null },
        ])),
        "set manager and emails of ada; clear displayName of ada"
    );
    let many = json!({ "title": "x", "name.givenName": "y", "locale": "z", ENTERPRISE: { "department": "q" } });
    assert_eq!(said(json!([{ "op": "add", "value": many }])), "set 4 attributes of ada");
    assert_eq!(said(json!([{ "op": "replace", "value": { "password": "x" } }])), "change nothing of ada");
    assert_eq!(said(json!([{ "op": "wrong" }])), "change ada");
}

#[test]
fn patches_of_groups_count_their_members() {
    let team = json!({ "displayName": "Engineering", "id": "1" });
    let said = |operations: Value| patched("/Groups/1", operations, team.clone()).summary;
    let three = json!([{ "value": "1" }, { "value": "2" }, { "value": "3" }]);
    assert_eq!(said(json!([{ "op": "add", "path": "members", "value": three }])), "add 3 members to Engineering");
    assert_eq!(
        said(json!([
            { "op": "remove", "path": "members[value eq \"1\"]" },
            { "op": "add", "path": "members", "value": [{ "value": "2" }] },
            { "op": "replace", "value": { "id": "1", "displayName": "Engineering" } },
        ])),
        "remove 1 member from Engineering; add 1 member to Engineering; set displayName of the group Engineering"
    );
    assert_eq!(said(json!([{ "op": "remove", "path": "members" }])), "remove all members from Engineering");
    assert_eq!(
        said(json!([{ "op": "replace", "path": "members", "value": three }])),
        "replace the members of Engineering with 3 members"
    );
    let made = json!({ "displayName": "Engineering", "members": three });
    let text = super::tests::said("POST", "/Groups", made, Value::Null);
    assert_eq!(text, "create the group Engineering with 3 members");
}

#[test]
fn what_was_cut_off_is_counted_as_far_as_it_goes() {
    let body = json!({ "displayName": "All", "members": [{ "value": "1" }, { "value": "2" }] });
    let facts = Facts { method: "PUT", path: "/Groups/1", request: Some(&body), cut: true, ..Facts::default() };
    assert_eq!(describe(&facts).summary, "replace the group All with at least 2 members");
}

#[test]
fn ignored_keys_are_named() {
    let body = json!({
        "userName": "ada", "password": "x", "groups": [{ "value": "1" }], "id": "1", "meta": { "resourceType": "User" },
        "favouriteColour": "red", "emails": [{ "value": "x", "shape": "round" }], ENTERPRISE: { "shoeSize": 42 },
    });
    let names = understood("POST", "/Users", body, 201, json!({ "userName": "ada" })).ignored;
    let unknown = format!("{ENTERPRISE}:shoeSize");
    assert_eq!(names, ["password", "groups", "favouriteColour", "emails.shape", unknown.as_str()]);
    assert_eq!(understood("POST", "/Users", json!({ "userName": "a", "groups": [] }), 201, json!({})).ignored, [""; 0]);

    let ada = json!({ "userName": "ada", "id": "1", "groups": [{ "value": "1" }] });
    let operations = json!([
        { "op": "replace", "value": { "password": "x", "colour": "red", "title": "y" } },
        { "op": "replace", "path": "Password", "value": "x" },
    ]);
    assert_eq!(patched("/Users/1", operations, ada).ignored, ["password", "Password", "colour"]);
    let team = json!({ "displayName": "Engineering", "id": "1" });
    let operations =
        json!([{ "op": "replace", "value": { "id": "1", "displayName": "E", "owner": "x", "members": [] } }]);
    assert_eq!(patched("/Groups/1", operations, team).ignored, ["owner"]);
}

#[test]
fn the_rest_is_told_or_left_out() {
    let said = |method: &str, path: &str| said(method, path, Value::Null, Value::Null);
    assert_eq!(said("GET", "/Schemas"), "read the schemas");
    assert_eq!(said("GET", "/ServiceProviderConfig"), "read what this service can do");
    assert_eq!([said("GET", "/Nothing/at/all"), said("DELETE", "/Users"), said("GET", "")], [""; 3]);
}

#[test]
fn bulk_requests_are_told_one_by_one() {
    let patch = |operations: Value| json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations });
    let mut operations = vec![
        json!({ "method": "POST", "path": "/Users", "bulkId": "1", "data": { "userName": "ada" } }),
        json!({ "method": "PATCH", "path": "/Groups/1", "data": patch(json!([{ "op": "add", "path": "members", "value": [{ "value": "1" }] }])) }),
    ];
    operations.extend((0..5).map(|n| json!({ "method": "DELETE", "path": format!("/Users/{n}") })));
    let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations });
    assert_eq!(
        super::tests::said("POST", "/Bulk", body, Value::Null),
        "create ada; add 1 member to a group; delete a user; delete a user; delete a user; and 2 more"
    );
}

#[test]
fn the_resource_is_found_in_path_answer_or_list() {
    let id = |path: &str, status: u16, response: Value| {
        let facts = Facts { path, status, response: Some(&response), ..Facts::default() };
        resource_id(&facts).map(str::to_string)
    };
    assert_eq!(id("/Users/1", 404, json!({})).as_deref(), Some("1"));
    assert_eq!(id("/Users", 201, json!({ "id": "2" })).as_deref(), Some("2"));
    assert_eq!(id("/Users", 200, json!({ "Resources": [{ "id": "3" }] })).as_deref(), Some("3"));
    assert_eq!(id("/Users", 200, json!({ "Resources": [{ "id": "3" }, { "id": "4" }] })), None);
    assert_eq!(id("/Schemas", 200, json!({ "id": "5" })), None);
}
