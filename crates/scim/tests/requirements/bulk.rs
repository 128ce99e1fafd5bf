use std::collections::BTreeMap;

use muster_scim::bulk::{BulkRequest, references, substitute, substitute_path};
use muster_scim::error::{ScimError, ScimType};
use serde_json::{Value, json};

use crate::support::kind;

fn parse(operations: Value) -> Result<BulkRequest, ScimError> {
    let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "failOnErrors": 1, "Operations": operations });
    BulkRequest::parse(&body, 2)
}

#[test]
fn references_are_found_and_resolved() {
    let mut data =
        json!({ "displayName": "g", "members": [{ "value": "bulkId:ada" }, { "value": "bulkId:eve" }, "bulkId:ada"] });
    assert_eq!(references(&data).into_iter().collect::<Vec<_>>(), ["ada", "eve"]);
    let ids = BTreeMap::from([("ada".to_owned(), "1".to_owned())]);
    substitute(&mut data, &ids);
    assert_eq!(data["members"], json!([{ "value": "1" }, { "value": "bulkId:eve" }, "1"]));
    assert_eq!(substitute_path("/Users/bulkId:ada", &ids), "/Users/1");
}

#[test]
fn a_bulk_request_is_read_or_refused() {
    let request = parse(json!([{ "method": "post", "path": "/Users", "bulkId": "a", "data": {} }])).unwrap();
    assert_eq!(request.fail_on_errors, Some(1));
    let failed = request.operations[0].failed(&ScimError::uniqueness("taken"), Some("/Users/1"));
    assert_eq!((&failed["status"], failed.get("location")), (&json!("409"), None));
    for (operations, expected) in [
        (json!("x"), ScimType::InvalidSyntax),
        (json!([{ "method": "GET", "path": "/Users" }]), ScimType::InvalidSyntax),
        (json!([{ "method": "POST", "path": "/Users", "data": {} }]), ScimType::InvalidValue),
        (json!([{ "method": "PUT", "path": "/Users/1" }]), ScimType::InvalidValue),
        (json!([{ "method": "DELETE", "path": "Users/1" }]), ScimType::InvalidSyntax),
    ] {
        assert_eq!(kind(parse(operations.clone())), expected, "{operations}");
    }
    let delete = json!({ "method": "DELETE", "path": "/Users/1" });
    assert_eq!(parse(json!([delete, delete, delete])).unwrap_err().status, 413);
}
