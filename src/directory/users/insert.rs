//! Adding a person.

use super::local::document;
use super::model::NewUser;
use super::store;
use crate::db::Tx;
use crate::directory::Source;
use crate::error::Result;
use crate::id::UserId;

/// Adds a person. The caller has made sure that the userName is free within its source. A local person's document follows from
/// what is known about them.
///
/// # Errors
/// [`crate::error::Error::Conflict`] if another process took the name in the same moment.
pub async fn insert(tx: &mut Tx, new: &NewUser) -> Result<UserId> {
    if new.source != Source::Local {
        return store::insert(tx, new).await;
    }
    let document = document::of_new(new);
    let id = store::insert(tx, &NewUser { document: document.clone(), ..new.clone() }).await?;
    document::index(tx, &new.organization_id, &id, &document).await?;
    Ok(id)
}
