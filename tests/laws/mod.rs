//! What holds after any sequence of SCIM calls, of what is done in the dashboard, and of time passing:
//!
//! - The roles that somebody holds are those that the log gives them, read from its beginning and by nothing else; so are the
//!   memberships, grants and aliases that are stored.
//! - Whoever follows the log by position misses nothing.
//! - An organization that once had a break-glass owner has one.
//! - Nothing that is asked for is a fault of ours.
//!
//! Sequences are made by proptest and made short by it where a law is broken. A new thing that can be done is one more
//! variant of [`operation::Operation`] and one more arm of `World::carry_out`.

mod aliases;
mod brake;
mod here;
mod law;
mod operation;
mod ownership;
mod replay;
mod world;

use std::collections::BTreeMap;

use proptest::strategy::{Strategy as _, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::support::{Engine, TestApp, on_both};
use operation::{Operation, operations};
use world::World;

/// How many sequences are tried, and in `make soak`: so many, and others each time.
const CASES: &str = "MUSTER_LAWS_CASES";

fn runner(engine: Engine) -> (TestRunner, usize) {
    let soak = std::env::var(CASES).ok().map(|cases| cases.parse().expect("MUSTER_LAWS_CASES is a number"));
    match (soak, engine) {
        (Some(cases), _) => (TestRunner::new(Config::default()), cases),
        (None, Engine::Sqlite) => (the_same(), 100),
        (None, Engine::Postgres) => (the_same(), 30),
    }
}

/// A failure is found again.
fn the_same() -> TestRunner {
    TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]))
}

async fn after_any_sequence_roles_follow_from_the_log_and_an_owner_gets_in(app: &TestApp) {
    let (mut runner, cases) = runner(app.engine);
    let (mut held, mut told) = (0, BTreeMap::new());
    for _ in 0..cases {
        let tree = operations().new_tree(&mut runner).expect("operations are made");
        match play(app, &tree.current()).await {
            Ok(shown) => {
                held += shown.held;
                shown.told.into_iter().for_each(|(what, times)| *told.entry(what).or_default() += times);
            }
            Err(broken) => {
                let (operations, broken) = shortest(app, tree, broken).await;
                panic!("{broken}\nafter {operations:#?}");
            }
        }
    }
    assert!(held > cases, "somebody held a role after {held} steps only: the sequences show little");
    if std::env::var_os(CASES).is_none() {
        println!("{cases} sequences, roles held {held} times, events {told:#?}");
        let rare = HAPPENS.iter().filter(|what| told.get(**what).copied().unwrap_or(0) < cases / 100);
        let rare: Vec<_> = rare.collect();
        assert!(rare.is_empty(), "{rare:?} happened next to never: the sequences show little of {told:#?}");
    }
}

/// What the log must have told of after a hundred sequences: no operation is asked for in vain.
const HAPPENS: [&str; 40] = [
    "user.created",
    "user.updated",
    "user.deactivated",
    "user.reactivated",
    "user.suspended",
    "user.suspension_lifted",
    "user.level_changed",
    "user.deleted",
    "user.adoption_asked",
    "user.adoption_confirmed",
    "user.adoption_declined",
    "user.adopted",
    "user.released",
    "user.moved",
    "user.moved (merged)",
    "user.alias_added",
    "user.alias_removed",
    "group.created",
    "group.updated",
    "group.deleted",
    "group.released",
    "group.member_added",
    "group.member_removed",
    "group.role_attached",
    "group.role_detached",
    "group.level_mapped",
    "group.level_released",
    "role.created",
    "role.updated",
    "role.deleted",
    "role.granted",
    "role.revoked",
    "role.extended",
    "role.expired",
    "connection.people_moved",
    "connection.sync_changed",
    "connection.deleted",
    "brake.closed",
    "brake.released",
    "brake.kept",
];

/// What a sequence came to.
struct Shown {
    /// How many roles were held, counted after each operation.
    held: usize,
    /// What the log told, and how often.
    told: BTreeMap<String, usize>,
}

/// Carries the operations out at an organization of their own, and looks at the laws after each.
async fn play(app: &TestApp, operations: &[Operation]) -> Result<Shown, String> {
    let mut world = World::new(app).await?;
    let mut held = world.look().await?;
    for (n, operation) in operations.iter().enumerate() {
        let at = |broken: String| format!("{broken}, at operation {}", n + 1);
        world.carry_out(operation).await.map_err(at)?;
        held += world.look().await.map_err(at)?;
    }
    world.look_from_roles().await?;
    Ok(Shown { held, told: world.told })
}

/// The sequence without what a law is broken without, too: simpler while it fails, a step back where it does not.
async fn shortest(
    app: &TestApp,
    mut tree: impl ValueTree<Value = Vec<Operation>>,
    broken: String,
) -> (Vec<Operation>, String) {
    let mut shortest = (tree.current(), broken);
    let mut goes_on = tree.simplify();
    while goes_on {
        goes_on = match play(app, &tree.current()).await {
            Ok(_) => tree.complicate(),
            Err(broken) => {
                shortest = (tree.current(), broken);
                tree.simplify()
            }
        };
    }
    shortest
}

on_both!(after_any_sequence_roles_follow_from_the_log_and_an_owner_gets_in);
