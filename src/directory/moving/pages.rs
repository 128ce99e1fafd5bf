//! What a move would do, and the form that does it.

use leptos::prelude::*;

use super::plan::Plan;
use crate::access::roles::pages::with_number;
use crate::actor::Level;
use crate::connections::Connection;
use crate::error::Problems;
use crate::ui::components::{Card, DataTable, EmptyState, Notice, PageHeader, Select, Submit};

/// How many names each list shows; the number is of all.
const SHOWN: usize = 50;

#[derive(Debug, Clone)]
pub(super) struct MovePage {
    /// `/o/acme/connections/{id}`
    pub base: String,
    /// `/o/acme/users`
    pub people: String,
    pub from: Connection,
    pub targets: Vec<Connection>,
    /// The connection that was chosen, as it stands in the address.
    pub to: String,
    pub plan: Option<Plan>,
    pub viewer: Level,
    pub problems: Problems,
}

pub(super) fn move_page(model: &MovePage) -> AnyView {
    let refusal = model.problems.of("").map(str::to_string);
    let refusal = refusal.map(|refusal| view! { <Notice kind="bad">{refusal}</Notice> });
    let lead = format!("From {}, under the same ids.", model.from.name);
    let body = match model.targets.is_empty() {
        true => view! {
            <EmptyState title="There is nowhere to move to">
                <p>"People move to a connection whose SCIM is on. Connect the other provider first, and turn SCIM on there."</p>
            </EmptyState>
        }
        .into_any(),
        false => {
            let (choose, preview) = (choose(model), model.plan.as_ref().map(|plan| preview(model, plan)));
            view! { {choose} {preview} }.into_any()
        }
    };
    view! {
        <PageHeader title="Move people" lead=lead/>
        <div class="flex flex-col gap-4">{refusal} {body}</div>
    }
    .into_any()
}

fn choose(model: &MovePage) -> AnyView {
    let options = model.targets.iter().map(|target| (target.id.to_string(), target.name.clone())).collect();
    let (action, value) = (format!("{}/move", model.base), model.to.clone());
    let error = model.problems.of("to").map(str::to_string);
    view! {
        <Card title="Where to">
            <form class="flex flex-col gap-4" method="get" action=action>
                <Select label="Connection" name="to" value=value options=options error=error/>
                <div><Submit label="See what would happen" kind="secondary"/></div>
            </form>
        </Card>
    }
    .into_any()
}

fn preview(model: &MovePage, plan: &Plan) -> AnyView {
    let people = |number: usize| with_number(number as i64, "person", "people");
    let merged = plan.merged.iter().map(|merge| {
        let there = format!("is {} there", merge.new_user_name);
        (merge.person.id.to_string(), merge.person.name.clone(), merge.person.user_name.clone(), there)
    });
    let merged = list(
        model,
        format!("{} there already: one and the same from now on", people(plan.merged.len())),
        "The id here stays, with its direct roles and history, and takes the profile, the links and the groups from there. The account there ends.",
        merged.collect(),
    );
    let moved = plan.moved.iter().map(|person| {
        (person.id.to_string(), person.name.clone(), person.user_name.clone(), "waits to be sent".to_string())
    });
    let moved = list(
        model,
        format!("{} not there yet: they wait for it", people(plan.moved.len())),
        "They keep everything but the sign-in link, and are linked when the new directory sends them: by userName, then by e-mail address.",
        moved.collect(),
    );
    let stay = plan.conflicts.iter().map(|conflict| {
        let person = &conflict.person;
        (person.id.to_string(), person.name.clone(), person.user_name.clone(), conflict.reason.clone())
    });
    let stay = list(
        model,
        format!("{} stay where they are", people(plan.conflicts.len())),
        "It is not certain who they are there. Mend it, and move them afterwards.",
        stay.collect(),
    );
    let form = form(model, plan);
    view! { {merged} {moved} {stay} {form} }.into_any()
}

/// The first of them, by name; nothing where there are none.
fn list(
    model: &MovePage,
    title: String,
    text: &'static str,
    people: Vec<(String, String, String, String)>,
) -> Option<AnyView> {
    if people.is_empty() {
        return None;
    }
    let more = people.len().saturating_sub(SHOWN);
    let rows: Vec<_> = people
        .into_iter()
        .take(SHOWN)
        .map(|(id, name, user_name, what)| {
            let href = format!("{}/{id}", model.people);
            view! {
                <tr>
                    <td data-label="Name"><a class="link" href=href>{name}</a></td>
                    <td data-label="userName"><span class="break-all">{user_name}</span></td>
                    <td data-label="What"><span class="wrap-anywhere">{what}</span></td>
                </tr>
            }
        })
        .collect();
    let more = (more > 0).then(|| view! { <p class="text-muted">{format!("And {more} more.")}</p> });
    let list = view! {
        <Card title=title>
            <p class="text-muted">{text}</p>
            <DataTable head=vec!["Name", "userName", "What"]>{rows}</DataTable>
            {more}
        </Card>
    };
    Some(list.into_any())
}

fn form(model: &MovePage, plan: &Plan) -> AnyView {
    if plan.is_empty() {
        return view! { <Notice kind="info">"Nobody would move."</Notice> }.into_any();
    }
    if model.viewer < Level::Owner {
        return view! { <Notice kind="info">"Only owners move people. Ask one of them."</Notice> }.into_any();
    }
    let count = plan.merged.len() + plan.moved.len();
    let text = format!(
        "Moves {}, ends what they are signed in with, removes their links to {} and takes back the roles that its SCIM gave. Groups do not move: push them anew. Unassign the people at {} afterwards.",
        with_number(count as i64, "person", "people"),
        model.from.name,
        model.from.name
    );
    let (action, to) = (format!("{}/move", model.base), model.to.clone());
    view! {
        <Card title="Move them">
            <form class="flex flex-col gap-4" method="post" action=action>
                <p>{text}</p>
                <input type="hidden" name="to" value=to/>
                <div><Submit label=format!("Move {}", with_number(count as i64, "person", "people")) kind="danger"/></div>
            </form>
        </Card>
    }
    .into_any()
}
