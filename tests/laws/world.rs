//! An organization with two directories, and what is done there.

use std::collections::BTreeMap;

use muster::access::grants;
use muster::access::roles::{self, RoleForm};
use muster::actor::{Actor, Level};
use muster::db::{Tx, sql};
use muster::directory::users::local::{self, InvitationForm};
use muster::directory::users::{self, change_level, lift_suspension, suspend};
use muster::error::{Error, Result as Did};
use muster::id::{GroupId, OrganizationId, RoleId, UserId};
use muster::sessions::password;
use muster::text;
use serde_json::{Value, json};
use time::Duration;

use super::operation::{Operation, Pick, Profile, Who};
use super::replay::Replay;
use crate::support::{Answer, ScimClient, TestApp};

pub struct World<'a> {
    pub(super) app: &'a TestApp,
    pub(super) id: OrganizationId,
    pub(super) slug: String,
    pub(super) directories: [ScimClient; 2],
    /// Everybody there ever was, so that operations also meet who is gone.
    pub(super) users: Vec<UserId>,
    /// Those among them who were invited: who acts in the dashboard.
    people: Vec<UserId>,
    pub(super) groups: Vec<GroupId>,
    pub(super) roles: Vec<RoleId>,
    pub(super) log: Replay,
    /// The last position that was seen, and how many events there were up to it.
    pub(super) position: i64,
    pub(super) followed: i64,
    /// What the log told, and how often.
    pub(super) told: BTreeMap<String, usize>,
    pub(super) covered: bool,
}

impl<'a> World<'a> {
    /// Begins with one owner, who has no password yet.
    pub async fn new(app: &'a TestApp) -> Result<Self, String> {
        let n = app.count("SELECT COUNT(*) FROM organizations").await;
        let name = format!("Acme {n}");
        let id = app.organization(&name).await;
        let directories =
            [app.directory_of(&id, &format!("okta-{n}")).await, app.directory_of(&id, &format!("entra-{n}")).await];
        let mut world = Self {
            app,
            id,
            slug: text::slug(&name),
            directories,
            users: Vec::new(),
            people: Vec::new(),
            groups: Vec::new(),
            roles: Vec::new(),
            log: Replay::default(),
            position: 0,
            followed: 0,
            told: BTreeMap::new(),
            covered: false,
        };
        world.invite(&Actor::CommandLine, "olive@acme.example", Level::Owner).await?;
        Ok(world)
    }

    /// Does it, or is refused. Only a fault of ours is an error.
    pub async fn carry_out(&mut self, operation: &Operation) -> Result<(), String> {
        match operation {
            Operation::Create { via, profile } => {
                let made = self.scim(*via).post("/Users", document(profile)).await;
                self.users.extend(id_of(&made).and_then(|id| UserId::parse(&id)));
                answered(&made)
            }
            Operation::Put { via, user, profile } => {
                let Some(path) = self.user_path(*user) else { return Ok(()) };
                answered(&self.scim(*via).put(&path, document(profile)).await)
            }
            Operation::SetActive { via, user, active } => {
                self.patch_user(*via, *user, json!({ "active": active })).await
            }
            Operation::SetRoles { via, user, roles } => {
                self.patch_user(*via, *user, json!({ "roles": values(roles.iter().copied()) })).await
            }
            Operation::Delete { via, user } => {
                let Some(path) = self.user_path(*user) else { return Ok(()) };
                answered(&self.scim(*via).delete(&path).await)
            }
            Operation::CreateGroup { via, name, members } => {
                let body = json!({ "displayName": name, "members": self.members(members) });
                let made = self.scim(*via).post("/Groups", body).await;
                self.groups.extend(id_of(&made).and_then(|id| GroupId::parse(&id)));
                answered(&made)
            }
            Operation::PutGroup { via, group, name, members } => {
                let Some(path) = self.group_path(*group) else { return Ok(()) };
                let body = json!({ "displayName": name, "members": self.members(members) });
                answered(&self.scim(*via).put(&path, body).await)
            }
            Operation::Join { via, group, members } => {
                let operation = json!({ "op": "add", "path": "members", "value": self.members(members) });
                self.patch_group(*via, *group, operation).await
            }
            Operation::Leave { via, group, members } => {
                let operation = json!({ "op": "remove", "path": "members", "value": self.members(members) });
                self.patch_group(*via, *group, operation).await
            }
            Operation::Clear { via, group } => {
                self.patch_group(*via, *group, json!({ "op": "remove", "path": "members" })).await
            }
            Operation::DeleteGroup { via, group } => {
                let Some(path) = self.group_path(*group) else { return Ok(()) };
                answered(&self.scim(*via).delete(&path).await)
            }
            Operation::Wait { minutes } => {
                self.app.clock.advance(Duration::minutes(*minutes));
                Ok(())
            }
            Operation::ChoosePassword { person } => {
                let Some(person) = picked(&self.people, *person) else { return Ok(()) };
                self.act(async |tx| password::store(tx, &person, "x").await).await.map(drop)
            }
            Operation::Invite { by, name, level } => match self.actor(*by).await {
                Some(actor) => self.invite(&actor, name, *level).await,
                None => Ok(()),
            },
            Operation::CreateRole { by, .. }
            | Operation::ChangeRole { by, .. }
            | Operation::DeleteRole { by, .. }
            | Operation::Attach { by, .. }
            | Operation::Detach { by, .. } => match self.actor(*by).await {
                Some(actor) => self.change_roles(&actor, operation).await,
                None => Ok(()),
            },
            Operation::Sweep => grants::sweep(&self.app.db).await.map(drop).map_err(fault),
            Operation::Give { by, .. }
            | Operation::AttachUntil { by, .. }
            | Operation::Extend { by, .. }
            | Operation::EndGrant { by, .. }
            | Operation::MakeGroup { by, .. }
            | Operation::PutInto { by, .. }
            | Operation::TakeOut { by, .. }
            | Operation::RemoveGroup { by, .. }
            | Operation::MakeService { by, .. }
            | Operation::Remove { by, .. }
            | Operation::MapLevel { by, .. }
            | Operation::ReleaseLevel { by, .. }
            | Operation::GroupsAreRoles { by, .. } => match self.actor(*by).await {
                Some(actor) => self.do_here(&actor, operation).await,
                None => Ok(()),
            },
            Operation::Owner { by, change } => match self.actor(*by).await {
                Some(actor) => self.change_ownership(&actor, change).await,
                None => Ok(()),
            },
            Operation::Alias(change) => self.change_aliases(change).await,
            Operation::Brake(change) => self.brake(change).await,
            Operation::SetLevel { by, user, .. } | Operation::Suspend { by, user } | Operation::Lift { by, user } => {
                // Few are suspended: it is lifted from one of these.
                let suspended = match operation {
                    Operation::Lift { .. } => picked(&self.suspended().await?, *user),
                    _ => None,
                };
                match (self.actor(*by).await, suspended.or_else(|| picked(&self.users, *user))) {
                    (Some(actor), Some(user)) => self.change_standing(&actor, &user, operation).await,
                    _ => Ok(()),
                }
            }
        }
    }

    async fn suspended(&self) -> Result<Vec<UserId>, String> {
        let mut tx = self.app.db.read().await.map_err(fault)?;
        let rows = sql("SELECT id FROM users WHERE organization_id = $1 AND suspended_at IS NOT NULL ORDER BY id");
        let rows: Vec<(UserId,)> = rows.bind(&self.id).all(&mut tx).await.map_err(fault)?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    async fn change_roles(&mut self, actor: &Actor, operation: &Operation) -> Result<(), String> {
        let id = &self.id;
        match operation {
            Operation::CreateRole { name, assignable, .. } => {
                let form = role_form(name, *assignable);
                let made = self.act(async |tx| roles::create(tx, actor, id, &form).await).await?;
                self.roles.extend(made);
                Ok(())
            }
            Operation::ChangeRole { role, name, assignable, .. } => {
                let Some(role) = picked(&self.roles, *role) else { return Ok(()) };
                let form = role_form(name, *assignable);
                self.act(async |tx| roles::change(tx, actor, id, &role, &form).await).await.map(drop)
            }
            Operation::DeleteRole { role, .. } => {
                let Some(role) = picked(&self.roles, *role) else { return Ok(()) };
                self.act(async |tx| roles::delete(tx, actor, id, &role).await).await.map(drop)
            }
            Operation::Attach { role, group, .. } => {
                let Some((role, group)) = picked(&self.roles, *role).zip(picked(&self.groups, *group)) else {
                    return Ok(());
                };
                self.act(async |tx| roles::attach_to_group(tx, actor, id, &role, &group).await).await.map(drop)
            }
            Operation::Detach { role, group, .. } => {
                let Some((role, group)) = picked(&self.roles, *role).zip(picked(&self.groups, *group)) else {
                    return Ok(());
                };
                self.act(async |tx| roles::detach_from_group(tx, actor, id, &role, &group).await).await.map(drop)
            }
            other => unreachable!("{other:?} changes no role"),
        }
    }

    async fn change_standing(&self, actor: &Actor, user: &UserId, operation: &Operation) -> Result<(), String> {
        let id = &self.id;
        match operation {
            Operation::SetLevel { level, .. } => {
                self.act(async |tx| change_level(tx, actor, id, user, *level).await).await.map(drop)
            }
            Operation::Suspend { .. } => self.act(async |tx| suspend(tx, actor, id, user, "").await).await.map(drop),
            Operation::Lift { .. } => self.act(async |tx| lift_suspension(tx, actor, id, user).await).await.map(drop),
            other => unreachable!("{other:?} changes no standing"),
        }
    }

    async fn invite(&mut self, actor: &Actor, email: &str, level: Level) -> Result<(), String> {
        let form = InvitationForm { name: email.into(), email: email.into(), level: level.as_str().into() };
        let id = &self.id;
        let invited = self.act(async |tx| local::invite(tx, actor, id, &form).await).await?;
        if let Some((user, _)) = invited {
            self.users.push(user.id.clone());
            self.people.push(user.id);
        }
        Ok(())
    }

    /// The command line, or one of the people who may be signed in.
    pub(super) async fn actor(&self, by: Pick) -> Option<Actor> {
        let n = by % (self.people.len() + 1);
        let Some(id) = self.people.get(n) else { return Some(Actor::CommandLine) };
        let mut tx = self.app.db.read().await.expect("the database answers");
        let user = users::find(&mut tx, &self.id, id).await.expect("the database answers")?;
        let (level, name) = (user.level, user.display_name.clone());
        user.may_sign_in().then(|| Actor::Person { user: user.id, organization: self.id.clone(), level, name })
    }

    /// What a handler does with a feature's function: keeps what it did, or gives the transaction up.
    pub(super) async fn act<T>(&self, change: impl AsyncFnOnce(&mut Tx) -> Did<T>) -> Result<Option<T>, String> {
        let mut tx = self.app.db.write().await.map_err(fault)?;
        match change(&mut tx).await {
            Ok(done) => {
                tx.commit().await.map_err(fault)?;
                Ok(Some(done))
            }
            Err(error @ (Error::Internal(_) | Error::Unavailable(_))) => Err(fault(error)),
            Err(_) => Ok(None),
        }
    }

    fn scim(&self, via: Pick) -> &ScimClient {
        &self.directories[via]
    }

    fn user_path(&self, user: Pick) -> Option<String> {
        picked(&self.users, user).map(|id| format!("/Users/{id}"))
    }

    fn group_path(&self, group: Pick) -> Option<String> {
        picked(&self.groups, group).map(|id| format!("/Groups/{id}"))
    }

    pub(super) async fn patch_user(&self, via: Pick, user: Pick, value: Value) -> Result<(), String> {
        let Some(path) = self.user_path(user) else { return Ok(()) };
        answered(&self.scim(via).patch(&path, json!([{ "op": "replace", "value": value }])).await)
    }

    async fn patch_group(&self, via: Pick, group: Pick, operation: Value) -> Result<(), String> {
        let Some(path) = self.group_path(group) else { return Ok(()) };
        answered(&self.scim(via).patch(&path, json!([operation])).await)
    }

    fn members(&self, members: &[Who]) -> Value {
        values(members.iter().filter_map(|who| match who {
            Who::User(user) => picked(&self.users, *user).map(|id| id.to_string()),
            Who::Group(group) => picked(&self.groups, *group).map(|id| id.to_string()),
        }))
    }
}

/// Counted round, so that there is one wherever there is any.
pub(super) fn picked<T: Clone>(all: &[T], pick: Pick) -> Option<T> {
    (!all.is_empty()).then(|| all[all.len() - 1 - pick % all.len()].clone())
}

fn document(profile: &Profile) -> Value {
    let mut document = json!({ "userName": profile.name, "roles": values(profile.roles.iter().copied()) });
    if let Some(external_id) = profile.external_id {
        document["externalId"] = external_id.into();
    }
    if let Some(active) = profile.active {
        document["active"] = active.into();
    }
    document
}

/// `[{"value": …}]`
fn values(values: impl Iterator<Item = impl Into<Value>>) -> Value {
    values.map(|value| json!({ "value": value.into() })).collect()
}

fn role_form(name: &str, assignable: bool) -> RoleForm {
    RoleForm { name: name.into(), idp_assignable: assignable.then(|| "on".into()), ..RoleForm::default() }
}

pub(super) fn id_of(made: &Answer) -> Option<String> {
    (made.status == 201).then(|| made.id())
}

pub(super) fn answered(answer: &Answer) -> Result<(), String> {
    match answer.status {
        500.. => Err(format!("a fault of ours: {} {}", answer.status, answer.body)),
        _ => Ok(()),
    }
}

pub(super) fn fault(error: Error) -> String {
    format!("a fault of ours: {error}")
}
