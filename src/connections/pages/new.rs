//! `/o/{organization}/connections/new`: the provider, then a name.

use leptos::prelude::*;

use super::super::add::NewConnectionForm;
use crate::error::Problems;
use crate::sso::Provider;
use crate::ui::components::{Choice, Choices, Field, PageHeader, Submit};

#[derive(Clone)]
pub struct NewPage {
    pub action: String,
    pub form: NewConnectionForm,
    pub problems: Problems,
    pub scim_root: String,
}

pub fn new_page(model: &NewPage) -> impl IntoView + use<> {
    let error = |field: &str| model.problems.of(field).map(str::to_string);
    let form = &model.form;
    let help = format!("The last part of the SCIM base URL, {}/…; empty for a random one.", model.scim_root);
    view! {
        <PageHeader
            title="Connect an identity provider".to_string()
            lead="You can leave at any step and take it up again. Sign-in and provisioning are turned on one by one."
        />
        <form method="post" action=model.action.clone() class="stack max-w-xl">
            <Choices
                legend="Provider".to_string() name="provider" value=form.provider.clone() options=providers()
                error=error("provider")
            />
            <Field
                label="Name" name="name" value=form.name.clone() error=error("name") required=true
                placeholder="Acme Okta" help="People see it on the sign-in button: \"Continue with Acme Okta\"."
            />
            <Field
                label="SCIM label (optional)" name="label" value=form.label.clone() error=error("label")
                placeholder="acme-okta" help=help
            />
            <Submit label="Continue".to_string() />
        </form>
    }
}

fn providers() -> Vec<Choice> {
    let choice = |provider: Provider, help: &str| Choice {
        value: provider.as_str().to_string(),
        label: provider.label().to_string(),
        help: help.to_string(),
    };
    vec![
        choice(Provider::Okta, "Org or custom authorization server; provisioning by a second app."),
        choice(Provider::Entra, "Formerly Azure AD; one enterprise application for both."),
        choice(Provider::Generic, "Any OpenID Connect provider, any SCIM 2.0 client."),
    ]
}
