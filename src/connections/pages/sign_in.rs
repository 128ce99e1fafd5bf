//! `/o/{organization}/connections/{id}/sign-in`: the guide, the form, and what discovery said.

use leptos::prelude::*;

use super::super::guide::Step;
use super::super::model::{Connection, SignIn};
use super::super::sign_in::SignInForm;
use super::sign_in_ours::{client_authentication, key, refused, test};
use super::{sign_in_badge, steps, tabs};
use crate::error::Problems;
use crate::events::Event;
use crate::sso::Provider;
use crate::time::Timestamp;
use crate::ui::components::{Card, Facts, Field, Notice, PageHeader, Submit};

#[derive(Clone)]
pub struct SignInPage {
    /// `/o/acme/connections/{id}`
    pub base: String,
    pub connection: Connection,
    pub steps: Vec<Step>,
    pub form: SignInForm,
    pub problems: Problems,
    /// `/auth/keys/{connection}`, in full.
    pub keys_uri: String,
    pub logout_uri: String,
    /// The newest refusals at sign-in through this connection.
    pub refused: Vec<Event>,
    /// `/o/acme/activity`
    pub activity: String,
    pub now: Timestamp,
}

pub fn sign_in_page(model: &SignInPage) -> impl IntoView + use<> {
    let connection = &model.connection;
    let problem = connection.problem.clone().map(|text| view! { <Notice kind="bad">{text}</Notice> });
    let action = format!("{}/sign-in", model.base);
    let off = turn_off(connection.sign_in, format!("{}/sign-in/off", model.base));
    let badge = sign_in_badge(connection.sign_in);
    let whole = model.problems.of("").map(str::to_string).map(|text| view! { <Notice kind="bad">{text}</Notice> });
    let key = key(connection, &model.keys_uri, format!("{}/sign-in/key", model.base));
    let (test, refused) = (test(connection, &model.logout_uri), refused(&model.refused, &model.now, &model.activity));
    let (steps, fields) = (steps(model.steps.clone()), fields(model));
    view! {
        <PageHeader title=connection.name.clone()>{badge}</PageHeader>
        {tabs(&model.base, "/sign-in")}
        <div class="two-columns">
            <Card title=format!("In {}", connection.provider.label())>{steps}</Card>
            <div class="stack">
                <Card title="Here".to_string()>
                    {problem}
                    {whole}
                    <form method="post" action=action class="stack">
                        {fields}
                        <Submit label="Check and save".to_string() />
                    </form>
                </Card>
                {test.into_any()}
                {key.into_any()}
                {refused.into_any()}
                {discovered(connection).into_any()}
                {off}
            </div>
        </div>
    }
}

fn fields(model: &SignInPage) -> impl IntoView + use<> {
    let error = |field: &str| model.problems.of(field).map(str::to_string);
    let form = &model.form;
    let address = |label: &'static str, placeholder: &str, help: &str, required: bool| {
        let (placeholder, help) = (placeholder.to_string(), help.to_string());
        view! {
            <Field label=label name="address" value=form.address.clone() error=error("address") required=required placeholder=placeholder help=help />
        }
        .into_any()
    };
    let first = match model.connection.provider {
        Provider::Okta => address(
            "Okta domain",
            "acme.okta.com",
            "Or the issuer or metadata URL of a custom authorization server.",
            true,
        ),
        Provider::Generic => address(
            "Issuer or metadata URL",
            "https://id.example.com",
            "Where /.well-known/openid-configuration is found.",
            true,
        ),
        Provider::Entra => view! {
            <Field
                label="Directory (tenant) ID" name="tenant_id" value=form.tenant_id.clone() error=error("tenant_id") required=true
                placeholder="00000000-0000-0000-0000-000000000000"
            />
            {address(
                "OpenID Connect metadata URL (optional)",
                "https://login.microsoftonline.com/…/v2.0/.well-known/openid-configuration",
                "Empty for the one that belongs to the tenant.",
                false,
            )}
        }
        .into_any(),
    };
    let secret_help = match model.connection.has_client_secret {
        true => "Stored. Leave empty to keep it.",
        false => "Stored sealed; never shown again.",
    };
    view! {
        {first}
        <Field label="Client ID" name="client_id" value=form.client_id.clone() error=error("client_id") required=true />
        <Field
            label="Client secret" name="client_secret" kind="password" error=error("client_secret") help=secret_help
            autocomplete="off"
        />
        {client_authentication(&model.connection, &form.client_authentication, error("client_authentication")).into_any()}
    }
}

/// What the provider says of itself.
fn discovered(connection: &Connection) -> Option<impl IntoView + use<>> {
    let found = connection.metadata.clone()?;
    let mono = |text: String| view! { <code class="mono">{text}</code> }.into_any();
    let rows = vec![
        ("Issuer".to_string(), mono(found.issuer)),
        ("Authorization endpoint".to_string(), mono(found.authorization_endpoint)),
        ("Token endpoint".to_string(), mono(found.token_endpoint)),
        ("Keys".to_string(), mono(found.jwks_uri)),
        ("Signing algorithms".to_string(), mono(found.algorithms.join(", "))),
    ];
    Some(view! { <Card title="What discovery found".to_string()><Facts rows=rows /></Card> })
}

/// What is on is turned off; a draft, through which nobody has come in, is only put away.
fn turn_off(state: SignIn, action: String) -> Option<impl IntoView> {
    let (title, text, label) = match state {
        SignIn::On => (
            "Turn sign-in off",
            "Everybody who came in through this connection is signed out at once. The settings are kept.",
            "Turn off",
        ),
        SignIn::Draft => (
            "Put the draft away",
            "Nobody can sign in through this connection yet, and the Overview asks you to finish it. Put away, it asks no more. \
             The settings are kept: check and save them here whenever you like.",
            "Put away",
        ),
        SignIn::Off => return None,
    };
    Some(view! {
        <Card title=title.to_string()>
            <form method="post" action=action class="stack">
                <p class="text-muted">{text}</p>
                <Submit label=label.to_string() kind=if state == SignIn::On { "danger" } else { "secondary" } />
            </form>
        </Card>
    })
}
