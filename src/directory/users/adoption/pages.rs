//! The local people whom a directory asked for, with what a confirmation would do.

use leptos::prelude::*;

use super::model::{List, Shown, State};
use crate::access::roles::pages::with_number;
use crate::actor::Level;
use crate::error::Problems;
use crate::id::UserId;
use crate::time::Timestamp;
use crate::ui::components::{Badge, Card, EmptyState, Facts, Notice, PageHeader, Submit, When};

#[derive(Debug, Clone)]
pub(super) struct PendingPage {
    /// `/o/acme`
    pub base: String,
    pub connection_name: String,
    pub list: List,
    pub viewer: UserId,
    pub problems: Problems,
    pub now: Timestamp,
}

pub(super) fn pending_page(model: &PendingPage) -> AnyView {
    let lead = format!("Local people whom {} asked for, and who need an admin's word.", model.connection_name);
    let refusal = model.problems.0.first().map(|problem| problem.message.clone());
    let refusal = refusal.map(|refusal| view! { <Notice kind="bad">{refusal}</Notice> });
    let more = model.list.total.saturating_sub(model.list.shown.len() as u64);
    let more = (more > 0).then(|| {
        let text = format!("{more} more appear as these are decided.");
        view! { <p class="text-muted">{text}</p> }
    });
    let body = match model.list.shown.is_empty() {
        true => view! {
            <EmptyState title="Nobody waits">
                <p>
                    "When the provider creates or changes somebody who is a local person here, and the domain of their address is not verified, or they are an admin, they appear here. Until then nothing happens to them."
                </p>
            </EmptyState>
        }
        .into_any(),
        false => {
            let cards: Vec<_> = model.list.shown.iter().map(|shown| card(model, shown)).collect();
            view! {
                <Notice kind="info">
                    "Confirming changes nothing yet: the provider's next request takes the person over. Afterwards, in Okta: Tasks → Retry; Entra retries by itself."
                </Notice>
                {cards}
                {more}
            }
            .into_any()
        }
    };
    view! {
        <PageHeader title="Pending" lead=lead/>
        <div class="flex flex-col gap-4">{refusal} {body}</div>
    }
    .into_any()
}

fn card(model: &PendingPage, shown: &Shown) -> AnyView {
    let adoption = &shown.adoption;
    let href = format!("{}/users/{}", model.base, adoption.user);
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_string());
    let compared = |here: String, sent: String| {
        view! { <span class="break-all">{here}</span> <span class="block text-muted break-all">"sent: " {sent}</span> }
            .into_any()
    };
    let asked = view! { <When at=adoption.asked_at.clone() now=model.now.clone()/> }.into_any();
    let rows = vec![
        ("userName".to_string(), compared(shown.own_user_name.clone(), adoption.user_name.clone())),
        ("E-mail".to_string(), compared(text(&shown.own_email), text(&adoption.email))),
        ("externalId".to_string(), compared("none".to_string(), text(&adoption.external_id))),
        ("Asked".to_string(), asked),
    ];
    let level =
        view! { <Badge kind=if shown.level == Level::Member { "muted" } else { "accent" } label=shown.level.label()/> };
    let (name, state) = (shown.name.clone(), state(shown));
    let (consequence, forms) = (consequence(model, shown), forms(model, shown));
    view! {
        <Card>
            <div class="flex flex-col gap-3">
                <p class="flex flex-wrap items-center gap-2">
                    <a class="link font-medium" href=href>{name}</a>
                    {level}
                    {state}
                </p>
                <Facts rows=rows/>
                <p>{consequence}</p>
                {forms}
            </div>
        </Card>
    }
    .into_any()
}

fn state(shown: &Shown) -> AnyView {
    let by = shown.adoption.decided_by_name.clone().unwrap_or_default();
    match shown.adoption.state {
        State::Pending | State::Done => view! { <Badge kind="warn" label="Pending"/> }.into_any(),
        State::Confirmed => view! { <Badge kind="good" label=format!("Confirmed by {by}")/> }.into_any(),
        State::Declined => view! { <Badge kind="muted" label=format!("Declined by {by}")/> }.into_any(),
    }
}

/// What taking over does, in numbers.
fn consequence(model: &PendingPage, shown: &Shown) -> String {
    let sessions = with_number(shown.signed_in, "session", "sessions");
    let lost: Vec<&str> = [(shown.has_password, "the password"), (shown.has_second_factor, "the second factor")]
        .into_iter()
        .filter_map(|(has, what)| has.then_some(what))
        .collect();
    let lost = match lost.as_slice() {
        [] => String::new(),
        lost => format!(", deletes {}", lost.join(" and ")),
    };
    let roles = with_number(shown.roles, "direct role", "direct roles");
    format!(
        "Taken over, the profile is {}'s. That ends {sessions}{lost}, and revokes links and keys. The id, the level and {roles} stay.",
        model.connection_name
    )
}

fn forms(model: &PendingPage, shown: &Shown) -> AnyView {
    let base = format!("{}/connections/{}/pending/{}", model.base, model.list.connection, shown.adoption.id);
    let (yes, no) = (format!("{base}/confirm"), format!("{base}/decline"));
    let own = shown.level > Level::Member && model.viewer == shown.adoption.user;
    let confirm = match (shown.adoption.state, own) {
        (State::Confirmed, _) => None,
        (_, true) => {
            Some(view! { <p class="text-muted">"Another admin or an owner confirms this for you."</p> }.into_any())
        }
        (_, false) => Some(view! { <form method="post" action=yes><Submit label="Confirm"/></form> }.into_any()),
    };
    let decline = (shown.adoption.state != State::Declined).then(|| {
        view! { <form method="post" action=no><Submit label="Decline" kind="secondary"/></form> }
    });
    view! { <div class="flex flex-wrap gap-3">{confirm} {decline}</div> }.into_any()
}
