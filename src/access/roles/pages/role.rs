//! One role: what it says, which groups have it, who holds it and why.

use leptos::prelude::*;

use super::form::inputs;
use super::{Typed, attach_form, attached_name, detach_link, reasons, with_number};
use crate::access::grants::Grant;
use crate::access::grants::pages::grants_of_role;
use crate::access::roles::{AttachForm, Attached, GroupRef, Holder, Holders, PER_PAGE, Role};
use crate::error::Problems;
use crate::events::Timeline;
use crate::events::pages::timeline;
use crate::time::Timestamp;
use crate::ui::components::{Card, DataTable, EmptyState, Facts, Notice, PageHeader, Pager, Submit, When};

#[derive(Debug, Clone)]
pub(in crate::access::roles) struct RolePage {
    /// `/o/acme`
    pub base: String,
    pub role: Role,
    pub typed: Typed,
    pub attached: Vec<Attached>,
    /// Groups that do not have it, as many as the list takes.
    pub free_groups: Vec<GroupRef>,
    pub attach_typed: AttachForm,
    pub attach_problems: Problems,
    /// The pushed group that is this role.
    pub owner: Option<GroupRef>,
    /// The first of those to whom it was given here, and how many there are.
    pub direct: Vec<Grant>,
    pub direct_total: i64,
    pub holders: Holders,
    pub page: u64,
    pub timeline: Timeline,
    pub now: Timestamp,
}

impl RolePage {
    fn path(&self) -> String {
        format!("{}/roles/{}", self.base, self.role.id)
    }
}

pub(in crate::access::roles) fn role_page(model: &RolePage) -> AnyView {
    let lead = (!model.role.description.is_empty()).then(|| model.role.description.clone());
    let (facts, groups, holders) = (facts(model), groups(model), holders(model));
    let direct = grants_of_role(&model.base, &model.direct, model.direct_total, &model.now);
    let (change, deletion, timeline) = (change(model), deletion(model), timeline(&model.timeline));
    view! {
        <PageHeader title=model.role.name.clone() lead=lead/>
        <div class="flex flex-col gap-4">
            <Card title="The role">{facts} {change}</Card>
            <Card title="Attached to">{groups}</Card>
            {direct.map(|list| view! { <Card title="Given directly">{list}</Card> })}
            <Card title="Who holds it">{holders}</Card>
            <Card title="Activity">{timeline}</Card>
            <Card title="Delete">{deletion}</Card>
        </div>
    }
    .into_any()
}

fn facts(model: &RolePage) -> AnyView {
    let role = &model.role;
    let permissions = match role.permissions.as_slice() {
        [] => view! { <span class="text-muted">"none"</span> }.into_any(),
        permissions => {
            let items =
                permissions.iter().map(|permission| view! { <li><code class="mono">{permission.clone()}</code></li> });
            view! { <ul class="flex flex-col gap-1">{items.collect::<Vec<_>>()}</ul> }.into_any()
        }
    };
    let (created, changed) = (role.created_at.clone(), role.updated_at.clone());
    let (now, also_now) = (model.now.clone(), model.now.clone());
    let rows = vec![
        ("Key".to_string(), view! { <code class="mono">{role.key.clone()}</code> }.into_any()),
        ("Permissions".to_string(), permissions),
        ("Created".to_string(), view! { <When at=created now=now/> }.into_any()),
        ("Changed".to_string(), view! { <When at=changed now=also_now/> }.into_any()),
    ];
    view! { <Facts rows=rows/> }.into_any()
}

fn change(model: &RolePage) -> AnyView {
    let open = !model.typed.problems.is_empty();
    let (action, inputs) = (model.path(), inputs(&model.typed));
    let owner = model.owner.as_ref().map(|owner| {
        let (href, name) = (format!("{}/groups/{}", model.base, owner.id), owner.name.clone());
        view! {
            <Notice kind="info">
                <p>
                    "This role is the group " <a class="link" href=href>{name}</a>
                    ": whoever is in it holds the role, and its name changes there. Description and permissions are yours."
                </p>
            </Notice>
        }
    });
    view! {
        {owner}
        <details open=open>
            <summary class="link">"Change name, description or permissions"</summary>
            <form class="flex flex-col gap-4 pt-4" method="post" action=action>
                {inputs}
                <div><Submit label="Save"/></div>
            </form>
        </details>
    }
    .into_any()
}

fn groups(model: &RolePage) -> AnyView {
    let rows: Vec<_> = model.attached.iter().map(|attached| group_row(model, attached)).collect();
    let list = if rows.is_empty() {
        view! { <p class="text-muted">"No group has this role, so nobody holds it through one."</p> }.into_any()
    } else {
        view! { <DataTable head=vec!["Group", "Gives it to", ""]>{rows}</DataTable> }.into_any()
    };
    view! { {list} {attach(model)} }.into_any()
}

fn group_row(model: &RolePage, attached: &Attached) -> AnyView {
    let group = &attached.grant.group;
    let name = attached_name(format!("{}/groups/{}", model.base, group.id), &group.name, attached, &model.now);
    let detach = match model.owner.as_ref().is_some_and(|owner| owner.id == group.id) {
        true => view! { <span class="text-muted">"This role is the group."</span> }.into_any(),
        false => detach_link(format!("{}/groups/{}/detach", model.path(), group.id), attached),
    };
    view! {
        <tr>
            <td data-label="Group">{name}</td>
            <td data-label="Gives it to">{with_number(attached.reach.people, "person", "people")}</td>
            <td data-label="">{detach}</td>
        </tr>
    }
    .into_any()
}

fn attach(model: &RolePage) -> AnyView {
    if model.free_groups.is_empty() && model.attach_problems.is_empty() {
        let connections = format!("{}/connections", model.base);
        return match model.attached.is_empty() {
            true => view! {
                <EmptyState title="There are no groups yet">
                    <p>"Groups arrive from your identity provider. " <a class="link" href=connections>"See the connections"</a></p>
                </EmptyState>
            }
            .into_any(),
            false => view! { <p class="text-muted pt-2">"Every group has this role."</p> }.into_any(),
        };
    }
    let options = model.free_groups.iter().map(|group| (group.id.to_string(), group.name.clone())).collect();
    let action = format!("{}/groups", model.path());
    attach_form(action, "Attach to a group", "group_id", options, &model.attach_typed, &model.attach_problems)
}

fn holders(model: &RolePage) -> AnyView {
    let Holders { people, active, inactive } = model.holders.clone();
    let idle = (inactive > 0).then(|| {
        let who = with_number(inactive, "more person has", "more people have");
        let text = format!(
            "{who} a reason for this role and may not sign in now: deactivated or suspended. They do not hold it, and get it back when they may sign in again."
        );
        view! { <Notice kind="info">{text}</Notice> }
    });
    let list = if people.is_empty() {
        view! { <p class="text-muted">"Nobody holds this role now."</p> }.into_any()
    } else {
        let rows: Vec<_> = people.iter().map(|holder| holder_row(model, holder)).collect();
        let (page, href, total) = (model.page, model.path(), active.unsigned_abs());
        view! {
            <DataTable head=vec!["Person", "userName", "Why"]>{rows}</DataTable>
            <Pager page=page total=total per_page=PER_PAGE href=href/>
        }
        .into_any()
    };
    view! { {idle} {list} }.into_any()
}

fn holder_row(model: &RolePage, holder: &Holder) -> AnyView {
    let href = format!("{}/users/{}", model.base, holder.id);
    let why = reasons(&model.base, &holder.via, &model.now);
    view! {
        <tr>
            <td data-label="Person"><a class="link" href=href>{holder.name.clone()}</a></td>
            <td data-label="userName">{holder.user_name.clone()}</td>
            <td data-label="Why">{why}</td>
        </tr>
    }
    .into_any()
}

fn deletion(model: &RolePage) -> AnyView {
    if let Some(owner) = &model.owner {
        let (href, name) = (format!("{}/groups/{}", model.base, owner.id), owner.name.clone());
        return view! {
            <p>"It goes when the group " <a class="link" href=href>{name}</a> " is deleted at the identity provider."</p>
        }
        .into_any();
    }
    let lose = with_number(model.holders.active, "person loses", "people lose");
    let groups = with_number(model.attached.len() as i64, "group has", "groups have");
    let text = format!("{lose} this role, and {groups} it no more. The key {} becomes free.", model.role.key);
    let href = format!("{}/delete", model.path());
    view! { <p>{text}</p> <p class="pt-2"><a class="link" href=href>"Delete this role…"</a></p> }.into_any()
}
