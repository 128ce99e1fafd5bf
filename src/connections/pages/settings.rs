//! `/o/{organization}/connections/{id}/settings`: how the directory answers, and its pause.

use leptos::prelude::*;

use super::super::local_people::LocalPeople;
use super::super::model::{Connection, DirectoryState};
use super::super::settings::Settings;
use super::leave::leave_card;
use super::local_people::local_people_card;
use super::tabs;
use crate::error::Problems;
use crate::ui::components::{Badge, Card, Field, Notice, PageHeader, Submit, Tick};

#[derive(Clone)]
pub struct SettingsPage {
    /// `/o/acme/connections/{id}`
    pub base: String,
    pub connection: Connection,
    pub state: DirectoryState,
    pub settings: Settings,
    pub local_people: LocalPeople,
    pub problems: Problems,
}

pub fn settings_page(model: &SettingsPage) -> impl IntoView + use<> {
    let badge = (model.state == DirectoryState::Paused)
        .then(|| view! { <Badge kind="warn" label="Provisioning is paused".to_string() /> });
    let halves = match model.state {
        DirectoryState::Off => view! {
            <Notice kind="accent">"SCIM is off for this connection. Turn it on under Provisioning; then there is something to set here."</Notice>
        }
        .into_any(),
        _ => view! { {answers(model)} {local_people_card(&model.base, model.local_people)} {pause(model)} }.into_any(),
    };
    view! {
        <PageHeader title=model.connection.name.clone()>{badge}</PageHeader>
        {tabs(&model.base, "/settings")}
        <div class="stack">{halves} {leave_card(&model.base)}</div>
    }
}

fn answers(model: &SettingsPage) -> impl IntoView + use<> {
    let Settings { restore_leavers, most_members_shown, create_unmatched, offers_roles } = model.settings.clone();
    let action = format!("{}/settings", model.base);
    let error = model.problems.of("most_members_shown").map(str::to_string);
    view! {
        <Card title="How the provider's calls are answered".to_string()>
            <form method="post" action=action class="form">
                <Tick label="Bring back deactivated people" name="restore_leavers" ticked=restore_leavers
                    help="When the provider creates somebody who was deactivated here, they return under their old id, with their roles. Off: the create is refused as a duplicate." />
                <Tick label="Offer roles to Okta" name="offers_roles" ticked=offers_roles
                    help="Okta's “SCIM 2.0 with Entitlements” reads /Roles: those roles that you have marked as assignable by the identity provider." />
                <Tick label="Create what a PATCH does not find" name="create_unmatched" ticked=create_unmatched
                    help="For providers that set emails[type eq \"custom\"].value before there is such an address. Off: only the usual types are created." />
                <Field label="Members shown after a change of a group" name="most_members_shown" value=most_members_shown.to_string() error=error
                    help="A larger group's change is answered without its members, which is quicker." />
                <div class="form-actions"><Submit label="Save".to_string() /></div>
            </form>
        </Card>
    }
}

fn pause(model: &SettingsPage) -> impl IntoView + use<> {
    let (text, action, label, kind) = match model.state {
        DirectoryState::Paused => (
            "Every call is refused, with an error that says so. Nothing is changed until you resume.",
            "resume",
            "Resume provisioning",
            "primary",
        ),
        _ => (
            "Every call of the provider is refused until you resume, with an error that says so. People keep their access.",
            "pause",
            "Pause provisioning",
            "danger",
        ),
    };
    let action = format!("{}/{action}", model.base);
    view! {
        <Card title="Pause".to_string()>
            <form method="post" action=action class="form">
                <p class="text-muted">{text}</p>
                <div class="form-actions"><Submit label=label.to_string() kind=kind /></div>
            </form>
        </Card>
    }
}
