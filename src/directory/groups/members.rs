//! Changing who is in a group, without loading who is in it: a change touches the rows of those who join or leave.

use std::collections::{BTreeSet, HashMap, HashSet};

use muster_scim::filter::{AttrPath, Filter};
use muster_scim::members::{self, MemberChange};
use muster_scim::schema::ResourceType;
use serde_json::{Map, Value, json};

use super::model::{Group, Member, MemberKind};
use super::{nesting, store};
use crate::access::roles;
use crate::access::roles::effects::{self, Before};
use crate::db::Tx;
use crate::directory::Realm;
use crate::error::{Error, Result};
use crate::id::{GroupId, UserId};

/// Who came and who went.
#[derive(Debug, Default)]
pub(super) struct Moves {
    pub joined: Vec<Member>,
    pub left: Vec<Member>,
    /// What the people among them held before.
    pub before: Before,
    /// What those in groups among them gain, by the group's id.
    pub nested: HashMap<String, Option<Value>>,
    matters: Option<bool>,
    /// Who held roles through the group alone when members left it.
    pub without_roles: BTreeSet<UserId>,
}

impl Moves {
    pub fn is_empty(&self) -> bool {
        self.joined.is_empty() && self.left.is_empty()
    }

    /// Looks at those who are about to move, if anything hangs on the group.
    async fn look(&mut self, tx: &mut Tx, group: &GroupId, moving: &[Member]) -> Result<()> {
        let matters = match self.matters {
            Some(known) => known,
            None => effects::matters(tx, group).await?,
        };
        self.matters = Some(matters);
        if !matters {
            return Ok(());
        }
        let people = moving.iter().filter(|member| member.kind == MemberKind::User);
        let people: Vec<_> = people.filter_map(|member| UserId::parse(&member.id)).collect();
        self.before.see(tx, &people).await
    }
}

/// Carries out one change of a group that is locked. Only memberships that the directory made are read, replaced or removed.
///
/// # Errors
/// [`Error::Invalid`] naming the ids that are no users or groups of the directory, or the groups that contain this one.
pub(super) async fn change(
    tx: &mut Tx,
    realm: &Realm,
    group: &Group,
    change: &MemberChange,
    moves: &mut Moves,
) -> Result<()> {
    match change {
        MemberChange::Add(sent) => {
            let wanted = ids(sent)?;
            let present = store::members_among(tx, realm, &group.id, &wanted).await?;
            let present: HashSet<_> = present.into_iter().map(|member| member.id).collect();
            add(tx, realm, group, wanted.into_iter().filter(|id| !present.contains(id)).collect(), moves).await
        }
        MemberChange::Remove(sent) => {
            // Who is no member is not missed, so that a request can be sent twice.
            let sent: Vec<_> = sent.iter().filter_map(|id| canonical(id)).collect();
            let leaving = store::members_among(tx, realm, &group.id, &sent).await?;
            remove(tx, realm, group, leaving, moves).await
        }
        MemberChange::RemoveWhere(filter) => {
            let all = all_members(tx, realm, group).await?;
            let leaving = all.into_iter().filter(|member| satisfies(member, filter)).collect();
            remove(tx, realm, group, leaving, moves).await
        }
        MemberChange::Clear => {
            let all = all_members(tx, realm, group).await?;
            remove(tx, realm, group, all, moves).await
        }
        MemberChange::Replace(sent) => {
            let wanted = ids(sent)?;
            let present = store::member_ids(tx, realm, &group.id).await?;
            let leaving: Vec<_> = {
                let wanted: HashSet<_> = wanted.iter().collect();
                present.iter().filter(|id| !wanted.contains(id)).cloned().collect()
            };
            let joining = wanted.into_iter().filter(|id| !present.contains(id)).collect();
            let leaving = store::members_among(tx, realm, &group.id, &leaving).await?;
            add(tx, realm, group, joining, moves).await?;
            remove(tx, realm, group, leaving, moves).await
        }
    }
}

async fn all_members(tx: &mut Tx, realm: &Realm, group: &Group) -> Result<Vec<Member>> {
    let mut found = store::members(tx, realm, std::slice::from_ref(&group.id)).await?;
    Ok(found.remove(&group.id).unwrap_or_default())
}

async fn add(tx: &mut Tx, realm: &Realm, group: &Group, wanted: Vec<String>, moves: &mut Moves) -> Result<()> {
    if wanted.is_empty() {
        return Ok(());
    }
    let mut found: HashMap<String, Member> =
        store::resolve(tx, realm, &wanted).await?.into_iter().map(|member| (member.id.clone(), member)).collect();
    if let Some(error) = unknown(wanted.iter().filter(|id| !found.contains_key(*id))) {
        return Err(error);
    }
    let joining: Vec<_> = wanted.iter().filter_map(|id| found.remove(id)).collect();
    let nested: Vec<_> =
        joining.iter().filter(|member| member.kind == MemberKind::Group).map(|member| member.id.clone()).collect();
    if !nested.is_empty() {
        store::lock_nesting(tx, realm).await?;
        if store::lies_below(tx, &group.id, &nested).await? {
            return Err(Error::invalid(
                "members",
                format!(
                    "the group \"{}\" would contain itself through {}: take one of the groups out",
                    group.display_name,
                    listed(nested.iter())
                ),
            ));
        }
    }
    moves.look(tx, &group.id, &joining).await?;
    let nested: Vec<_> = nested.iter().filter_map(|id| GroupId::parse(id)).collect();
    let joined = nesting::before_joining(tx, &group.id, &nested).await?;
    store::insert_members(tx, realm, &group.id, &joining).await?;
    moves.nested.extend(nesting::joined(tx, joined).await?);
    moves.joined.extend(joining);
    Ok(())
}

async fn remove(tx: &mut Tx, realm: &Realm, group: &Group, leaving: Vec<Member>, moves: &mut Moves) -> Result<()> {
    moves.look(tx, &group.id, &leaving).await?;
    let nested = leaving.iter().filter(|member| member.kind == MemberKind::Group);
    let nested: Vec<_> = nested.filter_map(|member| GroupId::parse(&member.id)).collect();
    let nested = nesting::before_leaving(tx, &group.id, nested).await?;
    let joined: HashSet<_> = moves.joined.iter().map(|member| &member.id).collect();
    // Who came by the same request held nothing through the group before it.
    let (passing, old): (Vec<_>, Vec<_>) = leaving.into_iter().partition(|member| joined.contains(&member.id));
    store::remove_members(tx, realm, &group.id, &passing).await?;
    for chunk in old.chunks(store::CHUNK) {
        let ids: Vec<_> = chunk.iter().map(|member| member.id.clone()).collect();
        moves.without_roles.extend(roles::left_without(tx, &group.id, Some(&ids)).await?);
        store::remove_members(tx, realm, &group.id, chunk).await?;
    }
    moves.nested.extend(nesting::left(tx, &group.id, nested).await?);
    moves.left.extend(passing.into_iter().chain(old));
    Ok(())
}

/// The ids as we write them, each once, in order.
fn ids(sent: &[members::Member]) -> Result<Vec<String>> {
    if let Some(error) = unknown(sent.iter().map(|member| &member.value).filter(|id| canonical(id).is_none())) {
        return Err(error);
    }
    let mut seen = HashSet::with_capacity(sent.len());
    let ids = sent.iter().filter_map(|member| canonical(&member.value));
    Ok(ids.filter(|id| seen.insert(id.clone())).collect())
}

/// Users and groups have ids of one form; what is no UUID is nobody's.
fn canonical(id: &str) -> Option<String> {
    UserId::parse(id).map(|id| id.to_string())
}

fn unknown<'a>(ids: impl Iterator<Item = &'a String>) -> Option<Error> {
    let mut ids = ids.peekable();
    ids.peek()?;
    Some(Error::invalid(
        "members",
        format!("{} is no user or group of this directory: provision it before it becomes a member", listed(ids)),
    ))
}

/// The first few, and how many more.
fn listed<'a>(ids: impl Iterator<Item = &'a String>) -> String {
    let all: Vec<_> = ids.map(|id| format!("\"{}\"", crate::text::shorten(id, 64))).collect();
    match all.len() {
        0..=10 => all.join(", "),
        more => format!("{} and {} more", all[..10].join(", "), more - 10),
    }
}

/// The filter's names are sub-attributes of a member.
fn satisfies(member: &Member, filter: &Filter) -> bool {
    let kind = match member.kind {
        MemberKind::User => "User",
        MemberKind::Group => "Group",
    };
    let element = json!([{ "value": member.id, "type": kind, "display": member.name }]);
    let document = Map::from_iter([("members".to_string(), element)]);
    let filter = Filter::ValuePath { path: AttrPath::new("members"), filter: Box::new(filter.clone()) };
    filter.matches(&ResourceType::group(), &document)
}
