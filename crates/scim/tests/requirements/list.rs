use muster_scim::{
    error::{ScimError, ScimType},
    list::{Cursor, ListRequest, SearchRequest, list_response},
};
use serde_json::json;

use crate::support::kind;

#[test]
fn paging_is_forgiving_within_the_rfc() {
    for (pairs, start_index, count) in [
        (vec![], 1, None),
        (vec![("startIndex", "1"), ("count", "2")], 1, Some(2)),
        (vec![("startIndex", "0"), ("count", "-5")], 1, Some(0)),
        (vec![("startIndex", "-9"), ("count", "0")], 1, Some(0)),
        (vec![("startIndex", "99999999999999999999999")], i64::MAX as u64, None),
        (vec![("aadOptscim062020", ""), ("STARTINDEX", "101")], 101, None),
    ] {
        let request = ListRequest::from_pairs(pairs).unwrap();
        assert_eq!((request.start_index, request.count), (start_index, count));
    }
}

#[test]
fn what_cannot_be_read_is_refused() {
    for (pairs, expected) in [
        (vec![("startIndex", "one")], ScimType::InvalidValue),
        (vec![("count", "")], ScimType::InvalidValue),
        (vec![("count", "1.5")], ScimType::InvalidValue),
        (vec![("count", "x"), ("cursor", "")], ScimType::InvalidCount),
        (vec![("filter", "userName")], ScimType::InvalidFilter),
        (vec![("sortBy", "a b")], ScimType::InvalidPath),
    ] {
        assert_eq!(kind(ListRequest::from_pairs(pairs.clone())), expected, "{pairs:?}");
    }
}

#[test]
fn a_search_by_post_says_the_same_as_a_query() {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "attributes": ["displayName", "userName"], "filter": "displayName sw \"smith\"", "sortBy": "name.familyName",
        "sortOrder": "descending", "startIndex": 1, "count": 10, "cursor": null,
    });
    let query = ListRequest::from_pairs([
        ("attributes", "displayName,userName"),
        ("filter", "displayName sw \"smith\""),
        ("sortBy", "name.familyName"),
        ("sortOrder", "descending"),
        ("count", "10"),
    ]);
    assert_eq!(SearchRequest::parse(&body).unwrap().0, query.unwrap());
    assert_eq!(kind(SearchRequest::parse(&json!({}))), ScimType::InvalidSyntax);
}

#[test]
fn items_per_page_is_what_is_on_the_page() {
    let list = list_response(250, 101, vec![json!({ "id": "1" })]);
    assert_eq!(
        (&list["totalResults"], &list["startIndex"], &list["itemsPerPage"]),
        (&json!(250), &json!(101), &json!(1))
    );
    assert_eq!(list_response(0, 1, vec![])["Resources"], json!([]));
}

#[test]
fn a_cursor_is_opaque_and_goes_with_its_query_only() {
    let request = |filter: &str| ListRequest::from_pairs([("cursor", ""), ("filter", filter)]).unwrap();
    let (ada, eve) = (request("userName eq \"ada\""), request("userName eq \"eve\""));
    let cursor = Cursor { kind: 0, key: Some("é\"".into()), id: "7".into(), query: ada.fingerprint(), expires: 100 };
    let text = cursor.encode();
    assert!(
        text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)),
        "RFC 9865: URL-safe: {text}"
    );
    assert_eq!(Cursor::decode(&text).unwrap(), cursor);
    assert!(cursor.check(&ada, 99).is_ok());
    let keyword = |result: Result<(), ScimError>| result.unwrap_err().scim_type.unwrap().as_str();
    assert_eq!(keyword(cursor.check(&ada, 100)), "expiredCursor");
    assert_eq!(keyword(cursor.check(&eve, 99)), "invalidCursor");
    for wrong in ["x", "", "bnVsbA", "W10", &text[1..]] {
        assert_eq!(keyword(Cursor::decode(wrong).map(drop)), "invalidCursor", "{wrong}");
    }
}
