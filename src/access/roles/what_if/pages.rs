//! The page before a change.

use leptos::prelude::*;

use crate::access::roles::effects::{Affected, Person};
use crate::access::roles::pages::with_number;
use crate::ui::components::{ButtonLink, Card, DataTable, PageHeader, Submit};

/// What the change is, what it does, and the form that does it.
#[derive(Debug, Clone, Default)]
pub struct WhatIfPage {
    /// `/o/acme`
    pub base: String,
    pub title: String,
    /// What is about to happen, in a sentence or two.
    pub lead: String,
    pub gained: Affected,
    pub lost: Affected,
    /// What else is to be said, a line each.
    pub notes: Vec<String>,
    /// Where the form goes, with its hidden fields.
    pub action: String,
    pub fields: Vec<(&'static str, String)>,
    pub button: &'static str,
    /// Whether something is taken away.
    pub danger: bool,
    pub back: String,
}

pub fn what_if_page(model: &WhatIfPage) -> AnyView {
    let gained = part(model, &model.gained, "gains", "gain", "Who gains what");
    let lost = part(model, &model.lost, "loses", "lose", "Who loses what");
    let nobody = (model.gained.people == 0 && model.lost.people == 0).then(|| {
        view! { <Card><p>"Nobody gains or loses a role by this now."</p></Card> }
    });
    let notes: Vec<_> = model.notes.iter().map(|note| view! { <p>{note.clone()}</p> }).collect();
    let fields = model.fields.iter().cloned();
    let fields: Vec<_> = fields.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect();
    let kind = if model.danger { "danger" } else { "primary" };
    let (action, back, button) = (model.action.clone(), model.back.clone(), model.button);
    view! {
        <PageHeader title=model.title.clone() lead=model.lead.clone()/>
        <div class="flex flex-col gap-4">
            {lost}
            {gained}
            {nobody}
            <Card>
                <form class="flex flex-col gap-4" method="post" action=action>
                    {fields}
                    {notes}
                    <div class="flex flex-wrap gap-2">
                        <Submit label=button kind=kind/>
                        <ButtonLink href=back label="Cancel" kind="secondary"/>
                    </div>
                </form>
            </Card>
        </div>
    }
    .into_any()
}

/// "12 people lose a role", and who they are.
fn part(model: &WhatIfPage, affected: &Affected, one: &str, many: &str, title: &'static str) -> Option<AnyView> {
    if affected.people == 0 {
        return None;
    }
    let text = with_number(affected.people, &format!("person {one} a role"), &format!("people {many} a role"));
    let table = people(&model.base, affected);
    Some(view! { <Card title=title><p>{text} "."</p> {table}</Card> }.into_any())
}

/// The first people by name, each with the roles in question, and how many more there are.
pub fn people(base: &str, affected: &Affected) -> AnyView {
    let rows: Vec<_> = affected.first.iter().map(|person| row(base, person)).collect();
    let more = affected.people - affected.first.len() as i64;
    let more = (more > 0).then(|| {
        let text = format!("And {}.", with_number(more, "more person", "more people"));
        view! { <p class="text-muted pt-2">{text}</p> }
    });
    view! { <DataTable head=vec!["Person", "Roles"]>{rows}</DataTable> {more} }.into_any()
}

fn row(base: &str, person: &Person) -> AnyView {
    let href = format!("{base}/users/{}", person.id);
    let roles = person.roles.iter().map(|role| role.name.as_str()).collect::<Vec<_>>().join(", ");
    view! {
        <tr>
            <td data-label="Person"><a class="link" href=href>{person.name.clone()}</a></td>
            <td data-label="Roles">{roles}</td>
        </tr>
    }
    .into_any()
}
