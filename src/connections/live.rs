//! What has arrived so far: the list on the connection's page that ticks by itself.

use super::model::{Connection, Directory};
use super::store;
use crate::db::Tx;
use crate::directory::Source;
use crate::error::Result;

/// The four moments an admin waits for, and what they come to so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    pub test_call: bool,
    pub users: i64,
    pub groups: i64,
    pub sign_ins: i64,
    last_request: String,
}

impl Progress {
    /// Changes whenever the page would look different: the browser asks for it and loads the page anew.
    pub fn version(&self) -> String {
        let Self { test_call, users, groups, sign_ins, last_request } = self;
        format!("{test_call}.{users}.{groups}.{sign_ins}.{last_request}")
    }
}

pub async fn progress(tx: &mut Tx, connection: &Connection, directory: &Directory) -> Result<Progress> {
    let source = Source::Directory(directory.id.clone()).to_string();
    let arrivals = store::arrivals(tx, &connection.organization_id, connection, &source).await?;
    Ok(Progress {
        test_call: directory.first_request_at.is_some(),
        users: arrivals.users,
        groups: arrivals.groups,
        sign_ins: arrivals.linked,
        // To the minute: a busy directory must not make the page load all the time.
        last_request: directory.last_request_at.as_ref().map(|at| at.as_str()[..16].to_string()).unwrap_or_default(),
    })
}
