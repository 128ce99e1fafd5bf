//! `/o/{organization}/connections/{id}/provisioning`: how people are synced, the base URL, the tokens.

use leptos::prelude::*;
use secrecy::{ExposeSecret as _, SecretString};

use super::super::guide::Step;
use super::super::model::{Connection, SyncMode};
use super::super::tokens::Token;
use super::{steps, sync_badge, tabs};
use crate::error::Problems;
use crate::id::TokenId;
use crate::time::Timestamp;
use crate::ui::components::{
    Badge, Card, Choice, Choices, CopyValue, DataTable, Field, Notice, PageHeader, Secret, Submit, When,
};

#[derive(Clone)]
pub struct ProvisioningPage {
    /// `/o/acme/connections/{id}`
    pub base: String,
    pub connection: Connection,
    pub scim_base_url: String,
    pub steps: Vec<Step>,
    pub tokens: Vec<Token>,
    pub problems: Problems,
    /// The token that was made by this very request.
    pub made: Option<SecretString>,
    pub now: Timestamp,
}

pub fn provisioning_page(model: &ProvisioningPage) -> impl IntoView + use<> {
    let connection = &model.connection;
    let scim = (connection.sync_mode == SyncMode::Scim).then(|| scim_half(model));
    let badge = sync_badge(connection);
    view! {
        <PageHeader title=connection.name.clone()>{badge}</PageHeader>
        {tabs(&model.base, "/provisioning")}
        {made(model)}
        {scim}
        {sync_form(&model.base, connection)}
    }
}

fn sync_form(base: &str, connection: &Connection) -> impl IntoView + use<> {
    let options = SyncMode::ALL.map(|mode| Choice {
        value: mode.as_str().to_string(),
        label: mode.label().to_string(),
        help: mode.help().to_string(),
    });
    let warning = (connection.sync_mode == SyncMode::Scim).then(|| {
        view! { <p class="text-muted">"Turning SCIM off revokes its tokens. People stay as they are."</p> }
    });
    let action = format!("{base}/sync");
    let chosen = connection.sync_mode.as_str().to_string();
    view! {
        <Card title="How people are synced".to_string()>
            <form method="post" action=action class="stack">
                <Choices
                    legend="People come here".to_string() name="sync_mode"
                    value=chosen options=options.to_vec()
                />
                {warning}
                <Submit label="Save".to_string() kind="secondary" />
            </form>
        </Card>
    }
}

fn made(model: &ProvisioningPage) -> Option<impl IntoView + use<>> {
    let token = model.made.as_ref()?.expose_secret().to_string();
    let next = format!("{}/provisioning", model.base);
    Some(view! {
        <Card title="Your new token".to_string()>
            <div class="stack">
                <Notice kind="warn">"It is shown now and never again. Paste it into the other console before you leave this page."</Notice>
                <Secret label="Token".to_string() value=token />
                <p><a class="button button-secondary" href=next>"I have stored it"</a></p>
            </div>
        </Card>
    })
}

fn scim_half(model: &ProvisioningPage) -> impl IntoView + use<> {
    let provider = model.connection.provider.label();
    let steps = steps(model.steps.clone());
    let base_url = model.scim_base_url.clone();
    let (list, form) = (token_list(model), token_form(model));
    view! {
        <div class="two-columns">
            <Card title=format!("In {provider}")>{steps}</Card>
            <div class="stack">
                <Card title="Base URL".to_string()>
                    <CopyValue label="SCIM base URL".to_string() value=base_url />
                </Card>
                <Card title="Tokens".to_string()>
                    {list}
                    {form}
                </Card>
            </div>
        </div>
    }
}

fn token_form(model: &ProvisioningPage) -> impl IntoView + use<> {
    let error = model.problems.of("name").map(str::to_string);
    view! {
        <form method="post" action=format!("{}/tokens", model.base) class="stack mt-4">
            // The same form sent twice makes one token.
            <input type="hidden" name="id" value=TokenId::new().to_string() />
            <Field label="Name of the new token" name="name" error=error placeholder="Okta, 2026" />
            <Submit label="Make a token".to_string() kind="secondary" />
        </form>
    }
}

fn token_list(model: &ProvisioningPage) -> impl IntoView + use<> {
    if model.tokens.is_empty() {
        return view! { <p class="text-muted">"None yet. The provider needs one to be let in."</p> }.into_any();
    }
    let rows = model.tokens.iter().map(|token| token_row(&model.base, token, &model.now)).collect_view();
    view! { <DataTable head=vec!["Token", "Last used", ""]>{rows}</DataTable> }.into_any()
}

fn token_row(base: &str, token: &Token, now: &Timestamp) -> impl IntoView + use<> {
    let last_used = match token.last_used_at.clone() {
        Some(at) => view! { <When at=at now=now.clone() /> }.into_any(),
        None => view! { <span class="text-muted">"never"</span> }.into_any(),
    };
    let end = match token.revoked_at {
        Some(_) => view! { <Badge kind="muted" label="Revoked".to_string() /> }.into_any(),
        None => view! {
            <form method="post" action=format!("{base}/tokens/{}/revoke", token.id)>
                <Submit label="Revoke".to_string() kind="danger" />
            </form>
        }
        .into_any(),
    };
    view! {
        <tr>
            <td data-label="Token">
                <div>{token.name.clone()}<br /><code class="mono text-muted">{format!("{}…", token.prefix)}</code></div>
            </td>
            <td data-label="Last used">{last_used}</td>
            <td data-label="">{end}</td>
        </tr>
    }
}
