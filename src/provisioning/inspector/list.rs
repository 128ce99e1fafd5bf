//! Reading the record: for the admins of the directory's organization.

use super::store;
use crate::actor::Actor;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::id::{DirectoryId, OrganizationId, RequestId};
use crate::time::Timestamp;

/// Which calls are asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub outcome: Outcome,
    /// Older than this one.
    pub before: Option<RequestId>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Outcome {
    #[default]
    All,
    Failed,
}

impl Outcome {
    /// As it stands in an address; what cannot be read does not narrow.
    pub fn parse(text: &str) -> Self {
        if text == Self::Failed.as_str() { Self::Failed } else { Self::All }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Failed => "failed",
        }
    }
}

/// A call in a list.
#[derive(Debug, Clone)]
pub struct Line {
    pub id: RequestId,
    pub at: Timestamp,
    pub duration_us: i64,
    pub method: String,
    /// Below the base URL.
    pub path: String,
    pub status: i64,
    /// Empty where nothing was understood.
    pub understood: String,
    /// Whether it came with a token of the directory.
    pub known: bool,
}

/// All that is kept of a call.
#[derive(Debug, Clone)]
pub struct Recorded {
    pub id: RequestId,
    pub at: Timestamp,
    pub duration_us: i64,
    /// `None`: it came without a token of the directory.
    pub token_prefix: Option<String>,
    pub user_agent: String,
    pub method: String,
    /// Below the base URL.
    pub path: String,
    pub query: Option<String>,
    pub status: i64,
    pub scim_type: Option<String>,
    pub reason: Option<String>,
    pub advice: Option<String>,
    pub request: RecordedBody,
    pub response: RecordedBody,
    pub understood: String,
    pub ignored: Vec<String>,
}

#[derive(Debug, Clone)]
pub struct RecordedBody {
    pub text: Option<String>,
    /// How long it was.
    pub bytes: i64,
    /// Whether there was more than is kept.
    pub truncated: bool,
}

/// How much is kept, and how many calls were not.
#[derive(Debug, Clone)]
pub struct Keeping {
    pub records: i64,
    pub days: i64,
    pub reads_dropped: i64,
    pub strangers_dropped: i64,
}

/// How the record of this directory is kept.
///
/// # Errors
/// [`Error::NotFound`] for another organization's directory and for its people, [`Error::Forbidden`] for members.
pub async fn keeping(tx: &mut Tx, actor: &Actor, of: &OrganizationId, directory: &DirectoryId) -> Result<Keeping> {
    actor.require_admin(of)?;
    store::keeping(tx, of, directory).await?.ok_or(Error::NotFound("directory"))
}

/// The newest calls, at most `limit`.
///
/// # Errors
/// As [`keeping`].
pub async fn list(
    tx: &mut Tx,
    actor: &Actor,
    of: &OrganizationId,
    directory: &DirectoryId,
    filter: &Filter,
    limit: u64,
) -> Result<Vec<Line>> {
    keeping(tx, actor, of, directory).await?;
    store::list(tx, directory, filter, limit).await
}

/// One call.
///
/// # Errors
/// As [`keeping`], and [`Error::NotFound`] for another directory's call.
pub async fn find(
    tx: &mut Tx,
    actor: &Actor,
    of: &OrganizationId,
    directory: &DirectoryId,
    id: &RequestId,
) -> Result<Recorded> {
    keeping(tx, actor, of, directory).await?;
    store::find(tx, directory, id).await?.ok_or(Error::NotFound("request"))
}
