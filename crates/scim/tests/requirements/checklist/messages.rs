//! Rows 13, 31, 34 and 39: messages and errors, as far as they are made here.

use std::collections::BTreeMap;

use muster_scim::{
    bulk::{self, BulkRequest},
    error::{ScimError, ScimType},
    list::{self, ListRequest, SearchRequest, cursor_list_response},
    patch::{self, PatchRequest},
    schema::{self, Schema},
};
use serde_json::{Value, json};

use crate::support::kind;

/// RFC 7644 section 3.1: the schemas of messages "begin with "urn:ietf:params:scim:api:"" and are no resources'
/// schemas: they are in no list of schemas.
#[test]
fn row_13_messages_are_no_schemas() {
    let mut all = schema::discovery();
    all.extend([Schema::user(), Schema::group(), Schema::enterprise_user()]);
    for schema in &all {
        assert!(schema.id.starts_with("urn:ietf:params:scim:schemas:"), "{}", schema.id);
        assert!(!schema.to_json().to_string().contains("urn:ietf:params:scim:api:messages"), "{}", schema.id);
    }
    for message in [
        muster_scim::error::ERROR_SCHEMA,
        patch::PATCH_OP_SCHEMA,
        bulk::BULK_REQUEST_SCHEMA,
        bulk::BULK_RESPONSE_SCHEMA,
        list::LIST_RESPONSE_SCHEMA,
        list::SEARCH_REQUEST_SCHEMA,
    ] {
        assert!(message.starts_with("urn:ietf:params:scim:api:messages:2.0:"), "{message}");
        assert!(all.iter().all(|schema| schema.id != message), "{message}");
    }
}

/// A message is known by its "schemas".
#[test]
fn row_24_31_a_message_names_its_schema() {
    let body = |urn: Value| json!({ "schemas": urn, "Operations": [{ "op": "add", "path": "title", "value": "x", "method": "DELETE" }] });
    for (urn, accepted) in [
        (json!([patch::PATCH_OP_SCHEMA]), true),
        (json!([patch::PATCH_OP_SCHEMA.to_uppercase()]), true),
        (json!(["urn:example:x", patch::PATCH_OP_SCHEMA]), true),
        (json!([bulk::BULK_REQUEST_SCHEMA]), false),
        (json!([]), false),
        (json!(null), false),
        (json!([5]), false),
    ] {
        assert_eq!(PatchRequest::parse(&body(urn.clone())).is_ok(), accepted, "{urn}");
    }
    assert_eq!(kind(BulkRequest::parse(&body(json!([patch::PATCH_OP_SCHEMA])), 10)), ScimType::InvalidSyntax);
    assert_eq!(kind(SearchRequest::parse(&body(json!([patch::PATCH_OP_SCHEMA])))), ScimType::InvalidSyntax);
}

fn bulk(operations: Value) -> Result<BulkRequest, ScimError> {
    BulkRequest::parse(&json!({ "schemas": [bulk::BULK_REQUEST_SCHEMA], "Operations": operations }), 3)
}

/// RFC 7644 section 3.7: which members an operation must have; section 3.7.4: too many are 413.
#[test]
fn row_31_a_bulk_operation_is_complete() {
    let (user, id) = (json!({ "userName": "a" }), "/Users/1");
    for (operation, accepted) in [
        (json!({ "method": "POST", "path": "/Users", "bulkId": "q", "data": user }), true),
        (json!({ "method": "post", "path": "/Users", "bulkId": "q", "data": user }), true),
        (json!({ "method": "PUT", "path": id, "version": "W/\"1\"", "data": user }), true),
        (json!({ "method": "PATCH", "path": "/Users/bulkId:q", "data": user }), true),
        (json!({ "method": "DELETE", "path": id }), true),
        (json!({ "method": "POST", "path": "/Users", "bulkId": "", "data": user }), false),
        (json!({ "method": "POST", "path": "/Users", "data": user }), false),
        (json!({ "method": "POST", "path": "/Users", "bulkId": "q" }), false),
        (json!({ "method": "PATCH", "path": id, "data": null }), false),
        (json!({ "method": "GET", "path": id }), false),
        (json!({ "path": id }), false),
        (json!({ "method": "DELETE" }), false),
        (json!({ "method": "DELETE", "path": "https://example.com/Users/1" }), false),
        (json!({ "method": "DELETE", "path": 1 }), false),
        (json!("DELETE"), false),
    ] {
        assert_eq!(bulk(json!([operation])).is_ok(), accepted, "{operation}");
    }
    let post = json!({ "method": "POST", "path": "/Users", "bulkId": "q", "data": user });
    assert_eq!(kind(bulk(json!([post, post]))), ScimType::InvalidValue, "a bulkId is unique");
    let delete = json!({ "method": "DELETE", "path": id });
    assert_eq!(bulk(json!([delete, delete, delete, delete])).unwrap_err().status, 413);
    assert_eq!(bulk(json!([delete, delete, delete])).unwrap().operations.len(), 3);
}

/// Section 3.7.1: circular references; section 3.7.3: what each result holds.
#[test]
fn row_31_references_and_results() {
    let mut one =
        json!({ "members": [{ "value": "bulkId:two" }], "displayName": "bulkId: is a prefix of values only" });
    assert_eq!(bulk::references(&one).into_iter().collect::<Vec<_>>(), [" is a prefix of values only", "two"]);
    bulk::substitute(&mut one, &BTreeMap::from([("two".to_owned(), "id2".to_owned())]));
    assert_eq!(one["members"][0]["value"], "id2");
    let ids = BTreeMap::from([("q".to_owned(), "1".to_owned())]);
    for (path, expected) in [
        ("/Users/bulkId:q", "/Users/1"),
        ("/Users/bulkId:other", "/Users/bulkId:other"),
        ("/Users", "/Users"),
        ("/Users/xbulkId:q", "/Users/xbulkId:q"),
    ] {
        assert_eq!(bulk::substitute_path(path, &ids), expected);
    }
    let request = bulk(json!([
        { "method": "POST", "path": "/Users", "bulkId": "q", "data": {} }, { "method": "DELETE", "path": "/Users/1" },
    ]))
    .unwrap();
    let [post, delete] = &request.operations[..] else { panic!() };
    assert_eq!(
        post.succeeded(201, "https://x/Users/1", Some("W/\"1\"")),
        json!({ "method": "POST", "bulkId": "q", "status": "201", "location": "https://x/Users/1", "version": "W/\"1\"" })
    );
    let error = ScimError::not_found("no user 1");
    assert_eq!(
        post.failed(&error, Some("https://x/Users/1")),
        json!({ "method": "POST", "bulkId": "q", "status": "404", "response": error.to_json() })
    );
    assert_eq!(
        delete.failed(&error, Some("https://x/Users/1")),
        json!({ "method": "DELETE", "status": "404", "location": "https://x/Users/1", "response": error.to_json() })
    );
}

/// RFC 7644 table 9: each keyword and its status; "status The HTTP status code ... expressed as a JSON string".
#[test]
fn row_34_errors_in_the_shape_of_the_rfc() {
    for (error, status, keyword) in [
        (ScimError::invalid_filter("d"), "400", "invalidFilter"),
        (ScimError::too_many("d"), "400", "tooMany"),
        (ScimError::uniqueness("d"), "409", "uniqueness"),
        (ScimError::mutability("d"), "400", "mutability"),
        (ScimError::invalid_syntax("d"), "400", "invalidSyntax"),
        (ScimError::invalid_path("d"), "400", "invalidPath"),
        (ScimError::no_target("d"), "400", "noTarget"),
        (ScimError::invalid_value("d"), "400", "invalidValue"),
        (ScimError::invalid_vers("d"), "400", "invalidVers"),
        (ScimError::sensitive("d"), "403", "sensitive"),
        (ScimError::invalid_cursor("d"), "400", "invalidCursor"),
        (ScimError::expired_cursor("d"), "400", "expiredCursor"),
        (ScimError::invalid_count("d"), "400", "invalidCount"),
    ] {
        let schema = "urn:ietf:params:scim:api:messages:2.0:Error";
        assert_eq!(
            error.to_json(),
            json!({ "schemas": [schema], "status": status, "scimType": keyword, "detail": "d" })
        );
    }
    for status in [401, 403, 404, 405, 412, 413, 415, 429, 500, 501] {
        let body = ScimError::status(status, "d").to_json();
        assert_eq!((&body["status"], body.get("scimType")), (&json!(status.to_string()), None));
    }
}

/// RFC 9865 section 2: "nextCursor" in every page but the last; a wrong count beside a cursor is `invalidCount`.
#[test]
fn row_39_pages_by_cursor() {
    let first = ListRequest::from_pairs([("cursor", ""), ("count", "10")]).unwrap();
    assert_eq!((first.cursor.as_deref(), first.count), (Some(""), Some(10)));
    assert_eq!(ListRequest::from_pairs([("count", "10")]).unwrap().cursor, None, "the index is the default");
    let page = cursor_list_response(2, Some("n"), None, vec![json!({ "id": "1" })]);
    assert_eq!((&page["nextCursor"], page.get("previousCursor"), page.get("startIndex")), (&json!("n"), None, None));
    let last = cursor_list_response(2, None, Some("p"), vec![json!({ "id": "2" })]);
    assert_eq!(
        (last.get("nextCursor"), &last["previousCursor"], &last["itemsPerPage"]),
        (None, &json!("p"), &json!(1))
    );
    for pairs in [[("cursor", "x"), ("count", "many")], [("count", "many"), ("cursor", "x")]] {
        assert_eq!(kind(ListRequest::from_pairs(pairs)), ScimType::InvalidCount);
    }
    let search = json!({ "schemas": [list::SEARCH_REQUEST_SCHEMA], "cursor": "x", "count": 5 });
    assert_eq!(SearchRequest::parse(&search).unwrap().0.cursor.as_deref(), Some("x"));
}
