//! What a SCIM document says about a person, in columns.

use serde_json::{Map, Value};

use crate::error::{Error, Result};

const ENTERPRISE: &str = muster_scim::schema::ENTERPRISE_USER;
/// In bytes: what an index of PostgreSQL holds, with room for folding.
const LONGEST: usize = 1024;

/// The columns that follow from a document: changed only together with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::directory) struct Profile {
    pub user_name: String,
    pub external_id: Option<String>,
    /// `displayName`, else `name.formatted`, else given and family name, else the userName.
    pub display_name: String,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    /// The primary address, else the first.
    pub email: Option<String>,
    /// All of them, in the document's order.
    pub emails: Vec<String>,
    pub title: Option<String>,
    pub department: Option<String>,
    /// True where the document does not say.
    pub active: bool,
}

impl Profile {
    /// # Errors
    /// [`Error::Invalid`] without a userName.
    pub fn of(document: &Map<String, Value>) -> Result<Self> {
        let text = |value: Option<&Value>| {
            value.and_then(Value::as_str).filter(|text| !text.trim().is_empty()).map(str::to_string)
        };
        let user_name = text(document.get("userName"))
            .ok_or_else(|| Error::invalid("userName", "is required and must not be empty"))?;
        let name = document.get("name");
        let part = |key: &str| text(name.and_then(|name| name.get(key)));
        let (given_name, family_name) = (part("givenName"), part("familyName"));
        let both: Vec<_> = [given_name.as_deref(), family_name.as_deref()].into_iter().flatten().collect();
        let full_name = Some(both.join(" ")).filter(|name| !name.is_empty());
        let items = document.get("emails").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let primary = items.iter().find(|item| item.get("primary") == Some(&Value::Bool(true))).or(items.first());
        let emails: Vec<_> = items.iter().filter_map(|item| text(item.get("value"))).collect();
        let external_id = text(document.get("externalId"));
        require_short("userName", Some(&user_name))?;
        require_short("externalId", external_id.as_ref())?;
        require_short("emails.value", &emails)?;
        Ok(Self {
            external_id,
            display_name: text(document.get("displayName"))
                .or_else(|| part("formatted"))
                .or(full_name)
                .unwrap_or_else(|| user_name.clone()),
            given_name,
            family_name,
            email: text(primary.and_then(|item| item.get("value"))),
            emails,
            title: text(document.get("title")),
            department: text(document.get(ENTERPRISE).and_then(|extension| extension.get("department"))),
            active: document.get("active") != Some(&Value::Bool(false)),
            user_name,
        })
    }
}

/// What is looked up by an index must fit into it.
pub(in crate::directory) fn require_short<'a>(
    name: &'static str,
    texts: impl IntoIterator<Item = &'a String>,
) -> Result<()> {
    match texts.into_iter().any(|text| text.len() > LONGEST) {
        true => Err(Error::invalid(name, format!("is longer than {LONGEST} bytes: send a shorter one"))),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn profile(document: Value) -> Profile {
        Profile::of(document.as_object().unwrap()).unwrap()
    }

    #[test]
    fn a_person_always_has_a_name_to_show() {
        let name = |document: Value| profile(document).display_name;
        assert_eq!(name(json!({ "userName": "a", "displayName": "Ada", "name": { "formatted": "A. L." } })), "Ada");
        assert_eq!(name(json!({ "userName": "a", "name": { "formatted": "A. L.", "givenName": "Ada" } })), "A. L.");
        assert_eq!(name(json!({ "userName": "a", "name": { "givenName": "Ada", "familyName": "L" } })), "Ada L");
        assert_eq!(name(json!({ "userName": "a", "name": { "familyName": "L" } })), "L");
        assert_eq!(name(json!({ "userName": "a" })), "a");
    }

    #[test]
    fn the_primary_address_leads_and_department_comes_from_the_extension() {
        let profile = profile(json!({
            "userName": "a",
            "emails": [{ "value": "home@x.example" }, { "value": "work@x.example", "primary": true }],
            ENTERPRISE: { "department": "Engines" },
        }));
        assert_eq!(profile.email.as_deref(), Some("work@x.example"));
        assert_eq!(profile.emails, ["home@x.example", "work@x.example"]);
        assert_eq!(profile.department.as_deref(), Some("Engines"));
        assert!(profile.active, "a person is active unless the document says otherwise");
    }
}
