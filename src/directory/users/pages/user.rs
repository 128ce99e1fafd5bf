//! One person: who they are, what they may do and why, what happened.

use leptos::prelude::*;

use super::formerly::formerly;
use super::operator::{Operating, operator};
use super::ownership::ownership;
use super::service::{keys, service, who};
use super::sessions::sessions;
use super::sign_in::sign_in;
use super::standing::{level, suspension};
use super::status::status_badge;
use crate::access::grants::Grant;
use crate::access::grants::pages::grants_of_user;
use crate::access::roles::pages::reasons;
use crate::access::roles::{EffectiveRole, GroupRef};
use crate::actor::Level;
use crate::api_keys::ApiKey;
use crate::directory::users::aliases::{AliasesPart, alias_card};
use crate::directory::users::detail::{Former, JoinedGroup, SignInLink};
use crate::directory::users::note::{NotePart, note_card};
use crate::directory::users::service::Answerable;
use crate::directory::users::{Status, User};
use crate::directory::{Origins, Source};
use crate::error::Problems;
use crate::events::Timeline;
use crate::events::pages::timeline;
use crate::id::UserId;
use crate::sessions::list::{Open, Terminal};
use crate::sso::links::Waiting;
use crate::time::Timestamp;
use crate::ui::components::{Badge, ButtonLink, Card, DataTable, Facts, Notice, PageHeader, When};

#[derive(Debug, Clone)]
pub(in crate::directory::users) struct UserPage {
    /// `/o/acme`
    pub base: String,
    pub viewer: Viewer,
    pub user: User,
    pub origins: Origins,
    /// What grants and groups give, whether or not the person may sign in.
    pub roles: Vec<EffectiveRole>,
    /// What was given to this person here.
    pub grants: Vec<Grant>,
    /// Through which groups the person is an admin.
    pub raised_by: Vec<GroupRef>,
    pub groups: Vec<JoinedGroup>,
    pub sessions: Vec<Open>,
    pub terminals: Vec<Terminal>,
    pub has_password: bool,
    pub links: Vec<SignInLink>,
    /// The subject that waits to sign in as this person.
    pub waiting: Option<Waiting>,
    pub operating: Operating,
    pub keys: Vec<ApiKey>,
    pub answerable: Option<Answerable>,
    /// How many service accounts this person answers for.
    pub answers_for: i64,
    pub timeline: Timeline,
    /// The deleted accounts that this one follows, the last one first, and what happened to that one.
    pub formerly: Vec<Former>,
    pub former_timeline: Option<Timeline>,
    pub refused: Refused,
    pub now: Timestamp,
}

/// Who looks at the page: it offers what they may do.
#[derive(Debug, Clone)]
pub(in crate::directory::users) struct Viewer {
    pub id: UserId,
    pub level: Level,
}

/// A form of this page that was refused: what was typed, and what is wrong.
#[derive(Debug, Clone, Default)]
pub(in crate::directory::users) struct Refused {
    pub reason: String,
    pub suspension: Problems,
    pub level: Problems,
    pub operator: Problems,
    pub link: Problems,
    /// With the aliases that there are.
    pub aliases: AliasesPart,
    pub note: NotePart,
}

impl UserPage {
    pub(super) fn path(&self) -> String {
        format!("{}/users/{}", self.base, self.user.id)
    }

    pub(super) fn origin(&self) -> Option<&str> {
        self.user.source.is_managed().then(|| self.origins.name(&self.user.source))
    }

    pub(super) fn is_self(&self) -> bool {
        self.viewer.id == self.user.id
    }

    /// Admins decide about everybody below owner, owners about everybody.
    pub(super) fn has_power(&self) -> bool {
        self.viewer.level == Level::Owner || self.user.level < Level::Owner
    }

    /// The same, but that nobody other than owners lets somebody in as an operator.
    pub(super) fn may_let_in(&self) -> bool {
        self.has_power() && (self.viewer.level == Level::Owner || !self.user.operator)
    }
}

pub(in crate::directory::users) fn user_page(model: &UserPage) -> AnyView {
    let (profile, roles, groups) = (profile(model), roles(model), groups(model));
    let access = if model.user.is_service() { program(model) } else { person(model) };
    let suspension = suspension(model);
    let (timeline, formerly, resource) = (timeline(&model.timeline), formerly(model), resource(model));
    let status = status(model);
    let path = model.path();
    let aliases = alias_card(&model.refused.aliases, &path, &model.base, &model.user.source, &model.origins);
    let note = note_card(&model.refused.note, model.user.note.as_deref(), &path);
    let actions = actions(model);
    view! {
        <PageHeader title=model.user.display_name.clone()>{actions}</PageHeader>
        <div class="flex flex-col gap-4">
            {status}
            <Card title="Identity">{profile}</Card>
            <Card title="Roles">{roles}</Card>
            <Card title="Groups">{groups}</Card>
            {access}
            <Card title="Aliases">{aliases}</Card>
            <Card title="Suspension">{suspension}</Card>
            <Card title="Note">{note}</Card>
            <Card title="Activity">{timeline}</Card>
            {formerly}
            {resource}
        </div>
    }
    .into_any()
}

/// How a person gets in, and what they may do then.
fn person(model: &UserPage) -> AnyView {
    let (sign_in, sessions, level, answers) = (sign_in(model), sessions(model), level(model), who(model));
    view! {
        <Card title="Sign-in">{sign_in}</Card>
        <Card title="Sessions">{sessions}</Card>
        <Card title="Level">{level}</Card>
        {operator(model)}
        {answers}
    }
    .into_any()
}

/// A program signs in nowhere: it has keys, and somebody who answers for it.
fn program(model: &UserPage) -> AnyView {
    let (keys, service) = (keys(model), service(model));
    view! {
        <Card title="API keys">{keys}</Card>
        <Card title="Who answers for it">{service}</Card>
    }
    .into_any()
}

/// What is ours to change; an owner's is changed by owners.
fn actions(model: &UserPage) -> Option<AnyView> {
    if model.user.source.is_managed() || !model.has_power() {
        return None;
    }
    let edit = match model.user.is_service() {
        true => format!("{}/service-accounts/{}/edit", model.base, model.user.id),
        false => format!("{}/edit", model.path()),
    };
    let delete = (!model.is_self()).then(|| {
        let href = format!("{}/delete", model.path());
        view! { <ButtonLink href=href label="Delete…" kind="secondary"/> }
    });
    Some(view! { <ButtonLink href=edit label="Edit" kind="secondary"/> {delete} }.into_any())
}

/// The status, and for whoever may not sign in what that means.
fn status(model: &UserPage) -> AnyView {
    let user = &model.user;
    let by = user.suspension.as_ref().map(|suspension| suspension.by.as_str());
    let badge = status_badge(&user.status(), by, model.origin());
    let label = if user.is_service() { "Service account" } else { user.level.label() };
    let level = view! { <Badge kind=if user.level == Level::Member { "muted" } else { "accent" } label=label/> };
    let name = user.display_name.clone();
    let note = match (user.status(), user.idp_active) {
        (Status::Active, _) => None,
        (Status::Suspended, _) if user.is_service() => {
            Some(format!("{name} has no access until somebody lifts the suspension, and needs a new API key then."))
        }
        (Status::Suspended, true) => Some(format!("{name} cannot sign in until somebody lifts the suspension.")),
        (Status::Suspended, false) => {
            let origin = model.origin().unwrap_or("the identity provider");
            Some(format!(
                "{name} cannot sign in until the suspension is lifted here and {origin} activates the account too."
            ))
        }
        (Status::Deactivated, _) => {
            let origin = model.origin().unwrap_or("whoever deactivated the account");
            Some(format!("{name} cannot sign in until {origin} activates the account again."))
        }
    };
    let note = note.map(|note| view! { <Notice kind="warn">{note}</Notice> });
    view! { <p class="flex flex-wrap gap-2">{badge} {level}</p> {note} }.into_any()
}

/// What is known about the person, each with where it came from.
fn profile(model: &UserPage) -> AnyView {
    let user = &model.user;
    let from = match (&user.source, model.origin()) {
        (Source::Directory(_), Some(origin)) => format!("from {origin}, by SCIM"),
        (Source::SignIn(_), Some(origin)) => format!("from {origin}, at sign-in"),
        _ => "set here".to_string(),
    };
    let known = [
        ("userName", Some(user.user_name.clone())),
        ("Name", Some(user.display_name.clone())),
        ("Given name", user.given_name.clone()),
        ("Family name", user.family_name.clone()),
        ("E-mail", user.email.clone()),
        ("Title", user.title.clone()),
        ("Department", user.department.clone()),
        ("externalId", user.external_id.clone()),
    ];
    let mut rows: Vec<(String, AnyView)> = Vec::new();
    for (label, value) in known {
        if let Some(value) = value {
            let from = from.clone();
            let view = view! { <span class="break-all">{value}</span> " " <span class="text-muted">{from}</span> };
            rows.push((label.to_string(), view.into_any()));
        }
    }
    let (created, changed) = (user.created_at.clone(), user.updated_at.clone());
    let (now, also_now) = (model.now.clone(), model.now.clone());
    rows.push(("Added".to_string(), view! { <When at=created now=now/> }.into_any()));
    rows.push(("Profile changed".to_string(), view! { <When at=changed now=also_now/> }.into_any()));
    rows.push(("Id".to_string(), view! { <code class="mono break-all">{user.id.to_string()}</code> }.into_any()));
    view! { {ownership(model)} <Facts rows=rows/> }.into_any()
}

fn roles(model: &UserPage) -> AnyView {
    let direct = grants_of_user(&model.path(), &model.grants, &model.now);
    if model.roles.is_empty() {
        let roles = format!("{}/roles", model.base);
        let text = match model.user.is_service() {
            true => "No roles. Give one, or attach one to a group that the account is in: ",
            false => "No roles. Give one, or attach one to a group this person is in: ",
        };
        return view! {
            <p class="text-muted">{text} <a class="link" href=roles>"Roles"</a></p>
            {direct}
        }
        .into_any();
    }
    let idle = (!model.user.may_sign_in()).then(|| {
        let text = match model.user.is_service() {
            true => "None of these is held now, because the account is suspended. They are kept and come back with the access.",
            false => "None of these is held now, because this person may not sign in. They are kept and come back with the access.",
        };
        view! { <Notice kind="warn">{text}</Notice> }
    });
    let rows: Vec<_> = model
        .roles
        .iter()
        .map(|held| {
            let href = format!("{}/roles/{}", model.base, held.role.id);
            let why = reasons(&model.base, &held.via, &model.now);
            view! {
                <tr>
                    <td data-label="Role"><a class="link" href=href>{held.role.name.clone()}</a></td>
                    <td data-label="Key"><code class="mono">{held.role.key.clone()}</code></td>
                    <td data-label="Why">{why}</td>
                </tr>
            }
        })
        .collect();
    view! { {idle} <DataTable head=vec!["Role", "Key", "Why"]>{rows}</DataTable> {direct} }.into_any()
}

fn groups(model: &UserPage) -> AnyView {
    if model.groups.is_empty() {
        return view! { <p class="text-muted">"In no group."</p> }.into_any();
    }
    let rows: Vec<_> = model
        .groups
        .iter()
        .map(|group| {
            let href = format!("{}/groups/{}", model.base, group.id);
            let source = model.origins.name(&group.source).to_string();
            view! {
                <tr>
                    <td data-label="Group"><a class="link" href=href>{group.name.clone()}</a></td>
                    <td data-label="Source">{source}</td>
                </tr>
            }
        })
        .collect();
    view! { <DataTable head=vec!["Group", "Source"]>{rows}</DataTable> }.into_any()
}

/// What a SCIM client reads, without groups and meta; nothing for owners and operators of ours, whom none reads.
fn resource(model: &UserPage) -> Option<AnyView> {
    let user = &model.user;
    let hidden = user.source == Source::Local && (user.level == Level::Owner || user.operator);
    if user.document.is_empty() || hidden {
        return None;
    }
    let json = serde_json::to_string_pretty(&model.user.document).unwrap_or_default();
    Some(
        view! {
            <Card>
                <details>
                    <summary class="link">"SCIM resource"</summary>
                    <pre class="mt-4" tabindex="0" role="region" aria-label="SCIM resource">{json}</pre>
                </details>
            </Card>
        }
        .into_any(),
    )
}
