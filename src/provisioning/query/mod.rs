//! Queries (RFC 7644 section 3.4.2, RFC 9865): which of one kind's resources, in which order, from where on.

mod filter_sql;
mod scope;

use muster_scim::error::ScimError;
use muster_scim::filter::CompareOp;
use muster_scim::index::{self, Condition, Test};
use muster_scim::list::{Cursor, ListRequest};
use muster_scim::project::Projection;
use muster_scim::{Document, schema::ResourceType};

pub use scope::Scope;

use crate::db::Sql;

/// The most resources on a page: what ServiceProviderConfig says as `filter.maxResults` and `pagination.maxPageSize`.
pub const MAX_RESULTS: u64 = 200;
/// How many there are on a page when the client does not say.
pub const DEFAULT_RESULTS: u64 = 100;
/// How many resources a filter that no index serves, and an order, look at.
pub const MAX_SCANNED: u64 = 100_000;
/// What the indexes answer, for the detail of `tooMany`.
const INDEXED: &str = "id, userName, externalId, displayName, emails.value, meta.lastModified or members";

/// A query, as far as one kind goes.
pub struct Part {
    pub condition: Option<Condition>,
    /// The canonical path that is sorted by.
    sort: Option<String>,
    descending: bool,
    pub projection: Projection,
}

/// From where on.
#[derive(Debug, Clone, Copy)]
pub enum Start<'a> {
    /// Behind that many.
    Offset(u64),
    /// Behind the resource where the last page ended.
    After(&'a Cursor),
}

impl Part {
    /// # Errors
    /// `invalidFilter`, `invalidValue`: the request does not go with the kind.
    pub fn of(kind: &ResourceType, request: &ListRequest) -> Result<Self, ScimError> {
        if let Some(filter) = &request.filter {
            filter.check(kind)?;
        }
        Ok(Self {
            condition: request.filter.as_ref().map(|filter| Condition::of(kind, filter)),
            // Section 3.4.2.3: what cannot be sorted by is ignored.
            sort: request.sort_by.as_ref().and_then(|path| index::path(kind, path)),
            descending: request.descending,
            projection: Projection::parse(kind, request.attributes.as_deref(), request.excluded.as_deref())?,
        })
    }

    /// Whether the whole directory would have to be looked through.
    pub fn is_scan(&self) -> bool {
        match &self.condition {
            None => self.sort.is_some(),
            Some(condition) => !is_indexed(condition),
        }
    }

    /// Adds ` AND …` for the filter.
    pub fn narrow(&self, scope: &Scope, sql: Sql) -> Sql {
        match &self.condition {
            None => sql,
            Some(condition) => filter_sql::push_condition(sql.push(" AND "), scope, condition),
        }
    }

    /// Adds ` AND …` for where the last page ended.
    pub fn resume(&self, scope: &Scope, start: Start, sql: Sql) -> Sql {
        let Start::After(cursor) = start else { return sql };
        let id = |sql: Sql, word: &str| sql.push(word).push(scope.table).push(".id > ").push_bind(&cursor.id);
        let Some(path) = &self.sort else { return id(sql, " AND ") };
        let key = |sql: Sql| filter_sql::push_sort_key(sql, scope, path);
        let sql = sql.push(" AND (");
        match (&cursor.key, self.descending) {
            (Some(last), descending) => {
                let sql = key(sql).push(if descending { " < " } else { " > " }).push_bind(last).push(" OR (");
                let sql = id(key(sql).push(" = ").push_bind(last), " AND ").push(")");
                if descending { sql.push(")") } else { key(sql.push(" OR ")).push(" IS NULL)") }
            }
            (None, false) => id(key(sql).push(" IS NULL"), " AND ").push(")"),
            (None, true) => {
                let sql = id(key(sql.push("(")).push(" IS NULL"), " AND ").push(") OR ");
                key(sql).push(" IS NOT NULL)")
            }
        }
    }

    /// Adds ` ORDER BY …`: always a total order, and without `sortBy` one that no change disturbs. Section 3.4.2.3: who has
    /// no value comes last, and first in a descending order.
    pub fn order(&self, scope: &Scope, sql: Sql) -> Sql {
        let sql = match &self.sort {
            None => sql.push(" ORDER BY "),
            Some(path) => {
                let sql = filter_sql::push_sort_key(sql.push(" ORDER BY "), scope, path);
                sql.push(if self.descending { " DESC NULLS FIRST, " } else { " ASC NULLS LAST, " })
            }
        };
        sql.push(scope.table).push(".id")
    }

    /// The key of a whole resource that it is sorted by.
    pub fn sort_key(&self, kind: &ResourceType, document: &Document) -> Option<String> {
        let path = self.sort.as_ref()?;
        let entries = index::entries(kind, document).into_iter();
        let related = ["groups", "members"].iter().any(|name| path.split('.').next() == Some(name));
        entries
            .filter(|entry| !related && entry.path == *path && entry.element == 0)
            .filter_map(|entry| entry.key)
            .min()
    }

    /// As SQL does it, for the few resources that are in no table of their own.
    pub fn select(&self, kind: &ResourceType, documents: Vec<Document>) -> Vec<Document> {
        let holds = |document: &Document| {
            self.condition.as_ref().is_none_or(|condition| condition.holds(&index::entries(kind, document)))
        };
        let mut found: Vec<_> = documents.into_iter().filter(holds).collect();
        if self.sort.is_some() {
            found.sort_by_cached_key(|document| {
                let key = self.sort_key(kind, document);
                (key.is_none(), key)
            });
            if self.descending {
                found.reverse();
            }
        }
        found
    }
}

/// RFC 7644 section 3.4.2.2: 400 `tooMany`, rather than a scan of everything.
pub fn too_many() -> ScimError {
    ScimError::too_many(format!(
        "the query would have to look at more than {MAX_SCANNED} resources: join to its filter, with \"and\", an \"eq\" on one of {INDEXED}"
    ))
}

/// Whether an index leads to few candidates.
fn is_indexed(condition: &Condition) -> bool {
    match condition {
        Condition::Never => true,
        Condition::And(left, right) => is_indexed(left) || is_indexed(right),
        Condition::Or(left, right) => is_indexed(left) && is_indexed(right),
        Condition::Not(_) => false,
        Condition::Value { path, test: Test::Key(op, _) } => match op {
            CompareOp::Eq => true,
            CompareOp::Sw => !path.starts_with("meta"),
            CompareOp::Gt | CompareOp::Ge | CompareOp::Lt | CompareOp::Le => path == "meta.lastModified",
            _ => false,
        },
        Condition::Value { .. } => false,
        Condition::Element { inner, .. } => is_indexed(inner),
    }
}
