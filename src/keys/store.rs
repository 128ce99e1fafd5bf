//! Sealed texts, in whichever table.

use super::Sealed;
use crate::db::{Tx, sql};
use crate::error::Result;

#[derive(sqlx::FromRow)]
pub(super) struct Text {
    pub row: String,
    pub sealed: String,
}

/// The texts after that row which do not begin with the mark of the present key.
pub(super) async fn older(tx: &mut Tx, of: &Sealed, mark: &str, after: &str, most: i64) -> Result<Vec<Text>> {
    let Sealed { table, column, row, .. } = of;
    let text = format!(
        "SELECT {row} AS \"row\", {column} AS sealed FROM {table} \
         WHERE {column} IS NOT NULL AND {row} > $1 AND SUBSTR({column}, 1, {}) <> $2 ORDER BY {row} LIMIT $3",
        mark.len()
    );
    sql(&text).bind(after).bind(mark).bind(most).all(tx).await
}

/// Puts one text in the place of another, if it is still that one.
pub(super) async fn replace(tx: &mut Tx, of: &Sealed, id: &str, old: &str, new: &str) -> Result<bool> {
    let Sealed { table, column, row, .. } = of;
    let text = format!("UPDATE {table} SET {column} = $1 WHERE {row} = $2 AND {column} = $3");
    Ok(sql(&text).bind(new).bind(id).bind(old).run(tx).await? == 1)
}
