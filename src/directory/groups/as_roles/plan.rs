//! What turning this on means for each group that was pushed before.

use std::collections::HashMap;

use crate::access::roles::{GroupRef, Role};
use crate::error::Error;
use crate::id::RoleId;
use crate::text;

/// What becomes of each group, and what is in the way.
#[derive(Debug, Clone, Default)]
pub(super) struct Plan {
    /// A role of that name, which no group owns, becomes the group's.
    pub linked: Vec<(GroupRef, Role)>,
    /// A role of that name is made.
    pub made: Vec<GroupRef>,
    /// The name is another group's role already.
    pub blocked: Vec<GroupRef>,
}

/// `owners` are the groups that own roles already.
pub(super) fn plan(groups: Vec<GroupRef>, roles: Vec<Role>, owners: &HashMap<RoleId, GroupRef>) -> Plan {
    let mut free: HashMap<String, Option<Role>> = HashMap::new();
    for role in roles {
        let key = text::fold(&role.name);
        free.insert(key, if owners.contains_key(&role.id) { None } else { Some(role) });
    }
    let mut plan = Plan::default();
    for group in groups {
        match free.insert(text::fold(group.name.trim()), None) {
            Some(Some(role)) => plan.linked.push((group, role)),
            Some(None) => plan.blocked.push(group),
            None => plan.made.push(group),
        }
    }
    plan
}

impl Plan {
    /// # Errors
    /// [`Error::Conflict`] naming the groups whose names are taken.
    pub fn require_possible(&self) -> Result<(), Error> {
        let names: Vec<_> = self.blocked.iter().take(10).map(|group| format!("“{}”", group.name)).collect();
        match names.as_slice() {
            [] => Ok(()),
            names => Err(Error::conflict(format!(
                "Another group owns the role of the same name as {}. Nothing was changed; rename it at the identity provider first.",
                names.join(", ")
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{GroupId, OrganizationId};
    use crate::time::Timestamp;

    fn group(name: &str) -> GroupRef {
        GroupRef { id: GroupId::new(), name: name.into() }
    }

    fn role(name: &str) -> Role {
        let at = Timestamp::parse("2026-11-22T12:00:00.000Z").unwrap();
        Role {
            id: RoleId::new(),
            organization_id: OrganizationId::new(),
            name: name.into(),
            key: text::slug(name),
            description: String::new(),
            permissions: Vec::new(),
            idp_assignable: false,
            created_at: at.clone(),
            updated_at: at,
        }
    }

    #[test]
    fn a_free_role_of_the_name_is_linked_and_else_one_is_made() {
        let (editor, author) = (role("Editor"), role("Author"));
        let owners = HashMap::from([(author.id.clone(), group("Author"))]);
        let groups = vec![group("EDITOR"), group(" editor "), group("Author"), group("Viewer")];
        let plan = plan(groups, vec![editor.clone(), author], &owners);
        let names = |groups: &[GroupRef]| groups.iter().map(|group| group.name.clone()).collect::<Vec<_>>();
        assert_eq!(
            plan.linked.iter().map(|(group, role)| (&*group.name, &role.id)).collect::<Vec<_>>(),
            [("EDITOR", &editor.id)]
        );
        assert_eq!(names(&plan.made), ["Viewer"]);
        assert_eq!(names(&plan.blocked), [" editor ", "Author"]);
        assert!(plan.require_possible().is_err());
    }
}
