//! `/o/{organization}/connections/{id}/requests`: what the identity provider asked for, newest first.

use axum::http::StatusCode;
use leptos::prelude::*;

use super::super::model::Connection;
use super::tabs;
use crate::provisioning::inspector::{Filter, Keeping, Line, Outcome};
use crate::text::grouped;
use crate::time::Timestamp;
use crate::ui::components::{Badge, ButtonLink, Chip, Chips, DataTable, EmptyState, PageHeader, When};
use crate::ui::link::link;

#[derive(Clone)]
pub struct RequestsPage {
    /// `/o/acme/connections/{id}`
    pub base: String,
    pub connection: Connection,
    pub filter: Filter,
    pub lines: Vec<Line>,
    pub has_older: bool,
    pub keeping: Keeping,
    pub now: Timestamp,
}

impl RequestsPage {
    fn href(&self, outcome: Outcome, before: &str) -> String {
        link(&format!("{}/requests", self.base), &[("outcome", outcome.as_str()), ("before", before)])
    }
}

pub fn requests_page(model: &RequestsPage) -> impl IntoView + use<> {
    let chips = [("All", Outcome::All), ("Failed", Outcome::Failed)].map(|(label, outcome)| Chip {
        label: label.to_string(),
        href: model.href(outcome, ""),
        active: model.filter.outcome == outcome,
    });
    view! {
        <PageHeader title=model.connection.name.clone() lead=model.connection.provider.label()/>
        {tabs(&model.base, "/requests")}
        <div class="stack">
            <Chips items=chips.to_vec()/>
            {table(model)}
            {paging(model)}
            {kept(&model.keeping)}
        </div>
    }
}

fn table(model: &RequestsPage) -> AnyView {
    if !model.lines.is_empty() {
        let rows: Vec<_> = model.lines.iter().map(|line| row(model, line)).collect();
        return view! { <DataTable head=vec!["When", "Request", "Answer", "Took"]>{rows}</DataTable> }.into_any();
    }
    let all = model.href(Outcome::All, "");
    match (model.filter.outcome, &model.filter.before) {
        (Outcome::Failed, None) => view! {
            <EmptyState title="No request failed">
                <p>"Of those that are kept, each was answered as it wished. " <a class="link" href=all>"Show all"</a></p>
            </EmptyState>
        }
        .into_any(),
        (_, Some(_)) => view! {
            <EmptyState title="There are no older ones">
                <p><a class="link" href=all>"Show the newest"</a></p>
            </EmptyState>
        }
        .into_any(),
        (Outcome::All, None) => view! {
            <EmptyState title="Nothing was asked yet">
                <p>"Each SCIM call stands here, with what was sent, what was understood and how it was answered. Press “Test” in the other console to see the first one."</p>
            </EmptyState>
        }
        .into_any(),
    }
}

fn row(model: &RequestsPage, line: &Line) -> AnyView {
    let (at, now) = (line.at.clone(), model.now.clone());
    let href = format!("{}/requests/{}", model.base, line.id);
    let asked = format!("{} {}", line.method, line.path);
    let request = match line.understood.as_str() {
        "" => view! { <a class="row-link mono" href=href>{asked}</a> }.into_any(),
        summary => view! {
            <a class="row-link" href=href>{capitalized(summary)}</a>
            <code class="block text-muted break-all">{asked}</code>
        }
        .into_any(),
    };
    let stranger = (!line.known).then(|| view! { <Badge kind="muted" label="No token of this directory"/> });
    view! {
        <tr>
            <td data-label="When" class="text-muted"><When at=at now=now/></td>
            <td data-label="Request"><div class="min-w-0">{request}</div></td>
            <td data-label="Answer"><span class="flex flex-wrap gap-2">{answer_badge(line.status)} {stranger}</span></td>
            <td data-label="Took" class="text-muted whitespace-nowrap">{took(line.duration_us)}</td>
        </tr>
    }
    .into_any()
}

fn paging(model: &RequestsPage) -> AnyView {
    let outcome = model.filter.outcome;
    let newest = model.filter.before.is_some().then(|| {
        view! { <ButtonLink href=model.href(outcome, "") label="Newest" kind="secondary"/> }
    });
    let older = model.lines.last().filter(|_| model.has_older).map(|last| {
        view! { <ButtonLink href=model.href(outcome, last.id.as_str()) label="Older" kind="secondary"/> }
    });
    view! { <nav class="flex gap-2" aria-label="Pages">{newest} {older}</nav> }.into_any()
}

/// What the list cannot show.
fn kept(keeping: &Keeping) -> AnyView {
    let number = |number: i64| grouped(number.unsigned_abs());
    let mut told = vec![format!("The last {} requests are kept, for {} days.", number(keeping.records), keeping.days)];
    if keeping.reads_dropped > 0 {
        let reads = number(keeping.reads_dropped);
        told.push(format!("Not kept, for there were more than 50 in one second: successful reads, {reads}."));
    }
    if keeping.strangers_dropped > 0 {
        let strangers = number(keeping.strangers_dropped);
        told.push(format!("Not kept for the same reason: calls without a token of this directory, {strangers}."));
    }
    view! { <p class="text-muted">{told.join(" ")}</p> }.into_any()
}

/// `409 Conflict`
pub(super) fn answer_badge(status: i64) -> AnyView {
    let reason = u16::try_from(status).ok().and_then(|status| StatusCode::from_u16(status).ok());
    let reason = reason.and_then(|status| status.canonical_reason()).unwrap_or_default();
    let kind = if status < 400 { "good" } else { "bad" };
    view! { <Badge kind=kind label=format!("{status} {reason}")/> }.into_any()
}

/// Three digits say enough.
pub(super) fn took(micros: i64) -> String {
    match micros {
        0..10_000 => format!("{:.1} ms", micros as f64 / 1e3),
        10_000..1_000_000 => format!("{} ms", micros / 1_000),
        _ => format!("{:.1} s", micros as f64 / 1e6),
    }
}

pub(super) fn capitalized(summary: &str) -> String {
    let mut letters = summary.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_three_digits_at_most() {
        assert_eq!([took(80), took(1_240), took(12_400), took(1_240_000)], ["0.1 ms", "1.2 ms", "12 ms", "1.2 s"]);
    }

    #[test]
    fn sentences_begin_with_a_capital() {
        assert_eq!(capitalized("add 1 member"), "Add 1 member");
        assert_eq!(capitalized(""), "");
    }
}
