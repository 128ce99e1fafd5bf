//! `/o/{organization}/connections/{id}/tokens/{token}/rotate`: a new token in the place of an old one.

use leptos::prelude::*;

use super::super::tokens::{Kind, Overlap, RotateForm, Token};
use super::tokens::expires;
use crate::error::Problems;
use crate::id::TokenId;
use crate::sso::Provider;
use crate::ui::components::{ButtonLink, Card, Choice, Choices, Notice, PageHeader, Submit};

#[derive(Clone)]
pub struct RotatePage {
    /// `/o/acme/connections/{id}`
    pub base: String,
    /// Where the list is that the token stands in.
    pub back: String,
    pub provider: Provider,
    pub token: Token,
    pub form: RotateForm,
    pub problems: Problems,
}

pub fn rotate_page(model: &RotatePage) -> impl IntoView + use<> {
    let title = format!("Rotate “{}”", model.token.name);
    let (note, form) = (note(model), form(model));
    view! {
        <PageHeader title=title lead=lead(model) />
        <Card>
            {note}
            {form}
        </Card>
    }
}

fn form(model: &RotatePage) -> impl IntoView + use<> {
    let error = |field: &str| model.problems.of(field).map(str::to_string);
    let (form, noun) = (&model.form, model.token.kind.noun());
    let options = Overlap::ALL.map(|overlap| Choice {
        value: overlap.as_str().to_string(),
        label: overlap.label().to_string(),
        help: String::new(),
    });
    let expires = expires(&form.expires, &form.expires_on, error("expires_on"));
    view! {
        <form method="post" action=format!("{}/tokens/{}/rotate", model.base, model.token.id) class="stack max-w-xl">
            // The same form sent twice makes one.
            <input type="hidden" name="id" value=TokenId::new().to_string() />
            <Choices
                legend=format!("The old {noun} goes on") name="overlap" value=form.overlap.clone()
                options=options.to_vec() error=error("overlap")
            />
            <h2 class="font-medium">{format!("The new {noun}")}</h2>
            {expires}
            <div class="flex gap-2">
                <Submit label="Rotate" />
                <ButtonLink href=model.back.clone() label="Cancel" kind="secondary" />
            </div>
        </form>
    }
}

fn lead(model: &RotatePage) -> String {
    let (noun, prefix) = (model.token.kind.noun(), &model.token.prefix);
    format!(
        "A new {noun} of the same name takes the place of {prefix}…, which goes on for a while: both work until then."
    )
}

fn note(model: &RotatePage) -> Option<impl IntoView + use<>> {
    let entra = model.provider == Provider::Entra && model.token.kind == Kind::Bearer;
    entra.then(|| {
        view! {
            <Notice kind="info">
                "Entra keeps one token: enter the new one there under Provisioning → Connectivity, press Test Connection, and save, \
                 before the old one ends."
            </Notice>
        }
    })
}
