//! Whom the provider vouches for, and what it says about them.

use serde_json::{Map, Value};

/// A person may be in many groups, but a token that lists more than this is no list of somebody's groups.
const MOST_GROUPS: usize = 1000;
const LONGEST_NAME: usize = 255;

/// Somebody whom the provider vouches for.
pub struct Verified {
    /// Entra's `oid`, elsewhere `sub`.
    pub subject: String,
    /// The provider's name for this session (`sid`), where it tells.
    pub session: Option<String>,
    pub profile: Profile,
    /// The claims of the ID token as they came: shown to an admin who tests, and nothing else is done with them.
    pub claims: Map<String, Value>,
}

impl Verified {
    /// The name by which the provider knows whom to sign out: Entra's `login_hint`, elsewhere the name they type there.
    pub fn hint(&self) -> Option<&str> {
        let claim = |name: &str| self.claims.get(name).and_then(Value::as_str);
        claim("login_hint").or(claim("preferred_username")).or(claim("email"))
    }
}

/// What the provider says about them; shown and kept, never matched by, but for what `links::by_verified_email` allows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Profile {
    pub name: Option<String>,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub email: Option<String>,
    /// OpenID Connect Core 5.1: the provider made sure that the address is theirs.
    pub email_verified: bool,
    pub preferred_username: Option<String>,
    /// `None` where the claim is missing, which is not the same as a person without groups.
    pub groups: Option<Vec<String>>,
}

impl Profile {
    pub fn of(claims: &Map<String, Value>) -> Self {
        let text = |name: &str| {
            let text = claims.get(name).and_then(Value::as_str);
            text.filter(|text| !text.trim().is_empty()).map(str::to_string)
        };
        Self {
            name: text("name"),
            given_name: text("given_name"),
            family_name: text("family_name"),
            email: text("email"),
            email_verified: claims.get("email_verified") == Some(&Value::Bool(true)),
            preferred_username: text("preferred_username"),
            groups: claims.get("groups").and_then(groups),
        }
    }

    /// What is absent, from there.
    pub fn or(self, other: Self) -> Self {
        // Said of the address that stands beside it, and of no other.
        let email_verified = if self.email.is_some() { self.email_verified } else { other.email_verified };
        Self {
            email_verified,
            name: self.name.or(other.name),
            given_name: self.given_name.or(other.given_name),
            family_name: self.family_name.or(other.family_name),
            email: self.email.or(other.email),
            preferred_username: self.preferred_username.or(other.preferred_username),
            groups: self.groups.or(other.groups),
        }
    }
}

/// Names, each once. What is no list says nothing.
fn groups(claim: &Value) -> Option<Vec<String>> {
    let names = claim.as_array().filter(|names| names.len() <= MOST_GROUPS)?;
    let mut found: Vec<String> = Vec::with_capacity(names.len());
    for name in names.iter().filter_map(Value::as_str).map(str::trim) {
        if !name.is_empty() && name.len() <= LONGEST_NAME && !found.iter().any(|one| one == name) {
            found.push(name.to_string());
        }
    }
    Some(found)
}
