//! What a role is, and what may be typed into its form.

use serde::Deserialize;

use crate::access::grants::TermsForm;
use crate::error::{Error, Problems};
use crate::id::{GrantId, GroupId, OrganizationId, RoleId};
use crate::text;
use crate::time::Timestamp;

/// What the product asks about: a name for people, a key for programs, permission strings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    pub id: RoleId,
    pub organization_id: OrganizationId,
    pub name: String,
    /// Made from the name once; renaming never changes it.
    pub key: String,
    pub description: String,
    pub permissions: Vec<String>,
    /// Whether an identity provider may assign it to people, by SCIM's `roles`.
    pub idp_assignable: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A group, as a reason or a list names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRef {
    pub id: GroupId,
    pub name: String,
}

/// A role at a group: one grant.
#[derive(Debug, Clone)]
pub struct AttachedGroup {
    pub grant: GrantId,
    pub group: GroupRef,
    pub role: Role,
    pub until: Option<Timestamp>,
}

/// A role in the list of roles.
#[derive(Debug, Clone)]
pub struct Listed {
    pub role: Role,
    /// People who hold it and may sign in.
    pub holders: i64,
    pub groups: i64,
}

/// The form that gives a role to a group, as it was typed: on a role's page it names the group, on a group's the role.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct AttachForm {
    pub group_id: String,
    pub role_id: String,
    /// Empty: for good. Else a moment in UTC, as a browser's field gives it.
    pub until: String,
}

impl AttachForm {
    /// # Errors
    /// [`Error::Invalid`] at `group_id`.
    pub fn group(&self) -> Result<GroupId, Error> {
        GroupId::parse(&self.group_id).ok_or_else(|| Error::invalid("group_id", "Choose a group."))
    }

    /// # Errors
    /// [`Error::Invalid`] at `role_id`.
    pub fn role(&self) -> Result<RoleId, Error> {
        RoleId::parse(&self.role_id).ok_or_else(|| Error::invalid("role_id", "Choose a role."))
    }

    /// # Errors
    /// [`Error::Invalid`] at `until` for what is no moment to come.
    pub fn end(&self, now: &Timestamp) -> Result<Option<Timestamp>, Error> {
        if self.until.trim().is_empty() {
            return Ok(None);
        }
        let terms = TermsForm { lasts: "until".into(), until: self.until.clone(), why: String::new() };
        let (terms, problems) = terms.read(now);
        problems.into_result()?;
        Ok(terms.expires_at)
    }
}

/// The form as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct RoleForm {
    pub name: String,
    pub description: String,
    /// One a line; empty lines and repetitions are left out.
    pub permissions: String,
    /// Sent when ticked.
    pub idp_assignable: Option<String>,
}

/// The same, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub name: String,
    pub description: String,
    pub permissions: Vec<String>,
    pub idp_assignable: bool,
}

const NAME_LIMIT: usize = 100;
const DESCRIPTION_LIMIT: usize = 500;
const PERMISSION_LIMIT: usize = 100;
const PERMISSIONS_LIMIT: usize = 200;

impl Draft {
    /// What the form says, with a problem at each field that cannot be taken.
    pub(super) fn read(form: &RoleForm) -> (Self, Problems) {
        let mut problems = Problems::default();
        let name = form.name.trim();
        if name.is_empty() {
            problems.add("name", "Give the role a name.");
        } else if name.chars().count() > NAME_LIMIT {
            problems.add("name", format!("At most {NAME_LIMIT} characters."));
        } else if name.chars().any(char::is_control) {
            problems.add("name", "A name has no line breaks or control characters.");
        }
        let description = form.description.trim();
        if description.chars().count() > DESCRIPTION_LIMIT {
            problems.add("description", format!("At most {DESCRIPTION_LIMIT} characters."));
        }
        let permissions = match parse_permissions(&form.permissions) {
            Ok(permissions) => permissions,
            Err(message) => {
                problems.add("permissions", message);
                Vec::new()
            }
        };
        let idp_assignable = form.idp_assignable.is_some();
        (Self { name: name.to_string(), description: description.to_string(), permissions, idp_assignable }, problems)
    }
}

fn parse_permissions(text: &str) -> Result<Vec<String>, String> {
    let mut permissions: Vec<String> = Vec::new();
    for (n, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        if line.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(format!("Line {}: a permission has no spaces. Write one a line.", n + 1));
        }
        if line.chars().count() > PERMISSION_LIMIT {
            return Err(format!("Line {}: at most {PERMISSION_LIMIT} characters.", n + 1));
        }
        if !permissions.iter().any(|known| known == line) {
            permissions.push(line.to_string());
        }
    }
    if permissions.len() > PERMISSIONS_LIMIT {
        return Err(format!("At most {PERMISSIONS_LIMIT} permissions; these are {}.", permissions.len()));
    }
    Ok(permissions)
}

/// What a key is made of where the name has no letter that a key may have.
const NAMELESS: &str = "role";

/// The start of every key that this name may get.
pub(super) fn key_stem(name: &str) -> String {
    match text::slug(name) {
        stem if stem.is_empty() => NAMELESS.to_string(),
        stem => stem,
    }
}

/// `stem`, then `stem-2`, `stem-3`: the first that nobody has.
pub(super) fn free_key(stem: &str, taken: &[String]) -> String {
    let is_free = |key: &String| !taken.contains(key);
    let numbered = (2..).map(|n: u32| format!("{stem}-{n}"));
    std::iter::once(stem.to_string()).chain(numbered).find(is_free).expect("finitely many keys are taken")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, description: &str, permissions: &str) -> (Draft, Problems) {
        let (name, description, permissions) = (name.into(), description.into(), permissions.into());
        Draft::read(&RoleForm { name, description, permissions, idp_assignable: None })
    }

    #[test]
    fn a_form_is_read_line_by_line() {
        let (draft, problems) = read(" Editor ", "", "posts:write\r\n\r\nposts:read\nposts:write\n");
        assert!(problems.is_empty());
        assert_eq!(draft.name, "Editor");
        assert_eq!(draft.permissions, ["posts:write", "posts:read"]);
    }

    #[test]
    fn each_problem_stands_at_its_field() {
        let (_, problems) = read(" ", &"x".repeat(501), "ok\nnot ok");
        assert_eq!(problems.of("name"), Some("Give the role a name."));
        assert_eq!(problems.of("description"), Some("At most 500 characters."));
        assert_eq!(problems.of("permissions"), Some("Line 2: a permission has no spaces. Write one a line."));
    }

    #[test]
    fn keys_are_numbered_from_two() {
        let taken = ["editor".to_string(), "editor-2".to_string()];
        assert_eq!(free_key("editor", &taken), "editor-3");
        assert_eq!(free_key("viewer", &taken), "viewer");
        assert_eq!(key_stem("日本"), "role");
    }
}
