//! What must hold of an organization after everything that is done there.

use std::collections::BTreeSet;

use muster::access::roles;
use muster::db::sql;
use muster::events;
use muster::id::UserId;
use serde_json::Value;

use super::replay::Told;
use super::world::{World, fault};

/// Position, kind, subject, before and after.
type Row = (i64, String, String, Option<String>, Option<String>);

impl World<'_> {
    /// Looks whether the laws hold. Returns how many roles are held.
    pub async fn look(&mut self) -> Result<usize, String> {
        self.follow_the_log().await?;
        self.look_at_memberships_and_grants().await?;
        self.look_at_aliases().await?;
        self.look_for_an_owner().await?;
        let mut tx = self.app.db.read().await.map_err(fault)?;
        let now = tx.now();
        let counts = roles::counts(&mut tx, &self.users).await.map_err(fault)?;
        let mut held = 0;
        for user in &self.users {
            let computed = roles::effective(&mut tx, user).await.map_err(fault)?;
            let computed: BTreeSet<&str> = computed.iter().map(|held| held.role.id.as_str()).collect();
            let told = self.log.roles_of(user.as_str(), &now);
            if computed != told {
                return Err(format!("user {user} holds {computed:?}, and {told:?} by the log"));
            }
            if counts.get(user).copied().unwrap_or(0) != computed.len() as i64 {
                return Err(format!("user {user} holds {computed:?}, and the list counts {:?}", counts.get(user)));
            }
            held += computed.len();
        }
        Ok(held)
    }

    /// The same from the other side: each role names its holders.
    pub async fn look_from_roles(&self) -> Result<(), String> {
        let mut tx = self.app.db.read().await.map_err(fault)?;
        let now = tx.now();
        for role in &self.roles {
            let holders = roles::holders(&mut tx, role, 1).await.map_err(fault)?.people;
            let holders: BTreeSet<&str> = holders.iter().map(|holder| holder.id.as_str()).collect();
            let told = self.users.iter().map(UserId::as_str);
            let told: BTreeSet<&str> =
                told.filter(|user| self.log.roles_of(user, &now).contains(role.as_str())).collect();
            if holders != told {
                return Err(format!("role {role} is held by {holders:?}, and by {told:?} by the log"));
            }
        }
        Ok(())
    }

    /// Reads on from the last position that was seen. Nothing may have come in before it.
    async fn follow_the_log(&mut self) -> Result<(), String> {
        events::sequence(&self.app.db).await.map_err(fault)?;
        let mut tx = self.app.db.read().await.map_err(fault)?;
        let rows: Vec<Row> = sql("SELECT position, kind, subject_id, before, after FROM events \
             WHERE organization_id = $1 AND position > $2 ORDER BY position")
        .bind(&self.id)
        .bind(self.position)
        .all(&mut tx)
        .await
        .map_err(fault)?;
        for (position, kind, about, before, after) in rows {
            let told = Told { kind, about, before: side(before), after: side(after) };
            self.log.follow(&told)?;
            *self.told.entry(told.what()).or_default() += 1;
            self.position = position;
            self.followed += 1;
        }
        let all = sql("SELECT COUNT(*) FROM events WHERE organization_id = $1").bind(&self.id);
        let all = all.count(&mut tx).await.map_err(fault)?;
        match all == self.followed {
            true => Ok(()),
            false => Err(format!("of {all} events {} came behind the position that was seen", all - self.followed)),
        }
    }

    /// What is stored is what the log tells.
    async fn look_at_memberships_and_grants(&self) -> Result<(), String> {
        let mut tx = self.app.db.read().await.map_err(fault)?;
        let stored: Vec<(String, String)> =
            sql("SELECT m.group_id, m.member_id FROM memberships m JOIN groups g ON g.id = m.group_id \
                 WHERE g.organization_id = $1")
            .bind(&self.id)
            .all(&mut tx)
            .await
            .map_err(fault)?;
        let stored: BTreeSet<(String, String)> = stored.into_iter().collect();
        let told = self.log.memberships();
        if stored != told {
            return Err(format!("the memberships are {stored:?}, and {told:?} by the log"));
        }
        let stored: Vec<(String, String, String, Option<String>)> = sql(
            "SELECT COALESCE(user_id, group_id), role_id, origin, expires_at FROM grants WHERE organization_id = $1",
        )
        .bind(&self.id)
        .all(&mut tx)
        .await
        .map_err(fault)?;
        let stored: BTreeSet<_> = stored.into_iter().collect();
        let told = self.log.grants();
        match stored == told {
            true => Ok(()),
            false => Err(format!("the grants are {stored:?}, and {told:?} by the log")),
        }
    }

    async fn look_at_aliases(&self) -> Result<(), String> {
        let mut tx = self.app.db.read().await.map_err(fault)?;
        let stored: Vec<(String, String, String, String)> =
            sql("SELECT set_name, alias, user_id, origin FROM identity_aliases WHERE organization_id = $1")
                .bind(&self.id)
                .all(&mut tx)
                .await
                .map_err(fault)?;
        let stored: BTreeSet<_> = stored.into_iter().collect();
        let told = self.log.aliases();
        match stored == told {
            true => Ok(()),
            false => Err(format!("the aliases are {stored:?}, and {told:?} by the log")),
        }
    }

    /// A local owner with a password who may sign in: from the first one on there is always one.
    async fn look_for_an_owner(&mut self) -> Result<(), String> {
        let mut tx = self.app.db.read().await.map_err(fault)?;
        let owners = sql("SELECT COUNT(*) FROM users WHERE organization_id = $1 AND source = 'local' \
             AND level = 'owner' AND idp_active = TRUE AND suspended_at IS NULL AND deleted_at IS NULL \
             AND EXISTS (SELECT 1 FROM passwords WHERE passwords.user_id = users.id)")
        .bind(&self.id);
        let owners = owners.count(&mut tx).await.map_err(fault)?;
        match (self.covered, owners) {
            (true, 0) => Err("the organization has lost its last break-glass owner".to_string()),
            _ => {
                self.covered = owners > 0;
                Ok(())
            }
        }
    }
}

fn side(json: Option<String>) -> Value {
    json.map_or(Value::Null, |json| serde_json::from_str(&json).expect("events hold JSON"))
}
