//! The Microsoft Entra admin center: an app registration for sign-in, its enterprise application for provisioning.

use super::{Addresses, Line, Step, paste};

pub(super) fn sign_in(ours: &Addresses) -> Vec<Step> {
    vec![
        Step {
            title: "Register the application",
            lines: vec![
                Line::Text("App registrations → New registration."),
                Line::Text("Supported account types: Accounts in this organizational directory only (Single tenant)."),
                paste("Redirect URI (platform: Web)", &ours.redirect_uri),
            ],
        },
        Step {
            title: "Make a client secret",
            lines: vec![Line::Text(
                "Certificates & secrets → Client secrets → New client secret. Copy its Value, not its Secret ID; it is shown once.",
            )],
        },
        Step {
            title: "Add two claims",
            lines: vec![Line::Text(
                "Token configuration → Add optional claim → ID: email and preferred_username. They are shown to people; nobody is matched by them.",
            )],
        },
        Step {
            title: "Bring three values back",
            lines: vec![Line::Text("Overview shows the Application (client) ID and the Directory (tenant) ID.")],
        },
    ]
}

pub(super) fn scim(ours: &Addresses) -> Vec<Step> {
    vec![
        Step {
            title: "Open the enterprise application",
            lines: vec![Line::Text(
                "Enterprise applications → the application that the registration made; without sign-in: New application → Create your own application → Non-gallery.",
            )],
        },
        Step {
            title: "Connect it",
            lines: vec![
                Line::Text("Provisioning → New configuration."),
                paste("Tenant URL", &format!("{}?aadOptscim062020", ours.scim_base_url)),
                Line::Text("Secret token: the token made on this page. Test connection, then Create."),
                Line::Text(
                    "Where it asks for a token endpoint, a client ID and a secret, or offers workload identity federation, as gallery applications do: they are behind \"Client credentials and federation\" on this page.",
                ),
            ],
        },
        Step {
            title: "Send the object id as externalId",
            lines: vec![Line::Text(
                "Attribute mapping → Provision Microsoft Entra ID Users: set the source of externalId to objectId (it is mailNickname at first). Sign-in finds people by it.",
            )],
        },
        Step {
            title: "Assign people and start",
            lines: vec![
                Line::Text(
                    "Users and groups: assign the people and groups. Settings → Scope: Sync only assigned users and groups.",
                ),
                Line::Text(
                    "Start provisioning. Entra works in cycles of about 40 minutes; Provision on demand sends one person at once.",
                ),
            ],
        },
    ]
}
