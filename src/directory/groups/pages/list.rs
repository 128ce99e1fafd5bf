//! The list of groups.

use std::collections::HashMap;

use leptos::prelude::*;

use crate::access::roles::AttachedGroup;
use crate::access::roles::pages::with_number;
use crate::directory::groups::listing::{Filter, Listed, PER_PAGE};
use crate::directory::{Origins, Provenance, owner};
use crate::id::GroupId;
use crate::ui::components::{ButtonLink, Chip, Chips, DataTable, EmptyState, PageHeader, Pager, SearchForm};
use crate::ui::link::link;

#[derive(Debug, Clone)]
pub(in crate::directory::groups) struct ListPage {
    /// `/o/acme`
    pub base: String,
    pub origins: Origins,
    pub filter: Filter,
    pub page: u64,
    pub total: u64,
    pub groups: Vec<Listed>,
    /// The roles that each of them has.
    pub roles: HashMap<GroupId, Vec<AttachedGroup>>,
}

impl ListPage {
    fn path(&self) -> String {
        format!("{}/groups", self.base)
    }

    fn href(&self, q: &str, from: Option<&Provenance>) -> String {
        link(&self.path(), &[("q", q), ("source", from.map_or("", Provenance::as_str))])
    }

    fn own_href(&self) -> String {
        self.href(&self.filter.q, self.filter.from.as_ref())
    }
}

pub(in crate::directory::groups) fn list_page(model: &ListPage) -> AnyView {
    let action = model.href("", model.filter.from.as_ref());
    let chip = |(label, from): (String, Option<Provenance>)| Chip {
        label,
        href: model.href(&model.filter.q, from.as_ref()),
        active: model.filter.from == from,
    };
    let chips: Vec<Chip> = model.origins.choices().into_iter().map(chip).collect();
    let (table, new) = (table(model), format!("{}/new", model.path()));
    view! {
        <PageHeader title="Groups" lead="Whoever is in a group holds the roles attached to it.">
            <ButtonLink href=new label="New group" kind="secondary"/>
        </PageHeader>
        <div class="flex flex-col gap-4">
            <SearchForm action=action value=model.filter.q.clone() label="Search groups" placeholder="Name"/>
            {(!chips.is_empty()).then(|| view! { <Chips items=chips/> })}
            {table}
        </div>
    }
    .into_any()
}

fn table(model: &ListPage) -> AnyView {
    if model.groups.is_empty() && model.own_href() == model.path() && model.page == 1 {
        let connections = format!("{}/connections", model.base);
        let new = format!("{}/new", model.path());
        return view! {
            <EmptyState title="No groups yet">
                <p>
                    "Groups appear when your identity provider pushes them: in Okta under Push Groups, in Entra by assigning the group to the application. "
                    <a class="link" href=connections>"See the connections"</a>
                    ". Or make one here: " <a class="link" href=new>"New group"</a>
                </p>
            </EmptyState>
        }
        .into_any();
    }
    if model.groups.is_empty() {
        let all = model.path();
        return view! {
            <EmptyState title="No group fits">
                <p>"Groups are found by their name. " <a class="link" href=all>"Show all groups"</a></p>
            </EmptyState>
        }
        .into_any();
    }
    let rows: Vec<_> = model.groups.iter().map(|group| row(model, group)).collect();
    let (page, total, href) = (model.page, model.total, model.own_href());
    view! {
        <DataTable head=vec!["Name", "Source", "Members", "Roles"]>{rows}</DataTable>
        <Pager page=page total=total per_page=PER_PAGE href=href/>
    }
    .into_any()
}

fn row(model: &ListPage, group: &Listed) -> AnyView {
    let href = format!("{}/{}", model.path(), group.id);
    let roles: Vec<_> = model.roles.get(&group.id).into_iter().flatten().collect();
    let links: Vec<_> = roles
        .iter()
        .enumerate()
        .map(|(n, attached)| {
            let href = format!("{}/roles/{}", model.base, attached.role.id);
            let comma = (n > 0).then_some(", ");
            view! { {comma} <a class="link" href=href>{attached.role.name.clone()}</a> }
        })
        .collect();
    let none = roles.is_empty().then(|| view! { <span class="text-muted">"none"</span> });
    view! {
        <tr>
            <td data-label="Name"><a class="row-link" href=href>{group.name.clone()}</a></td>
            <td data-label="Source">{owner(&model.origins, &group.source)}</td>
            <td data-label="Members">{member_words(group)}</td>
            <td data-label="Roles"><div>{links} {none}</div></td>
        </tr>
    }
    .into_any()
}

/// "12 people, 2 groups".
pub(super) fn member_words(group: &Listed) -> String {
    let people = with_number(group.people, "person", "people");
    match group.groups {
        0 => people,
        groups => format!("{people}, {}", with_number(groups, "group", "groups")),
    }
}
