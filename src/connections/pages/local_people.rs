//! Local people and a connection: parts of its Settings and Provisioning tabs.

use leptos::prelude::*;

use super::super::local_people::LocalPeople;
use crate::ui::components::{ButtonLink, Card, Submit, Tick};

pub(super) fn local_people_card(base: &str, choice: LocalPeople) -> AnyView {
    let action = format!("{base}/local-people");
    view! {
        <Card title="Local people".to_string()>
            <form method="post" action=action class="form">
                <Tick label="Take over local people" name="take_over_local" ticked=choice.are_offered()
                    help="The provider finds local members and admins, so that it can link them instead of making them twice. A member of a verified domain is taken over at once, everybody else once an admin confirms it. Never owners. Off: for the provider there are no local people, and it makes a second account." />
                <div class="form-actions"><Submit label="Save".to_string() /></div>
            </form>
        </Card>
    }
    .into_any()
}

/// Leads to the local people whom the provider asked for.
pub(super) fn pending_card(base: &str, waiting: i64) -> AnyView {
    let text = match waiting {
        0 => "Nobody waits. Local people whom the provider asks for, and who need an admin's word, appear there."
            .to_string(),
        1 => "The provider asked for 1 local person. Nothing happens to them until an admin confirms it.".to_string(),
        n => format!("The provider asked for {n} local people. Nothing happens to them until an admin confirms it."),
    };
    let kind = if waiting > 0 { "primary" } else { "secondary" };
    let href = format!("{base}/pending");
    view! {
        <Card title="Pending".to_string()>
            <div class="stack">
                <p class="text-muted">{text}</p>
                <p><ButtonLink href=href label="See who is pending" kind=kind /></p>
            </div>
        </Card>
    }
    .into_any()
}
