//! One group: who is in it, and which roles it gives.

use leptos::prelude::*;

use super::list::member_words;
use super::ownership::ownership;
use crate::access::levels::Mapping;
use crate::access::levels::pages::level_of_group;
use crate::access::roles::pages::{attach_form, attached_name, detach_link, with_number};
use crate::access::roles::{AttachForm, Attached, Role};
use crate::actor::Level;
use crate::directory::Origins;
use crate::directory::groups::listing::{Listed, Member, PER_PAGE};
use crate::directory::users::UserKind;
use crate::directory::users::pages::status_badge;
use crate::error::Problems;
use crate::events::Timeline;
use crate::events::pages::timeline;
use crate::time::Timestamp;
use crate::ui::components::{ButtonLink, Card, DataTable, Facts, PageHeader, Pager, SearchForm, Submit, When};
use crate::ui::link::link;

#[derive(Debug, Clone)]
pub(in crate::directory::groups) struct GroupPage {
    /// `/o/acme`
    pub base: String,
    pub group: Listed,
    pub origins: Origins,
    pub roles: Vec<Attached>,
    /// Roles it does not have.
    pub free_roles: Vec<Role>,
    pub attach_typed: AttachForm,
    pub attach_problems: Problems,
    /// Whether its people are admins.
    pub mapping: Option<Mapping>,
    /// Who looks at the page.
    pub viewer: Level,
    pub q: String,
    pub page: u64,
    pub members: Vec<Member>,
    pub total: u64,
    pub nested: Vec<Listed>,
    pub containing: Vec<Listed>,
    pub timeline: Timeline,
    pub now: Timestamp,
}

impl GroupPage {
    pub(super) fn path(&self) -> String {
        format!("{}/groups/{}", self.base, self.group.id)
    }
}

pub(in crate::directory::groups) fn group_page(model: &GroupPage) -> AnyView {
    let (facts, roles, members) = (facts(model), roles(model), members(model));
    let nested = related(model, &model.nested, !model.group.source.is_managed());
    let containing = related(model, &model.containing, false);
    let level = level_of_group(&model.path(), model.mapping.as_ref(), model.viewer, &model.now);
    let (timeline, actions) = (timeline(&model.timeline), actions(model));
    view! {
        <PageHeader title=model.group.name.clone()>{actions}</PageHeader>
        <div class="flex flex-col gap-4">
            <Card title="The group">{facts}</Card>
            <Card title="Roles">{roles}</Card>
            <Card title="Level">{level}</Card>
            <Card title="Members">{members}</Card>
            {nested.map(|list| view! { <Card title="Groups in this group">{list}</Card> })}
            {containing.map(|list| view! { <Card title="Groups this group is in">{list}</Card> })}
            <Card title="Activity">{timeline}</Card>
        </div>
    }
    .into_any()
}

fn facts(model: &GroupPage) -> AnyView {
    let group = &model.group;
    let lock = ownership(model);
    let (created, changed) = (group.created_at.clone(), group.updated_at.clone());
    let (now, also_now) = (model.now.clone(), model.now.clone());
    let mut rows = vec![
        ("Source".to_string(), model.origins.name(&group.source).to_string().into_any()),
        ("Members".to_string(), member_words(group).into_any()),
    ];
    if let Some(external_id) = group.external_id.clone() {
        rows.push(("externalId".to_string(), view! { <code class="mono break-all">{external_id}</code> }.into_any()));
    }
    rows.push(("Added".to_string(), view! { <When at=created now=now/> }.into_any()));
    rows.push(("Changed".to_string(), view! { <When at=changed now=also_now/> }.into_any()));
    rows.push(("Id".to_string(), view! { <code class="mono break-all">{group.id.to_string()}</code> }.into_any()));
    view! { {lock} <Facts rows=rows/> }.into_any()
}

fn roles(model: &GroupPage) -> AnyView {
    let rows: Vec<_> = model.roles.iter().map(|attached| role_row(model, attached)).collect();
    let list = if rows.is_empty() {
        view! { <p class="text-muted">"No role is attached: being in this group gives nothing yet."</p> }.into_any()
    } else {
        view! { <DataTable head=vec!["Role", "Key", "Held through this group by", ""]>{rows}</DataTable> }.into_any()
    };
    view! { {list} {attach(model)} }.into_any()
}

fn role_row(model: &GroupPage, attached: &Attached) -> AnyView {
    let role = &attached.grant.role;
    let name = attached_name(format!("{}/roles/{}", model.base, role.id), &role.name, attached, &model.now);
    let detach = match model.group.role_id.as_ref() == Some(&role.id) {
        true => view! { <span class="text-muted">"This group is the role."</span> }.into_any(),
        false => detach_link(format!("{}/roles/{}/detach", model.path(), role.id), attached),
    };
    view! {
        <tr>
            <td data-label="Role">{name}</td>
            <td data-label="Key"><code class="mono">{role.key.clone()}</code></td>
            <td data-label="Held through this group by">{with_number(attached.reach.people, "person", "people")}</td>
            <td data-label="">{detach}</td>
        </tr>
    }
    .into_any()
}

fn attach(model: &GroupPage) -> AnyView {
    if model.free_roles.is_empty() && model.attach_problems.is_empty() {
        let new = format!("{}/roles/new", model.base);
        let text = if model.roles.is_empty() { "There are no roles yet. " } else { "It has every role there is. " };
        return view! { <p class="text-muted pt-2">{text} <a class="link" href=new>"Create a role"</a></p> }.into_any();
    }
    let options = model.free_roles.iter().map(|role| (role.id.to_string(), role.name.clone())).collect();
    let action = format!("{}/roles", model.path());
    attach_form(action, "Attach a role", "role_id", options, &model.attach_typed, &model.attach_problems)
}

fn members(model: &GroupPage) -> AnyView {
    if model.group.people == 0 {
        return view! { <p class="text-muted">"No people are in this group itself."</p> }.into_any();
    }
    let rows: Vec<_> = model.members.iter().map(|member| member_row(model, member)).collect();
    let (page, total, href) = (model.page, model.total, link(&model.path(), &[("q", &model.q)]));
    let list = if rows.is_empty() {
        let all = model.path();
        view! { <p class="text-muted">"Nobody in this group fits. " <a class="link" href=all>"Show all members"</a></p> }.into_any()
    } else {
        view! {
            <DataTable head=vec!["Name", "userName", "Status", "Added by", ""]>{rows}</DataTable>
            <Pager page=page total=total per_page=PER_PAGE href=href/>
        }
        .into_any()
    };
    view! {
        <div class="flex flex-col gap-4">
            <SearchForm action=model.path() value=model.q.clone() label="Search members" placeholder="Name, userName or e-mail"/>
            {list}
        </div>
    }
    .into_any()
}

fn member_row(model: &GroupPage, member: &Member) -> AnyView {
    let href = format!("{}/users/{}", model.base, member.id);
    let origin = member.person_source.is_managed().then(|| model.origins.name(&member.person_source));
    let status = status_badge(&member.status, member.suspended_by.as_deref(), origin);
    let added_by = if member.source.is_managed() { model.origins.name(&member.source) } else { "an admin" }.to_string();
    let program =
        (member.kind == UserKind::Service).then(|| view! { <span class="block text-muted">"Service account"</span> });
    // Whom an identity provider put there, it takes out.
    let end = (!member.source.is_managed()).then(|| remove_form(model, member.id.as_str()));
    view! {
        <tr>
            <td data-label="Name"><div><a class="link" href=href>{member.name.clone()}</a> {program}</div></td>
            <td data-label="userName"><span class="break-all">{member.user_name.clone()}</span></td>
            <td data-label="Status">{status}</td>
            <td data-label="Added by">{added_by}</td>
            <td data-label="">{end}</td>
        </tr>
    }
    .into_any()
}

fn remove_form(model: &GroupPage, member: &str) -> AnyView {
    let action = format!("{}/members/{member}/remove", model.path());
    view! { <form method="post" action=action><Submit label="Remove" kind="secondary"/></form> }.into_any()
}

fn actions(model: &GroupPage) -> AnyView {
    let (add, edit) = (format!("{}/members/add", model.path()), format!("{}/edit", model.path()));
    let edit =
        (!model.group.source.is_managed()).then(|| view! { <ButtonLink href=edit label="Edit" kind="secondary"/> });
    view! { <ButtonLink href=add label="Add a member" kind="secondary"/> {edit} }.into_any()
}

/// Groups around this one, each with a button where they may be taken out; nothing where there are none.
fn related(model: &GroupPage, groups: &[Listed], may_remove: bool) -> Option<AnyView> {
    let rows: Vec<_> = groups
        .iter()
        .map(|group| {
            let href = format!("{}/groups/{}", model.base, group.id);
            let end = may_remove.then(|| remove_form(model, group.id.as_str()));
            view! {
                <tr>
                    <td data-label="Group"><a class="link" href=href>{group.name.clone()}</a></td>
                    <td data-label="Members">{member_words(group)}</td>
                    <td data-label="">{end}</td>
                </tr>
            }
        })
        .collect();
    (!rows.is_empty()).then(|| view! { <DataTable head=vec!["Group", "Members", ""]>{rows}</DataTable> }.into_any())
}
