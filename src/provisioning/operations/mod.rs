//! What can be done with resources (RFC 7644 section 3), one operation a file, each written once for every resource type.
//! They know nothing of HTTP: a request and an entry of a bulk request call the same ones.

pub mod bulk;
pub mod change;
pub mod create;
pub mod delete;
pub mod list;
pub mod patch;
pub mod read;
pub mod replace;

use muster_scim::error::ScimError;
use muster_scim::project::Projection;
use muster_scim::schema::ResourceType;

use super::auth::Caller;
use super::endpoint::Endpoint;
use crate::db::Tx;
use crate::error::{Error, Result};

/// Runs the expression with the keeper of a kind in the place of the name; `roles` says what becomes of the read-only ones.
macro_rules! with_keeper {
    ($kind:expr, $endpoint:ident => $run:expr, roles => $roles:expr $(,)?) => {
        match $kind.keeper {
            $crate::provisioning::catalog::Keeper::Users => {
                type $endpoint = $crate::provisioning::endpoints::Users;
                $run
            }
            $crate::provisioning::catalog::Keeper::Groups => {
                type $endpoint = $crate::provisioning::endpoints::Groups;
                $run
            }
            $crate::provisioning::catalog::Keeper::Custom => {
                type $endpoint = $crate::provisioning::endpoints::Custom;
                $run
            }
            $crate::provisioning::catalog::Keeper::Roles => $roles,
        }
    };
}
use with_keeper;

/// The part of one resource that the request asked for.
async fn show<E: Endpoint>(
    tx: &mut Tx,
    caller: &Caller,
    kind: &ResourceType,
    row: &E::Row,
    projection: &Projection,
) -> Result<muster_scim::Document> {
    let wants = |name: &str| projection.wants(kind, name);
    let complete = E::complete(tx, caller, kind, std::slice::from_ref(row), &wants).await?;
    let complete = complete.first().ok_or_else(|| Error::internal("a resource was not completed"))?;
    Ok(projection.apply(kind, complete))
}

fn unknown(kind: &ResourceType, id: &str) -> ScimError {
    let (id, name) = (crate::text::shorten(id, 64), kind.name.to_lowercase());
    let by = match kind.endpoint.as_str() {
        "/Users" => "by userName or externalId",
        "/Groups" => "by displayName",
        _ => "with a filter",
    };
    ScimError::not_found(format!("there is no {name} \"{id}\" in this directory: look it up again {by}"))
}

/// RFC 7644 section 3.12: 405 for a method that the endpoint does not have.
fn read_only(kind: &ResourceType) -> ScimError {
    ScimError::status(405, format!("{} can only be read here: they are changed in Muster", kind.endpoint))
}
