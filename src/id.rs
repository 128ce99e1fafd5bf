//! Identifiers: UUIDv7 as text, one type for each noun, so that a group's id cannot stand where a user's belongs.

use std::fmt;

/// Declares an id type: `new()` makes one, `parse` reads one, the database keeps it as text.
macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, sqlx::Type)]
        #[sqlx(transparent)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            #[expect(clippy::new_without_default, reason = "a new id is never a default")]
            pub fn new() -> Self {
                Self(uuid_v7())
            }

            /// Reads an id as it stands in a URL or a body. What is no UUID is no id of ours.
            pub fn parse(text: &str) -> Option<Self> {
                uuid::Uuid::try_parse(text).ok().map(|id| Self(id.hyphenated().to_string()))
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

id! {
    OrganizationId,
    ConnectionId,
    /// The SCIM half of a connection.
    DirectoryId,
    TokenId,
    UserId,
    GroupId,
    RoleId,
    GrantId,
    IdentityId,
    /// Names a session in lists; it opens nothing.
    SessionId,
    /// Names a sign-in from a terminal in lists; it opens nothing.
    CliTokenId,
    EventId,
    /// One SCIM call in the inspector's record.
    RequestId,
    RecoveryCodeId,
    /// A key by which a connection shows a provider who we are.
    ClientKeyId,
    /// A resource of a custom type.
    ResourceId,
    /// A schema or resource type of an organization's own.
    SchemaDocumentId,
    /// A request that the brake refused and kept.
    PendingChangeId,
    /// A domain that an organization says is its own.
    DomainId,
    /// An invitation, or a lost password's link.
    LinkId,
    /// Names an API key in lists; it opens nothing.
    ApiKeyId,
    /// A name that somebody has elsewhere.
    AliasId,
    /// A local person whom a directory asked for.
    AdoptionId,
}

#[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
fn uuid_v7() -> String {
    uuid::Uuid::now_v7().hyphenated().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_and_only_uuids_are_ids() {
        let (a, b) = (UserId::new(), UserId::new());
        assert!(a < b, "UUIDv7 grows: {a} {b}");
        assert_eq!(UserId::parse(a.as_str()), Some(a));
        assert_eq!(UserId::parse("1 OR 1=1"), None);
    }
}
