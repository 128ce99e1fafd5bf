//! What can be done, drawn at random. Names and people are few, so that operations meet.

use muster::actor::Level;
use proptest::collection::vec;
use proptest::prelude::*;

use super::aliases::{Alias, alias};
use super::brake::{Brake, brake};
use super::ownership::{Ownership, ownership};

/// Which of those that there were, from the newest on and counted round.
pub type Pick = usize;

/// A member of a group.
#[derive(Debug, Clone, Copy)]
pub enum Who {
    User(Pick),
    Group(Pick),
}

/// A person as SCIM sends one.
#[derive(Debug, Clone)]
pub struct Profile {
    pub name: &'static str,
    pub external_id: Option<&'static str>,
    pub active: Option<bool>,
    pub roles: Vec<&'static str>,
}

#[derive(Debug, Clone)]
pub enum Operation {
    // ---- SCIM, by one of the directories -----------------------------------------------------------------------------
    Create {
        via: Pick,
        profile: Profile,
    },
    Put {
        via: Pick,
        user: Pick,
        profile: Profile,
    },
    SetActive {
        via: Pick,
        user: Pick,
        active: bool,
    },
    SetRoles {
        via: Pick,
        user: Pick,
        roles: Vec<&'static str>,
    },
    Delete {
        via: Pick,
        user: Pick,
    },
    CreateGroup {
        via: Pick,
        name: &'static str,
        members: Vec<Who>,
    },
    PutGroup {
        via: Pick,
        group: Pick,
        name: &'static str,
        members: Vec<Who>,
    },
    Join {
        via: Pick,
        group: Pick,
        members: Vec<Who>,
    },
    Leave {
        via: Pick,
        group: Pick,
        members: Vec<Who>,
    },
    Clear {
        via: Pick,
        group: Pick,
    },
    DeleteGroup {
        via: Pick,
        group: Pick,
    },
    // ---- the dashboard, by one of the people who are signed in, or the command line ----------------------------------
    CreateRole {
        by: Pick,
        name: &'static str,
        assignable: bool,
    },
    ChangeRole {
        by: Pick,
        role: Pick,
        name: &'static str,
        assignable: bool,
    },
    DeleteRole {
        by: Pick,
        role: Pick,
    },
    Attach {
        by: Pick,
        role: Pick,
        group: Pick,
    },
    Detach {
        by: Pick,
        role: Pick,
        group: Pick,
    },
    Invite {
        by: Pick,
        name: &'static str,
        level: Level,
    },
    ChoosePassword {
        person: Pick,
    },
    SetLevel {
        by: Pick,
        user: Pick,
        level: Level,
    },
    Suspend {
        by: Pick,
        user: Pick,
    },
    Lift {
        by: Pick,
        user: Pick,
    },
    /// Without hours: for good.
    Give {
        by: Pick,
        user: Pick,
        role: Pick,
        hours: Option<i64>,
    },
    AttachUntil {
        by: Pick,
        role: Pick,
        group: Pick,
        hours: i64,
    },
    Extend {
        by: Pick,
        user: Pick,
        hours: Option<i64>,
    },
    EndGrant {
        by: Pick,
        user: Pick,
    },
    MakeGroup {
        by: Pick,
        name: &'static str,
    },
    PutInto {
        by: Pick,
        group: Pick,
        member: Who,
    },
    TakeOut {
        by: Pick,
        group: Pick,
        member: Who,
    },
    RemoveGroup {
        by: Pick,
        group: Pick,
    },
    MakeService {
        by: Pick,
        name: &'static str,
    },
    Remove {
        by: Pick,
        user: Pick,
    },
    MapLevel {
        by: Pick,
        group: Pick,
    },
    ReleaseLevel {
        by: Pick,
        group: Pick,
    },
    GroupsAreRoles {
        by: Pick,
        via: Pick,
        on: bool,
    },
    Owner {
        by: Pick,
        change: Ownership,
    },
    // ---- both --------------------------------------------------------------------------------------------------------
    Alias(Alias),
    Brake(Brake),
    // ---- nobody ------------------------------------------------------------------------------------------------------
    Wait {
        minutes: i64,
    },
    /// The job that removes grants which have ended.
    Sweep,
}

pub fn operations() -> impl Strategy<Value = Vec<Operation>> {
    (beginning(), vec(operation(), 1..80)).prop_map(|(beginning, then)| [beginning, then].concat())
}

/// Mostly there are people, groups and roles already: much can be done only where something is.
fn beginning() -> impl Strategy<Value = Vec<Operation>> {
    prop_oneof![
        1 => Just(Vec::new()),
        2 => Just(settled()),
        2 => Just([settled(), vec![Operation::Brake(Brake::nearly_closed())]].concat()),
    ]
}

/// An owner who gets in, a team with a role, somebody whom both directories know, and a local person whom one
/// asks for.
fn settled() -> Vec<Operation> {
    use Operation::*;
    let profile =
        |name, external_id| Profile { name, external_id: Some(external_id), active: None, roles: vec!["Editor"] };
    let (team, both) = ("Engineering", vec![Who::User(0), Who::User(1)]);
    vec![
        ChoosePassword { person: 0 },
        CreateRole { by: 0, name: "Billing Admin", assignable: false },
        CreateRole { by: 0, name: "Editor", assignable: true },
        Create { via: 1, profile: profile("eve@acme.example", "2") },
        Invite { by: 0, name: "joe@acme.example", level: Level::Member },
        Create { via: 0, profile: profile("eve@acme.example", "2") },
        Create { via: 0, profile: profile("ada@acme.example", "1") },
        CreateGroup { via: 0, name: team, members: both },
        Attach { by: 0, role: 1, group: 0 },
        Create { via: 0, profile: profile("joe@acme.example", "3") },
        Give { by: 0, user: 0, role: 1, hours: Some(2) },
        Wait { minutes: 20 },
    ]
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        6 => of_users(),
        7 => of_groups(),
        5 => of_roles(),
        4 => of_standing(),
        4 => of_grants(),
        4 => of_ours(),
        6 => of_owners(),
        2 => alias().prop_map(Operation::Alias),
        4 => brake().prop_map(Operation::Brake),
        3 => passing(),
    ]
}

fn of_users() -> impl Strategy<Value = Operation> {
    use Operation::*;
    prop_oneof![
        4 => (via(), profile()).prop_map(|(via, profile)| Create { via, profile }),
        2 => (via(), pick(), profile()).prop_map(|(via, user, profile)| Put { via, user, profile }),
        3 => (via(), pick(), any::<bool>()).prop_map(|(via, user, active)| SetActive { via, user, active }),
        2 => (via(), pick(), roles()).prop_map(|(via, user, roles)| SetRoles { via, user, roles }),
        1 => (via(), pick()).prop_map(|(via, user)| Delete { via, user }),
    ]
}

fn of_groups() -> impl Strategy<Value = Operation> {
    use Operation::*;
    let named = || (via(), pick(), group_name(), members());
    let moved = || (via(), pick(), members());
    prop_oneof![
        3 => named().prop_map(|(via, _, name, members)| CreateGroup { via, name, members }),
        2 => named().prop_map(|(via, group, name, members)| PutGroup { via, group, name, members }),
        4 => moved().prop_map(|(via, group, members)| Join { via, group, members }),
        2 => moved().prop_map(|(via, group, members)| Leave { via, group, members }),
        1 => (via(), pick()).prop_map(|(via, group)| Clear { via, group }),
        2 => (via(), pick()).prop_map(|(via, group)| DeleteGroup { via, group }),
    ]
}

fn of_roles() -> impl Strategy<Value = Operation> {
    use Operation::*;
    let named = || (pick(), pick(), role_name(), any::<bool>());
    prop_oneof![
        3 => named().prop_map(|(by, _, name, assignable)| CreateRole { by, name, assignable }),
        2 => named().prop_map(|(by, role, name, assignable)| ChangeRole { by, role, name, assignable }),
        1 => (pick(), pick()).prop_map(|(by, role)| DeleteRole { by, role }),
        5 => (pick(), pick(), pick()).prop_map(|(by, role, group)| Attach { by, role, group }),
        2 => (pick(), pick(), pick()).prop_map(|(by, role, group)| Detach { by, role, group }),
    ]
}

fn of_standing() -> impl Strategy<Value = Operation> {
    use Operation::*;
    prop_oneof![
        1 => (pick(), user_name(), level()).prop_map(|(by, name, level)| Invite { by, name, level }),
        2 => pick().prop_map(|person| ChoosePassword { person }),
        2 => (pick(), pick(), level()).prop_map(|(by, user, level)| SetLevel { by, user, level }),
        3 => (pick(), pick()).prop_map(|(by, user)| Suspend { by, user }),
        2 => (pick(), pick()).prop_map(|(by, user)| Lift { by, user }),
    ]
}

fn of_grants() -> impl Strategy<Value = Operation> {
    use Operation::*;
    let hours = || prop::option::of(1..9_i64);
    prop_oneof![
        4 => (pick(), pick(), pick(), hours()).prop_map(|(by, user, role, hours)| Give { by, user, role, hours }),
        2 => (pick(), pick(), pick(), 1..9_i64)
            .prop_map(|(by, role, group, hours)| AttachUntil { by, role, group, hours }),
        3 => (pick(), pick(), hours()).prop_map(|(by, user, hours)| Extend { by, user, hours }),
        1 => (pick(), pick()).prop_map(|(by, user)| EndGrant { by, user }),
    ]
}

/// Local groups, service accounts, and what the organization decides about groups.
fn of_ours() -> impl Strategy<Value = Operation> {
    use Operation::*;
    let moved = || (pick(), pick(), member());
    prop_oneof![
        2 => (pick(), group_name()).prop_map(|(by, name)| MakeGroup { by, name }),
        4 => moved().prop_map(|(by, group, member)| PutInto { by, group, member }),
        2 => moved().prop_map(|(by, group, member)| TakeOut { by, group, member }),
        1 => (pick(), pick()).prop_map(|(by, group)| RemoveGroup { by, group }),
        1 => (pick(), role_name()).prop_map(|(by, name)| MakeService { by, name }),
        1 => (pick(), pick()).prop_map(|(by, user)| Remove { by, user }),
        2 => (pick(), pick()).prop_map(|(by, group)| MapLevel { by, group }),
        4 => (pick(), pick()).prop_map(|(by, group)| ReleaseLevel { by, group }),
        2 => (pick(), via(), any::<bool>()).prop_map(|(by, via, on)| GroupsAreRoles { by, via, on }),
    ]
}

/// Among them the local people whom a directory takes over.
fn of_owners() -> impl Strategy<Value = Operation> {
    use Operation::*;
    prop_oneof![
        1 => (pick(), user_name()).prop_map(|(by, name)| Invite { by, name, level: Level::Member }),
        6 => (pick(), ownership()).prop_map(|(by, change)| Owner { by, change }),
    ]
}

fn passing() -> impl Strategy<Value = Operation> {
    prop_oneof![(1..300_i64).prop_map(|minutes| Operation::Wait { minutes }), Just(Operation::Sweep)]
}

pub(super) fn pick() -> impl Strategy<Value = Pick> {
    // Mostly what came lately, so that operations meet.
    prop_oneof![3 => 0..3_usize, 1 => 0..8_usize]
}

/// Most of what happens comes from the first directory; what the other says of its people is not found.
pub(super) fn via() -> impl Strategy<Value = Pick> {
    prop_oneof![4 => Just(0), 1 => Just(1)]
}

fn profile() -> impl Strategy<Value = Profile> {
    let external_id = prop::option::of(prop::sample::select(vec!["1", "2", "3"]));
    let active = prop_oneof![3 => Just(None), 2 => Just(Some(true)), 1 => Just(Some(false))];
    (user_name(), external_id, active, roles()).prop_map(|(name, external_id, active, roles)| Profile {
        name,
        external_id,
        active,
        roles,
    })
}

fn member() -> impl Strategy<Value = Who> {
    prop_oneof![pick().prop_map(Who::User), pick().prop_map(Who::Group)]
}

fn members() -> impl Strategy<Value = Vec<Who>> {
    vec(member(), 0..4)
}

fn level() -> impl Strategy<Value = Level> {
    prop::sample::select(vec![Level::Member, Level::Admin, Level::Owner])
}

fn user_name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["ada@acme.example", "ADA@acme.example", "eve@acme.example", "joe@acme.example"])
}

fn group_name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["Engineering", "R&D / \"Labs\" 🧪", "Everybody"])
}

fn role_name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["Editor", "editor", "Billing Admin"])
}

/// Names and keys of roles; one that is none.
fn roles() -> impl Strategy<Value = Vec<&'static str>> {
    vec(prop::sample::select(vec!["Editor", "billing-admin", "nothing"]), 0..3)
}
