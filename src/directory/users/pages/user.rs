//! One person: who they are, what they may do and why, what happened.

use leptos::prelude::*;

use super::formerly::formerly;
use super::ownership::ownership;
use super::sessions::sessions;
use super::sign_in::sign_in;
use super::standing::{level, suspension};
use super::status::status_badge;
use crate::access::roles::EffectiveRole;
use crate::access::roles::pages::reasons;
use crate::actor::Level;
use crate::directory::users::detail::{Former, JoinedGroup, SignInLink};
use crate::directory::users::{Status, User};
use crate::directory::{Origins, Source};
use crate::error::Problems;
use crate::events::Timeline;
use crate::events::pages::timeline;
use crate::id::UserId;
use crate::sessions::list::{Open, Terminal};
use crate::sso::links::Waiting;
use crate::time::Timestamp;
use crate::ui::components::{Badge, Card, DataTable, Facts, Notice, PageHeader, When};

#[derive(Debug, Clone)]
pub(in crate::directory::users) struct UserPage {
    /// `/o/acme`
    pub base: String,
    pub viewer: Viewer,
    pub user: User,
    pub origins: Origins,
    /// What grants and groups give, whether or not the person may sign in.
    pub roles: Vec<EffectiveRole>,
    pub groups: Vec<JoinedGroup>,
    pub sessions: Vec<Open>,
    pub terminals: Vec<Terminal>,
    pub has_password: bool,
    pub links: Vec<SignInLink>,
    /// The subject that waits to sign in as this person.
    pub waiting: Option<Waiting>,
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
    pub link: Problems,
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
}

pub(in crate::directory::users) fn user_page(model: &UserPage) -> AnyView {
    let (profile, roles, groups) = (profile(model), roles(model), groups(model));
    let sessions = sessions(model);
    let (sign_in, level, suspension) = (sign_in(model), level(model), suspension(model));
    let (timeline, formerly, resource) = (timeline(&model.timeline), formerly(model), resource(model));
    let status = status(model);
    view! {
        <PageHeader title=model.user.display_name.clone()/>
        <div class="flex flex-col gap-4">
            {status}
            <Card title="Identity">{profile}</Card>
            <Card title="Roles">{roles}</Card>
            <Card title="Groups">{groups}</Card>
            <Card title="Sign-in">{sign_in}</Card>
            <Card title="Sessions">{sessions}</Card>
            <Card title="Level">{level}</Card>
            <Card title="Suspension">{suspension}</Card>
            <Card title="Activity">{timeline}</Card>
            {formerly}
            {resource}
        </div>
    }
    .into_any()
}

/// The status, and for whoever may not sign in what that means.
fn status(model: &UserPage) -> AnyView {
    let user = &model.user;
    let by = user.suspension.as_ref().map(|suspension| suspension.by.as_str());
    let badge = status_badge(&user.status(), by, model.origin());
    let level =
        view! { <Badge kind=if user.level == Level::Member { "muted" } else { "accent" } label=user.level.label()/> };
    let name = user.display_name.clone();
    let note = match (user.status(), user.idp_active) {
        (Status::Active, _) => None,
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
    if model.roles.is_empty() {
        let roles = format!("{}/roles", model.base);
        return view! {
            <p class="text-muted">"No roles. Attach one to a group this person is in: " <a class="link" href=roles>"Roles"</a></p>
        }
        .into_any();
    }
    let idle = (!model.user.may_sign_in()).then(|| {
        let text = "None of these is held now, because this person may not sign in. They are kept and come back with the access.";
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
    view! { {idle} <DataTable head=vec!["Role", "Key", "Why"]>{rows}</DataTable> }.into_any()
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
                    <pre class="mono overflow-x-auto pt-4">{json}</pre>
                </details>
            </Card>
        }
        .into_any(),
    )
}
