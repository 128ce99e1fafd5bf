//! The roles a person holds, each with every reason for it.

use std::collections::{BTreeSet, HashMap, VecDeque};

use super::store::{self, Step};
use crate::access::roles::model::{GroupRef, Role};
use crate::access::roles::store::by_ids;
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

/// The roles this person holds now. Whoever may not sign in holds none.
pub async fn effective(tx: &mut Tx, user: &UserId) -> Result<Vec<EffectiveRole>> {
    if store::may_sign_in(tx, user).await? { kept(tx, user).await } else { Ok(Vec::new()) }
}

/// The roles that this person's grants and groups give, whether or not the person may sign in: what coming back restores.
pub async fn kept(tx: &mut Tx, user: &UserId) -> Result<Vec<EffectiveRole>> {
    let mut reasons = reasons(tx, std::slice::from_ref(user), None).await?.remove(user).unwrap_or_default();
    let ids: Vec<RoleId> = reasons.iter().map(|(role, _)| role.clone()).collect();
    let mut held = Vec::new();
    for role in by_ids(tx, &ids).await? {
        let via = take_reasons(&mut reasons, &role.id);
        held.push(EffectiveRole { role, via });
    }
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

pub(super) type Reasons = HashMap<UserId, Vec<(RoleId, Why)>>;

/// Every live reason of these people, for all roles or for one.
pub(super) async fn reasons(tx: &mut Tx, users: &[UserId], role: Option<&RoleId>) -> Result<Reasons> {
    let steps = store::steps(tx, users).await?;
    let mut reasons = Reasons::new();
    let mut ways = HashMap::new();
    for reaching in store::reaching_grants(tx, users, role).await? {
        let way = match reaching.group {
            None if reaching.origin == "direct" => Way::Direct,
            None => Way::Directory,
            Some(group) => {
                let ways = ways.entry(reaching.user.clone()).or_insert_with(|| shortest_ways(&reaching.user, &steps));
                match ways.get(&group) {
                    Some(way) => Way::Groups(way.clone()),
                    None => continue,
                }
            }
        };
        let why = Why { grant: reaching.grant, way, until: reaching.until };
        reasons.entry(reaching.user).or_default().push((reaching.role, why));
    }
    Ok(reasons)
}

/// The reasons for one role, the direct ones first, then the shortest way first.
pub(super) fn take_reasons(reasons: &mut Vec<(RoleId, Why)>, role: &RoleId) -> Vec<Why> {
    let mut via = Vec::new();
    reasons.retain(|(of, why)| {
        let ours = of == role;
        if ours {
            via.push(why.clone());
        }
        !ours
    });
    via.sort_by_key(|why| match &why.way {
        Way::Direct => (0, 0, String::new()),
        Way::Directory => (1, 0, String::new()),
        Way::Groups(path) => {
            let names = path.iter().map(|group| group.name.as_str()).collect::<Vec<_>>().join("\n");
            (2, path.len(), names)
        }
    });
    via
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
        let role = RoleId::new();
        let why = |way| (role.clone(), Why { grant: GrantId::new(), way, until: None });
        let far = Way::Groups(vec![group("A"), group("B")]);
        let near = Way::Groups(vec![group("C")]);
        let mut reasons =
            vec![why(far.clone()), why(near.clone()), why(Way::Direct), (RoleId::new(), why(Way::Direct).1)];
        let ways: Vec<Way> = take_reasons(&mut reasons, &role).into_iter().map(|why| why.way).collect();
        assert_eq!(ways, [Way::Direct, near, far]);
        assert_eq!(reasons.len(), 1, "another role's reason stays");
    }
}
