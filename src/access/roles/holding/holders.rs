//! Who holds a role, and who would lose it.

use super::effective::{Why, reasons};
use super::store;
use crate::access::roles::AttachedGroup;
use crate::db::Tx;
use crate::error::Result;
use crate::id::{RoleId, UserId};

/// How many holders a page has.
pub const PER_PAGE: u64 = 50;

/// One page of the people who hold a role.
#[derive(Debug, Clone)]
pub struct Holders {
    pub people: Vec<Holder>,
    /// How many hold it, on all pages.
    pub active: i64,
    /// How many would hold it if they might sign in.
    pub inactive: i64,
}

#[derive(Debug, Clone)]
pub struct Holder {
    pub id: UserId,
    pub name: String,
    pub user_name: String,
    pub via: Vec<Why>,
}

/// What one grant does: how many people hold the role through it, and how many of them through nothing else.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reach {
    pub people: i64,
    pub only_here: i64,
}

/// A role at a group, with what taking it away would do.
#[derive(Debug, Clone)]
pub struct Attached {
    pub grant: AttachedGroup,
    pub reach: Reach,
}

/// The people who hold this role now; `page` counts from 1.
pub async fn holders(tx: &mut Tx, role: &RoleId, page: u64) -> Result<Holders> {
    let (active, inactive) = store::count_holders(tx, role).await?;
    let mut people = store::holders(tx, role, PER_PAGE, page).await?;
    let ids: Vec<UserId> = people.iter().map(|holder| holder.id.clone()).collect();
    let mut reasons = reasons(tx, &ids, role).await?;
    for holder in &mut people {
        holder.via = reasons.remove(&holder.id).unwrap_or_default();
    }
    Ok(Holders { people, active, inactive })
}

/// The same grants, each with what it does.
pub async fn with_reach(tx: &mut Tx, grants: Vec<AttachedGroup>) -> Result<Vec<Attached>> {
    let roles: Vec<RoleId> = grants.iter().map(|grant| grant.role.id.clone()).collect();
    let reach = store::reach(tx, &roles).await?;
    let attached = grants.into_iter().map(|grant| {
        // A grant that reaches nobody is left out there.
        let reach = reach.get(&grant.grant).copied().unwrap_or_default();
        Attached { grant, reach }
    });
    Ok(attached.collect())
}
