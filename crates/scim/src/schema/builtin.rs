//! The schemas of RFC 7643 section 8.7, kept as the JSON that they are.
//!
//! Where they differ from the RFC's listing: a group's `displayName` is required, as section 4.2 says;
//! an address has a `primary`, as section 2.4 says; binary values and references are `caseExact`; `groups` is
//! read-only throughout. A member has a `display` too, the member's present name: read-only, since it is not the group's to
//! change, and shown on request only, so that what a client sends and reads back are the same.

use std::sync::LazyLock;

use super::Schema;

macro_rules! embedded {
    ($($name:ident = $file:literal),* $(,)?) => {
        $(static $name: LazyLock<Schema> = LazyLock::new(|| embed(include_str!(concat!("builtin/", $file))));)*
    };
}

embedded! {
    USER = "user.json",
    ENTERPRISE_USER = "enterprise_user.json",
    GROUP = "group.json",
    SERVICE_PROVIDER_CONFIG = "service_provider_config.json",
    RESOURCE_TYPE = "resource_type.json",
    SCHEMA = "schema.json",
    COMMON = "common.json",
}

/// The embedded files are part of the source: a mistake in one is a bug that the first test finds.
fn embed(text: &str) -> Schema {
    let value = serde_json::from_str(text).expect("an embedded schema is JSON");
    Schema::parse(&value).expect("an embedded schema is valid")
}

/// The attributes that every resource has without any schema naming them (RFC 7643 sections 3 and 3.1).
pub(super) fn common() -> &'static Schema {
    &COMMON
}

impl Schema {
    /// The User schema (RFC 7643 section 4.1).
    #[must_use]
    pub fn user() -> Schema {
        USER.clone()
    }

    /// The Enterprise User extension (RFC 7643 section 4.3).
    #[must_use]
    pub fn enterprise_user() -> Schema {
        ENTERPRISE_USER.clone()
    }

    /// The Group schema (RFC 7643 section 4.2).
    #[must_use]
    pub fn group() -> Schema {
        GROUP.clone()
    }
}

/// The schemas of the discovery resources themselves (RFC 7643 sections 5 to 7): ServiceProviderConfig,
/// ResourceType and Schema. RFC 7643 section 8.7.2 lists them beside the resources' own.
#[must_use]
pub fn discovery() -> Vec<Schema> {
    vec![SERVICE_PROVIDER_CONFIG.clone(), RESOURCE_TYPE.clone(), SCHEMA.clone()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_schema_survives_a_round_trip_and_holds_no_null() {
        let mut schemas = vec![Schema::user(), Schema::enterprise_user(), Schema::group(), common().clone()];
        schemas.extend(discovery());
        for schema in schemas {
            let json = schema.to_json();
            assert_eq!(Schema::parse(&json).unwrap(), schema, "{}", schema.id);
            assert!(!json.to_string().contains("null"), "{}", schema.id);
        }
    }
}
