//! `/o/{organization}/connections/{id}/brake/changes/{change}`: everybody whom one pending change would take access from.

use leptos::prelude::*;

use super::people::people;
use super::title;
use crate::access::roles::pages::with_number;
use crate::error::Problems;
use crate::provisioning::brake::pending::{Listed, PER_PAGE};
use crate::time::Timestamp;
use crate::ui::components::{Card, Notice, PageHeader, Pager, When};

#[derive(Clone)]
pub struct ChangePage {
    /// `/o/acme/connections/{id}`
    pub base: String,
    /// `/o/acme/users`
    pub users: String,
    /// With the people of this page.
    pub change: Listed,
    pub page: u64,
    /// Of a suspension that was refused.
    pub problems: Problems,
    pub now: Timestamp,
}

pub fn change_page(model: &ChangePage) -> AnyView {
    let change = &model.change;
    let lead = format!("{} access by it.", with_number(change.people, "person would lose", "people would lose"));
    let refusal = model.problems.of("").map(str::to_string).map(|text| view! { <Notice kind="bad">{text}</Notice> });
    let request = format!("{} {}/{}", change.method, change.endpoint, change.resource_id);
    let list = people(&model.base, &model.users, &change.first, Some(&change.id));
    let (page, total) = (model.page, change.people.unsigned_abs());
    let href = format!("{}/brake/changes/{}", model.base, change.id);
    let (at, now) = (change.last_asked_at.clone(), model.now.clone());
    view! {
        <PageHeader title=title(change) lead=lead/>
        <div class="stack">
            {refusal}
            <p class="text-muted"><code class="mono break-all">{request}</code> ", asked " <When at=at now=now/></p>
            <Card title="Who would lose access">{list}</Card>
            <Pager page=page total=total per_page=PER_PAGE href=href/>
        </div>
    }
    .into_any()
}
