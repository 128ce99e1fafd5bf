//! How keys look: the list on an account's page, the form, and the one that was just made.

use leptos::prelude::*;
use secrecy::{ExposeSecret as _, SecretString};

use super::{ApiKey, KeyForm, Scope};
use crate::connections::tokens::Expiry;
use crate::error::Problems;
use crate::id::ApiKeyId;
use crate::time::Timestamp;
use crate::ui::components::{
    Badge, ButtonLink, Card, DataTable, Field, Notice, PageHeader, Secret, Select, Submit, Tick, When,
};

/// The keys of an account; `base` is its page.
pub fn key_list(base: &str, keys: &[ApiKey], now: &Timestamp) -> AnyView {
    let new = format!("{base}/keys/new");
    let rows: Vec<_> = keys.iter().map(|key| row(base, key, now)).collect();
    let list = if rows.is_empty() {
        view! { <p class="text-muted">"No keys yet: nothing calls the API as this account."</p> }.into_any()
    } else {
        view! { <DataTable head=vec!["Key", "Scopes", "Last used", "Ends", ""]>{rows}</DataTable> }.into_any()
    };
    view! { {list} <p class="pt-4"><ButtonLink href=new label="Make a key" kind="secondary"/></p> }.into_any()
}

fn row(base: &str, key: &ApiKey, now: &Timestamp) -> AnyView {
    let when = |at: &Option<Timestamp>| match at.clone() {
        Some(at) => view! { <When at=at now=now.clone()/> }.into_any(),
        None => view! { <span class="text-muted">"never"</span> }.into_any(),
    };
    let ends = match &key.revoked_at {
        Some(_) => view! { <Badge kind="muted" label="Revoked"/> }.into_any(),
        None if !key.is_live(now) => view! { <Badge kind="muted" label="Expired"/> }.into_any(),
        None => when(&key.expires_at),
    };
    let scopes: Vec<_> = key.scopes.iter().map(|scope| scope.as_str()).collect();
    let scopes = if scopes.is_empty() { "itself only".to_string() } else { scopes.join(", ") };
    // What has ended needs no end.
    let revoke = key.is_live(now).then(|| {
        let action = format!("{base}/keys/{}/revoke", key.id);
        view! { <form method="post" action=action><Submit label="Revoke" kind="danger"/></form> }
    });
    let made = view! { "made " {when(&Some(key.created_at.clone()))} " by " {key.created_by.clone()} };
    view! {
        <tr>
            <td data-label="Key">
                <div>
                    {key.name.clone()}<br/><code class="mono text-muted">{format!("{}…", key.prefix)}</code>
                    <br/><span class="text-muted">{made}</span>
                </div>
            </td>
            <td data-label="Scopes">{scopes}</td>
            <td data-label="Last used">{when(&key.last_used_at)}</td>
            <td data-label="Ends">{ends}</td>
            <td data-label="">{revoke}</td>
        </tr>
    }
    .into_any()
}

#[derive(Debug, Clone)]
pub(super) struct NewPage {
    /// The account's page.
    pub base: String,
    pub name: String,
    pub form: KeyForm,
    pub problems: Problems,
}

pub(super) fn new_page(model: &NewPage) -> AnyView {
    let problem = |field: &str| model.problems.of(field).map(str::to_string);
    let refusal = problem("").map(|refusal| view! { <Notice kind="bad">{refusal}</Notice> });
    let (form, action) = (model.form.clone(), format!("{}/keys", model.base));
    let (name_problem, day_problem) = (problem("name"), problem("expires_on"));
    let options = Expiry::ALL.map(|expiry| (expiry.as_str().to_string(), expiry.label().to_string())).to_vec();
    let lead = format!("{} calls the API with it: GET /api/v1/me says what it may do.", model.name);
    view! {
        <PageHeader title="Make an API key" lead=lead/>
        {refusal}
        <Card>
            <form method="post" action=action class="flex flex-col gap-4">
                // The same form sent twice makes one.
                <input type="hidden" name="id" value=ApiKeyId::new().to_string()/>
                <Field label="Name" name="name" value=form.name error=name_problem autocomplete="off" required=true
                    help="Where the key will be kept, such as “Production”."/>
                <Tick label=format!("Read people ({})", Scope::UsersRead.as_str()) name="users_read" ticked=form.users_read.is_some()
                    help="Names, addresses, status and aliases of everybody here."/>
                <Tick label=format!("Read roles ({})", Scope::RolesRead.as_str()) name="roles_read" ticked=form.roles_read.is_some()
                    help="Which roles they hold, and why. Without a scope a key asks about its own account only."/>
                <Select label="It ends" name="expires" value=form.expires options=options/>
                <Field label="Last day" name="expires_on" kind="date" value=form.expires_on error=day_problem
                    help="Only for “At the end of this day”."/>
                <div><Submit label="Make the key"/></div>
            </form>
        </Card>
    }
    .into_any()
}

#[derive(Clone)]
pub(super) struct MadePage {
    pub name: String,
    /// The account's page.
    pub href: String,
    pub secret: SecretString,
}

pub(super) fn made_page(model: &MadePage) -> AnyView {
    let (secret, href) = (model.secret.expose_secret().to_string(), model.href.clone());
    view! {
        <PageHeader title=format!("An API key of {}", model.name)/>
        <Card>
            <div class="flex flex-col gap-4">
                <p>"Sent as " <code class="mono">"Authorization: Bearer …"</code> " with each call. Put it where only the program reads it."</p>
                <Secret label="API key" value=secret/>
                <div><ButtonLink href=href label="I have stored it: to the account" kind="secondary"/></div>
            </div>
        </Card>
    }
    .into_any()
}
