//! What follows when somebody becomes an admin through a group, or is none any more.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::store;
use crate::db::Tx;
use crate::error::Result;
use crate::id::{GroupId, UserId};
use crate::sessions;
use crate::sessions::local::links as once;
use crate::sso::links;

/// How many people an event names.
const NAMED: usize = 100;

/// Somebody whose level has changed through a group, and what was ended for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raised {
    pub gained: bool,
    pub ended: sessions::Ended,
}

impl Raised {
    /// Says it in the `after` of an event.
    pub fn tell(&self, after: &mut Value) {
        after[if self.gained { "level_gained" } else { "level_lost" }] = json!("admin");
        after["sessions_ended"] = json!(self.ended.sessions);
    }
}

/// As at a promotion by hand: the sign-in link no longer follows externalId, and nothing that was opened at the former level
/// goes on at the new one, least of all a session that asked for no second factor. Who is no admin any more leaves no links
/// behind that they made.
pub async fn settle(tx: &mut Tx, user: &UserId, gained: bool) -> Result<Raised> {
    if gained {
        once::revoke_for(tx, user).await?;
        links::pin(tx, user).await?;
    } else {
        once::revoke(tx, user).await?;
    }
    Ok(Raised { gained, ended: sessions::end_sign_ins(tx, user).await? })
}

/// The people below a group whose level may hang on what happens to the group, as they were before it.
#[derive(Debug, Default)]
pub struct Below {
    people: Vec<UserId>,
    admins: HashSet<UserId>,
}

impl Below {
    /// Looks at them. Where neither the `place` of the group nor what is around that is mapped, nobody is looked at.
    pub async fn of(tx: &mut Tx, group: &GroupId, place: &GroupId) -> Result<Self> {
        if !store::is_mapped(tx, place).await? {
            return Ok(Self::default());
        }
        let people = store::raisable_below(tx, group).await?;
        let admins = store::raised(tx, &people).await?;
        Ok(Self { people, admins })
    }

    /// Compares with now, and says in the `after` of an event whose level has changed.
    pub async fn settle(self, tx: &mut Tx, after: &mut Option<Value>) -> Result<()> {
        if self.people.is_empty() {
            return Ok(());
        }
        let now = store::raised(tx, &self.people).await?;
        for (key, moved, gained) in [
            ("level_gained_by", now.difference(&self.admins), true),
            ("level_lost_by", self.admins.difference(&now), false),
        ] {
            let moved: Vec<_> = moved.cloned().collect();
            for user in &moved {
                settle(tx, user, gained).await?;
            }
            if !moved.is_empty() {
                let first = store::named(tx, &moved[..moved.len().min(NAMED)]).await?;
                let first: Vec<_> = first.iter().map(|(id, name)| json!({ "id": id, "name": name })).collect();
                after.get_or_insert_with(|| json!({}))[key] = json!({ "people": moved.len(), "first": first });
            }
        }
        Ok(())
    }
}
