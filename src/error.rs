//! The one domain error. Two translators make answers of it: `provisioning::error` (SCIM JSON) and `ui::errors` (a page).

use crate::http::limits::TooMany;
use crate::id::{OrganizationId, UserId};

/// What a feature function says when it cannot do what it was asked. Nothing was kept unless the message says so.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing, or it belongs to somebody else: the two are not told apart.
    #[error("{0} not found")]
    NotFound(&'static str),

    /// Something is in the way that is already there.
    #[error("{0}")]
    Conflict(String),

    /// The actor may not do this.
    #[error("{0}")]
    Forbidden(String),

    /// The guard of `directory::users::break_glass`: without this person nobody gets in when the identity provider fails.
    #[error(
        "{name} is the last active local owner who can sign in with a password: without one, nobody gets in when the identity \
         provider fails. Nothing was changed; make another local person an owner first."
    )]
    LastBreakGlassOwner { organization: OrganizationId, user: UserId, name: String },

    /// A directory asked for a local person whom nobody has given it: `directory::users::adoption` keeps what it asked.
    #[error("{}", .0.detail)]
    AdoptionWaits(Box<WaitingAdoption>),

    /// What was sent cannot be taken; each problem stands at its field.
    #[error("{0}")]
    Invalid(Problems),

    /// Tried too often: the text says how long to wait, and so does `Retry-After`.
    #[error("Too many attempts. Nothing was changed, and nothing is locked: wait {}, then try again.", wait(.0.seconds))]
    TooMany(#[from] TooMany),

    /// Something that we need does not answer now.
    #[error("{0}")]
    Unavailable(String),

    /// A fault of ours: logged in full, answered without detail.
    #[error("internal error: {0}")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What a directory asked for, and what it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingAdoption {
    pub user: UserId,
    pub name: String,
    pub user_name: String,
    pub external_id: Option<String>,
    pub email: Option<String>,
    pub detail: String,
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The problems of a form or a call, in the order of its fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

/// One problem: `field` is the name of the input it belongs to, empty for the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub field: &'static str,
    pub message: String,
}

impl Problems {
    pub fn add(&mut self, field: &'static str, message: impl Into<String>) {
        self.0.push(Problem { field, message: message.into() });
    }

    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|problem| problem.field == field).map(|problem| problem.message.as_str())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `Ok(())` when nothing was found.
    pub fn into_result(self) -> Result<()> {
        if self.is_empty() { Ok(()) } else { Err(Error::Invalid(self)) }
    }
}

impl std::fmt::Display for Problems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (n, problem) in self.0.iter().enumerate() {
            let separator = if n == 0 { "" } else { "; " };
            match problem.field {
                "" => write!(f, "{separator}{}", problem.message)?,
                field => write!(f, "{separator}{field}: {}", problem.message)?,
            }
        }
        Ok(())
    }
}

impl Error {
    pub fn invalid(field: &'static str, message: impl Into<String>) -> Self {
        let mut problems = Problems::default();
        problems.add(field, message);
        Self::Invalid(problems)
    }

    /// What a form shows: problems at its fields, a refusal at `field` (empty: at the whole form).
    ///
    /// # Errors
    /// The error itself when it is no answer to a form: nothing there, or a fault of ours.
    pub fn into_problems(self, field: &'static str) -> Result<Problems> {
        match self {
            Self::Invalid(problems) => Ok(problems),
            Self::Conflict(message) | Self::Forbidden(message) => {
                let mut problems = Problems::default();
                problems.add(field, message);
                Ok(problems)
            }
            Self::LastBreakGlassOwner { .. } | Self::AdoptionWaits(_) => {
                let mut problems = Problems::default();
                problems.add(field, self.to_string());
                Ok(problems)
            }
            other => Err(other),
        }
    }

    pub fn conflict(message: impl Into<String>) -> Self {
        Self::Conflict(message.into())
    }

    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::Forbidden(message.into())
    }

    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(source.into())
    }
}

/// "40 seconds", "2 minutes".
fn wait(seconds: u64) -> String {
    match seconds {
        1 => "one second".to_string(),
        2..=90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::PoolTimedOut => Self::Unavailable(
                "The database did not answer in time. Nothing was changed; try again in a moment.".into(),
            ),
            // Features look before they write; what a unique index still finds came in between.
            sqlx::Error::Database(database) if database.is_unique_violation() => Self::conflict(
                "Another change took the same name or identifier in the same moment. Nothing was changed; look again, then try again.",
            ),
            // What it points to went in between.
            sqlx::Error::Database(database) if database.is_foreign_key_violation() => Self::Unavailable(
                "What this belongs to was removed in the same moment. Nothing was changed; look again.".into(),
            ),
            // PostgreSQL: serialization failure, deadlock. SQLite: busy.
            sqlx::Error::Database(database)
                if matches!(database.code().as_deref(), Some("40001" | "40P01" | "5" | "517")) =>
            {
                Self::Unavailable(
                    "Two changes met in the database and this one gave way. Nothing was changed; try again.".into(),
                )
            }
            _ => Self::internal(error),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}
