//! What an organization is, and which slugs it may have.

use crate::id::OrganizationId;
use crate::text;
use crate::vault;

/// A customer, or your own team. Everything else belongs to exactly one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    pub id: OrganizationId,
    pub slug: String,
    pub name: String,
    /// The one made at set-up; its owners run this installation.
    pub home: bool,
}

/// Words that mean something in an address of ours, or soon may.
const RESERVED: [&str; 24] = [
    "admin", "api", "app", "auth", "docs", "events", "health", "help", "home", "login", "logout", "me", "metrics",
    "muster", "new", "o", "oauth", "operator", "pkg", "portal", "scim", "setup", "sign-in", "www",
];

/// A slug for the name: its letters, or a random one where nothing usable is left.
pub fn slug_for(name: &str) -> String {
    let slug = text::slug(name);
    match slug.as_str() {
        "" => format!("org-{}", vault::random_text(b"abcdefghjkmnpqrstuvwxyz23456789", 6)),
        reserved if RESERVED.contains(&reserved) => format!("{reserved}-org"),
        _ => slug,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_words_and_names_without_letters_get_another_slug() {
        assert_eq!(slug_for("Acme"), "acme");
        assert_eq!(slug_for("API"), "api-org");
        assert!(slug_for("日本").starts_with("org-"));
    }
}
