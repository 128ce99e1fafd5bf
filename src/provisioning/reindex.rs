//! Rows of values that an older program wrote, or none did, are written again at start: the rules by which values are
//! compared are part of the program.

use super::catalog::{Catalog, Keeper};
use super::{schemas, store};
use crate::actor::Actor;
use crate::db::{Db, Sql};
use crate::directory::{Selection, groups, resources, users};
use crate::error::Result;

/// Raised whenever `muster_scim::index` or `muster_scim::compare` changes what a value's key is, or who has such rows.
const RULES: &str = "3";
/// How many resources one transaction writes again.
const BATCH: u64 = 500;

/// Brings all rows up to date; without anything to do it asks one question.
pub async fn bring_up_to_date(db: &Db) -> Result<()> {
    let mut tx = db.read().await?;
    if store::rules(&mut tx).await?.as_deref() == Some(RULES) {
        return Ok(());
    }
    let directories = store::directories(&mut tx).await?;
    drop(tx);
    for directory in directories {
        let mut tx = db.read().await?;
        let catalog = schemas::catalog(&mut tx, &directory.organization_id, &directory.alias_schema).await?;
        drop(tx);
        let name = "an upgrade".to_string();
        let actor = Actor::Directory { directory: directory.id, organization: directory.organization_id, name };
        write_again(db, &actor, &catalog).await?;
    }
    users::local::document::bring_up_to_date(db).await?;
    let mut tx = db.write().await?;
    store::save_rules(&mut tx, RULES).await?;
    tx.commit().await
}

async fn write_again(db: &Db, actor: &Actor, catalog: &Catalog) -> Result<()> {
    for kind in catalog.kinds() {
        let resource_type = &kind.resource_type;
        let mut last = String::new();
        loop {
            let mut tx = db.write().await?;
            let narrow = |sql: Sql| sql.push(" AND id > ").push_bind(&last);
            let selection =
                Selection { narrow: &narrow, order: &|sql| sql.push(" ORDER BY id"), limit: BATCH, offset: 0 };
            let next = match kind.keeper {
                Keeper::Users => users::managed::reindex(&mut tx, actor, resource_type, &selection).await?,
                Keeper::Groups => groups::managed::reindex(&mut tx, actor, resource_type, &selection).await?,
                Keeper::Custom => resources::managed::reindex(&mut tx, actor, resource_type, &selection).await?,
                Keeper::Roles => None,
            };
            tx.commit().await?;
            match next {
                Some(id) => last = id,
                None => break,
            }
        }
    }
    Ok(())
}
