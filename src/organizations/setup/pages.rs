//! The set-up form, and the recovery codes that follow it.

use leptos::prelude::*;

use super::SetUpForm;
use crate::error::Problems;
use crate::sessions::password;
use crate::ui::components::{ButtonLink, Field, Notice, PageHeader, Secret, Submit};

#[derive(Clone)]
pub(super) struct CodesPage {
    pub organization: String,
    pub email: String,
    pub codes: Vec<String>,
}

pub(super) fn form_page(form: &SetUpForm, problems: &Problems) -> impl IntoView + use<> {
    let error = |field: &str| problems.of(field).map(str::to_string);
    view! {
        <PageHeader
            title="Set up Muster".to_string()
            lead="One organization to begin with, and its first owner: the account that always gets in, whatever happens to an identity provider."
        />
        <form method="post" action="/setup" class="stack" autocomplete="off">
            <Field
                label="Set-up code" name="code" error=error("code") required=true
                placeholder="XXXX-XXXX-XXXX" help="The terminal that started Muster printed it."
            />
            <Field
                label="Organization" name="organization" value=form.organization.clone() error=error("organization")
                required=true placeholder="Acme"
            />
            <Field
                label="Your e-mail address" name="owner_email" kind="email" value=form.owner_email.clone()
                error=error("owner_email") required=true autocomplete="username" placeholder="ada@example.com"
            />
            <Field
                label="Password" name="password" kind="password" error=error("password") required=true
                autocomplete="new-password" help=password::HELP
            />
            <Submit label="Set up".to_string() />
        </form>
    }
}

pub(super) fn codes_page(model: &CodesPage) -> impl IntoView + use<> {
    let lead = format!("{} is set up. {} is its owner.", model.organization, model.email);
    let codes = model.codes.join("\n");
    view! {
        <PageHeader title="Store these recovery codes".to_string() lead=lead />
        <Notice kind="info">
            "Each works once, when your second factor is lost. Keep them where you keep your other break-glass secrets."
        </Notice>
        <Secret label="Recovery codes".to_string() value=codes />
        <p><ButtonLink href="/sign-in".to_string() label="I have stored them: sign in".to_string() /></p>
    }
}
