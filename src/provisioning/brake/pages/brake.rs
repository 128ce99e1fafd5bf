//! `/o/{organization}/connections/{id}/brake`: why it closed, what waits, and the two ways on.

use leptos::prelude::*;

use super::people::people;
use super::title;
use crate::access::roles::pages::with_number;
use crate::connections::Connection;
use crate::directory::brake::WINDOW;
use crate::error::Problems;
use crate::provisioning::brake::limits::Limits;
use crate::provisioning::brake::pending::store::Totals;
use crate::provisioning::brake::pending::{Listed, PER_PAGE};
use crate::provisioning::brake::state::{Brake, Closed};
use crate::sso::Provider;
use crate::time::Timestamp;
use crate::ui::components::{Badge, Card, DataTable, EmptyState, Notice, PageHeader, Pager, Submit, When};

#[derive(Clone)]
pub struct BrakePage {
    /// `/o/acme/connections/{id}`
    pub base: String,
    /// `/o/acme/users`
    pub users: String,
    pub connection: Connection,
    pub brake: Brake,
    /// Whether the viewer may decide.
    pub is_owner: bool,
    pub changes: Vec<Listed>,
    pub page: u64,
    /// What waits on all pages, in numbers.
    pub waiting: Totals,
    /// Of a suspension that was refused.
    pub problems: Problems,
    pub now: Timestamp,
}

impl BrakePage {
    fn holds(&self) -> bool {
        self.waiting.changes > 0 || self.brake.closed.is_some()
    }
}

pub fn brake_page(model: &BrakePage) -> AnyView {
    let badge = match (&model.brake.closed, model.brake.is_on) {
        (Some(_), _) => view! { <Badge kind="bad" label="Closed"/> },
        (None, true) => view! { <Badge kind="good" label="Open"/> },
        (None, false) => view! { <Badge kind="muted" label="Off"/> },
    };
    let refusal = model.problems.of("").map(str::to_string).map(|text| view! { <Notice kind="bad">{text}</Notice> });
    let why = model.brake.closed.as_ref().map(|closed| why(model, closed));
    let decision = model.holds().then(|| decision(model));
    let changes = changes(model);
    view! {
        <PageHeader title=format!("Brake of {}", model.connection.name) lead=limit(&model.brake)>{badge}</PageHeader>
        <div class="stack">{refusal} {why} {decision} {changes}</div>
    }
    .into_any()
}

/// The limit in words.
fn limit(brake: &Brake) -> String {
    let Limits { least, percent } = brake.limits;
    let minutes = WINDOW.whole_minutes();
    match brake.is_on {
        true => format!(
            "Within {minutes} minutes the provider may take access from {least} people or {percent} % of the active ones, whichever is more."
        ),
        false => "The provider may take access from any number of people at once.".to_string(),
    }
}

fn why(model: &BrakePage, closed: &Closed) -> AnyView {
    let crossing = closed.crossing;
    let text = format!(
        "{} would have lost access within {} minutes, and {} of {} may. Whatever takes access from somebody is refused and kept \
         here until an owner decides; everything else goes on.",
        with_number(crossing.lost, "person", "people"),
        WINDOW.whole_minutes(),
        crossing.allowed,
        with_number(crossing.active, "active person", "active people"),
    );
    let (at, now) = (closed.at.clone(), model.now.clone());
    view! { <Notice kind="bad"><p>"The brake closed " <When at=at now=now/> ". " {text}</p></Notice> }.into_any()
}

fn decision(model: &BrakePage) -> AnyView {
    if !model.is_owner {
        let text = "Only owners release or keep. Ask one of them; whoever must be out at once can be suspended below.";
        return view! { <Card title="What next"><p class="text-muted">{text}</p></Card> }.into_any();
    }
    let changes = with_number(model.waiting.changes, "change", "changes");
    let lose = with_number(model.waiting.people, "person loses", "people lose");
    let keep = with_number(model.waiting.people, "person keeps", "people keep");
    let release = format!(
        "Release applies {changes} in their order, as {} asked: {lose} access. It opens the brake.",
        model.connection.name
    );
    let discard = format!("Keep discards {changes}: {keep} their access. It opens the brake. {}", afterwards(model));
    let seen = || view! { <input type="hidden" name="seen" value=model.waiting.last.to_string()/> };
    let (seen_by_release, seen_by_keep) = (seen(), seen());
    let (to_release, to_keep) = (format!("{}/brake/release", model.base), format!("{}/brake/keep", model.base));
    view! {
        <Card title="What next">
            <div class="two-columns">
                <form method="post" action=to_release class="flex flex-col gap-3">
                    {seen_by_release}
                    <p>{release}</p>
                    <div><Submit label="Release" kind="danger"/></div>
                </form>
                <form method="post" action=to_keep class="flex flex-col gap-3">
                    {seen_by_keep}
                    <p>{discard}</p>
                    <div><Submit label="Keep" kind="secondary"/></div>
                </form>
            </div>
        </Card>
    }
    .into_any()
}

/// What the provider does when its requests were refused and nothing was applied.
fn afterwards(model: &BrakePage) -> &'static str {
    match model.connection.provider {
        Provider::Okta => {
            "Okta does not ask again by itself: where it still says that somebody is out, assign them again there."
        }
        Provider::Entra => {
            "Entra asks again at its next cycle, and the brake closes again if as many would lose access: mend the cause there first."
        }
        Provider::Generic => {
            "Where the provider asks again and as many would lose access, the brake closes again: mend the cause there first."
        }
    }
}

fn changes(model: &BrakePage) -> AnyView {
    if model.waiting.changes == 0 {
        let settings = format!("{}/settings", model.base);
        return view! {
            <EmptyState title="Nothing waits">
                <p>"When the provider would take access from too many people at once, its requests are refused and stand here, each with \
                 the people whom it is about. " <a class="link" href=settings>"Change the limits"</a></p>
            </EmptyState>
        }
        .into_any();
    }
    let rows: Vec<_> = model.changes.iter().map(|change| row(model, change)).collect();
    let (page, total, href) = (model.page, model.waiting.changes.unsigned_abs(), format!("{}/brake", model.base));
    view! {
        <DataTable head=vec!["Pending change", "Asked", "Who would lose access"]>{rows}</DataTable>
        <Pager page=page total=total per_page=PER_PAGE href=href/>
    }
    .into_any()
}

fn row(model: &BrakePage, change: &Listed) -> AnyView {
    let request = format!("{} {}/{}", change.method, change.endpoint, change.resource_id);
    let failure = change.failure.clone().map(|reason| {
        view! { <div class="flex flex-col gap-1"><Badge kind="bad" label="Could not be applied"/> <span class="break-words">{reason}</span></div> }
    });
    let times = (change.times > 1).then(|| format!("{} times, last ", change.times));
    let (at, now) = (change.last_asked_at.clone(), model.now.clone());
    let more = change.people - change.first.len() as i64;
    let more = (more > 0).then(|| {
        let href = format!("{}/brake/changes/{}", model.base, change.id);
        let label = format!("and {}", with_number(more, "other", "others"));
        view! { <p><a class="link" href=href>{label}</a></p> }
    });
    let people = people(&model.base, &model.users, &change.first, None);
    view! {
        <tr>
            <td data-label="Pending change" class="align-top">
                <div class="flex flex-col gap-1">
                    <span class="font-medium">{title(change)}</span>
                    <code class="mono text-muted break-all">{request}</code>
                    {failure}
                </div>
            </td>
            <td data-label="Asked" class="align-top"><span>{times} <When at=at now=now/></span></td>
            <td data-label="Who would lose access" class="cell-list"><div>{people} {more}</div></td>
        </tr>
    }
    .into_any()
}
