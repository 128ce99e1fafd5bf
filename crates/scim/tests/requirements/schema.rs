use muster_scim::{
    error::{ScimError, ScimType},
    schema::{self, AttributeType, Mutability, ResourceType, Returned, Schema},
};
use serde_json::json;

#[test]
fn the_user_schema_is_that_of_rfc_7643_section_4_1() {
    let user = Schema::user();
    let user_name = user.attribute("USERNAME").unwrap();
    assert!(user_name.required && !user_name.case_exact);
    let password = user.attribute("password").unwrap();
    assert_eq!((password.mutability, password.returned), (Mutability::WriteOnly, Returned::Never));
    assert_eq!(user.attribute("groups").unwrap().mutability, Mutability::ReadOnly);
    let certificate = user.attribute("x509Certificates").unwrap().sub_attribute("value").unwrap();
    assert_eq!(certificate.kind, AttributeType::Binary);
    for name in ["roles", "entitlements", "ims", "photos", "addresses", "emails", "phoneNumbers"] {
        assert!(user.attribute(name).unwrap().sub_attribute("primary").is_some(), "{name}");
    }
}

#[test]
fn the_group_schema_requires_a_display_name_and_has_immutable_member_parts() {
    let group = Schema::group();
    assert!(group.attribute("displayName").unwrap().required);
    let members = group.attribute("members").unwrap();
    assert_eq!(members.mutability, Mutability::ReadWrite);
    for (name, mutability) in
        [("value", Mutability::Immutable), ("$ref", Mutability::Immutable), ("type", Mutability::Immutable)]
    {
        assert_eq!(members.sub_attribute(name).unwrap().mutability, mutability, "{name}");
    }
    let display = members.sub_attribute("display").unwrap();
    assert_eq!((display.mutability, display.returned), (Mutability::ReadOnly, Returned::Request));
}

#[test]
fn attributes_are_found_in_any_case_plain_or_qualified() {
    let users = ResourceType::user();
    for (name, leaf, extension) in [
        ("username", "userName", false),
        ("NAME.givenname", "givenName", false),
        ("id", "id", false),
        ("meta.lastModified", "lastModified", false),
        ("urn:ietf:params:scim:schemas:core:2.0:user:emails.value", "value", false),
        ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "department", true),
        ("manager", "manager", true),
        ("urn:ietf:params:scim:schemas:core:2.0:User:externalId", "externalId", false),
    ] {
        let found = users.attribute(name).unwrap_or_else(|| panic!("{name}"));
        assert_eq!((found.leaf().name.as_str(), found.extension.is_some()), (leaf, extension));
    }
    for name in ["colour", "name.colour", "urn:example:User:userName", ""] {
        assert!(users.attribute(name).is_none(), "{name}");
    }
}

#[test]
fn a_malformed_schema_is_refused_with_the_place() {
    for (schema, place) in [
        (json!([]), "the schema must be"),
        (json!({ "attributes": [] }), "\"id\""),
        (json!({ "id": "urn:x:y" }), "\"attributes\" is empty"),
        (json!({ "id": "urn:x:y", "attributes": [{}] }), "attributes[0]: \"name\" is missing"),
        (json!({ "id": "urn:x:y", "attributes": [{ "name": "a b" }] }), "\"a b\" is no attribute name"),
        (
            json!({ "id": "urn:x:y", "attributes": [{ "name": "a", "type": "strin" }] }),
            "\"strin\" is not one of string",
        ),
        (json!({ "id": "urn:x:y", "attributes": [{ "name": "a" }, { "name": "A" }] }), "\"A\" is defined twice"),
        (json!({ "id": "urn:x:y", "attributes": [{ "name": "a", "type": "complex" }] }), "subAttributes"),
        (json!({ "id": "urn:x:y", "attributes": [{ "name": "a", "required": 1 }] }), "required must be true or false"),
    ] {
        let error: ScimError = Schema::parse(&schema).unwrap_err();
        assert_eq!(error.scim_type, Some(ScimType::InvalidValue));
        assert!(error.detail.contains(place), "{} lacks {place}", error.detail);
    }
}

#[test]
fn a_resource_type_reads_back_as_it_was_written() {
    let schemas = [Schema::user(), Schema::enterprise_user(), Schema::group()];
    for kind in [ResourceType::user(), ResourceType::group()] {
        assert_eq!(ResourceType::parse(&kind.to_json(), &schemas).unwrap(), kind);
    }
    let unknown = json!({ "name": "Car", "endpoint": "/Cars", "schema": "urn:example:Car" });
    assert!(ResourceType::parse(&unknown, &schemas).unwrap_err().detail.contains("urn:example:Car"));
    assert_eq!(schema::discovery().len(), 3);
}
