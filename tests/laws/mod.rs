//! What holds after any sequence of SCIM calls, of what is done in the dashboard, and of time passing:
//!
//! - The roles that somebody holds are those that the log gives them, read from its beginning and by nothing else; so are the
//!   memberships and grants that are stored.
//! - Whoever follows the log by position misses nothing.
//! - An organization that once had a break-glass owner has one.
//! - Nothing that is asked for is a fault of ours.
//!
//! Sequences are made by proptest and made short by it where a law is broken. A new thing that can be done is one more
//! variant of [`operation::Operation`] and one more arm of `World::carry_out`.

mod here;
mod law;
mod operation;
mod replay;
mod world;

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
    let mut held = 0;
    for _ in 0..cases {
        let tree = operations().new_tree(&mut runner).expect("operations are made");
        match play(app, &tree.current()).await {
            Ok(roles) => held += roles,
            Err(broken) => {
                let (operations, broken) = shortest(app, tree, broken).await;
                panic!("{broken}\nafter {operations:#?}");
            }
        }
    }
    assert!(held > cases, "somebody held a role after {held} steps only: the sequences show little");
}

/// Carries the operations out at an organization of their own, and looks at the laws after each. Returns how many roles were
/// held, counted after each.
async fn play(app: &TestApp, operations: &[Operation]) -> Result<usize, String> {
    let mut world = World::new(app).await?;
    let mut held = world.look().await?;
    for (n, operation) in operations.iter().enumerate() {
        let at = |broken: String| format!("{broken}, at operation {}", n + 1);
        world.carry_out(operation).await.map_err(at)?;
        held += world.look().await.map_err(at)?;
    }
    world.look_from_roles().await?;
    Ok(held)
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
