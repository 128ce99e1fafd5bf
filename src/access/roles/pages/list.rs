//! The list of roles.

use leptos::prelude::*;

use super::with_number;
use crate::access::roles::Listed;
use crate::ui::components::{ButtonLink, DataTable, EmptyState, PageHeader, Pager, SearchForm};
use crate::ui::link::link;

#[derive(Debug, Clone)]
pub(in crate::access::roles) struct ListPage {
    /// `/o/acme`
    pub base: String,
    pub q: String,
    pub page: u64,
    pub total: u64,
    pub roles: Vec<Listed>,
}

pub(in crate::access::roles) const PER_PAGE: u64 = 50;

pub(in crate::access::roles) fn list_page(model: &ListPage) -> AnyView {
    let path = format!("{}/roles", model.base);
    let new = format!("{path}/new");
    let lead = "What your product asks about. People hold a role through their groups, or are given it directly.";
    view! {
        <PageHeader title="Roles" lead=lead><ButtonLink href=new label="New role"/></PageHeader>
        <div class="flex flex-col gap-4">
            <SearchForm action=path value=model.q.clone() label="Search roles" placeholder="Name or key"/>
            {table(model)}
        </div>
    }
    .into_any()
}

fn table(model: &ListPage) -> AnyView {
    let path = format!("{}/roles", model.base);
    if model.roles.is_empty() && model.q.is_empty() && model.page == 1 {
        let new = format!("{path}/new");
        return view! {
            <EmptyState title="No roles yet">
                <p>
                    "A role is a name with a key that your product asks for, such as " <code class="mono">"editor"</code>
                    ". Create one and attach it to a group: everybody in that group holds it. "
                    <a class="link" href=new>"Create the first role"</a>
                </p>
            </EmptyState>
        }
        .into_any();
    }
    if model.roles.is_empty() {
        return view! {
            <EmptyState title="No role fits">
                <p>"Roles are found by name and key. " <a class="link" href=path>"Show all roles"</a></p>
            </EmptyState>
        }
        .into_any();
    }
    let href = link(&path, &[("q", &model.q)]);
    let rows: Vec<_> = model.roles.iter().map(|listed| row(&path, listed)).collect();
    let (page, total) = (model.page, model.total);
    view! {
        <DataTable head=vec!["Name", "Key", "Held by", "Attached to", "Permissions"]>{rows}</DataTable>
        <Pager page=page total=total per_page=PER_PAGE href=href/>
    }
    .into_any()
}

fn row(path: &str, listed: &Listed) -> AnyView {
    let role = &listed.role;
    let href = format!("{path}/{}", role.id);
    let description =
        (!role.description.is_empty()).then(|| view! { <p class="text-muted">{role.description.clone()}</p> });
    view! {
        <tr>
            <td data-label="Name"><div><a class="row-link" href=href>{role.name.clone()}</a> {description}</div></td>
            <td data-label="Key"><code class="mono">{role.key.clone()}</code></td>
            <td data-label="Held by">{with_number(listed.holders, "person", "people")}</td>
            <td data-label="Attached to">{with_number(listed.groups, "group", "groups")}</td>
            <td data-label="Permissions">{role.permissions.len()}</td>
        </tr>
    }
    .into_any()
}
