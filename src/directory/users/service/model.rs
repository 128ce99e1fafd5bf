//! What a service account says of itself, and what may be typed into its form.

use serde::Deserialize;

use super::store;
use crate::db::Tx;
use crate::directory::users::Status;
use crate::error::{Error, Problems, Result};
use crate::id::{OrganizationId, UserId};
use crate::time::Timestamp;

/// A service account in a list.
#[derive(Debug, Clone)]
pub struct Listed {
    pub id: UserId,
    pub name: String,
    pub status: Status,
    pub suspended_by: Option<String>,
    pub answerable: Option<Answerable>,
    /// Keys that are good still.
    pub keys: i64,
    pub last_used_at: Option<Timestamp>,
}

/// Who answers for an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answerable {
    pub id: UserId,
    pub name: String,
    /// Whether they may sign in: otherwise nobody answers any more.
    pub is_here: bool,
}

/// The form as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ServiceForm {
    pub name: String,
    /// The userName, e-mail address or id of a person.
    pub answerable: String,
}

/// The same, read.
pub(super) struct Draft {
    pub name: String,
    pub answerable: Answerable,
}

pub(in crate::directory::users) const NAME_LIMIT: usize = 200;

/// A name as it is kept, or what is wrong with it.
pub(in crate::directory::users) fn name_of(typed: &str) -> std::result::Result<String, String> {
    let name = typed.trim();
    match name.chars().count() {
        1..=NAME_LIMIT if !name.chars().any(char::is_control) => Ok(name.to_string()),
        _ => Err(format!("Enter a name of at most {NAME_LIMIT} characters, without line breaks.")),
    }
}

impl Draft {
    /// # Errors
    /// [`Error::Invalid`] with everything that is wrong, at its field.
    pub async fn read(tx: &mut Tx, organization: &OrganizationId, form: &ServiceForm) -> Result<Self> {
        let mut problems = Problems::default();
        let name = name_of(&form.name).map_err(|problem| problems.add("name", problem));
        let found = store::people_called(tx, organization, form.answerable.trim()).await?;
        let answerable = match found.as_slice() {
            [one] => Some(one.clone()),
            [] => {
                problems.add("answerable", "Nobody here who may sign in has this userName or address.");
                None
            }
            _ => {
                problems.add(
                    "answerable",
                    "Several people here are called so. Enter the id from the page of the one you mean.",
                );
                None
            }
        };
        match (name, answerable) {
            (Ok(name), Some(answerable)) => Ok(Self { name, answerable }),
            _ => Err(Error::Invalid(problems)),
        }
    }
}
