//! A local person as a SCIM resource, made of the columns: what a directory sees that may take local people over.

use muster_scim::schema::{ENTERPRISE_USER, ResourceType, USER};
use serde_json::{Map, Value, json};

use super::store;
use crate::db::{Db, Tx};
use crate::directory::Source;
use crate::directory::users::model::{NewUser, User};
use crate::directory::values;
use crate::error::Result;
use crate::id::{DirectoryId, OrganizationId, UserId};

/// How many people one transaction, or one look, goes through.
const BATCH: i64 = 500;

/// What is known about a local person.
struct Known<'a> {
    user_name: &'a str,
    display_name: &'a str,
    given_name: Option<&'a str>,
    family_name: Option<&'a str>,
    email: Option<&'a str>,
    title: Option<&'a str>,
    department: Option<&'a str>,
    active: bool,
}

impl Known<'_> {
    fn document(&self) -> Map<String, Value> {
        let schemas: Vec<&str> = std::iter::once(USER).chain(self.department.map(|_| ENTERPRISE_USER)).collect();
        let mut document = Map::from_iter([
            ("schemas".to_string(), json!(schemas)),
            ("userName".to_string(), json!(self.user_name)),
            ("displayName".to_string(), json!(self.display_name)),
            ("active".to_string(), json!(self.active)),
        ]);
        let (given, family) = self.names();
        let parts = [("givenName", given), ("familyName", family)];
        let parts = parts.into_iter().filter_map(|(key, part)| Some((key.to_string(), json!(part?))));
        let formatted = ("formatted".to_string(), json!(self.display_name));
        document.insert("name".into(), Value::Object(parts.chain([formatted]).collect()));
        if let Some(email) = self.email {
            document.insert("emails".into(), json!([{ "value": email, "type": "work", "primary": true }]));
        }
        if let Some(title) = self.title {
            document.insert("title".into(), json!(title));
        }
        if let Some(department) = self.department {
            document.insert(ENTERPRISE_USER.into(), json!({ "department": department }));
        }
        document
    }

    /// Okta imports nobody without both. Where we do not know one, the last word of the name counts as the family's.
    fn names(&self) -> (Option<&str>, Option<&str>) {
        let guessed = self.display_name.trim().rsplit_once(' ');
        let (given, family) = guessed.map(|(given, family)| (given.trim(), family)).unzip();
        (self.given_name.or(given), self.family_name.or(family))
    }
}

/// The document of somebody about to be made.
pub(in crate::directory::users) fn of_new(new: &NewUser) -> Map<String, Value> {
    let known = Known {
        user_name: &new.user_name,
        display_name: new.display_name.as_deref().unwrap_or(&new.user_name),
        given_name: new.given_name.as_deref(),
        family_name: new.family_name.as_deref(),
        email: new.email.as_deref(),
        title: None,
        department: None,
        active: new.idp_active,
    };
    known.document()
}

/// The document that follows from a person's columns.
pub(in crate::directory) fn of(user: &User) -> Map<String, Value> {
    let known = Known {
        user_name: &user.user_name,
        display_name: &user.display_name,
        given_name: user.given_name.as_deref(),
        family_name: user.family_name.as_deref(),
        email: user.email.as_deref(),
        title: user.title.as_deref(),
        department: user.department.as_deref(),
        active: user.idp_active,
    };
    known.document()
}

/// Brings a local person's document in line with the columns, after either has changed, and the rows by which every directory
/// of the organization finds them. Nothing for others.
pub async fn follow_columns(tx: &mut Tx, user: &User) -> Result<()> {
    if user.source != Source::Local {
        return Ok(());
    }
    let document = of(user);
    if document != user.document {
        store::save_document(tx, &user.id, &document).await?;
    }
    index(tx, &user.organization_id, &user.id, &document).await
}

/// Writes the rows of values of a local person, for every directory of the organization. Who sees the person is decided when
/// they are looked for.
pub(in crate::directory::users) async fn index(
    tx: &mut Tx,
    organization: &OrganizationId,
    id: &UserId,
    document: &Map<String, Value>,
) -> Result<()> {
    let directories = store::directories(tx, organization).await?;
    values::save_for_each(tx, &directories, &ResourceType::user(), id.as_str(), document).await
}

/// A directory was made: the local people who are here already can be found by it too.
pub async fn show_to(tx: &mut Tx, organization: &OrganizationId, directory: &DirectoryId) -> Result<()> {
    let kind = ResourceType::user();
    let mut last = String::new();
    loop {
        let people = store::page_of(tx, organization, &last, BATCH).await?;
        let Some(end) = people.last() else { return Ok(()) };
        last = end.id.to_string();
        for user in &people {
            values::add(tx, directory, &kind, user.id.as_str(), &of(user)).await?;
        }
    }
}

/// Writes documents and rows of all local people again: an older program gave them none.
pub async fn bring_up_to_date(db: &Db) -> Result<()> {
    let mut last = String::new();
    loop {
        let mut tx = db.write().await?;
        let people = store::page(&mut tx, &last, BATCH).await?;
        let Some(end) = people.last() else { return Ok(()) };
        last = end.id.to_string();
        for user in &people {
            follow_columns(&mut tx, user).await?;
        }
        tx.commit().await?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_person_is_a_resource_like_any_other() {
        let known = Known {
            user_name: "ada@example.com",
            display_name: "Ada Lovelace",
            given_name: Some("Ada"),
            family_name: None,
            email: Some("ada@example.com"),
            title: None,
            department: Some("Engines"),
            active: true,
        };
        let expected = json!({
            "schemas": [USER, ENTERPRISE_USER],
            "userName": "ada@example.com",
            "displayName": "Ada Lovelace",
            "active": true,
            "name": { "givenName": "Ada", "familyName": "Lovelace", "formatted": "Ada Lovelace" },
            "emails": [{ "value": "ada@example.com", "type": "work", "primary": true }],
            ENTERPRISE_USER: { "department": "Engines" },
        });
        assert_eq!(Value::Object(known.document()), expected);
    }

    #[test]
    fn a_name_of_which_no_parts_are_known_has_them() {
        let parts = |display_name| {
            let known = Known {
                user_name: "x",
                display_name,
                given_name: None,
                family_name: None,
                email: None,
                title: None,
                department: None,
                active: true,
            };
            known.document()["name"].clone()
        };
        let expected = json!({ "givenName": "Nils van", "familyName": "Dyk", "formatted": "Nils van Dyk" });
        assert_eq!(parts("Nils van Dyk"), expected);
        assert_eq!(parts("Prince"), json!({ "formatted": "Prince" }));
    }
}
