//! What is done here about grants, local groups, service accounts, and what a group means.

use muster::access::roles::attach_until;
use muster::access::{grants, levels};
use muster::actor::Actor;
use muster::db::sql;
use muster::directory::groups::{as_roles, local};
use muster::directory::users;
use muster::directory::users::local::deletion;
use muster::directory::users::service::{self, ServiceForm};
use muster::id::{GroupId, RoleId};
use time::Duration;

use super::operation::{Operation, Who};
use super::ownership::connection_of;
use super::world::{World, fault, picked};

impl World<'_> {
    pub(super) async fn do_here(&mut self, actor: &Actor, operation: &Operation) -> Result<(), String> {
        match operation {
            Operation::Give { .. } | Operation::Extend { .. } | Operation::EndGrant { .. } => {
                self.change_grants(actor, operation).await
            }
            Operation::AttachUntil { role, group, hours, .. } => {
                let Some((role, group)) = picked(&self.roles, *role).zip(picked(&self.groups, *group)) else {
                    return Ok(());
                };
                let (id, until) = (&self.id, self.app.clock.now().plus(Duration::hours(*hours)));
                self.act(async |tx| attach_until(tx, actor, id, &role, &group, Some(&until)).await).await.map(drop)
            }
            Operation::MakeService { name, .. } => {
                let Some(answerable) = picked(&self.users, 0) else { return Ok(()) };
                let form = ServiceForm { name: name.to_string(), answerable: answerable.to_string() };
                let id = &self.id;
                let made = self.act(async |tx| service::create(tx, actor, id, &form).await).await?;
                self.users.extend(made.map(|account| account.id));
                Ok(())
            }
            Operation::Remove { user, .. } => {
                let Some(user) = picked(&self.users, *user) else { return Ok(()) };
                let id = &self.id;
                self.act(async |tx| {
                    let found = users::find(tx, id, &user).await?;
                    let name = found.map(|user| user.display_name).unwrap_or_default();
                    deletion::delete(tx, actor, id, &user, &name).await
                })
                .await
                .map(drop)
            }
            Operation::GroupsAreRoles { via, on, .. } => self.switch(actor, *via, *on).await,
            _ => self.change_groups(actor, operation).await,
        }
    }

    async fn change_grants(&self, actor: &Actor, operation: &Operation) -> Result<(), String> {
        let id = &self.id;
        let terms = |hours: &Option<i64>| grants::Terms {
            expires_at: hours.map(|hours| self.app.clock.now().plus(Duration::hours(hours))),
            reason: None,
        };
        match operation {
            Operation::Give { user, role, hours, .. } => {
                let Some((user, role)) = picked(&self.users, *user).zip(picked(&self.roles, *role)) else {
                    return Ok(());
                };
                let terms = terms(hours);
                self.act(async |tx| grants::give(tx, actor, id, &user, &role, &terms).await).await.map(drop)
            }
            Operation::Extend { user, hours, .. } => {
                let Some(user) = picked(&self.users, *user) else { return Ok(()) };
                let terms = terms(hours);
                self.act(async |tx| match grants::direct_of_user(tx, &user).await?.first() {
                    Some(grant) => grants::extend(tx, actor, id, &grant.id, &terms).await.map(drop),
                    None => Ok(()),
                })
                .await
                .map(drop)
            }
            Operation::EndGrant { user, .. } => {
                let Some(user) = picked(&self.users, *user) else { return Ok(()) };
                self.act(async |tx| match grants::direct_of_user(tx, &user).await?.first() {
                    Some(grant) => grants::end(tx, actor, id, &grant.id).await.map(drop),
                    None => Ok(()),
                })
                .await
                .map(drop)
            }
            other => unreachable!("{other:?} changes no grant"),
        }
    }

    async fn change_groups(&mut self, actor: &Actor, operation: &Operation) -> Result<(), String> {
        let id = &self.id;
        if let Operation::MakeGroup { name, .. } = operation {
            let made = self.act(async |tx| local::create(tx, actor, id, name).await).await?;
            self.groups.extend(made.map(|group| group.id));
            return Ok(());
        }
        let (Operation::PutInto { group, .. }
        | Operation::TakeOut { group, .. }
        | Operation::RemoveGroup { group, .. }
        | Operation::MapLevel { group, .. }
        | Operation::ReleaseLevel { group, .. }) = operation
        else {
            unreachable!("{operation:?} changes no group")
        };
        // Few are mapped: one of these is released.
        let mapped = match operation {
            Operation::ReleaseLevel { .. } => picked(&self.mapped().await?, *group),
            _ => None,
        };
        let Some(group) = mapped.or_else(|| picked(&self.groups, *group)) else { return Ok(()) };
        match operation {
            Operation::PutInto { member, .. } => {
                let Some(member) = self.one(*member) else { return Ok(()) };
                self.act(async |tx| local::add_member(tx, actor, id, &group, &member).await).await.map(drop)
            }
            Operation::TakeOut { member, .. } => {
                let Some(member) = self.one(*member) else { return Ok(()) };
                self.act(async |tx| local::remove_member(tx, actor, id, &group, &member).await).await.map(drop)
            }
            Operation::RemoveGroup { .. } => {
                self.act(async |tx| local::delete(tx, actor, id, &group).await).await.map(drop)
            }
            Operation::MapLevel { .. } => self.act(async |tx| levels::map(tx, actor, id, &group).await).await.map(drop),
            _ => self.act(async |tx| levels::release(tx, actor, id, &group).await).await.map(drop),
        }
    }

    async fn mapped(&self) -> Result<Vec<GroupId>, String> {
        let mut tx = self.app.db.read().await.map_err(fault)?;
        let rows =
            sql("SELECT group_id FROM level_mappings WHERE organization_id = $1 ORDER BY group_id").bind(&self.id);
        let rows: Vec<(GroupId,)> = rows.all(&mut tx).await.map_err(fault)?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// Makes each pushed group a role, or a group only. The roles that come of it are roles like others.
    async fn switch(&mut self, actor: &Actor, via: usize, on: bool) -> Result<(), String> {
        let (id, directory) = (&self.id, &self.directories[via].directory);
        self.act(async |tx| {
            let connection = connection_of(tx, id, directory).await?;
            match on {
                true => as_roles::turn_on(tx, actor, &connection, directory).await,
                false => as_roles::turn_off(tx, actor, &connection, directory).await,
            }
        })
        .await?;
        self.know_roles().await
    }

    /// Groups make and delete roles by themselves.
    pub(super) async fn know_roles(&mut self) -> Result<(), String> {
        let mut tx = self.app.db.read().await.map_err(fault)?;
        let all: Vec<(RoleId,)> = sql("SELECT id FROM roles WHERE organization_id = $1 ORDER BY id")
            .bind(&self.id)
            .all(&mut tx)
            .await
            .map_err(fault)?;
        for (role,) in all {
            if !self.roles.contains(&role) {
                self.roles.push(role);
            }
        }
        Ok(())
    }

    fn one(&self, who: Who) -> Option<String> {
        match who {
            Who::User(user) => picked(&self.users, user).map(|id| id.to_string()),
            Who::Group(group) => picked(&self.groups, group).map(|id| id.to_string()),
        }
    }
}
