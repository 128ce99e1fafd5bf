//! How the overview looks.

use leptos::prelude::*;

use super::{Concern, Counts, Health, Step, checklist, concerns, lost, pending, unanswered};
use crate::access::grants::Grant;
use crate::access::grants::pages::ending_soon;
use crate::directory::users::adoption;
use crate::directory::users::break_glass::BreakGlassOwner;
use crate::directory::users::service;
use crate::organizations::domains::Domain;
use crate::provisioning::brake::Held;
use crate::time::Timestamp;
use crate::ui::components::{Badge, ButtonLink, Card, DataTable, EmptyState, Notice, PageHeader, When};

#[derive(Debug, Clone)]
pub(super) struct OverviewPage {
    /// `/o/acme`
    pub base: String,
    pub organization: String,
    pub counts: Counts,
    pub health: Vec<Health>,
    pub brakes: Vec<Held>,
    pub domains: Vec<Domain>,
    /// Grants that end within a day.
    pub ending: Vec<Grant>,
    /// Where local people wait to be taken over.
    pub waiting: Vec<adoption::Count>,
    pub owners: Vec<BreakGlassOwner>,
    /// Service accounts that nobody answers for any more.
    pub unanswered: Vec<service::Listed>,
    pub now: Timestamp,
}

pub(super) fn overview_page(model: &OverviewPage) -> AnyView {
    let steps = checklist(&model.counts, &model.health);
    let steps = (!steps.is_empty()).then(|| next_steps(model, &steps));
    let others = concerns(&model.counts, &model.health, &model.brakes, &model.owners, &model.now);
    let own = [lost(&model.domains), pending(&model.waiting), unanswered(&model.unanswered)].concat();
    let concerns = attention(model, &[own, others].concat());
    let ending = ending_soon(&model.base, &model.ending, &model.now);
    let (numbers, connections) = (numbers(model), connections(model));
    let brakes: Vec<_> = model.brakes.iter().map(|held| brake(model, held)).collect();
    view! {
        <PageHeader title="Overview" lead=model.organization.clone()/>
        <div class="flex flex-col gap-4">
            {brakes}
            {steps}
            {concerns}
            {ending}
            {numbers}
            <Card title="Connections">{connections}</Card>
        </div>
    }
    .into_any()
}

/// The most urgent of all: people wait for an owner.
fn brake(model: &OverviewPage, held: &Held) -> AnyView {
    let (text, href) = (held.in_words(), format!("{}/connections/{}/brake", model.base, held.connection));
    view! { <Notice kind="bad"><p>{text} " " <a class="link" href=href>"See what waits"</a></p></Notice> }.into_any()
}

fn next_steps(model: &OverviewPage, steps: &[Step]) -> AnyView {
    let next = steps.iter().position(|step| !step.done);
    let items: Vec<_> = steps
        .iter()
        .enumerate()
        .map(|(n, step)| {
            let (label, help, href) = (step.label, step.help, format!("{}{}", model.base, step.path));
            let state = match step.done {
                true => view! { <Badge kind="good" label="Done"/> }.into_any(),
                false if next == Some(n) => view! { <ButtonLink href=href.clone() label="Go"/> }.into_any(),
                false => view! { <Badge kind="muted" label="To do"/> }.into_any(),
            };
            view! {
                <li class="flex flex-wrap items-center justify-between gap-3 py-2">
                    <span class="min-w-0 flex-1">
                        <a class="link font-medium" href=href>{label}</a>
                        <span class="block text-muted">{help}</span>
                    </span>
                    {state}
                </li>
            }
        })
        .collect();
    view! { <Card title="First steps"><ol class="divide-y divide-line">{items}</ol></Card> }.into_any()
}

fn attention(model: &OverviewPage, concerns: &[Concern]) -> Option<AnyView> {
    let items: Vec<_> = concerns
        .iter()
        .map(|concern| {
            let (text, href, action) =
                (concern.text.clone(), format!("{}{}", model.base, concern.path), concern.action);
            view! {
                <li class="flex flex-wrap items-center justify-between gap-3 py-2">
                    <span class="flex min-w-0 grow basis-64 items-baseline gap-2">
                        <Badge kind="warn" label="Look"/>
                        <span class="min-w-0 flex-1">{text}</span>
                    </span>
                    <ButtonLink href=href label=action kind="secondary"/>
                </li>
            }
        })
        .collect();
    (!items.is_empty()).then(|| {
        view! { <Card title="Needs attention"><ul class="divide-y divide-line">{items}</ul></Card> }.into_any()
    })
}

fn numbers(model: &OverviewPage) -> AnyView {
    let Counts { active, deactivated, suspended, groups, roles, .. } = model.counts;
    let connections = model.health.len() as i64;
    let numbers = [
        ("Active people", active, "/users?status=active"),
        ("Deactivated", deactivated, "/users?status=deactivated"),
        ("Suspended", suspended, "/users?status=suspended"),
        ("Groups", groups, "/groups"),
        ("Roles", roles, "/roles"),
        ("Connections", connections, "/connections"),
    ];
    let items = numbers.map(|(label, number, path)| {
        let href = format!("{}{path}", model.base);
        view! {
            <li>
                <a class="block rounded-lg border border-line bg-raised p-4" href=href>
                    <span class="block text-xl font-semibold tabular-nums">{number}</span>
                    <span class="text-muted">{label}</span>
                </a>
            </li>
        }
    });
    view! { <ul class="grid grid-cols-2 gap-4 sm:grid-cols-3 lg:grid-cols-6" aria-label="Numbers">{items.to_vec()}</ul> }
    .into_any()
}

fn connections(model: &OverviewPage) -> AnyView {
    if model.health.is_empty() {
        let new = format!("{}/connections/new", model.base);
        return view! {
            <EmptyState title="No identity provider is connected">
                <p>"Each connection will stand here with its last request and its last error. " <a class="link" href=new>"Connect one"</a></p>
            </EmptyState>
        }
        .into_any();
    }
    let rows: Vec<_> = model.health.iter().map(|health| health_row(model, health)).collect();
    let head = vec!["Connection", "Provisioning", "Sign-in", "Last request", "Last error"];
    view! { <DataTable head=head>{rows}</DataTable> }.into_any()
}

fn health_row(model: &OverviewPage, health: &Health) -> AnyView {
    let href = format!("{}/connections/{}", model.base, health.id);
    let provisioning = match health.directory.as_deref() {
        Some("on") if health.is_failing() => ("bad", "Last request failed"),
        Some("on") if health.last_request_at.is_none() => ("warn", "Waiting for the first call"),
        Some("on") => ("good", "Receiving"),
        Some("paused") => ("warn", "Paused"),
        _ => ("muted", "Off"),
    };
    let sign_in = match health.sign_in.as_str() {
        "on" => ("good", "On"),
        "draft" => ("warn", "Draft"),
        _ => ("muted", "Off"),
    };
    let badge = |(kind, label): (&'static str, &'static str)| view! { <Badge kind=kind label=label/> };
    let last_request = moment(health.last_request_at.as_ref(), "never", &model.now);
    let last_error = moment(health.last_error_at.as_ref(), "none", &model.now);
    let error = health.last_error.clone().filter(|_| health.last_error_at.is_some());
    let error = error.map(|error| view! { <span class="block break-words text-muted">{error}</span> });
    view! {
        <tr>
            <td data-label="Connection">
                <div class="md:min-w-32">
                    <a class="link font-medium" href=href>{health.name.clone()}</a>
                    <span class="block text-muted">{health.provider_label()}</span>
                </div>
            </td>
            <td data-label="Provisioning">{badge(provisioning)}</td>
            <td data-label="Sign-in">{badge(sign_in)}</td>
            <td data-label="Last request">{last_request}</td>
            <td data-label="Last error"><div>{last_error} {error}</div></td>
        </tr>
    }
    .into_any()
}

fn moment(at: Option<&Timestamp>, otherwise: &'static str, now: &Timestamp) -> AnyView {
    match at.cloned() {
        Some(at) => view! { <When at=at now=now.clone()/> }.into_any(),
        None => view! { <span class="text-muted">{otherwise}</span> }.into_any(),
    }
}
