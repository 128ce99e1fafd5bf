//! What a membership of ours does to what people may do, for its event.

use serde_json::{Value, json};

use super::model::Candidate;
use crate::access::roles::effects::Before;
use crate::db::Tx;
use crate::directory::groups::MemberKind;
use crate::directory::groups::nesting::{self, Moving};
use crate::error::Result;
use crate::id::{GroupId, UserId};

/// How things are before somebody joins or leaves.
pub(super) enum Effects {
    Person(UserId, Before),
    Joining(Vec<Moving>),
    Leaving(GroupId, Vec<Moving>),
}

impl Effects {
    pub async fn before_joining(tx: &mut Tx, group: &GroupId, member: &Candidate) -> Result<Self> {
        match person(member) {
            Some(user) => Self::of_person(tx, user).await,
            None => Ok(Self::Joining(nesting::before_joining(tx, group, &nested(member)).await?)),
        }
    }

    pub async fn before_leaving(tx: &mut Tx, group: &GroupId, member: &Candidate) -> Result<Self> {
        match person(member) {
            Some(user) => Self::of_person(tx, user).await,
            None => Ok(Self::Leaving(group.clone(), nesting::before_leaving(tx, group, nested(member)).await?)),
        }
    }

    async fn of_person(tx: &mut Tx, user: UserId) -> Result<Self> {
        let before = Before::of(tx, std::slice::from_ref(&user)).await?;
        Ok(Self::Person(user, before))
    }

    /// After the change: says in the event's `after` what came of it.
    pub async fn tell(self, tx: &mut Tx, after: &mut Option<Value>) -> Result<()> {
        let told = match self {
            Self::Person(user, before) => {
                before.effects(tx).await?.tell(&user, after);
                return Ok(());
            }
            Self::Joining(moving) => nesting::joined(tx, moving).await?,
            Self::Leaving(group, moving) => nesting::left(tx, &group, moving).await?,
        };
        for fields in told.into_values().flatten() {
            let side = after.get_or_insert_with(|| json!({}));
            fields.as_object().into_iter().flatten().for_each(|(key, value)| side[key.as_str()] = value.clone());
        }
        Ok(())
    }
}

fn person(member: &Candidate) -> Option<UserId> {
    if member.kind == MemberKind::User { UserId::parse(&member.id) } else { None }
}

fn nested(member: &Candidate) -> Vec<GroupId> {
    GroupId::parse(&member.id).into_iter().collect()
}
