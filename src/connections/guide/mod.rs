//! What to press in the other console: its own field names, in its own order.

mod entra;
mod generic;
mod okta;

use crate::sso::Provider;

/// One step in the other console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub title: &'static str,
    pub lines: Vec<Line>,
}

/// A sentence, or a value of ours to be pasted into the named field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    Text(&'static str),
    Paste { field: &'static str, value: String },
}

/// The addresses of ours that a guide hands over.
#[derive(Debug, Clone)]
pub struct Addresses {
    pub redirect_uri: String,
    pub initiate_uri: String,
    pub sign_in_page: String,
    pub scim_base_url: String,
}

pub fn sign_in_steps(provider: Provider, ours: &Addresses) -> Vec<Step> {
    match provider {
        Provider::Okta => okta::sign_in(ours),
        Provider::Entra => entra::sign_in(ours),
        Provider::Generic => generic::sign_in(ours),
    }
}

pub fn scim_steps(provider: Provider, ours: &Addresses) -> Vec<Step> {
    match provider {
        Provider::Okta => okta::scim(ours),
        Provider::Entra => entra::scim(ours),
        Provider::Generic => generic::scim(ours),
    }
}

fn paste(field: &'static str, value: &str) -> Line {
    Line::Paste { field, value: value.to_string() }
}
