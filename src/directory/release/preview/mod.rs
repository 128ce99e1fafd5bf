//! What a removal or release would do, in numbers, before it is done.

mod store;

use super::Sources;
use super::choices::free_name;
use super::group::Group;
use super::store as rows;
use crate::connections::{Connection, Directory};
use crate::db::Tx;
use crate::directory::users::User;
use crate::error::Result;
use crate::id::{GroupId, OrganizationId};

/// How many names a preview shows; the number is of all.
const SHOWN: i64 = 50;

/// What hangs on a connection.
#[derive(Debug, Clone, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Numbers {
    pub active: i64,
    pub deactivated: i64,
    pub suspended: i64,
    /// Of all these, those who came by signing in.
    pub signed_in: i64,
    /// Admins and owners among them.
    pub above: i64,
    pub groups: i64,
    /// Roles that these groups give.
    pub group_roles: i64,
    /// Roles that SCIM gave to people.
    pub scim_roles: i64,
    pub sessions: i64,
    pub links: i64,
    /// Tokens and client secrets that are good.
    pub tokens: i64,
    /// Resources of the organization's own types.
    pub resources: i64,
}

impl Numbers {
    pub fn people(&self) -> i64 {
        self.active + self.deactivated + self.suspended
    }
}

/// Somebody or something whose name is taken among what is local, and what it becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renamed {
    pub from: String,
    pub to: String,
}

/// What the removal of a connection would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    pub numbers: Numbers,
    /// The first of the people who need another userName, and how many there are.
    pub people_renamed: Vec<Renamed>,
    pub people_renamed_in_all: u64,
    pub groups_renamed: Vec<Renamed>,
    pub groups_renamed_in_all: u64,
}

/// What hangs on a connection, and what its removal would do.
pub async fn preview(tx: &mut Tx, connection: &Connection, directory: &Directory) -> Result<Preview> {
    let organization = &connection.organization_id;
    let sources = Sources { connection: connection.id.clone(), directory: directory.id.clone() };
    let (names, people_renamed_in_all) = store::people_in_conflict(tx, organization, &sources, SHOWN).await?;
    let mut people_renamed = Vec::with_capacity(names.len());
    for name in names {
        let taken = rows::local_user_names_like(tx, organization, &name).await?;
        let to = free_name(&name, &taken, muster_scim::compare::user_name_key);
        people_renamed.push(Renamed { from: name, to });
    }
    let (names, groups_renamed_in_all) = store::groups_in_conflict(tx, organization, &sources, SHOWN).await?;
    let mut groups_renamed = Vec::with_capacity(names.len());
    for name in names {
        let taken = rows::local_group_names_like(tx, organization, &name).await?;
        let to = free_name(&name, &taken, muster_scim::compare::fold);
        groups_renamed.push(Renamed { from: name, to });
    }
    Ok(Preview {
        numbers: store::numbers(tx, organization, &sources).await?,
        people_renamed,
        people_renamed_in_all,
        groups_renamed,
        groups_renamed_in_all,
    })
}

/// The numbers alone.
pub async fn numbers(tx: &mut Tx, connection: &Connection, directory: &Directory) -> Result<Numbers> {
    let sources = Sources { connection: connection.id.clone(), directory: directory.id.clone() };
    store::numbers(tx, &connection.organization_id, &sources).await
}

/// What the release of one person would do.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PersonPreview {
    pub sessions: i64,
    pub direct_roles: i64,
    pub scim_roles: i64,
    pub groups: i64,
    pub links: i64,
    /// Local people with the same userName: 0 or 1.
    pub conflicts: i64,
}

pub(super) async fn of_person(tx: &mut Tx, user: &User) -> Result<PersonPreview> {
    store::person_numbers(tx, user).await
}

/// What the release of one group would do.
#[derive(Debug, Clone)]
pub struct GroupPreview {
    pub group: Group,
    pub people: i64,
    pub roles: i64,
    /// The other groups that are released with it, by name.
    pub together: Vec<String>,
}

pub(super) async fn of_group(tx: &mut Tx, organization: &OrganizationId, id: &GroupId) -> Result<Option<GroupPreview>> {
    let Some(group) = rows::group(tx, organization, id).await? else { return Ok(None) };
    let together = rows::nested_with(tx, organization, &group).await?;
    let together = together.into_iter().filter(|other| other.id != group.id).map(|other| other.name).collect();
    Ok(Some(GroupPreview {
        people: store::count_people(tx, &group.id).await?,
        roles: rows::count_roles(tx, &group.id).await?,
        together,
        group,
    }))
}
