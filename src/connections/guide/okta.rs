//! The Okta Admin Console: two apps, one for sign-in and one for provisioning.

use super::{Addresses, Line, Step, paste};

pub(super) fn sign_in(ours: &Addresses) -> Vec<Step> {
    vec![
        Step {
            title: "Create the sign-in app",
            lines: vec![
                Line::Text("Applications → Applications → Create App Integration."),
                Line::Text("Sign-in method: OIDC - OpenID Connect. Application type: Web Application. Next."),
            ],
        },
        Step {
            title: "Fill in its addresses",
            lines: vec![
                Line::Text("Grant type: Authorization Code."),
                paste("Sign-in redirect URIs", &ours.redirect_uri),
                paste("Sign-out redirect URIs", &ours.sign_in_page),
                Line::Text(
                    "Assignments: Limit access to selected groups. Take the group that the provisioning app will have too. Save.",
                ),
            ],
        },
        Step {
            title: "Let the Okta tile start a sign-in",
            lines: vec![
                Line::Text("General → General Settings → Edit → Login initiated by: Either Okta or App."),
                paste("Initiate login URI", &ours.initiate_uri),
            ],
        },
        Step {
            title: "Bring three values back",
            lines: vec![Line::Text(
                "General → Client Credentials shows the Client ID and, under Client Secrets, the secret. The Okta domain is in the menu under your name.",
            )],
        },
    ]
}

pub(super) fn scim(ours: &Addresses) -> Vec<Step> {
    vec![
        Step {
            title: "Create the provisioning app",
            lines: vec![
                Line::Text(
                    "A second app: Okta's OIDC apps cannot push people. Applications → Create App Integration → SWA - Secure Web Authentication.",
                ),
                paste("App's login page URL", &ours.sign_in_page),
                Line::Text("Finish. Then General → App Settings → Edit → Provisioning: SCIM → Save."),
            ],
        },
        Step {
            title: "Connect it",
            lines: vec![
                Line::Text("Provisioning → Integration → Edit."),
                paste("SCIM connector base URL", &ours.scim_base_url),
                paste("Unique identifier field for users", "userName"),
                Line::Text("Supported provisioning actions: Push New Users, Push Profile Updates, Push Groups."),
                Line::Text("Authentication Mode: HTTP Header. Authorization: the token made on this page."),
                Line::Text("Test Connector Configuration, then Save."),
            ],
        },
        Step {
            title: "Switch it on",
            lines: vec![Line::Text(
                "Provisioning → To App → Edit: enable Create Users, Update User Attributes and Deactivate Users. Save.",
            )],
        },
        Step {
            title: "Assign people and push groups",
            lines: vec![
                Line::Text("Assignments: the same Okta group that the sign-in app has."),
                Line::Text(
                    "Push Groups: the groups that should get roles here. Push another group than the assigned one: Okta loses memberships where one group does both.",
                ),
                Line::Text(
                    "When you unlink a pushed group, choose \"Delete the group in the target app\", never \"Leave the group\".",
                ),
                Line::Text("Somebody leaves when they are unassigned or deactivated. Okta's Suspend sends nothing."),
            ],
        },
    ]
}
