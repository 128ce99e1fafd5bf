//! The list of people.

use std::collections::HashMap;

use leptos::prelude::*;

use super::status::status_badge;
use crate::actor::Level;
use crate::directory::users::Status;
use crate::directory::users::listing::{Filter, Listed, PER_PAGE};
use crate::directory::{Origins, Provenance, owner};
use crate::id::UserId;
use crate::time::Timestamp;
use crate::ui::components::{
    Badge, ButtonLink, Chip, Chips, DataTable, EmptyState, PageHeader, Pager, SearchForm, When,
};
use crate::ui::link::link;

#[derive(Debug, Clone)]
pub(in crate::directory::users) struct ListPage {
    /// `/o/acme`
    pub base: String,
    pub origins: Origins,
    pub filter: Filter,
    pub page: u64,
    pub total: u64,
    pub people: Vec<Listed>,
    /// How many roles each of them holds.
    pub roles: HashMap<UserId, i64>,
    pub now: Timestamp,
}

impl ListPage {
    fn path(&self) -> String {
        format!("{}/users", self.base)
    }

    /// The list with these filters, from its first page on.
    fn href(&self, q: &str, status: Option<&Status>, from: Option<&Provenance>) -> String {
        link(
            &self.path(),
            &[("q", q), ("status", status.map_or("", status_word)), ("source", from.map_or("", Provenance::as_str))],
        )
    }

    fn own_href(&self) -> String {
        self.href(&self.filter.q, self.filter.status.as_ref(), self.filter.from.as_ref())
    }
}

/// The status as it stands in the address.
fn status_word(status: &Status) -> &'static str {
    match status {
        Status::Active => "active",
        Status::Deactivated => "deactivated",
        Status::Suspended => "suspended",
    }
}

pub(in crate::directory::users) fn list_page(model: &ListPage) -> AnyView {
    let action = model.href("", model.filter.status.as_ref(), model.filter.from.as_ref());
    let invite = format!("{}/invite", model.path());
    let service = format!("{}/service-accounts", model.base);
    let (statuses, sources, table) = (status_chips(model), source_chips(model), table(model));
    view! {
        <PageHeader title="Users" lead="Everybody in this organization, whoever they come from.">
            <ButtonLink href=invite label="Invite a person" kind="secondary"/>
            <ButtonLink href=service label="Service accounts" kind="secondary"/>
        </PageHeader>
        <div class="flex flex-col gap-4">
            <SearchForm action=action value=model.filter.q.clone() label="Search users" placeholder="Name, userName, e-mail or alias"/>
            <div class="flex flex-wrap gap-x-6 gap-y-2">
                <Chips items=statuses/>
                {(!sources.is_empty()).then(|| view! { <Chips items=sources/> })}
            </div>
            {table}
        </div>
    }
    .into_any()
}

fn status_chips(model: &ListPage) -> Vec<Chip> {
    let choices = [
        ("All", None),
        ("Active", Some(Status::Active)),
        ("Deactivated", Some(Status::Deactivated)),
        ("Suspended", Some(Status::Suspended)),
    ];
    let chip = |(label, status): (&str, Option<Status>)| Chip {
        label: label.to_string(),
        href: model.href(&model.filter.q, status.as_ref(), model.filter.from.as_ref()),
        active: model.filter.status == status,
    };
    choices.map(chip).to_vec()
}

fn source_chips(model: &ListPage) -> Vec<Chip> {
    let chip = |(label, from): (String, Option<Provenance>)| Chip {
        label,
        href: model.href(&model.filter.q, model.filter.status.as_ref(), from.as_ref()),
        active: model.filter.from == from,
    };
    model.origins.choices().into_iter().map(chip).collect()
}

fn table(model: &ListPage) -> AnyView {
    if model.people.is_empty() && model.own_href() == model.path() && model.page == 1 {
        let connections = format!("{}/connections", model.base);
        return view! {
            <EmptyState title="Nobody is here yet">
                <p>"People appear as soon as an identity provider sends them. " <a class="link" href=connections>"Connect one"</a></p>
            </EmptyState>
        }
        .into_any();
    }
    if model.people.is_empty() {
        let all = model.path();
        return view! {
            <EmptyState title="Nobody fits">
                <p>"People are found by the beginning, middle or end of name, userName, e-mail and alias. " <a class="link" href=all>"Show everybody"</a></p>
            </EmptyState>
        }
        .into_any();
    }
    let rows: Vec<_> = model.people.iter().map(|person| row(model, person)).collect();
    let head = vec!["Name", "userName", "Status", "Level", "Last sign-in", "Roles"];
    let (page, total, href) = (model.page, model.total, model.own_href());
    view! {
        <DataTable head=head>{rows}</DataTable>
        <Pager page=page total=total per_page=PER_PAGE href=href/>
    }
    .into_any()
}

fn row(model: &ListPage, person: &Listed) -> AnyView {
    let href = format!("{}/{}", model.path(), person.id);
    let origin = person.source.is_managed().then(|| model.origins.name(&person.source).to_string());
    let owner = owner(&model.origins, &person.source);
    let status = status_badge(&person.status, person.suspended_by.as_deref(), origin.as_deref());
    let email = person.email.clone().filter(|email| *email != person.user_name);
    let email = email.map(|email| view! { <span class="block text-muted">{email}</span> });
    let level = match person.level {
        Level::Member => person.level.label().into_any(),
        above => view! { <Badge kind="accent" label=above.label()/> }.into_any(),
    };
    let signed_in = match person.last_sign_in_at.clone() {
        Some(at) => view! { <When at=at now=model.now.clone()/> }.into_any(),
        None => view! { <span class="text-muted">"never"</span> }.into_any(),
    };
    let roles = model.roles.get(&person.id).copied().unwrap_or(0);
    view! {
        <tr>
            <td data-label="Name">
                <div>
                    <a class="row-link" href=href>{person.display_name.clone()}</a>
                    <span class="block">{owner}</span>
                </div>
            </td>
            <td data-label="userName"><div><span class="wrap-anywhere">{person.user_name.clone()}</span> {email}</div></td>
            <td data-label="Status">{status}</td>
            <td data-label="Level">{level}</td>
            <td data-label="Last sign-in">{signed_in}</td>
            <td data-label="Roles">{roles}</td>
        </tr>
    }
    .into_any()
}
