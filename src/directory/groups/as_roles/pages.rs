//! The page before pushed groups become roles, or are none any more; and the part of the settings page that leads there.

use leptos::prelude::*;

use super::plan::Plan;
use crate::access::roles::effects::Affected;
use crate::access::roles::pages::with_number;
use crate::access::roles::what_if::people;
use crate::error::Problems;
use crate::ui::components::{ButtonLink, Card, DataTable, Notice, PageHeader, Submit};

#[derive(Debug, Clone)]
pub(super) struct SwitchPage {
    /// `/o/acme`
    pub base: String,
    /// `/o/acme/connections/{id}`
    pub connection: String,
    pub name: String,
    pub on: bool,
    /// What turning it on does to the groups that are there.
    pub plan: Plan,
    /// Who gains roles that exist already.
    pub gained: Affected,
    /// How many are in the groups: they hold the new roles.
    pub people: i64,
    pub problems: Problems,
}

/// How many groups are listed.
const LISTED: usize = 200;

pub(super) fn switch_page(model: &SwitchPage) -> AnyView {
    let refusal = model.problems.0.first().map(|problem| problem.message.clone());
    let refusal = refusal.map(|refusal| view! { <Notice kind="bad">{refusal}</Notice> });
    let (body, title) = match model.on {
        true => (off(model), "Pushed groups are no roles of their own any more"),
        false => (on(model), "Make every pushed group a role"),
    };
    view! {
        <PageHeader title=title lead=model.name.clone()/>
        <div class="flex flex-col gap-4">{refusal} {body}</div>
    }
    .into_any()
}

fn on(model: &SwitchPage) -> AnyView {
    let Plan { linked, made, blocked } = &model.plan;
    let rows = linked.iter().map(|(group, role)| (group, format!("becomes the role {} (key {})", role.name, role.key)));
    let made_rows = made.iter().map(|group| (group, "gets a new role of its name".to_string()));
    let blocked_rows =
        blocked.iter().map(|group| (group, "cannot: another group owns the role of this name".to_string()));
    let rows: Vec<_> = blocked_rows
        .chain(rows)
        .chain(made_rows)
        .take(LISTED)
        .map(|(group, what)| {
            let href = format!("{}/groups/{}", model.base, group.id);
            view! {
                <tr>
                    <td data-label="Group"><a class="link" href=href>{group.name.clone()}</a></td>
                    <td data-label="What becomes of it">{what}</td>
                </tr>
            }
        })
        .collect();
    let total = linked.len() + made.len() + blocked.len();
    let more =
        (total > LISTED).then(|| view! { <p class="text-muted pt-2">{format!("And {} more.", total - LISTED)}</p> });
    let table = (!rows.is_empty())
        .then(|| view! { <DataTable head=vec!["Group", "What becomes of it"]>{rows}</DataTable> {more} });
    let summary = format!(
        "Groups that become a role of the same name: {}. New roles: {}. Whoever is in these groups holds a role by it: {}.",
        linked.len(),
        made.len(),
        with_number(model.people, "person", "people"),
    );
    let gained = (model.gained.people > 0).then(|| {
        let text = with_number(model.gained.people, "person gains a role", "people gain a role");
        let table = people(&model.base, &model.gained);
        view! { <Card title="Who gains a role that exists already"><p>{text} "."</p> {table}</Card> }
    });
    let explanation = "From then on each pushed group owns one role: its members hold it, and it is renamed and deleted with the group. \
         Your other roles are shown to the identity provider as groups, so that they can be imported and linked there.";
    let form = form(model, "on", "Make every pushed group a role", "primary", explanation);
    view! {
        <Card title="What becomes of the groups that are there"><p>{summary}</p> {table}</Card>
        {gained}
        <Card>{form}</Card>
    }
    .into_any()
}

fn off(model: &SwitchPage) -> AnyView {
    let explanation = "Nobody gains or loses a role: the roles become yours to rename and delete, and the groups keep them until you \
         detach them. Roles are not shown to the identity provider any more; links that it made to roles without members end.";
    let form = form(model, "off", "End it", "danger", explanation);
    view! { <Card>{form}</Card> }.into_any()
}

fn form(model: &SwitchPage, to: &'static str, label: &'static str, kind: &'static str, text: &'static str) -> AnyView {
    let (action, back) = (format!("{}/groups-are-roles", model.connection), format!("{}/settings", model.connection));
    view! {
        <form class="flex flex-col gap-4" method="post" action=action>
            <input type="hidden" name="to" value=to/>
            <p>{text}</p>
            <div class="flex flex-wrap gap-2">
                <Submit label=label kind=kind/>
                <ButtonLink href=back label="Cancel" kind="secondary"/>
            </div>
        </form>
    }
    .into_any()
}
