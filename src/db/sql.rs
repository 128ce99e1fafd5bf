//! One SQL text with its bound values, executable on either engine.

use std::fmt::Write as _;

use sqlx::postgres::{PgArguments, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, AssertSqlSafe, FromRow};

use super::tx::{Inner, Tx};
use crate::error::{Error, Result};

/// What `#[derive(sqlx::FromRow)]` gives: readable from both engines.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// A value that both engines take: texts (ids and moments among them), whole numbers, truth values.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Text(Option<String>),
    Int(Option<i64>),
    Real(f64),
    Bool(bool),
}

/// A statement under construction: `sql("SELECT … WHERE id = $1").bind(id)`.
#[derive(Debug, Clone)]
pub struct Sql {
    text: String,
    values: Vec<Value>,
}

/// Starts a statement. The text is SQL of ours: what comes from outside goes through [`Sql::bind`] or [`Sql::push_bind`].
pub fn sql(text: &str) -> Sql {
    Sql { text: text.to_string(), values: Vec::new() }
}

impl Sql {
    /// Binds the next `$n`.
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Adds text of ours.
    pub fn push(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// Adds a placeholder for the value and binds it.
    pub fn push_bind(self, value: impl Into<Value>) -> Self {
        let mut this = self.bind(value);
        let n = this.values.len();
        write!(this.text, "${n}").expect("writing to a String");
        this
    }

    /// Adds `($5, $6, …)`; an empty list gives `(NULL)`, which nothing equals.
    pub fn push_list<V: Into<Value>>(mut self, values: impl IntoIterator<Item = V>) -> Self {
        let mut separator = "(";
        for value in values {
            self = self.push(separator).push_bind(value);
            separator = ", ";
        }
        if separator == "(" { self.push("(NULL)") } else { self.push(")") }
    }

    /// All rows.
    pub async fn all<R: Row>(self, tx: &mut Tx) -> Result<Vec<R>> {
        let rows = match &mut tx.inner {
            Inner::Sqlite(tx) => {
                let arguments = self.sqlite_arguments()?;
                sqlx::query_as_with(AssertSqlSafe(self.text), arguments).fetch_all(&mut **tx).await?
            }
            Inner::Postgres(tx) => {
                let arguments = self.postgres_arguments()?;
                sqlx::query_as_with(AssertSqlSafe(self.text), arguments).fetch_all(&mut **tx).await?
            }
        };
        Ok(rows)
    }

    /// The first row, if there is one.
    pub async fn optional<R: Row>(self, tx: &mut Tx) -> Result<Option<R>> {
        let row = match &mut tx.inner {
            Inner::Sqlite(tx) => {
                let arguments = self.sqlite_arguments()?;
                sqlx::query_as_with(AssertSqlSafe(self.text), arguments).fetch_optional(&mut **tx).await?
            }
            Inner::Postgres(tx) => {
                let arguments = self.postgres_arguments()?;
                sqlx::query_as_with(AssertSqlSafe(self.text), arguments).fetch_optional(&mut **tx).await?
            }
        };
        Ok(row)
    }

    /// The one row of a statement that always has one (a count, a RETURNING).
    pub async fn one<R: Row>(self, tx: &mut Tx) -> Result<R> {
        self.optional(tx).await?.ok_or_else(|| Error::internal("a statement that always has a row had none"))
    }

    /// A single number, as `SELECT COUNT(*)` gives.
    pub async fn count(self, tx: &mut Tx) -> Result<i64> {
        Ok(self.one::<(i64,)>(tx).await?.0)
    }

    /// Runs the statement; returns how many rows it touched.
    pub async fn run(self, tx: &mut Tx) -> Result<u64> {
        let rows = match &mut tx.inner {
            Inner::Sqlite(tx) => {
                let arguments = self.sqlite_arguments()?;
                sqlx::query_with(AssertSqlSafe(self.text), arguments).execute(&mut **tx).await?.rows_affected()
            }
            Inner::Postgres(tx) => {
                let arguments = self.postgres_arguments()?;
                sqlx::query_with(AssertSqlSafe(self.text), arguments).execute(&mut **tx).await?.rows_affected()
            }
        };
        Ok(rows)
    }

    fn sqlite_arguments(&self) -> Result<SqliteArguments> {
        let mut arguments = SqliteArguments::default();
        for value in self.values.iter().cloned() {
            match value {
                Value::Text(text) => arguments.add(text),
                Value::Int(number) => arguments.add(number),
                Value::Real(number) => arguments.add(number),
                Value::Bool(flag) => arguments.add(flag),
            }
            .map_err(Error::Internal)?;
        }
        Ok(arguments)
    }

    fn postgres_arguments(&self) -> Result<PgArguments> {
        let mut arguments = PgArguments::default();
        for value in self.values.iter().cloned() {
            match value {
                Value::Text(text) => arguments.add(text),
                Value::Int(number) => arguments.add(number),
                Value::Real(number) => arguments.add(number),
                Value::Bool(flag) => arguments.add(flag),
            }
            .map_err(Error::Internal)?;
        }
        Ok(arguments)
    }
}

/// Escapes `%`, `_` and `\` for `LIKE … ESCAPE '\'`.
pub fn like_literal(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_string()))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(Some(text.clone()))
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        Self::Text(text.map(str::to_string))
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(Some(number))
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Self {
        Self::Int(number)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Real(number)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<&serde_json::Value> for Value {
    fn from(json: &serde_json::Value) -> Self {
        Self::Text(Some(json.to_string()))
    }
}

macro_rules! bind_as_text {
    ($($ty:ty),+ $(,)?) => {$(
        impl From<&$ty> for Value {
            fn from(value: &$ty) -> Self {
                Self::Text(Some(value.as_str().to_string()))
            }
        }
        impl From<Option<&$ty>> for Value {
            fn from(value: Option<&$ty>) -> Self {
                Self::Text(value.map(|value| value.as_str().to_string()))
            }
        }
    )+};
}

bind_as_text!(
    crate::time::Timestamp,
    crate::id::OrganizationId,
    crate::id::ConnectionId,
    crate::id::DirectoryId,
    crate::id::TokenId,
    crate::id::UserId,
    crate::id::GroupId,
    crate::id::RoleId,
    crate::id::GrantId,
    crate::id::IdentityId,
    crate::id::SessionId,
    crate::id::CliTokenId,
    crate::id::ClientKeyId,
    crate::id::EventId,
    crate::id::RequestId,
    crate::id::RecoveryCodeId,
    crate::id::ResourceId,
    crate::id::DomainId,
    crate::id::SchemaDocumentId,
    crate::id::LinkId,
    crate::id::ApiKeyId,
    crate::id::AliasId,
    crate::id::PendingChangeId,
    crate::id::AdoptionId,
);
