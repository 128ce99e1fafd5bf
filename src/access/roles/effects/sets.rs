//! What a change does to everybody in a group: asked of the database as a whole, never person by person.

use serde_json::{Value, json};

use super::{put, store};
use crate::access::grants::RoleRef;
use crate::db::Tx;
use crate::error::Result;
use crate::id::{GrantId, GroupId, RoleId, UserId};

/// How many people an event names.
const TOLD: usize = 100;

/// Who gains or loses what by one change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Affected {
    /// How many in all.
    pub people: i64,
    /// The first of them, by name.
    pub first: Vec<Person>,
}

/// One of them, with the roles in question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: UserId,
    pub name: String,
    pub roles: Vec<RoleRef>,
}

/// A way by which roles are held that does not count: it goes, or is gone.
#[derive(Debug, Clone, Copy)]
pub enum Without<'a> {
    Nothing,
    Grant(&'a GrantId),
    /// As if the group, its grants and its place in other groups were not there.
    Group(&'a GroupId),
    /// As if the one were not in the other.
    Nesting {
        container: &'a GroupId,
        nested: &'a GroupId,
    },
}

/// The people below the group who hold these roles by no way but those left out: who gains them when the group gets them, and
/// loses them when that way goes.
pub async fn through_group(tx: &mut Tx, group: &GroupId, roles: &[RoleId], without: Without<'_>) -> Result<Affected> {
    let pairs: Vec<_> = roles.iter().map(|role| (group.clone(), role.clone())).collect();
    changed(tx, &pairs, without).await
}

/// Who gains what when each of the groups gets the role beside it.
pub async fn gained_by(tx: &mut Tx, pairs: &[(GroupId, RoleId)]) -> Result<Affected> {
    changed(tx, pairs, Without::Nothing).await
}

async fn changed(tx: &mut Tx, pairs: &[(GroupId, RoleId)], without: Without<'_>) -> Result<Affected> {
    if pairs.is_empty() {
        return Ok(Affected::default());
    }
    let people = store::count(tx, pairs, without).await?;
    let rows = if people == 0 { Vec::new() } else { store::first(tx, pairs, without).await? };
    Ok(Affected { people, first: collect(rows) })
}

/// Everybody who holds the role: who loses it when it is deleted.
pub async fn holders_of(tx: &mut Tx, role: &RoleId) -> Result<Affected> {
    let people = store::count_holders(tx, role).await?;
    Ok(Affected { people, first: collect(store::first_holders(tx, role).await?) })
}

/// The roles that being in this group gives, by grants of it and of the groups around it.
pub async fn roles_through(tx: &mut Tx, group: &GroupId) -> Result<Vec<RoleId>> {
    store::roles_through(tx, group).await
}

/// The rows come person by person.
fn collect(rows: Vec<store::Row>) -> Vec<Person> {
    let mut people: Vec<Person> = Vec::new();
    for row in rows {
        let role = RoleRef { id: row.role_id, key: row.role_key, name: row.role_name };
        match people.last_mut().filter(|person| person.id == row.user_id) {
            Some(person) => person.roles.push(role),
            None => people.push(Person { id: row.user_id, name: row.display_name, roles: vec![role] }),
        }
    }
    people
}

impl Affected {
    /// Says in the `after` of an event who gained something; nothing where nobody did.
    pub fn tell_gained(&self, after: &mut Option<Value>) {
        self.tell("roles_gained_by", after);
    }

    /// Likewise who lost something.
    pub fn tell_lost(&self, after: &mut Option<Value>) {
        self.tell("roles_lost_by", after);
    }

    fn tell(&self, key: &str, after: &mut Option<Value>) {
        if self.people > 0 {
            let told = |person: &Person| json!({ "id": person.id, "name": person.name, "roles": person.roles });
            let first: Vec<_> = self.first.iter().take(TOLD).map(told).collect();
            put(after, key, json!({ "people": self.people, "first": first }));
        }
    }
}
