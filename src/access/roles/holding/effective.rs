//! The roles a person holds, each with every reason for it.

use std::collections::{BTreeSet, HashMap, VecDeque};

use super::store::{self, Reaching, Step};
use crate::access::roles::model::{GroupRef, Role};
use crate::db::Tx;
use crate::error::Result;
use crate::id::{GrantId, GroupId, RoleId, UserId};
use crate::time::Timestamp;

/// A role with the reasons why it is held: at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectiveRole {
    pub role: Role,
    pub via: Vec<Why>,
}

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    pub grant: GrantId,
    pub way: Way,
    /// When it ends by itself.
    pub until: Option<Timestamp>,
}

/// How a grant reaches a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// Given to the person.
    Direct,
    /// By an identity provider's SCIM `roles`.
    Directory,
    /// Given to the last of these groups; the person is in the first, and each is in the next.
    Groups(Vec<GroupRef>),
}

/// The roles this person holds now, in one query; a second one tells the ways, where groups give some. Whoever may not sign in
/// holds none.
pub async fn effective(tx: &mut Tx, user: &UserId) -> Result<Vec<EffectiveRole>> {
    let reaching = store::reaching_roles(tx, user, false).await?;
    with_reasons(tx, user, reaching).await
}

/// The roles that this person's grants and groups give, whether or not the person may sign in: what coming back restores.
pub async fn kept(tx: &mut Tx, user: &UserId) -> Result<Vec<EffectiveRole>> {
    let reaching = store::reaching_roles(tx, user, true).await?;
    with_reasons(tx, user, reaching).await
}

async fn with_reasons(tx: &mut Tx, user: &UserId, reaching: Vec<(Role, Reaching)>) -> Result<Vec<EffectiveRole>> {
    let by_groups = reaching.iter().any(|(_, grant)| grant.group.is_some());
    let steps = if by_groups { store::steps(tx, std::slice::from_ref(user)).await? } else { Vec::new() };
    let ways = shortest_ways(user, &steps);
    let mut held: Vec<EffectiveRole> = Vec::new();
    for (role, grant) in reaching {
        let Some(why) = grant.why(&ways) else { continue };
        match held.last_mut().filter(|last| last.role.id == role.id) {
            Some(last) => last.via.push(why),
            None => held.push(EffectiveRole { role, via: vec![why] }),
        }
    }
    held.iter_mut().for_each(|held| nearest_first(&mut held.via));
    Ok(held)
}

/// How many roles each of these people holds now; who holds none is left out.
pub async fn counts(tx: &mut Tx, users: &[UserId]) -> Result<HashMap<UserId, i64>> {
    store::role_counts(tx, users).await
}

/// How many people one statement asks about: far below what either engine binds.
const CHUNK: usize = 500;

/// The roles that each of these people holds now; who holds none is left out. The cost follows the number of people asked about.
pub async fn snapshot(tx: &mut Tx, users: &[UserId]) -> Result<HashMap<UserId, BTreeSet<RoleId>>> {
    let mut held: HashMap<UserId, BTreeSet<RoleId>> = HashMap::new();
    for chunk in users.chunks(CHUNK) {
        for (user, role) in store::roles_held(tx, chunk).await? {
            held.entry(user).or_default().insert(role);
        }
    }
    Ok(held)
}

/// Why each of these people holds the role.
pub(super) async fn reasons(tx: &mut Tx, users: &[UserId], role: &RoleId) -> Result<HashMap<UserId, Vec<Why>>> {
    let steps = store::steps(tx, users).await?;
    let mut ways = HashMap::new();
    let mut reasons: HashMap<UserId, Vec<Why>> = HashMap::new();
    for grant in store::reaching_grants(tx, users, role).await? {
        let ways = ways.entry(grant.user.clone()).or_insert_with(|| shortest_ways(&grant.user, &steps));
        let user = grant.user.clone();
        reasons.entry(user).or_default().extend(grant.why(ways));
    }
    reasons.values_mut().for_each(|via| nearest_first(via));
    Ok(reasons)
}

impl Reaching {
    /// `None` if the person left the group between the two queries.
    fn why(self, ways: &HashMap<GroupId, Vec<GroupRef>>) -> Option<Why> {
        let way = match self.group {
            None if self.origin == "direct" => Way::Direct,
            None => Way::Directory,
            Some(group) => Way::Groups(ways.get(&group)?.clone()),
        };
        Some(Why { grant: self.grant, way, until: self.until })
    }
}

/// What was given to the person, then the shortest way.
fn nearest_first(via: &mut [Why]) {
    via.sort_by_cached_key(|why| match &why.way {
        Way::Direct => (0, 0, String::new()),
        Way::Directory => (1, 0, String::new()),
        Way::Groups(path) => {
            let names = path.iter().map(|group| group.name.as_str()).collect::<Vec<_>>().join("\n");
            (2, path.len(), names)
        }
    });
}

/// From one person upwards: each group that is reached, with the shortest way there. A circle of groups does no harm.
fn shortest_ways(user: &UserId, steps: &[Step]) -> HashMap<GroupId, Vec<GroupRef>> {
    let mut above: HashMap<&str, Vec<&GroupRef>> = HashMap::new();
    for step in steps.iter().filter(|step| step.user == *user) {
        above.entry(&step.member).or_default().push(&step.group);
    }
    let mut ways: HashMap<GroupId, Vec<GroupRef>> = HashMap::new();
    let mut next: VecDeque<(&str, Vec<GroupRef>)> = VecDeque::from([(user.as_str(), Vec::new())]);
    while let Some((member, way)) = next.pop_front() {
        for group in above.get(member).into_iter().flatten() {
            if ways.contains_key(&group.id) {
                continue;
            }
            let mut longer = way.clone();
            longer.push((*group).clone());
            ways.insert(group.id.clone(), longer.clone());
            next.push_back((group.id.as_str(), longer));
        }
    }
    ways
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(name: &str) -> GroupRef {
        GroupRef { id: GroupId::new(), name: name.into() }
    }

    fn step(user: &UserId, member: &str, group: &GroupRef) -> Step {
        Step { user: user.clone(), member: member.to_string(), group: group.clone() }
    }

    #[test]
    fn the_shortest_way_is_named_and_circles_end() {
        let user = UserId::new();
        let (team, division, company) = (group("Team"), group("Division"), group("Company"));
        let steps = [
            step(&user, user.as_str(), &team),
            step(&user, team.id.as_str(), &division),
            step(&user, division.id.as_str(), &company),
            step(&user, company.id.as_str(), &team),
            step(&user, team.id.as_str(), &company),
        ];
        let ways = shortest_ways(&user, &steps);
        assert_eq!(ways[&company.id], [team.clone(), company.clone()]);
        assert_eq!(ways[&division.id], [team.clone(), division.clone()]);
        assert_eq!(ways[&team.id], [team]);
    }

    #[test]
    fn direct_reasons_come_first() {
        let why = |way| Why { grant: GrantId::new(), way, until: None };
        let far = Way::Groups(vec![group("A"), group("B")]);
        let near = Way::Groups(vec![group("C")]);
        let mut via = [why(far.clone()), why(near.clone()), why(Way::Direct)];
        nearest_first(&mut via);
        assert_eq!(via.map(|why| why.way), [Way::Direct, near, far]);
    }
}
