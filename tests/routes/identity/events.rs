//! The order of the log: positions, and cursors that follow them.

use muster::actor::Actor;
use muster::db::{Tx, sql};
use muster::events::{self, NewEvent, Subject};
use muster::id::OrganizationId;

use crate::support::{Engine, TestApp, on_both};

/// An event of this organization whose subject is called so.
async fn record(tx: &mut Tx, organization: &OrganizationId, name: &str) {
    let subject = Subject::organization(organization, name);
    let event = NewEvent { organization, kind: "organization.created", subject, before: None, after: None };
    events::record(tx, &Actor::System, event).await.unwrap();
}

/// What a reader finds behind its cursor: of one organization, or of all. Returns names, and the cursor to go on from.
async fn read(app: &TestApp, organization: Option<&OrganizationId>, after: i64) -> (Vec<String>, i64) {
    events::sequence(&app.db).await.unwrap();
    let mut statement = sql("SELECT position, subject_name FROM events WHERE position > $1").bind(after);
    if let Some(organization) = organization {
        statement = statement.push(" AND organization_id = ").push_bind(organization);
    }
    let mut tx = app.db.read().await.unwrap();
    let rows: Vec<(i64, String)> = statement.push(" ORDER BY position").all(&mut tx).await.unwrap();
    let cursor = rows.last().map_or(after, |(position, _)| *position);
    (rows.into_iter().map(|(_, name)| name).collect(), cursor)
}

async fn ids_are_uuid_v7_and_positions_grow_over_the_installation(app: &TestApp) {
    let (acme, beta) = (app.organization("Acme").await, app.organization("Beta").await);
    for (organization, name) in [(&acme, "a"), (&beta, "b"), (&acme, "c")] {
        let mut tx = app.db.write().await.unwrap();
        record(&mut tx, organization, name).await;
        tx.commit().await.unwrap();
    }
    assert_eq!(read(app, None, 0).await, (vec!["a".into(), "b".into(), "c".into()], 3));
    let mut tx = app.db.read().await.unwrap();
    let rows: Vec<(String, i64)> = sql("SELECT id, position FROM events ORDER BY id").all(&mut tx).await.unwrap();
    for (n, (id, position)) in rows.iter().enumerate() {
        assert_eq!((id.as_bytes()[14], *position), (b'7', n as i64 + 1), "{id}");
    }
}

/// A transaction that began first and ends last: its events come after those that a reader has seen meanwhile.
async fn nothing_appears_behind_a_position_that_was_seen(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let mut slow = app.db.write().await.unwrap();
    record(&mut slow, &acme, "slow").await;
    if app.engine == Engine::Sqlite {
        // One writer at a time: nobody overtakes it, and until it ends nobody sees a position.
        assert_eq!(read(app, None, 0).await, (vec![], 0));
        slow.commit().await.unwrap();
    } else {
        let mut quick = app.db.write().await.unwrap();
        record(&mut quick, &acme, "quick").await;
        quick.commit().await.unwrap();
        let (seen, cursor) = read(app, None, 0).await;
        assert_eq!(seen, ["quick"]);
        slow.commit().await.unwrap();
        assert_eq!(read(app, None, cursor).await.0, ["slow"], "its id is older, its position is not");
    }
    let mut last = app.db.write().await.unwrap();
    record(&mut last, &acme, "last").await;
    last.commit().await.unwrap();
    let (all, cursor) = read(app, None, 0).await;
    assert_eq!(all.last().map(String::as_str), Some("last"));
    assert_eq!(read(app, None, cursor).await, (vec![], cursor));
}

/// Many writers and two sequencers at once: whoever follows by position gets every event, once and in order.
async fn whoever_follows_by_position_misses_nothing(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let writer = async |n: usize| {
        for m in 0..10 {
            let mut tx = app.db.write().await.unwrap();
            record(&mut tx, &acme, &format!("{n}.{m}")).await;
            // A change that is given up leaves a hole at most.
            if m % 4 == 3 { drop(tx) } else { tx.commit().await.unwrap() }
        }
    };
    let reader = async || {
        let (mut followed, mut cursor) = (Vec::new(), 0);
        for _ in 0..40 {
            let (names, at) = read(app, Some(&acme), cursor).await;
            followed.extend(names);
            cursor = at;
        }
        (followed, cursor)
    };
    let ((), (), (), one, other) = tokio::join!(writer(1), writer(2), writer(3), reader(), reader());
    for (mut followed, cursor) in [one, other] {
        followed.extend(read(app, Some(&acme), cursor).await.0);
        assert_eq!(followed, read(app, None, 0).await.0, "all of them, in the order of their positions");
        assert_eq!(followed.len(), 3 * 8);
    }
}

async fn a_cursor_is_for_one_organization_or_for_all(app: &TestApp) {
    let (acme, beta) = (app.organization("Acme").await, app.organization("Beta").await);
    for (organization, name) in [(&acme, "a1"), (&beta, "b1"), (&acme, "a2"), (&beta, "b2")] {
        let mut tx = app.db.write().await.unwrap();
        record(&mut tx, organization, name).await;
        tx.commit().await.unwrap();
    }
    let (names, cursor) = read(app, Some(&acme), 0).await;
    assert_eq!(names, ["a1", "a2"]);
    assert_eq!(read(app, Some(&acme), cursor).await.0, [] as [&str; 0]);
    assert_eq!(read(app, None, cursor).await.0, ["b2"], "the same cursor goes on among all");
    assert_eq!(read(app, Some(&beta), 0).await.0, ["b1", "b2"]);
}

on_both!(
    ids_are_uuid_v7_and_positions_grow_over_the_installation,
    nothing_appears_behind_a_position_that_was_seen,
    whoever_follows_by_position_misses_nothing,
    a_cursor_is_for_one_organization_or_for_all,
);
