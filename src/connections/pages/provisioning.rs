//! `/o/{organization}/connections/{id}/provisioning`: how people are synced, the base URL, the tokens.

use leptos::prelude::*;

use super::super::guide::Step;
use super::super::model::{Connection, SyncMode};
use super::local_people::pending_card;
use super::tokens::{TokensPart, made_card, token_card};
use super::{steps, sync_badge, tabs};
use crate::access::roles::pages::with_number;
use crate::directory::release::Numbers;
use crate::ui::components::{ButtonLink, Card, Choice, Choices, CopyValue, PageHeader, Submit};

#[derive(Clone)]
pub struct ProvisioningPage {
    /// `/o/acme/connections/{id}`
    pub base: String,
    pub connection: Connection,
    pub scim_base_url: String,
    pub steps: Vec<Step>,
    pub tokens: TokensPart,
    /// How many local people wait to be taken over.
    pub waiting: i64,
    /// What hangs on the connection.
    pub numbers: Numbers,
}

pub fn provisioning_page(model: &ProvisioningPage) -> impl IntoView + use<> {
    let connection = &model.connection;
    let scim = (connection.sync_mode == SyncMode::Scim).then(|| scim_half(model));
    let badge = sync_badge(connection);
    view! {
        <PageHeader title=connection.name.clone()>{badge}</PageHeader>
        {tabs(&model.base, "/provisioning")}
        {made_card(&model.tokens, &format!("{}/provisioning", model.base))}
        {scim}
        {sync_form(model)}
    }
}

fn sync_form(model: &ProvisioningPage) -> impl IntoView + use<> {
    let (base, connection) = (&model.base, &model.connection);
    let options = SyncMode::ALL.map(|mode| Choice {
        value: mode.as_str().to_string(),
        label: mode.label().to_string(),
        help: mode.help().to_string(),
    });
    let consequence = consequence(connection, &model.numbers);
    let action = format!("{base}/sync");
    let chosen = connection.sync_mode.as_str().to_string();
    view! {
        <Card title="How people are synced".to_string()>
            <form method="post" action=action class="stack">
                <Choices
                    legend="People come here".to_string() name="sync_mode"
                    value=chosen options=options.to_vec()
                />
                <p class="text-muted">{consequence}</p>
                <Submit label="Save".to_string() kind="secondary" />
            </form>
        </Card>
    }
}

/// What another choice does to the people who are here, in numbers.
fn consequence(connection: &Connection, numbers: &Numbers) -> String {
    let pushed = numbers.people() - numbers.signed_in;
    let (people, groups) = (with_number(pushed, "person", "people"), with_number(numbers.groups, "group", "groups"));
    match connection.sync_mode {
        SyncMode::Scim => format!(
            "Turning SCIM off revokes {} at once. {people} and {groups} stay as they are, marked “No longer synced”, with their sessions and roles: nobody is told when they leave. Each can be released; or SCIM is turned on again, and they go on.",
            with_number(numbers.tokens, "token", "tokens")
        ),
        SyncMode::OnSignIn | SyncMode::None => format!(
            "Turning SCIM on changes nobody by itself. {} who came by signing in keep their ids and are taken over when the provider sends them: by externalId, then by userName. {people} and {groups} of its directory go on where they were.",
            with_number(numbers.signed_in, "person", "people")
        ),
    }
}

fn scim_half(model: &ProvisioningPage) -> impl IntoView + use<> {
    let provider = model.connection.provider.label();
    let steps = steps(model.steps.clone());
    let base_url = model.scim_base_url.clone();
    let tokens = token_card(&model.tokens);
    view! {
        <div class="two-columns">
            <Card title=format!("In {provider}")>{steps}</Card>
            <div class="stack">
                <Card title="Base URL".to_string()>
                    <CopyValue label="SCIM base URL".to_string() value=base_url />
                </Card>
                {tokens}
                {oauth(&model.base)}
                {pending_card(&model.base, model.waiting)}
            </div>
        </div>
    }
}

/// For identity providers that refuse tokens which live for long.
fn oauth(base: &str) -> impl IntoView + use<> {
    let href = format!("{base}/provisioning/oauth");
    view! {
        <Card title="OAuth 2 instead of a token".to_string()>
            <div class="stack">
                <p class="text-muted">
                    "Some providers take a client ID and secret, or sign for themselves, and get access tokens of one hour: \
                     Entra's gallery applications do."
                </p>
                <p><ButtonLink href=href label="Client credentials and federation" kind="secondary" /></p>
            </div>
        </Card>
    }
}
