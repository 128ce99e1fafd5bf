//! Who would lose access, each with the one thing that need not wait.

use leptos::prelude::*;

use crate::id::PendingChangeId;
use crate::provisioning::brake::pending::Person;
use crate::ui::components::Badge;

/// `on` is the pending change on whose page the list stands.
pub(super) fn people(base: &str, users: &str, people: &[Person], on: Option<&PendingChangeId>) -> AnyView {
    let rows: Vec<_> = people.iter().map(|person| row(base, users, person, on)).collect();
    view! { <ul class="flex flex-col gap-2">{rows}</ul> }.into_any()
}

fn row(base: &str, users: &str, person: &Person, on: Option<&PendingChangeId>) -> AnyView {
    let href = format!("{users}/{}", person.id);
    let (action, user) = (format!("{base}/brake/suspend"), person.id.to_string());
    let change = on.map(|id| view! { <input type="hidden" name="change" value=id.to_string()/> });
    let label = view! { "Suspend now" <span class="sr-only">{format!(": {}", person.name)}</span> };
    let standing = match person.is_suspended {
        true => view! { <Badge kind="bad" label="Suspended"/> }.into_any(),
        false => view! {
            <form method="post" action=action>
                <input type="hidden" name="user" value=user/>
                {change}
                <button type="submit" class="button button-danger">{label}</button>
            </form>
        }
        .into_any(),
    };
    view! {
        <li class="flex flex-wrap items-center justify-between gap-3">
            <a class="link" href=href>{person.name.clone()}</a>
            {standing}
        </li>
    }
    .into_any()
}
