//! `/me`: a person's own account.

pub(super) mod end;
mod page;
mod store;

use axum::extract::State;

use super::guard::SignedIn;
use super::list::{Open, Terminal, open_sessions, terminals};
use super::{local, recovery};
use crate::access::roles::{self, Way};
use crate::db::{Db, Tx};
use crate::directory::users::User;
use crate::error::Result;
use crate::id::UserId;
use crate::time::Timestamp;
use crate::ui::errors::PageResult;
use crate::ui::{Head, Ui};

/// Everything that a person sees about themselves.
struct Account {
    user: User,
    organization: String,
    /// `/o/{slug}` for those who may go there.
    dashboard: Option<String>,
    groups: Vec<String>,
    roles: Vec<Held>,
    /// What is kept here of those who sign in with a password.
    local: Option<Local>,
    sessions: Vec<Open>,
    terminals: Vec<Terminal>,
    now: Timestamp,
}

/// A password's companions.
struct Local {
    has_app: bool,
    recovery_codes: i64,
}

/// One reason why a role is held.
struct Held {
    role: String,
    why: String,
    until: Option<Timestamp>,
}

pub async fn show(
    State(db): State<Db>,
    SignedIn { user, organization, .. }: SignedIn,
    session: tower_sessions::Session,
    ui: Ui,
) -> PageResult {
    let mut tx = db.read().await?;
    let asking = session.id().map(|id| super::store::id_hash(&id));
    let groups = store::groups(&mut tx, &user.id).await?;
    let roles = held(&mut tx, &user.id).await?;
    let local = match store::has_password(&mut tx, &user.id).await? {
        true => Some(Local {
            has_app: local::next(&mut tx, &user).await? == local::Next::Code,
            recovery_codes: recovery::left(&mut tx, &user.id).await?,
        }),
        false => None,
    };
    let sessions = open_sessions(&mut tx, &user, asking.as_deref()).await?;
    let terminals = terminals(&mut tx, &user).await?;
    let dashboard = (user.level > crate::actor::Level::Member).then(|| format!("/o/{}", organization.slug));
    let account = Account {
        now: tx.now(),
        user,
        organization: organization.name,
        dashboard,
        groups,
        roles,
        local,
        sessions,
        terminals,
    };
    drop(tx);
    let account = std::sync::Arc::new(account);
    Ok(ui.ok(Head::plain("My account"), move || page::account_page(&account)).await)
}

/// The person's roles, a row a reason. Groups are named, not linked: their pages are for admins.
async fn held(tx: &mut Tx, user: &UserId) -> Result<Vec<Held>> {
    let mut held = Vec::new();
    for role in roles::effective(tx, user).await? {
        for reason in role.via {
            let why = match reason.way {
                Way::Direct => "Given to you".to_string(),
                Way::Directory => "Sent by your identity provider".to_string(),
                Way::Groups(path) => {
                    let names: Vec<_> = path.into_iter().map(|group| group.name).collect();
                    format!("Through {}", names.join(", which is in "))
                }
            };
            held.push(Held { role: role.role.name.clone(), why, until: reason.until });
        }
    }
    Ok(held)
}
