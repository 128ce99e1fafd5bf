//! A sign-in that was refused: the page that says why and whom to ask, and the event that an admin finds.

use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;
use serde_json::{Map, Value, json};

use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::users::{Status, User};
use crate::error::Result;
use crate::events::{self, NewEvent, Subject};
use crate::id::OrganizationId;
use crate::organizations::Organization;
use crate::ui::components::{ButtonLink, CopyValue, Notice, PageHeader};
use crate::ui::{Head, Ui};

/// Why somebody was not signed in.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// Stable, `sign_in_…`: what a person reads out and an admin looks up.
    pub code: &'static str,
    status: StatusCode,
    /// What happened and what to do, for the person at the browser.
    text: String,
    /// What an admin needs, shown to be copied and written down in the event: a name and a value each.
    facts: Vec<(&'static str, String)>,
    /// Other ways in: a label and an address each.
    offers: Vec<(String, String)>,
}

impl Refusal {
    pub fn new(code: &'static str, status: StatusCode, text: impl Into<String>) -> Self {
        Self { code, status, text: text.into(), facts: Vec::new(), offers: Vec::new() }
    }

    /// Adds a value that helps an admin; never a secret.
    pub fn fact(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.facts.push((name, value.into()));
        self
    }

    /// Shows another way in.
    pub fn offer(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.offers.push((label.into(), href.into()));
        self
    }

    /// Whether this person may not sign in, and whom to ask; `idp` is the name of the connection that decides too.
    pub fn of_person(user: &User, organization: &Organization, idp: Option<&str>) -> Option<Self> {
        let name = &organization.name;
        if user.is_service() {
            let text = format!(
                "{} is a service account of {name}: a program, which signs in nowhere. Call the API with one of its keys.",
                user.display_name
            );
            return Some(Self::new("sign_in_service_account", StatusCode::FORBIDDEN, text));
        }
        match (user.status(), &user.suspension) {
            (Status::Active, _) => None,
            (Status::Suspended, suspension) => {
                let by = suspension.as_ref().map(|suspension| suspension.by.as_str()).unwrap_or("an admin");
                let text = format!(
                    "Your account at {name} was suspended by {by}. Nothing of yours was deleted. Ask {by} or another admin of {name} to let you in again."
                );
                Some(Self::new("sign_in_suspended", StatusCode::FORBIDDEN, text))
            }
            (Status::Deactivated, _) => {
                let idp = idp.unwrap_or("the identity provider");
                let text = format!(
                    "Your account at {name} was deactivated by {idp}. Nothing of yours was deleted. Ask whoever manages {idp} at {name} to assign you again."
                );
                Some(Self::new("sign_in_deactivated", StatusCode::FORBIDDEN, text))
            }
        }
    }

    /// The words for the person, without the page.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// Writes the refusal down: about whom or what, with the code and the facts.
    pub async fn record(&self, tx: &mut Tx, organization: &OrganizationId, subject: Subject) -> Result<()> {
        let mut after = Map::from_iter([("code".to_string(), json!(self.code))]);
        after.extend(self.facts.iter().map(|(name, value)| (name.to_string(), json!(value))));
        let after = Some(Value::Object(after));
        let event = NewEvent { organization, kind: "sign_in.refused", subject, before: None, after };
        events::record(tx, &Actor::System, event).await
    }

    /// The page, with the way back to the organization's sign-in where that is known.
    pub async fn page(self, ui: Ui, organization: Option<&Organization>) -> Response {
        let back =
            organization.map_or("/sign-in".to_string(), |organization| format!("/sign-in/{}", organization.slug));
        ui.page(self.status, Head::plain("Not signed in"), move || refusal_page(&self, &back)).await
    }
}

fn refusal_page(refusal: &Refusal, back: &str) -> impl IntoView + use<> {
    let (text, code, back) = (refusal.text.clone(), refusal.code, back.to_string());
    let facts: Vec<_> =
        refusal.facts.iter().map(|(name, value)| view! { <CopyValue label=*name value=value.clone()/> }).collect();
    let offers: Vec<_> = refusal
        .offers
        .iter()
        .map(|(label, href)| view! { <ButtonLink href=href.clone() label=label.clone()/> })
        .collect();
    view! {
        <div class="flex flex-col gap-6">
            <PageHeader title="You are not signed in"/>
            <Notice kind="bad">{text}</Notice>
            {offers}
            {facts}
            <p class="text-sm text-muted">"For your admin: " <code>{code}</code></p>
            <ButtonLink href=back label="Back to sign-in" kind="secondary"/>
        </div>
    }
}
