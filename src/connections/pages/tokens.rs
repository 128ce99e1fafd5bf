//! Tokens, or client secrets: the list, the form that makes one, and the one that was just made.

use leptos::prelude::*;
use secrecy::{ExposeSecret as _, SecretString};

use super::super::tokens::{Expiry, Kind, Token, TokenForm};
use crate::error::Problems;
use crate::id::TokenId;
use crate::sso::Provider;
use crate::time::Timestamp;
use crate::ui::components::{Badge, ButtonLink, Card, DataTable, Field, Notice, Secret, Select, Submit, When};

#[derive(Clone)]
pub struct TokensPart {
    /// `/o/acme/connections/{id}`
    pub base: String,
    pub provider: Provider,
    pub kind: Kind,
    pub tokens: Vec<Token>,
    pub form: TokenForm,
    pub problems: Problems,
    /// What was made by this very request.
    pub made: Option<SecretString>,
    pub now: Timestamp,
}

/// The secret, the only time that it is shown.
pub(super) fn made_card(part: &TokensPart, next: &str) -> Option<impl IntoView + use<>> {
    let secret = part.made.as_ref()?.expose_secret().to_string();
    let (kind, next) = (part.kind, next.to_string());
    Some(view! {
        <Card title=format!("Your new {}", kind.noun())>
            <div class="stack">
                <Notice kind="warn">"It is shown now and never again. Paste it into the other console before you leave this page."</Notice>
                <Secret label=kind.title() value=secret />
                <p><a class="button button-secondary" href=next>"I have stored it"</a></p>
            </div>
        </Card>
    })
}

pub(super) fn token_card(part: &TokensPart) -> impl IntoView + use<> {
    let title = format!("{}s", part.kind.title());
    let (list, note, form) = (list(part), note(part), new_form(part));
    view! {
        <Card title=title>
            {list}
            {note}
            {form}
        </Card>
    }
}

fn list(part: &TokensPart) -> AnyView {
    if part.tokens.is_empty() {
        return view! { <p class="text-muted">"None yet. The provider needs one to be let in."</p> }.into_any();
    }
    let rows = part.tokens.iter().map(|token| row(&part.base, token, &part.now)).collect_view();
    view! { <DataTable head=vec![part.kind.title(), "Last used", "Ends", ""]>{rows}</DataTable> }.into_any()
}

fn row(base: &str, token: &Token, now: &Timestamp) -> impl IntoView + use<> {
    let when = |at: &Option<Timestamp>| match at.clone() {
        Some(at) => view! { <When at=at now=now.clone() /> }.into_any(),
        None => view! { <span class="text-muted">"never"</span> }.into_any(),
    };
    let ends = match &token.revoked_at {
        Some(_) => view! { <Badge kind="muted" label="Revoked" /> }.into_any(),
        None if !token.is_live(now) => view! { <Badge kind="muted" label="Expired" /> }.into_any(),
        None => when(&token.expires_at),
    };
    let made = when(&Some(token.created_at.clone()));
    view! {
        <tr>
            <td data-label=token.kind.title()>
                <div>
                    {token.name.clone()}<br /><code class="mono text-muted">{format!("{}…", token.prefix)}</code>
                    <br /><span class="text-muted">"made " {made}</span>
                </div>
            </td>
            <td data-label="Last used">{when(&token.last_used_at)}</td>
            <td data-label="Ends">{ends}</td>
            <td data-label="">{deeds(base, token, now)}</td>
        </tr>
    }
}

/// What has ended needs no end.
fn deeds(base: &str, token: &Token, now: &Timestamp) -> Option<impl IntoView + use<>> {
    let at = format!("{base}/tokens/{}", token.id);
    token.is_live(now).then(|| {
        view! {
            <div class="flex gap-2 flex-wrap">
                <ButtonLink href=format!("{at}/rotate") label="Rotate" kind="secondary" />
                <form method="post" action=format!("{at}/revoke")><Submit label="Revoke" kind="danger" /></form>
            </div>
        }
    })
}

fn note(part: &TokensPart) -> Option<impl IntoView + use<>> {
    let entra = part.provider == Provider::Entra && part.kind == Kind::Bearer;
    entra.then(|| {
        view! {
            <p class="text-muted mt-4">
                "Entra keeps one token. Enter a new one there under Provisioning → Connectivity, and press Test Connection before \
                 you save: once its token has ended, Entra puts the application into quarantine."
            </p>
        }
    })
}

fn new_form(part: &TokensPart) -> impl IntoView + use<> {
    let error = |field: &str| part.problems.of(field).map(str::to_string);
    let (form, noun) = (&part.form, part.kind.noun());
    let expires = expires(&form.expires, &form.expires_on, error("expires_on"));
    view! {
        <form method="post" action=format!("{}/tokens", part.base) class="stack mt-4">
            // The same form sent twice makes one.
            <input type="hidden" name="id" value=TokenId::new().to_string() />
            <input type="hidden" name="kind" value=part.kind.as_str() />
            <Field
                label=format!("Name of the new {noun}") name="name" value=form.name.clone() error=error("name")
                placeholder=format!("{}, 2026", part.provider.label())
            />
            {expires}
            <Submit label=format!("Make a {noun}") kind="secondary" />
        </form>
    }
}

/// When a new one ends: one of a few, and the date that the last of them means.
pub(super) fn expires(choice: &str, date: &str, error: Option<String>) -> impl IntoView + use<> {
    let options = Expiry::ALL.map(|expiry| (expiry.as_str().to_string(), expiry.label().to_string()));
    view! {
        <Select label="It ends" name="expires" value=choice.to_string() options=options.to_vec() />
        <Field label="Last day" name="expires_on" kind="date" value=date.to_string() error=error help="Only for “At the end of this day”." />
    }
}
