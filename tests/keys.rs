//! `muster keys rotate`, beside a server that goes on.

use std::time::Duration;

use muster::actor::Level;
use muster::db::sql;
use muster::id::ConnectionId;
use muster::keys::{SEALED, rotate};
use muster::sso::Provider;
use muster::vault::{Place, Vault};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use crate::support::browser::Browser;
use crate::support::idp::CLIENT_SECRET;
use crate::support::sign_in::{Connected, connect};
use crate::support::{TestApp, on_both};

/// No request is under way that sealed before: nothing to wait for.
const AT_ONCE: Duration = Duration::ZERO;

async fn stored(app: &TestApp, connection: &ConnectionId) -> String {
    let mut tx = app.db.read().await.unwrap();
    let row = sql("SELECT client_secret_sealed FROM connections WHERE id = $1").bind(connection);
    row.one::<(String,)>(&mut tx).await.unwrap().0
}

fn open(vault: &Vault, row: &str, sealed: &str) -> Option<String> {
    let place = Place { table: "connections", row, column: "client_secret" };
    vault.open(place, sealed).ok().map(|secret| secret.expose_secret().to_string())
}

/// A server with its keys in a file, and a connection through which Ada signs in.
async fn server(app: &TestApp, folder: &std::path::Path) -> (TestApp, Connected) {
    let app = app.with_vault(Vault::open_or_create(&folder.join("secret.key")).unwrap());
    let acme = connect(&app, Provider::Okta).await;
    acme.push(&app, "ada", "00u-ada", Level::Member).await;
    acme.idp.person(json!({ "sub": "00u-ada" }));
    app.execute("UPDATE organizations SET home = TRUE").await;
    (app, acme)
}

async fn everything_is_sealed_anew_while_people_sign_in(app: &TestApp) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret.key");
    let (app, acme) = server(app, folder.path()).await;
    // More than one batch of rows.
    for n in 0..120 {
        let id = ConnectionId::new();
        let place = Place { table: "connections", row: id.as_str(), column: "client_secret" };
        let sealed = app.app.vault.seal(place, &SecretString::from(format!("secret {n}"))).unwrap();
        app.execute(&format!(
            "INSERT INTO connections (id, organization_id, provider, name, name_key, sign_in, sync_mode, \
             client_secret_sealed, created_at, updated_at) \
             VALUES ('{id}', '{}', 'okta', 'n{n}', 'n{n}', 'draft', 'none', '{sealed}', '', '')",
            acme.organization
        ))
        .await;
    }
    let (before, backup) = (stored(&app, &acme.connection).await, std::fs::read(&path).unwrap());
    let command = Vault::open_or_create(&path).unwrap();
    let people = async {
        for _ in 0..8 {
            let page = acme.sign_in(&mut Browser::new(&app)).await;
            assert_eq!(page.location(), "/me", "{}", page.body);
        }
    };
    let (rotated, ()) = tokio::join!(rotate(&app.db, &command, AT_ONCE), people);
    let rotated = rotated.unwrap();
    assert_eq!((rotated.sealed_anew, rotated.unopened.len(), rotated.continued), (121, 0, false));

    let (after, row) = (stored(&app, &acme.connection).await, acme.connection.as_str());
    assert_ne!(before, after);
    assert_eq!(open(&command, row, &after).as_deref(), Some(CLIENT_SECRET));
    assert_eq!(acme.sign_in(&mut Browser::new(&app)).await.location(), "/me");
    // What somebody copied before opens with the old key only; and nothing opens in another row.
    assert_eq!(open(&command, row, &before), None);
    assert_eq!(open(&command, "another", &after), None);
    let old = folder.path().join("old.key");
    std::fs::write(&old, backup).unwrap();
    assert_eq!(open(&Vault::open_or_create(&old).unwrap(), row, &before).as_deref(), Some(CLIENT_SECRET));

    let event = app.events().await.into_iter().find(|event| event.kind == "keys.rotated").expect("an event");
    assert_eq!(event.after, Some(json!({ "sealed_anew": 121 })));
}

async fn an_interrupted_rotation_goes_on(app: &TestApp) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret.key");
    let (app, acme) = server(app, folder.path()).await;
    let command = Vault::open_or_create(&path).unwrap();
    // The new key is there, and then the power goes.
    drop(command.begin_rotation().unwrap());
    let two = std::fs::read_to_string(&path).unwrap();
    assert_eq!(acme.sign_in(&mut Browser::new(&app)).await.location(), "/me");

    let rotated = rotate(&app.db, &Vault::open_or_create(&path).unwrap(), AT_ONCE).await.unwrap();
    assert_eq!((rotated.continued, rotated.sealed_anew), (true, 1));
    let one = std::fs::read_to_string(&path).unwrap();
    assert_eq!(two.lines().next(), one.lines().next(), "with the key that was made");
    assert_eq!(one.lines().count(), 1);
    assert_eq!(acme.sign_in(&mut Browser::new(&app)).await.location(), "/me");
}

async fn a_secret_that_opens_with_no_key_keeps_the_old_ones(app: &TestApp) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret.key");
    let (app, acme) = server(app, folder.path()).await;
    let good = stored(&app, &acme.connection).await;
    // Moved from another row, say: it does not open here.
    let moved =
        app.app.vault.seal(Place { table: "connections", row: "x", column: "client_secret" }, &"y".to_string().into());
    app.execute(&format!("UPDATE connections SET client_secret_sealed = '{}'", moved.unwrap())).await;
    let command = Vault::open_or_create(&path).unwrap();
    let rotated = rotate(&app.db, &command, AT_ONCE).await.unwrap();
    assert_eq!(rotated.unopened, [format!("connections/{}/client_secret_sealed", acme.connection)]);
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 2, "nothing is lost that may still be needed");

    app.execute(&format!("UPDATE connections SET client_secret_sealed = '{good}'")).await;
    assert!(rotate(&app.db, &command, AT_ONCE).await.unwrap().unopened.is_empty());
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 1);
    assert_eq!(acme.sign_in(&mut Browser::new(&app)).await.location(), "/me");
}

async fn every_sealed_column_is_rotated(app: &TestApp) {
    let columns = app.columns().await;
    let sealed: Vec<_> = columns.iter().filter(|(_, column)| column.ends_with("_sealed")).collect();
    assert!(!sealed.is_empty());
    for (table, column) in sealed {
        let listed = SEALED.iter().any(|of| of.table == table && of.column == column);
        assert!(listed, "{table}.{column} is missing in keys::SEALED: `muster keys rotate` would lose it");
    }
    for of in SEALED {
        for column in [of.column, of.row] {
            assert!(columns.contains(&(of.table.into(), column.into())), "{}.{column}", of.table);
        }
    }
}

on_both!(
    everything_is_sealed_anew_while_people_sign_in,
    an_interrupted_rotation_goes_on,
    a_secret_that_opens_with_no_key_keeps_the_old_ones,
    every_sealed_column_is_rotated,
);
