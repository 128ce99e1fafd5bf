//! How the list of organizations looks.

use leptos::prelude::*;

use super::PER_PAGE;
use crate::organizations::Organization;
use crate::ui::components::{Badge, EmptyState, PageHeader, Pager, SearchForm};
use crate::ui::link::link;

#[derive(Debug, Clone)]
pub(super) struct SwitchPage {
    pub q: String,
    pub page: u64,
    pub total: u64,
    pub organizations: Vec<Organization>,
}

pub(super) fn switch_page(model: &SwitchPage) -> AnyView {
    let lead = "You are an operator: an admin in each of them. What you do there is in their activity under your name.";
    view! {
        <div class="flex flex-col gap-6">
            <PageHeader title="Organizations" lead=lead/>
            <SearchForm action="/o" value=model.q.clone() label="Search organizations" placeholder="Name or address"/>
            {list(model)}
        </div>
    }
    .into_any()
}

fn list(model: &SwitchPage) -> AnyView {
    if model.organizations.is_empty() {
        return view! {
            <EmptyState title="No organization fits">
                <p>"They are found by any part of name and address. " <a class="link" href="/o">"Show all"</a></p>
            </EmptyState>
        }
        .into_any();
    }
    let items: Vec<_> = model.organizations.iter().map(item).collect();
    let (page, total, href) = (model.page, model.total, link("/o", &[("q", &model.q)]));
    view! {
        <ul class="divide-y divide-line">{items}</ul>
        <Pager page=page total=total per_page=PER_PAGE href=href/>
    }
    .into_any()
}

fn item(organization: &Organization) -> AnyView {
    let (name, href) = (organization.name.clone(), format!("/o/{}", organization.slug));
    let home = organization.home.then(|| view! { <Badge kind="muted" label="Home"/> });
    view! {
        <li class="flex flex-wrap items-center gap-2 py-2">
            <a class="link font-medium" href=href.clone()>{name}</a> {home} <span class="mono text-muted">{href}</span>
        </li>
    }
    .into_any()
}
