//! One role: what it says, which groups have it, who holds it and why.

use leptos::prelude::*;

use super::form::inputs;
use super::{Typed, reasons, with_number};
use crate::access::roles::{AttachedGroup, GroupRef, Holder, Holders, PER_PAGE, Reach, Role};
use crate::error::Problems;
use crate::events::pages::{Timeline, timeline};
use crate::time::Timestamp;
use crate::ui::components::{Card, DataTable, EmptyState, Facts, Notice, PageHeader, Pager, Select, Submit, When};

#[derive(Debug, Clone)]
pub(in crate::access::roles) struct RolePage {
    /// `/o/acme`
    pub base: String,
    pub role: Role,
    pub typed: Typed,
    pub attached: Vec<Attached>,
    /// Groups that do not have it, as many as the list takes.
    pub free_groups: Vec<GroupRef>,
    pub attach_problems: Problems,
    pub holders: Holders,
    pub page: u64,
    pub timeline: Timeline,
    pub now: Timestamp,
}

/// A group that has the role, with what taking it away would do.
#[derive(Debug, Clone)]
pub(in crate::access::roles) struct Attached {
    pub attached: AttachedGroup,
    pub reach: Reach,
}

impl RolePage {
    fn path(&self) -> String {
        format!("{}/roles/{}", self.base, self.role.id)
    }
}

pub(in crate::access::roles) fn role_page(model: &RolePage) -> impl IntoView + use<> {
    let lead = (!model.role.description.is_empty()).then(|| model.role.description.clone());
    let (facts, groups, holders) = (facts(model), groups(model), holders(model));
    let (change, deletion, timeline) = (change(model), deletion(model), timeline(&model.timeline));
    view! {
        <PageHeader title=model.role.name.clone() lead=lead/>
        <div class="flex flex-col gap-4">
            <Card title="The role">{facts} {change}</Card>
            <Card title="Attached to">{groups}</Card>
            <Card title="Who holds it">{holders}</Card>
            <Card title="Activity">{timeline}</Card>
            <Card title="Delete">{deletion}</Card>
        </div>
    }
}

fn facts(model: &RolePage) -> impl IntoView + use<> {
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
    view! { <Facts rows=rows/> }
}

fn change(model: &RolePage) -> impl IntoView + use<> {
    let open = !model.typed.problems.is_empty();
    let (action, inputs) = (model.path(), inputs(&model.typed));
    view! {
        <details open=open>
            <summary class="link">"Change name, description or permissions"</summary>
            <form class="flex flex-col gap-4 pt-4" method="post" action=action>
                {inputs}
                <div><Submit label="Save"/></div>
            </form>
        </details>
    }
}

fn groups(model: &RolePage) -> impl IntoView + use<> {
    let rows: Vec<_> = model.attached.iter().map(|attached| group_row(model, attached)).collect();
    let list = if rows.is_empty() {
        view! { <p class="text-muted">"No group has this role, so nobody holds it through one."</p> }.into_any()
    } else {
        view! { <DataTable head=vec!["Group", "Gives it to", ""]>{rows}</DataTable> }.into_any()
    };
    view! { {list} {attach(model)} }
}

fn group_row(model: &RolePage, attached: &Attached) -> impl IntoView + use<> {
    let Attached { attached: AttachedGroup { group, until, .. }, reach } = attached;
    let href = format!("{}/groups/{}", model.base, group.id);
    let action = format!("{}/groups/{}/detach", model.path(), group.id);
    let now = model.now.clone();
    let until = until.clone().map(|until| view! { <span class="text-muted">", ends " <When at=until now=now/></span> });
    view! {
        <tr>
            <td data-label="Group"><a class="link" href=href>{group.name.clone()}</a> {until}</td>
            <td data-label="Gives it to">{with_number(reach.people, "person", "people")}</td>
            <td data-label="">
                <details>
                    <summary class="link">"Detach…"</summary>
                    <form class="flex flex-col gap-2 pt-2" method="post" action=action>
                        <p>{consequence(*reach)}</p>
                        <div><Submit label="Detach" kind="danger"/></div>
                    </form>
                </details>
            </td>
        </tr>
    }
}

/// What detaching does, in numbers.
fn consequence(reach: Reach) -> String {
    let lose = with_number(reach.only_here, "person loses", "people lose");
    match reach.people - reach.only_here {
        0 => format!("{lose} the role."),
        keep => format!("{lose} the role; {} it through something else.", with_number(keep, "keeps", "keep")),
    }
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
    let problem = model.attach_problems.0.first().map(|problem| problem.message.clone());
    let action = format!("{}/groups", model.path());
    view! {
        <form class="flex flex-wrap items-end gap-3 pt-4" method="post" action=action>
            <Select label="Attach to a group" name="group_id" value="" options=options error=problem
                help="Everybody in the group, and in groups within it, holds the role at once."/>
            <Submit label="Attach" kind="secondary"/>
        </form>
    }
    .into_any()
}

fn holders(model: &RolePage) -> impl IntoView + use<> {
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
    view! { {idle} {list} }
}

fn holder_row(model: &RolePage, holder: &Holder) -> impl IntoView + use<> {
    let href = format!("{}/users/{}", model.base, holder.id);
    let why = reasons(&model.base, &holder.via, &model.now);
    view! {
        <tr>
            <td data-label="Person"><a class="link" href=href>{holder.name.clone()}</a></td>
            <td data-label="userName">{holder.user_name.clone()}</td>
            <td data-label="Why">{why}</td>
        </tr>
    }
}

fn deletion(model: &RolePage) -> impl IntoView + use<> {
    let lose = with_number(model.holders.active, "person loses", "people lose");
    let groups = with_number(model.attached.len() as i64, "group has", "groups have");
    let text = format!("{lose} this role, and {groups} it no more. The key {} becomes free.", model.role.key);
    let action = format!("{}/delete", model.path());
    view! {
        <details>
            <summary class="link">"Delete this role…"</summary>
            <form class="flex flex-col gap-2 pt-2" method="post" action=action>
                <p>{text}</p>
                <p>"This cannot be undone; what happened stays in Activity."</p>
                <div><Submit label="Delete role" kind="danger"/></div>
            </form>
        </details>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn detaching_is_told_in_numbers() {
        let told = |people, only_here| consequence(Reach { people, only_here });
        assert_eq!(told(0, 0), "0 people lose the role.");
        assert_eq!(told(3, 1), "1 person loses the role; 2 keep it through something else.");
        assert_eq!(told(1, 0), "0 people lose the role; 1 keeps it through something else.");
    }
}
