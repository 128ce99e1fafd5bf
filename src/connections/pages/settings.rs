//! `/o/{organization}/connections/{id}/settings`: how the directory answers, and its pause.

use leptos::prelude::*;

use super::super::local_people::LocalPeople;
use super::super::model::{Connection, DirectoryState};
use super::super::settings::Settings;
use super::leave::leave_card;
use super::local_people::local_people_card;
use super::tabs;
use crate::error::Problems;
use crate::provisioning::brake::BrakeForm;
use crate::ui::components::{Badge, Card, Field, Notice, PageHeader, Submit, Tick};

#[derive(Clone)]
pub struct SettingsPage {
    /// `/o/acme/connections/{id}`
    pub base: String,
    pub connection: Connection,
    pub state: DirectoryState,
    pub settings: Settings,
    /// Whether every pushed group is a role.
    pub groups_are_roles: bool,
    pub brake: BrakeForm,
    /// Whether the viewer may change the brake's limits.
    pub is_owner: bool,
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
        _ => view! {
            {answers(model)} {local_people_card(&model.base, model.local_people)} {groups_as_roles(model)} {brake(model)} {pause(model)}
        }
        .into_any(),
    };
    view! {
        <PageHeader title=model.connection.name.clone()>{badge}</PageHeader>
        {tabs(&model.base, "/settings")}
        <div class="stack">{halves} {leave_card(&model.base)}</div>
    }
}

fn answers(model: &SettingsPage) -> impl IntoView + use<> {
    let Settings { restore_leavers, most_members_shown, create_unmatched, offers_roles, alias_schema } =
        model.settings.clone();
    let action = format!("{}/settings", model.base);
    let error = model.problems.of("most_members_shown").map(str::to_string);
    let alias_error = model.problems.of("alias_schema").map(str::to_string);
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
                <Field label="Schema of identity aliases" name="alias_schema" value=alias_schema error=alias_error autocomplete="off"
                    help="The URN under which the provider sends identityAliases, “<set>,<alias>” each. What was sent under another one is kept." />
                <div class="form-actions"><Submit label="Save".to_string() /></div>
            </form>
        </Card>
    }
}

fn groups_as_roles(model: &SettingsPage) -> impl IntoView + use<> {
    let href = format!("{}/groups-are-roles", model.base);
    let (text, label) = match model.groups_are_roles {
        true => (
            "Every pushed group is a role: its members hold it. Your other roles are shown to the provider as groups.",
            "End this…",
        ),
        false => ("Pushed groups are groups; you attach roles to them.", "Make every pushed group a role…"),
    };
    view! {
        <Card title="Groups as roles".to_string()>
            <p>{text}</p>
            <p class="pt-2"><a class="link" href=href>{label}</a></p>
        </Card>
    }
}

fn brake(model: &SettingsPage) -> impl IntoView + use<> {
    let BrakeForm { brake, brake_least, brake_percent } = model.brake.clone();
    let error = |field: &str| model.problems.of(field).map(str::to_string);
    let (wrong_least, wrong_percent) = (error("brake_least"), error("brake_percent"));
    let refusal = error("brake").map(|text| view! { <Notice kind="bad">{text}</Notice> });
    let (action, waiting) = (format!("{}/settings/brake", model.base), format!("{}/brake", model.base));
    let submit = match model.is_owner {
        true => view! { <Submit label="Save the brake".to_string() /> }.into_any(),
        false => view! { <p class="text-muted">"Only owners change the brake."</p> }.into_any(),
    };
    view! {
        <Card title="Brake".to_string()>
            {refusal}
            <form method="post" action=action class="form">
                <Tick label="Hold back when too many people would lose access" name="brake" ticked=brake.is_some()
                    help="When more people than this would be deactivated, deleted or lose their last role within 10 minutes, such requests are refused and wait for an owner. Only people count who were active before." />
                <Field label="So many people may always" name="brake_least" value=brake_least error=wrong_least />
                <Field label="Or so many percent of the active people, where that is more" name="brake_percent" value=brake_percent error=wrong_percent />
                <p><a class="link" href=waiting>"What waits at the brake"</a></p>
                <div class="form-actions">{submit}</div>
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
