//! Rows of adoptions.

use super::model::{Adoption, Shown, State};
use crate::actor::Level;
use crate::db::{Sql, Tx, sql};
use crate::directory::Realm;
use crate::error::{Error, Result, WaitingAdoption};
use crate::id::{AdoptionId, ConnectionId, DirectoryId, OrganizationId, UserId};
use crate::time::Timestamp;

#[derive(sqlx::FromRow)]
struct Row {
    id: AdoptionId,
    directory_id: DirectoryId,
    user_id: UserId,
    user_name: String,
    external_id: Option<String>,
    email: Option<String>,
    state: String,
    asked_at: Timestamp,
    decided_by: Option<UserId>,
    decided_by_name: Option<String>,
    decided_at: Option<Timestamp>,
}

impl TryFrom<Row> for Adoption {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            state: State::parse(&row.state).ok_or_else(|| Error::internal("an adoption's state cannot be read"))?,
            id: row.id,
            directory: row.directory_id,
            user: row.user_id,
            user_name: row.user_name,
            external_id: row.external_id,
            email: row.email,
            asked_at: row.asked_at,
            decided_by: row.decided_by,
            decided_by_name: row.decided_by_name,
            decided_at: row.decided_at,
        })
    }
}

const COLUMNS: &str = "a.id, a.directory_id, a.user_id, a.user_name, a.external_id, a.email, a.state, a.asked_at, \
     a.decided_by, a.decided_by_name, a.decided_at";

fn select() -> Sql {
    sql("SELECT ").push(COLUMNS).push(" FROM adoptions a WHERE ")
}

pub(super) async fn find_by_person(tx: &mut Tx, directory: &DirectoryId, user: &UserId) -> Result<Option<Adoption>> {
    let row = select().push("a.directory_id = $1 AND a.user_id = $2").bind(directory).bind(user);
    row.optional::<Row>(tx).await?.map(Adoption::try_from).transpose()
}

/// One adoption of this connection, held until the transaction ends.
pub(super) async fn lock(
    tx: &mut Tx,
    organization: &OrganizationId,
    connection: &ConnectionId,
    id: &AdoptionId,
) -> Result<Option<Adoption>> {
    let lock = tx.dialect().for_update();
    let row = select()
        .push("a.organization_id = $1 AND a.id = $2")
        .push(" AND a.directory_id = (SELECT directories.id FROM directories WHERE directories.connection_id = $3)")
        .push(lock)
        .bind(organization)
        .bind(id)
        .bind(connection);
    row.optional::<Row>(tx).await?.map(Adoption::try_from).transpose()
}

/// Notes that the directory asked. True if it waits anew: what was declined stays so, and what waits is not asked twice.
pub(super) async fn ask(tx: &mut Tx, realm: &Realm, waiting: &WaitingAdoption) -> Result<bool> {
    let known = find_by_person(tx, &realm.directory, &waiting.user).await?;
    let now = tx.now();
    sql("INSERT INTO adoptions (id, organization_id, directory_id, user_id, user_name, external_id, email, state, asked_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'pending', $8) ON CONFLICT (directory_id, user_id) DO UPDATE SET \
         user_name = excluded.user_name, external_id = excluded.external_id, email = excluded.email, \
         asked_at = excluded.asked_at, \
         state = CASE WHEN adoptions.state = 'declined' THEN 'declined' ELSE 'pending' END")
    .bind(&AdoptionId::new())
    .bind(&realm.organization)
    .bind(&realm.directory)
    .bind(&waiting.user)
    .bind(&waiting.user_name)
    .bind(waiting.external_id.as_deref())
    .bind(waiting.email.as_deref())
    .bind(&now)
    .run(tx)
    .await?;
    Ok(!matches!(known.map(|known| known.state), Some(State::Pending | State::Declined)))
}

pub(super) async fn decide(tx: &mut Tx, id: &AdoptionId, state: State, by: Option<&str>, name: &str) -> Result<()> {
    let now = tx.now();
    sql("UPDATE adoptions SET state = $2, decided_by = $3, decided_by_name = $4, decided_at = $5 WHERE id = $1")
        .bind(id)
        .bind(state.as_str())
        .bind(by)
        .bind(name)
        .bind(&now)
        .run(tx)
        .await?;
    Ok(())
}

pub(super) async fn set_done(tx: &mut Tx, directory: &DirectoryId, user: &UserId) -> Result<()> {
    sql("UPDATE adoptions SET state = 'done' WHERE directory_id = $1 AND user_id = $2")
        .bind(directory)
        .bind(user)
        .run(tx)
        .await?;
    // What other directories asked is answered by this.
    sql("DELETE FROM adoptions WHERE user_id = $1 AND directory_id <> $2").bind(user).bind(directory).run(tx).await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct ShownRow {
    #[sqlx(flatten)]
    adoption: Row,
    name: String,
    own_user_name: String,
    own_email: Option<String>,
    level: String,
    signed_in: i64,
    passwords: i64,
    factors: i64,
    roles: i64,
}

impl TryFrom<ShownRow> for Shown {
    type Error = Error;

    fn try_from(row: ShownRow) -> Result<Self> {
        Ok(Self {
            level: Level::parse(&row.level).ok_or_else(|| Error::internal("a person of an adoption cannot be read"))?,
            adoption: row.adoption.try_into()?,
            name: row.name,
            own_user_name: row.own_user_name,
            own_email: row.own_email,
            signed_in: row.signed_in,
            has_password: row.passwords > 0,
            has_second_factor: row.factors > 0,
            roles: row.roles,
        })
    }
}

/// The people who are still there, and what was asked about them and not done yet.
const OPEN: &str = " FROM adoptions a JOIN users u ON u.id = a.user_id AND u.deleted_at IS NULL AND u.source = 'local' \
     WHERE a.state <> 'done' AND a.directory_id = $1";

/// What the connection's directory asked, undecided first, oldest first; and how many there are in all.
pub(super) async fn open(tx: &mut Tx, directory: &DirectoryId, most: i64) -> Result<(Vec<Shown>, u64)> {
    let total = sql("SELECT COUNT(*)").push(OPEN).bind(directory).count(tx).await?;
    let rows = sql("SELECT ")
        .push(COLUMNS)
        .push(
            ", u.display_name AS name, u.user_name AS own_user_name, u.email AS own_email, u.level, \
             (SELECT COUNT(*) FROM sessions WHERE sessions.user_id = u.id) \
             + (SELECT COUNT(*) FROM cli_tokens WHERE cli_tokens.user_id = u.id) AS signed_in, \
             (SELECT COUNT(*) FROM passwords WHERE passwords.user_id = u.id) AS passwords, \
             (SELECT COUNT(*) FROM second_factors WHERE second_factors.user_id = u.id) AS factors, \
             (SELECT COUNT(*) FROM grants WHERE grants.user_id = u.id) AS roles",
        )
        .push(OPEN)
        .push(" ORDER BY CASE a.state WHEN 'pending' THEN 0 WHEN 'confirmed' THEN 1 ELSE 2 END, a.id LIMIT $2")
        .bind(directory)
        .bind(most)
        .all::<ShownRow>(tx)
        .await?;
    let shown = rows.into_iter().map(Shown::try_from).collect::<Result<_>>()?;
    Ok((shown, total.unsigned_abs()))
}

/// How many people wait for a decision at one connection.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Count {
    pub connection: ConnectionId,
    pub name: String,
    pub people: i64,
}

/// Where people wait for a decision, by the connections' names.
pub async fn waiting_by_connection(tx: &mut Tx, organization: &OrganizationId) -> Result<Vec<Count>> {
    sql("SELECT c.id AS connection, c.name, COUNT(*) AS people FROM adoptions a \
         JOIN users u ON u.id = a.user_id AND u.deleted_at IS NULL AND u.source = 'local' \
         JOIN directories d ON d.id = a.directory_id JOIN connections c ON c.id = d.connection_id \
         WHERE a.organization_id = $1 AND a.state = 'pending' GROUP BY c.id, c.name, c.name_key ORDER BY c.name_key, c.id")
    .bind(organization)
    .all(tx)
    .await
}
