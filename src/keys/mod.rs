//! `muster keys rotate`: every stored secret sealed anew with another key, while the server runs.
//!
//! The new key comes into the file before the old one, and every running server of this machine seals with it from then on
//! and still opens the rest ([`crate::vault`]). Then every sealed text is sealed anew, some rows at a time. The old key goes
//! when nothing needs it any more: after a pause in which requests end that sealed with it before, and another look.
//! Interrupted anywhere, the next call goes on.

mod store;

use std::time::Duration;

use serde_json::json;

use crate::actor::Actor;
use crate::db::Db;
use crate::error::Result;
use crate::events::{self, NewEvent, Subject};
use crate::organizations;
use crate::vault::{Place, Vault};
use store::Text;

/// A column that holds sealed texts, and how its seals name it. A test compares the list with the tables: every column
/// named `…_sealed` is here.
#[derive(Debug, Clone, Copy)]
pub struct Sealed {
    pub table: &'static str,
    /// `client_secret_sealed`
    pub column: &'static str,
    /// The column whose value is the row's name in the seal.
    pub row: &'static str,
    /// [`Place::column`] of its seals.
    pub place: &'static str,
}

/// Everything that is sealed.
pub const SEALED: &[Sealed] = &[
    Sealed { table: "connections", column: "client_secret_sealed", row: "id", place: "client_secret" },
    Sealed { table: "client_keys", column: "private_key_sealed", row: "id", place: "private_key" },
    Sealed { table: "second_factors", column: "secret_sealed", row: "user_id", place: "secret" },
];

/// Requests are given up after 50 seconds: what one sealed before the new key came, is stored by then or never.
pub const SETTLE: Duration = Duration::from_secs(60);

/// So many rows at a time: nobody waits long for the writer.
const BATCH: i64 = 50;

/// What a rotation came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotated {
    /// Whether it went on with one that was interrupted.
    pub continued: bool,
    pub sealed_anew: usize,
    /// What opens with no key that there is, as `table/row/column`. While there is any, the older keys stay.
    pub unopened: Vec<String>,
}

/// Seals everything anew with a new key, and retires the old one.
///
/// # Errors
/// When the file or the database cannot be used: both keys stay, and the next call goes on.
pub async fn rotate(db: &Db, vault: &Vault, settle: Duration) -> Result<Rotated> {
    let rotation = vault.begin_rotation()?;
    let mut rotated = Rotated { continued: rotation.continued, sealed_anew: 0, unopened: Vec::new() };
    seal_anew(db, vault, &mut rotated).await?;
    tokio::time::sleep(settle).await;
    seal_anew(db, vault, &mut rotated).await?;
    if rotated.unopened.is_empty() {
        // Written down before: an event too many is better than one that is missing.
        record(db, &rotated).await?;
        rotation.retire()?;
    }
    Ok(rotated)
}

async fn seal_anew(db: &Db, vault: &Vault, rotated: &mut Rotated) -> Result<()> {
    rotated.unopened.clear();
    for sealed in SEALED {
        let mut after = String::new();
        while let Some(last) = batch(db, vault, sealed, &after, rotated).await? {
            after = last;
        }
    }
    Ok(())
}

/// Some rows after that one, in one transaction. Returns the last, if there were any.
async fn batch(db: &Db, vault: &Vault, of: &Sealed, after: &str, rotated: &mut Rotated) -> Result<Option<String>> {
    let mut tx = db.write().await?;
    let texts = store::older(&mut tx, of, &vault.present_mark(), after, BATCH).await?;
    let last = texts.last().map(|text| text.row.clone());
    for Text { row, sealed } in texts {
        let place = Place { table: of.table, row: &row, column: of.place };
        let Ok(secret) = vault.open(place, &sealed) else {
            rotated.unopened.push(format!("{}/{row}/{}", of.table, of.column));
            continue;
        };
        let anew = vault.seal(place, &secret)?;
        // Not where it was changed meanwhile: what came in its place was sealed with the new key.
        if store::replace(&mut tx, of, &row, &sealed, &anew).await? {
            rotated.sealed_anew += 1;
        }
    }
    tx.commit().await?;
    Ok(last)
}

/// In the home organization, whose owners run this installation. The keys themselves are in no event.
async fn record(db: &Db, rotated: &Rotated) -> Result<()> {
    let mut tx = db.write().await?;
    let all = organizations::all(&mut tx).await?;
    if let Some(home) = all.into_iter().find(|organization| organization.home) {
        let event = NewEvent {
            organization: &home.id,
            kind: "keys.rotated",
            subject: Subject::organization(&home.id, &home.name),
            before: None,
            after: Some(json!({ "sealed_anew": rotated.sealed_anew })),
        };
        events::record(&mut tx, &Actor::CommandLine, event).await?;
    }
    tx.commit().await
}
