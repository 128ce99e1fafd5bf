//! `/o/{organization}/connections/{id}/provisioning/oauth`: the OAuth client, its secrets, and whose assertions count.

use leptos::prelude::*;

use super::super::federation::{AudienceForm, Federation, FederationForm};
use super::super::model::{Connection, SyncMode};
use super::tokens::{TokensPart, made_card, token_card};
use super::{sync_badge, tabs};
use crate::error::Problems;
use crate::time::Timestamp;
use crate::ui::components::{Card, CopyValue, EmptyState, Facts, Field, PageHeader, Select, Submit, When};

#[derive(Clone)]
pub struct OauthPage {
    /// `/o/acme/connections/{id}`
    pub base: String,
    pub connection: Connection,
    pub scim_base_url: String,
    pub token_url: String,
    pub client_id: String,
    pub secrets: TokensPart,
    pub federation: Option<Federation>,
    pub form: FederationForm,
    pub problems: Problems,
    pub now: Timestamp,
}

pub fn oauth_page(model: &OauthPage) -> impl IntoView + use<> {
    let connection = &model.connection;
    let made = made_card(&model.secrets, &format!("{}/provisioning/oauth", model.base));
    let body = match connection.sync_mode {
        SyncMode::Scim => halves(model).into_any(),
        SyncMode::OnSignIn | SyncMode::None => view! {
            <EmptyState title="SCIM is off">
                <p>"Choose SCIM under Provisioning: then client credentials can be made here."</p>
            </EmptyState>
        }
        .into_any(),
    };
    let badge = sync_badge(connection);
    view! {
        <PageHeader title=connection.name.clone() lead="OAuth 2: access tokens of one hour in the place of a token that lives for long.">
            {badge}
        </PageHeader>
        {tabs(&model.base, "/provisioning")}
        {made}
        {body}
    }
}

fn halves(model: &OauthPage) -> impl IntoView + use<> {
    let (client, secrets) = (client_card(model), token_card(&model.secrets));
    let federation = federation_card(model);
    view! {
        <div class="two-columns">
            <div class="stack">
                {client}
                {secrets}
            </div>
            {federation}
        </div>
    }
}

fn client_card(model: &OauthPage) -> impl IntoView + use<> {
    let (base_url, token_url) = (model.scim_base_url.clone(), model.token_url.clone());
    let client_id = model.client_id.clone();
    view! {
        <Card title="Client credentials">
            <div class="stack">
                <CopyValue label="SCIM base URL" value=base_url />
                <CopyValue label="Token endpoint" value=token_url />
                <CopyValue label="Client ID" value=client_id />
                <p class="text-muted">"Grant type client_credentials, scope scim; the secret in the header or in the body."</p>
            </div>
        </Card>
    }
}

fn federation_card(model: &OauthPage) -> impl IntoView + use<> {
    let present = model.federation.as_ref().map(|federation| present(model, federation));
    let form = federation_form(model);
    view! {
        <Card title="Workload identity federation">
            <div class="stack">
                <p class="text-muted">
                    "No secret at all: the Entra tenant signs an assertion for its provisioning service, and Muster checks it with \
                     the keys that the tenant publishes."
                </p>
                {present}
                {form}
            </div>
        </Card>
    }
}

fn federation_form(model: &OauthPage) -> impl IntoView + use<> {
    let error = |field: &str| model.problems.of(field).map(str::to_string);
    let form = &model.form;
    let audiences = AudienceForm::ALL.map(|form| (form.as_str().to_string(), form.label().to_string()));
    let id = "00000000-0000-0000-0000-000000000000";
    view! {
        <form method="post" action=format!("{}/federation", model.base) class="stack">
            <Field
                label="Directory (tenant) ID" name="tenant_id" value=form.tenant_id.clone() error=error("tenant_id")
                required=true placeholder=id
            />
            <Field
                label="Application (client) ID" name="application_id" value=form.application_id.clone()
                error=error("application_id") required=true placeholder=id
            />
            <Select
                label="Audience (aud) of the assertions" name="audience" value=form.audience.clone()
                options=audiences.to_vec() error=error("audience")
            />
            <Field
                label="Subject (sub) of the assertions" name="subject" value=form.subject.clone()
                error=error("subject") required=true
                help="As the other console shows it: the object ID of the service principal, as a rule."
            />
            <Submit label="Save" kind="secondary" />
        </form>
    }
}

fn present(model: &OauthPage, federation: &Federation) -> impl IntoView + use<> {
    let used = match federation.last_used_at.clone() {
        Some(at) => view! { <When at=at now=model.now.clone() /> }.into_any(),
        None => view! { <span class="text-muted">"never"</span> }.into_any(),
    };
    let mono = |text: &str| view! { <code class="mono">{text.to_string()}</code> }.into_any();
    let rows = vec![("Takes assertions for".to_string(), mono(&federation.audience)), ("Last used".to_string(), used)];
    view! {
        <Facts rows=rows />
        <form method="post" action=format!("{}/federation/remove", model.base)>
            <Submit label="Take no assertions" kind="danger" />
        </form>
    }
}
