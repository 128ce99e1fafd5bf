//! Any provider that speaks OpenID Connect and SCIM 2.0.

use super::{Addresses, Line, Step, paste};

pub(super) fn sign_in(ours: &Addresses) -> Vec<Step> {
    vec![
        Step {
            title: "Register a web application",
            lines: vec![
                Line::Text("Authorization code flow with PKCE (S256), ID tokens signed with RS256 or ES256."),
                paste("Redirect URI", &ours.redirect_uri),
                paste("Post-logout redirect URI", &ours.sign_in_page),
                paste("Initiate login URI", &ours.initiate_uri),
            ],
        },
        Step {
            title: "Bring three values back",
            lines: vec![Line::Text(
                "The issuer (or the address of its metadata), the client ID and the client secret.",
            )],
        },
    ]
}

pub(super) fn scim(ours: &Addresses) -> Vec<Step> {
    vec![
        Step {
            title: "Point its SCIM client here",
            lines: vec![
                paste("SCIM base URL", &ours.scim_base_url),
                Line::Text("Authentication: the token made on this page, as HTTP header \"Authorization: Bearer …\"."),
                Line::Text("People are found by userName. Send as externalId the subject that the ID token will have."),
            ],
        },
        Step { title: "Assign people and push groups", lines: vec![Line::Text("They appear here as they arrive.")] },
    ]
}
