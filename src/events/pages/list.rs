//! The Activity page.

use leptos::prelude::*;

use super::subject_href;
use crate::events::{Event, Filter, sentence};
use crate::time::Timestamp;
use crate::ui::components::{ButtonLink, Chip, Chips, DataTable, EmptyState, PageHeader, Submit, When};
use crate::ui::link::link;

#[derive(Debug, Clone)]
pub(in crate::events) struct ListPage {
    /// `/o/acme`
    pub base: String,
    pub filter: Filter,
    pub events: Vec<Event>,
    /// Where the next older ones are, if there are any.
    pub has_older: bool,
    pub now: Timestamp,
}

/// The chips: a word, and how the kinds behind it begin.
const KINDS: [(&str, &str); 7] = [
    ("Everything", ""),
    ("People", "user."),
    ("Groups", "group."),
    ("Roles", "role."),
    ("Connections", "connection."),
    ("Sign-ins", "sign_in."),
    ("Organization", "organization."),
];

impl ListPage {
    fn path(&self) -> String {
        format!("{}/activity", self.base)
    }

    /// The list with the same filters, but this kind and this place.
    fn href(&self, kind: &str, before: &str) -> String {
        let filter = &self.filter;
        let parameters = [
            ("q", filter.q.as_str()),
            ("kind", kind),
            ("actor", &filter.actor),
            ("subject", &filter.subject),
            ("from", &filter.from),
            ("to", &filter.to),
            ("before", before),
        ];
        link(&self.path(), &parameters)
    }

    fn is_filtered(&self) -> bool {
        self.href("", "") != self.path() || !self.filter.kind.is_empty()
    }
}

pub(in crate::events) fn list_page(model: &ListPage) -> AnyView {
    let chips = KINDS.map(|(label, kind)| Chip {
        label: label.to_string(),
        href: model.href(kind, ""),
        active: model.filter.kind == kind,
    });
    view! {
        <PageHeader title="Activity" lead="Everything that happened here, newest first. Nothing in it can be changed."/>
        <div class="flex flex-col gap-4">
            {search(model)}
            <Chips items=chips.to_vec()/>
            {narrowed(model)}
            {table(model)}
            {paging(model)}
        </div>
    }
    .into_any()
}

/// The search with its days; the other filters are kept.
fn search(model: &ListPage) -> AnyView {
    let filter = model.filter.clone();
    let kept = [("kind", filter.kind), ("actor", filter.actor), ("subject", filter.subject)];
    let kept: Vec<_> = kept
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
        .collect();
    view! {
        <form class="flex flex-wrap items-end gap-3" role="search" method="get" action=model.path()>
            <label class="field grow">
                <span class="label">"Search"</span>
                <input class="input" type="search" name="q" value=filter.q placeholder="Name of a person, group, role…" autocomplete="off"/>
            </label>
            <label class="field">
                <span class="label">"From"</span>
                <input class="input" type="date" name="from" value=filter.from/>
            </label>
            <label class="field">
                <span class="label">"To"</span>
                <input class="input" type="date" name="to" value=filter.to/>
            </label>
            {kept}
            <div class="self-end"><Submit label="Search" kind="secondary"/></div>
        </form>
    }
    .into_any()
}

/// Says that the list is about one actor or one subject, and how to see all again.
fn narrowed(model: &ListPage) -> Option<AnyView> {
    let about = match (model.filter.actor.is_empty(), model.filter.subject.is_empty()) {
        (true, true) => return None,
        (false, _) => model.events.first().map(|event| format!("Only what {} did.", event.actor_name)),
        (true, false) => model.events.first().map(|event| format!("Only what happened to {}.", event.subject_name)),
    };
    let about = about.unwrap_or_else(|| "Only a part of the activity.".to_string());
    let all = model.path();
    Some(view! { <p class="text-muted">{about} " " <a class="link" href=all>"Show everything"</a></p> }.into_any())
}

fn table(model: &ListPage) -> AnyView {
    if model.events.is_empty() && model.is_filtered() {
        let all = model.path();
        return view! {
            <EmptyState title="Nothing fits these filters">
                <p>"Events are found by the names they carried at the time. " <a class="link" href=all>"Show everything"</a></p>
            </EmptyState>
        }
        .into_any();
    }
    if model.events.is_empty() {
        return view! {
            <EmptyState title="Nothing has happened yet">
                <p>"Each change to people, groups, roles and connections will stand here, with who made it."</p>
            </EmptyState>
        }
        .into_any();
    }
    let rows: Vec<_> = model.events.iter().map(|event| row(model, event)).collect();
    view! { <DataTable head=vec!["When", "What happened", "About", "By"]>{rows}</DataTable> }.into_any()
}

fn row(model: &ListPage, event: &Event) -> AnyView {
    let (at, now, text) = (event.at.clone(), model.now.clone(), sentence(event));
    let href = format!("{}/activity/{}", model.base, event.id);
    let subject = match subject_href(&model.base, event) {
        Some(href) => view! { <a class="link" href=href>{event.subject_name.clone()}</a> }.into_any(),
        None => event.subject_name.clone().into_any(),
    };
    let actor = match &event.actor_id {
        Some(id) => {
            let href = link(&model.path(), &[("actor", id)]);
            view! { <a class="link" href=href>{event.actor_name.clone()}</a> }.into_any()
        }
        None => event.actor_name.clone().into_any(),
    };
    view! {
        <tr>
            <td data-label="When" class="text-muted whitespace-nowrap"><When at=at now=now/></td>
            <td data-label="What happened"><a class="row-link" href=href>{text}</a></td>
            <td data-label="About">{subject}</td>
            <td data-label="By">{actor}</td>
        </tr>
    }
    .into_any()
}

fn paging(model: &ListPage) -> AnyView {
    let newest = model.filter.before.is_some().then(|| {
        let href = model.href(&model.filter.kind, "");
        view! { <ButtonLink href=href label="Newest" kind="secondary"/> }
    });
    let older = model.events.last().filter(|_| model.has_older).map(|last| {
        let href = model.href(&model.filter.kind, last.id.as_str());
        view! { <ButtonLink href=href label="Older" kind="secondary"/> }
    });
    view! { <nav class="flex gap-2" aria-label="Pages">{newest} {older}</nav> }.into_any()
}
