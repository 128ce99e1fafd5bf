//! What set-up is told, and what of it can be taken.

use secrecy::SecretString;
use serde::Deserialize;

use crate::error::{Error, Problems, Result};
use crate::sessions::password as passwords;
use crate::text;

/// The form as it was typed.
#[derive(Clone, Default, Deserialize)]
pub struct SetUpForm {
    #[serde(default)]
    pub code: String,
    #[serde(default)]
    pub organization: String,
    #[serde(default)]
    pub owner_email: String,
    #[serde(default)]
    pub password: SecretString,
}

/// The same, checked.
pub struct SetUp {
    pub organization: String,
    pub owner_email: String,
    pub password: SecretString,
}

impl SetUp {
    /// # Errors
    /// [`Error::Invalid`] with the problems at their fields.
    pub fn parse(organization: &str, owner_email: &str, password: SecretString) -> Result<Self> {
        let mut problems = Problems::default();
        let organization = organization.trim();
        if organization.is_empty() {
            problems.add("organization", "Enter the name of your organization.");
        } else if organization.chars().count() > 100 {
            problems.add("organization", "Use at most 100 characters.");
        }
        let email = text::email(owner_email);
        if email.is_none() {
            problems.add("owner_email", "Enter an e-mail address, such as ada@example.com.");
        }
        if let Some(problem) = passwords::weakness(&password, &[organization, owner_email]) {
            problems.add("password", problem);
        }
        match email {
            Some(owner_email) if problems.is_empty() => {
                Ok(Self { organization: organization.to_string(), owner_email, password })
            }
            _ => Err(Error::Invalid(problems)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(organization: &str, email: &str, password: &str) -> Problems {
        match SetUp::parse(organization, email, SecretString::from(password)) {
            Err(Error::Invalid(problems)) => problems,
            _ => Problems::default(),
        }
    }

    #[test]
    fn each_problem_stands_at_its_field() {
        let found = problems(" ", "ada", "password1");
        assert!(found.of("organization").is_some());
        assert!(found.of("owner_email").is_some());
        assert!(found.of("password").unwrap().contains("guess"), "{found}");
        assert!(problems("Acme", "ada@example.com", "tundra-violin-ketchup-94").is_empty());
    }
}
