//! Rows of values.

use muster_scim::index::Entry;

use crate::db::{Tx, sql};
use crate::error::Result;
use crate::id::DirectoryId;

/// How many rows one statement inserts: seven values each, far below what either engine binds.
const CHUNK: usize = 100;

/// How many characters of a key stand in the index.
pub const HEAD: usize = 200;

/// The beginning of a key.
pub fn head(key: &str) -> &str {
    key.char_indices().nth(HEAD).map_or(key, |(end, _)| &key[..end])
}

pub(super) async fn insert(
    tx: &mut Tx,
    directory: &DirectoryId,
    kind: &str,
    id: &str,
    entries: &[Entry],
) -> Result<()> {
    for chunk in entries.chunks(CHUNK) {
        let mut insert =
            sql("INSERT INTO attribute_values (directory_id, kind, resource_id, path, element, head, key) VALUES ");
        for (n, entry) in chunk.iter().enumerate() {
            insert = insert
                .push(if n == 0 { "" } else { ", " })
                .push("(")
                .push_bind(directory)
                .push(", ")
                .push_bind(kind)
                .push(", ")
                .push_bind(id)
                .push(", ")
                .push_bind(&entry.path)
                .push(", ")
                .push_bind(i64::from(entry.element))
                .push(", ")
                .push_bind(entry.key.as_deref().map_or("", head))
                .push(", ")
                .push_bind(entry.key.as_deref())
                .push(")");
        }
        insert.run(tx).await?;
    }
    Ok(())
}

pub(super) async fn remove(tx: &mut Tx, id: &str) -> Result<()> {
    sql("DELETE FROM attribute_values WHERE resource_id = $1").bind(id).run(tx).await?;
    Ok(())
}

pub(super) async fn lock_directory(tx: &mut Tx, directory: &DirectoryId) -> Result<()> {
    let lock = tx.dialect().for_update();
    sql("SELECT id FROM directories WHERE id = $1").bind(directory).push(lock).optional::<(String,)>(tx).await?;
    Ok(())
}

/// Another resource of that kind with that value.
pub(in crate::directory) async fn other_with(
    tx: &mut Tx,
    directory: &DirectoryId,
    kind: &str,
    path: &str,
    key: &str,
    own: &str,
) -> Result<Option<String>> {
    let row: Option<(String,)> = sql("SELECT resource_id FROM attribute_values WHERE directory_id = $1 AND kind = $2 \
         AND path = $3 AND head = $4 AND key = $5 AND resource_id <> $6 LIMIT 1")
    .bind(directory)
    .bind(kind)
    .bind(path)
    .bind(head(key))
    .bind(key)
    .bind(own)
    .optional(tx)
    .await?;
    Ok(row.map(|(id,)| id))
}
