//! The brake: how soon it closes, and what an owner decides then.

use muster::actor::Actor;
use muster::db::sql;
use muster::id::{SessionId, UserId};
use muster::provisioning::brake::{BrakeForm, change_settings};
use muster::vault;
use proptest::prelude::*;
use serde_json::json;

use super::operation::{Pick, pick, via};
use super::ownership::connection_of;
use super::world::{World, fault, picked};
use crate::support::browser::Browser;

#[derive(Debug, Clone)]
pub enum Brake {
    /// An organization of these sequences is small: its limits are, too.
    Limit {
        by: Pick,
        via: Pick,
        is_on: bool,
        least: usize,
        percent: usize,
    },
    Release {
        via: Pick,
    },
    Keep {
        via: Pick,
    },
    /// An owner waits for nothing.
    SuspendNow {
        via: Pick,
        user: Pick,
    },
}

impl Brake {
    /// The first directory is allowed nobody.
    pub fn nearly_closed() -> Self {
        Self::Limit { by: 0, via: 0, is_on: true, least: 0, percent: 0 }
    }
}

pub fn brake() -> impl Strategy<Value = Brake> {
    use Brake::*;
    let limits = || (prop::bool::weighted(0.9), 0..3_usize, prop::sample::select(vec![0, 20, 50]));
    prop_oneof![
        2 => (pick(), via(), limits())
            .prop_map(|(by, via, (is_on, least, percent))| Limit { by, via, is_on, least, percent }),
        7 => via().prop_map(|via| Release { via }),
        4 => via().prop_map(|via| Keep { via }),
        1 => (via(), pick()).prop_map(|(via, user)| SuspendNow { via, user }),
    ]
}

impl World<'_> {
    pub(super) async fn brake(&self, change: &Brake) -> Result<(), String> {
        match change {
            Brake::Limit { by, via, is_on, least, percent } => match self.actor(*by).await {
                Some(actor) => {
                    let form = BrakeForm {
                        brake: is_on.then(|| "on".to_string()),
                        brake_least: least.to_string(),
                        brake_percent: percent.to_string(),
                    };
                    self.limit(&actor, *via, &form).await
                }
                None => Ok(()),
            },
            Brake::Release { via } => self.press(*via, "release", &[("seen", &i64::MAX.to_string())]).await,
            Brake::Keep { via } => self.press(*via, "keep", &[("seen", &i64::MAX.to_string())]).await,
            Brake::SuspendNow { via, user } => {
                let Some(user) = picked(&self.users, *user) else { return Ok(()) };
                self.press(*via, "suspend", &[("user", user.as_str())]).await
            }
        }
    }

    async fn limit(&self, actor: &Actor, via: Pick, form: &BrakeForm) -> Result<(), String> {
        let (id, directory) = (&self.id, &self.directories[via].directory);
        self.act(async |tx| {
            let connection = connection_of(tx, id, directory).await?;
            change_settings(tx, actor, &connection, directory, form).await
        })
        .await
        .map(drop)
    }

    /// An owner presses the button, whatever waits.
    async fn press(&self, via: Pick, what: &str, form: &[(&str, &str)]) -> Result<(), String> {
        let mut tx = self.app.db.read().await.map_err(fault)?;
        let connection = connection_of(&mut tx, &self.id, &self.directories[via].directory).await.map_err(fault)?;
        drop(tx);
        let Some(mut browser) = self.owner().await? else { return Ok(()) };
        let at = format!("/o/{}/connections/{}/brake/{what}", self.slug, connection.id);
        let page = browser.post(&at, form).await;
        match page.status.as_u16() {
            303 | 404 | 409 | 422 => Ok(()),
            status => Err(format!("a decision about the brake is answered with {status}: {}", page.body)),
        }
    }

    /// A browser in which an owner is signed in who may be.
    async fn owner(&self) -> Result<Option<Browser<'_>>, String> {
        let mut tx = self.app.db.write().await.map_err(fault)?;
        let owner: Option<(UserId,)> = sql("SELECT id FROM users WHERE organization_id = $1 AND level = 'owner' \
             AND idp_active = TRUE AND suspended_at IS NULL AND deleted_at IS NULL ORDER BY id LIMIT 1")
        .bind(&self.id)
        .optional(&mut tx)
        .await
        .map_err(fault)?;
        let Some((owner,)) = owner else { return Ok(None) };
        // 128 bits in base64: of the last letter only two count.
        let secret = format!("{}A", vault::random_text(vault::BASE62, 21));
        let now = tx.now();
        sql("INSERT INTO sessions (id, id_hash, user_id, data, created_at, last_seen_at) VALUES ($1, $2, $3, $4, $5, $5)")
            .bind(&SessionId::new())
            .bind(vault::digest(&secret))
            .bind(&owner)
            .bind(json!({ "user_id": owner, "organization_id": self.id }).to_string())
            .bind(&now)
            .run(&mut tx)
            .await
            .map_err(fault)?;
        tx.commit().await.map_err(fault)?;
        let mut browser = Browser::new(self.app);
        browser.cookies.insert("__Host-muster".to_string(), secret);
        Ok(Some(browser))
    }
}
