//! What a change does to people whom it names.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::{Value, json};

use super::put;
use crate::access::grants::RoleRef;
use crate::access::levels::{self, Raised};
use crate::access::roles::holding::snapshot;
use crate::access::roles::store::by_ids;
use crate::db::Tx;
use crate::error::Result;
use crate::id::{RoleId, UserId};

/// What people held before a change.
#[derive(Debug, Default)]
pub struct Before {
    seen: HashSet<UserId>,
    roles: HashMap<UserId, BTreeSet<RoleId>>,
    admins: HashSet<UserId>,
}

/// What became of them.
#[derive(Debug, Default)]
pub struct Effects(HashMap<UserId, Effect>);

/// What one person has gained and lost by a change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effect {
    pub gained: Vec<RoleRef>,
    pub lost: Vec<RoleRef>,
    pub level: Option<Raised>,
}

impl Before {
    pub async fn of(tx: &mut Tx, people: &[UserId]) -> Result<Self> {
        let mut before = Self::default();
        before.see(tx, people).await?;
        Ok(before)
    }

    /// Looks at people before something happens to them; who was looked at already is as they were then.
    pub async fn see(&mut self, tx: &mut Tx, people: &[UserId]) -> Result<()> {
        let new: Vec<_> = people.iter().filter(|user| !self.seen.contains(user)).cloned().collect();
        self.roles.extend(snapshot(tx, &new).await?);
        self.admins.extend(levels::raised(tx, &new).await?);
        self.seen.extend(new);
        Ok(())
    }

    /// Compares with what they hold now. Whose level has changed through a group is treated as at a change by hand.
    pub async fn effects(mut self, tx: &mut Tx) -> Result<Effects> {
        let people: Vec<_> = self.seen.iter().cloned().collect();
        let now = snapshot(tx, &people).await?;
        let admins = levels::raised(tx, &people).await?;
        let moved = self.moved(&now);
        let ids: Vec<_> = moved.values().flat_map(|(gained, lost)| gained.union(lost)).cloned().collect();
        let names = names(tx, ids).await?;
        let named = |ids: &BTreeSet<RoleId>| {
            let mut roles: Vec<_> = ids.iter().filter_map(|id| names.get(id).cloned()).collect();
            roles.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
            roles
        };
        let mut effects: HashMap<UserId, Effect> = HashMap::new();
        for (user, (gained, lost)) in &moved {
            effects.insert(user.clone(), Effect { gained: named(gained), lost: named(lost), level: None });
        }
        for user in admins.symmetric_difference(&std::mem::take(&mut self.admins)) {
            let raised = levels::settle(tx, user, admins.contains(user)).await?;
            effects.entry(user.clone()).or_default().level = Some(raised);
        }
        Ok(Effects(effects))
    }

    /// Whose roles differ now: what came, and what went.
    fn moved(&self, now: &HashMap<UserId, BTreeSet<RoleId>>) -> HashMap<UserId, (BTreeSet<RoleId>, BTreeSet<RoleId>)> {
        let none = BTreeSet::new();
        let mut moved = HashMap::new();
        for user in &self.seen {
            let (had, has) = (self.roles.get(user).unwrap_or(&none), now.get(user).unwrap_or(&none));
            if had != has {
                let gained = has.difference(had).cloned().collect();
                moved.insert(user.clone(), (gained, had.difference(has).cloned().collect()));
            }
        }
        moved
    }
}

async fn names(tx: &mut Tx, mut ids: Vec<RoleId>) -> Result<HashMap<RoleId, RoleRef>> {
    ids.sort();
    ids.dedup();
    let mut names = HashMap::new();
    for chunk in ids.chunks(500) {
        for role in by_ids(tx, chunk).await? {
            names.insert(role.id.clone(), RoleRef { id: role.id, key: role.key, name: role.name });
        }
    }
    Ok(names)
}

impl Effects {
    pub fn of(&self, user: &UserId) -> Option<&Effect> {
        self.0.get(user)
    }

    /// Says in the `after` of an event about one person what it did to them; nothing where it did nothing.
    pub fn tell(&self, user: &UserId, after: &mut Option<Value>) {
        if let Some(effect) = self.of(user) {
            effect.tell(after);
        }
    }

    /// The same of roles alone: whoever is gone has no level.
    pub fn tell_roles(&self, user: &UserId, after: &mut Option<Value>) {
        if let Some(effect) = self.of(user) {
            effect.tell_roles(after);
        }
    }
}

impl Effect {
    fn tell(&self, after: &mut Option<Value>) {
        self.tell_roles(after);
        if let Some(level) = &self.level {
            level.tell(after.get_or_insert_with(|| json!({})));
        }
    }

    fn tell_roles(&self, after: &mut Option<Value>) {
        if !self.gained.is_empty() {
            put(after, "roles_gained", json!(self.gained));
        }
        if !self.lost.is_empty() {
            put(after, "roles_lost", json!(self.lost));
        }
    }
}
