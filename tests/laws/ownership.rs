//! Whose people and groups are: taken over, released, moved to the other connection, left behind by one that goes.

use muster::actor::Actor;
use muster::connections::{self, Connection, SyncMode, choose_sync};
use muster::db::{Tx, sql};
use muster::directory::moving::move_people;
use muster::directory::release::{Groups, People, RemovalForm, release_group, release_person, remove_connection};
use muster::directory::users::adoption;
use muster::error::Result as Did;
use muster::id::{AdoptionId, ConnectionId, DirectoryId, DomainId, OrganizationId, UserId};
use proptest::prelude::*;
use serde_json::json;

use super::operation::{Pick, pick, via};
use super::world::{World, answered, fault, id_of, picked};

#[derive(Debug, Clone)]
pub enum Ownership {
    /// An admin lets the directory have the local person whom it asked for.
    Confirm {
        asked: Pick,
    },
    Decline {
        asked: Pick,
    },
    /// The identity provider asks for such a person again.
    Retry {
        asked: Pick,
    },
    Release {
        user: Pick,
        people: People,
    },
    ReleaseGroup {
        group: Pick,
        groups: Groups,
    },
    /// Everybody of the one connection to the other.
    Move {
        from: Pick,
    },
    /// Afterwards there is another connection in its place.
    RemoveConnection {
        via: Pick,
        people: People,
        groups: Groups,
    },
    Sync {
        via: Pick,
        on: bool,
    },
    /// From now on local members are taken over at once.
    Prove,
}

pub fn ownership() -> impl Strategy<Value = Ownership> {
    use Ownership::*;
    let people = || prop::sample::select(People::ALL.to_vec());
    let groups = || prop::sample::select(Groups::ALL.to_vec());
    prop_oneof![
        4 => pick().prop_map(|asked| Confirm { asked }),
        1 => pick().prop_map(|asked| Decline { asked }),
        4 => pick().prop_map(|asked| Retry { asked }),
        4 => (pick(), people()).prop_map(|(user, people)| Release { user, people }),
        3 => (pick(), groups()).prop_map(|(group, groups)| ReleaseGroup { group, groups }),
        3 => via().prop_map(|from| Move { from }),
        2 => (via(), people(), groups())
            .prop_map(|(via, people, groups)| RemoveConnection { via, people, groups }),
        3 => (via(), prop::bool::weighted(0.7)).prop_map(|(via, on)| Sync { via, on }),
        1 => Just(Prove),
    ]
}

impl World<'_> {
    pub(super) async fn change_ownership(&mut self, actor: &Actor, change: &Ownership) -> Result<(), String> {
        let id = &self.id;
        match change {
            Ownership::Confirm { asked } | Ownership::Decline { asked } => {
                let Some(asked) = picked(&self.asked().await?, *asked) else { return Ok(()) };
                let confirmed = matches!(change, Ownership::Confirm { .. });
                self.act(async |tx| match confirmed {
                    true => adoption::confirm(tx, actor, id, &asked.connection, &asked.id).await,
                    false => adoption::decline(tx, actor, id, &asked.connection, &asked.id).await,
                })
                .await
                .map(drop)
            }
            Ownership::Retry { asked } => self.retry(*asked).await,
            Ownership::Release { user, people } => {
                let Some(user) = picked(&self.users, *user) else { return Ok(()) };
                self.act(async |tx| release_person(tx, actor, id, &user, *people).await).await.map(drop)
            }
            Ownership::ReleaseGroup { group, groups } => {
                let Some(group) = picked(&self.groups, *group) else { return Ok(()) };
                self.act(async |tx| release_group(tx, actor, id, &group, *groups).await).await.map(drop)
            }
            Ownership::Move { from } => {
                let (from, to) = (&self.directories[*from].directory, &self.directories[1 - from].directory);
                self.act(async |tx| {
                    let (from, to) = (connection_of(tx, id, from).await?, connection_of(tx, id, to).await?);
                    move_people(tx, actor, id, &from.id, &to.id).await
                })
                .await
                .map(drop)
            }
            Ownership::RemoveConnection { via, people, groups } => {
                self.remove_connection(actor, *via, *people, *groups).await
            }
            Ownership::Sync { via, on } => self.sync(actor, *via, *on).await,
            Ownership::Prove => self.prove().await,
        }
    }

    async fn retry(&mut self, asked: Pick) -> Result<(), String> {
        let Some(asked) = picked(&self.asked().await?, asked) else { return Ok(()) };
        let Some(directory) = self.directories.iter().find(|own| own.directory == asked.directory) else {
            return Ok(());
        };
        let document = json!({ "userName": asked.user_name, "externalId": asked.external_id });
        let made = directory.post("/Users", document).await;
        self.users.extend(id_of(&made).and_then(|id| UserId::parse(&id)));
        answered(&made)
    }

    async fn remove_connection(
        &mut self,
        actor: &Actor,
        via: Pick,
        people: People,
        groups: Groups,
    ) -> Result<(), String> {
        let (id, former) = (&self.id, &self.directories[via]);
        let removed = self
            .act(async |tx| {
                let connection = connection_of(tx, id, &former.directory).await?;
                let (people, groups) = (people.as_str().to_string(), groups.as_str().to_string());
                let form = RemovalForm { people, groups, name: connection.name.clone() };
                remove_connection(tx, actor, id, &connection.id, &form).await
            })
            .await?;
        if removed.is_some() {
            self.directories[via] = self.app.directory_of(id, &format!("{}-next", former.label)).await;
        }
        Ok(())
    }

    /// Turning it off revokes the tokens, so that turning it on needs another.
    async fn sync(&mut self, actor: &Actor, via: Pick, on: bool) -> Result<(), String> {
        let (id, former) = (&self.id, &self.directories[via]);
        let mode = if on { SyncMode::Scim } else { SyncMode::None };
        let changed = self
            .act(async |tx| {
                let connection = connection_of(tx, id, &former.directory).await?;
                choose_sync(tx, actor, &connection, mode).await?;
                Ok(connection.sync_mode != mode)
            })
            .await?;
        if on && changed == Some(true) {
            self.directories[via] = former.with_token(&self.app.token(&former.directory).await);
        }
        Ok(())
    }

    /// As if the name server had answered: everybody's domain, which one organization has.
    async fn prove(&self) -> Result<(), String> {
        let mut tx = self.app.db.write().await.map_err(fault)?;
        sql("DELETE FROM domains").run(&mut tx).await.map_err(fault)?;
        sql("INSERT INTO domains (id, organization_id, name, challenge, state, misses, added_at) \
             VALUES ($1, $2, 'acme.example', 'x', 'verified', 0, $3)")
        .bind(&DomainId::new())
        .bind(&self.id)
        .bind(&tx.now())
        .run(&mut tx)
        .await
        .map_err(fault)?;
        tx.commit().await.map_err(fault)
    }

    /// What directories asked for and did not get yet.
    async fn asked(&self) -> Result<Vec<Asked>, String> {
        let mut tx = self.app.db.read().await.map_err(fault)?;
        sql("SELECT adoptions.id, adoptions.directory_id AS directory, directories.connection_id AS connection, \
             adoptions.user_name, adoptions.external_id FROM adoptions \
             JOIN directories ON directories.id = adoptions.directory_id \
             WHERE adoptions.organization_id = $1 AND adoptions.state <> 'done' ORDER BY adoptions.id")
        .bind(&self.id)
        .all(&mut tx)
        .await
        .map_err(fault)
    }
}

#[derive(Debug, Clone, sqlx::FromRow)]
struct Asked {
    id: AdoptionId,
    directory: DirectoryId,
    connection: ConnectionId,
    user_name: String,
    external_id: Option<String>,
}

/// The connection that the directory belongs to.
pub(super) async fn connection_of(
    tx: &mut Tx,
    organization: &OrganizationId,
    directory: &DirectoryId,
) -> Did<Connection> {
    let connection: (ConnectionId,) =
        sql("SELECT connection_id FROM directories WHERE id = $1").bind(directory).one(tx).await?;
    connections::find(tx, organization, &connection.0).await
}
