//! Names that people have elsewhere: few, so that two people want the same.

use muster::actor::Actor;
use muster::directory::users::aliases::{self, AliasForm, SCHEMA};
use muster::id::UserId;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;

use super::operation::{Pick, pick, via};
use super::world::{World, picked};

#[derive(Debug, Clone)]
pub enum Alias {
    Send { via: Pick, user: Pick, aliases: Vec<&'static str> },
    Give { by: Pick, user: Pick, alias: &'static str },
    Take { by: Pick, user: Pick },
}

pub fn alias() -> impl Strategy<Value = Alias> {
    use Alias::*;
    let name = || prop::sample::select(vec!["ada", "eve", "root"]);
    let entries = || vec(prop::sample::select(vec!["rdp,ada", "rdp,eve", "ssh,root", "ssh"]), 0..3);
    prop_oneof![
        3 => (via(), pick(), entries()).prop_map(|(via, user, aliases)| Send { via, user, aliases }),
        2 => (pick(), pick(), name()).prop_map(|(by, user, alias)| Give { by, user, alias }),
        1 => (pick(), pick()).prop_map(|(by, user)| Take { by, user }),
    ]
}

impl World<'_> {
    pub(super) async fn change_aliases(&self, change: &Alias) -> Result<(), String> {
        match change {
            Alias::Send { via, user, aliases } => {
                self.patch_user(*via, *user, json!({ SCHEMA: { "identityAliases": aliases } })).await
            }
            Alias::Give { by, user, .. } | Alias::Take { by, user } => {
                match (self.actor(*by).await, picked(&self.users, *user)) {
                    (Some(actor), Some(user)) => self.change_alias(&actor, &user, change).await,
                    _ => Ok(()),
                }
            }
        }
    }

    async fn change_alias(&self, actor: &Actor, user: &UserId, change: &Alias) -> Result<(), String> {
        let id = &self.id;
        self.act(async |tx| match change {
            Alias::Give { alias, .. } => {
                let form = AliasForm { set: "rdp".into(), alias: (*alias).into() };
                aliases::add(tx, actor, id, user, &form).await.map(drop)
            }
            _ => match aliases::of_user(tx, user).await?.first() {
                Some(alias) => aliases::remove(tx, actor, id, user, &alias.id).await.map(drop),
                None => Ok(()),
            },
        })
        .await
        .map(drop)
    }
}
