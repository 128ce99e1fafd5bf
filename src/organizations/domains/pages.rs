//! How the domains look: each with its state, the record to make, and what can be done.

use leptos::prelude::*;

use super::model::{Domain, DomainState};
use crate::error::Problems;
use crate::organizations::settings::tabs;
use crate::text::grouped;
use crate::time::Timestamp;
use crate::ui::components::{Badge, Card, CopyValue, EmptyState, Facts, Field, Notice, PageHeader, Submit, When};

#[derive(Clone)]
pub(super) struct DomainsPage {
    /// The organization's slug.
    pub organization: String,
    pub domains: Vec<Shown>,
    pub typed: String,
    pub problems: Problems,
    pub now: Timestamp,
}

/// A domain with the number of people who have an address there.
#[derive(Clone)]
pub(super) struct Shown {
    pub domain: Domain,
    pub people: i64,
}

pub(super) fn domains_page(model: &DomainsPage) -> impl IntoView + use<> {
    let tabs = tabs(&model.organization, "domains");
    let (form, list) = (form(model), list(model));
    view! {
        <PageHeader title="Settings" lead="Prove which e-mail domains are yours: their people are then led to your sign-in."/>
        {tabs}
        <div class="stack">{form} {list}</div>
    }
}

fn form(model: &DomainsPage) -> AnyView {
    let (action, typed) = (format!("/o/{}/settings/domains", model.organization), model.typed.clone());
    let error = model.problems.of("domain").map(str::to_string);
    view! {
        <Card title="Add a domain">
            <form method="post" action=action class="form">
                <Field
                    label="Domain" name="domain" value=typed error=error required=true placeholder="acme.com"
                    help="What stands behind the @ in your e-mail addresses. Subdomains count separately."
                />
                <div class="form-actions"><Submit label="Add domain"/></div>
            </form>
        </Card>
    }
    .into_any()
}

fn list(model: &DomainsPage) -> AnyView {
    if model.domains.is_empty() {
        return view! {
            <EmptyState title="No domains yet">
                <p>
                    "Add the domain of your e-mail addresses and make one DNS record. From then on people who type such an address \
                     at sign-in are led here, and members whom your identity provider vouches for are linked by their address."
                </p>
            </EmptyState>
        }
        .into_any();
    }
    model.domains.iter().map(|shown| card(model, shown)).collect_view().into_any()
}

fn card(model: &DomainsPage, Shown { domain, people }: &Shown) -> AnyView {
    let at = format!("/o/{}/settings/domains/{}", model.organization, domain.id);
    let (kind, label) = match domain.state {
        DomainState::Pending => ("muted", "Waiting for its record"),
        DomainState::Verified if domain.misses > 0 => ("warn", "Verified, record missing"),
        DomainState::Verified => ("good", "Verified"),
        DomainState::Lost => ("bad", "Lost"),
    };
    let (facts, notice) = (facts(domain, *people, &model.now), notice(domain));
    let (record, removal) = (record(domain), removal(domain, *people, &at));
    let check = format!("{at}/check");
    let kind_of_check = if domain.state == DomainState::Verified { "secondary" } else { "primary" };
    view! {
        <Card title=domain.name.unicode()>
            <div class="stack">
                <p><Badge kind=kind label=label/></p>
                {notice}
                {facts}
                {record}
                <form method="post" action=check><Submit label="Check now" kind=kind_of_check/></form>
                {removal}
            </div>
        </Card>
    }
    .into_any()
}

fn facts(domain: &Domain, people: i64, now: &Timestamp) -> AnyView {
    let when = |at: &Option<Timestamp>| match at.clone() {
        Some(at) => view! { <When at=at now=now.clone()/> }.into_any(),
        None => view! { <span class="text-muted">"never"</span> }.into_any(),
    };
    let mut rows = vec![("People with an address there".to_string(), grouped(people.unsigned_abs()).into_any())];
    if domain.state == DomainState::Verified {
        rows.push(("Verified".into(), when(&domain.verified_at)));
    }
    if domain.state == DomainState::Lost {
        rows.push(("Lost".into(), when(&domain.lost_at)));
    }
    rows.push(("Last check".into(), when(&domain.checked_at)));
    if domain.due_at.is_some() {
        rows.push(("Next check".into(), when(&domain.due_at)));
    }
    view! { <Facts rows=rows/> }.into_any()
}

/// What the last check found, and what follows from it.
fn notice(domain: &Domain) -> Option<AnyView> {
    let problem = domain.problem.clone();
    let (kind, follows) = match domain.state {
        DomainState::Pending => ("info", ""),
        DomainState::Verified if domain.misses > 0 => {
            ("warn", " If the next daily check does not find it either, the domain is lost.")
        }
        DomainState::Verified => {
            ("warn", " The domain stays verified; only two daily checks in a row without the record lose it.")
        }
        DomainState::Lost => (
            "bad",
            " The record was gone at two daily checks. Nobody is linked by an address there any more, and sign-in leads nobody here \
             by it; whoever was linked stays so. Make the record again and check.",
        ),
    };
    let problem = problem.or_else(|| (domain.state == DomainState::Lost).then(String::new))?;
    Some(view! { <Notice kind=kind>{problem} {follows}</Notice> }.into_any())
}

/// What to enter at whoever runs the domain's DNS. Folded away once it is there.
fn record(domain: &Domain) -> AnyView {
    let values = view! {
        <div class="stack">
            <p class="text-muted">
                "At the provider of your DNS, add a record of the type " <strong>"TXT"</strong> " and leave its TTL as it is. \
                 The name is the domain itself: consoles that add the domain by themselves want "<code>"@"</code>
                ", or only what stands before the part that they add. Other TXT records stay as they are."
            </p>
            <CopyValue label="Name (Host)" value=domain.name.as_str()/>
            <CopyValue label="Value (Content, Data)" value=domain.record()/>
        </div>
    };
    if domain.state == DomainState::Verified {
        return view! {
            <details>
                <summary class="link">"The record that proves it"</summary>
                {values}
            </details>
        }
        .into_any();
    }
    values.into_any()
}

fn removal(domain: &Domain, people: i64, at: &str) -> AnyView {
    let consequence = match domain.state {
        DomainState::Verified => format!(
            "Sign-in will not lead the {} with an address there to your provider by itself any more, and members are not linked by \
             such an address. Whoever was linked stays so. Another organization may prove the domain.",
            if people == 1 { "1 person".to_string() } else { format!("{} people", grouped(people.unsigned_abs())) }
        ),
        DomainState::Pending | DomainState::Lost => {
            "It has no effect now. Added again, it gets another value to prove it by.".to_string()
        }
    };
    let action = format!("{at}/remove");
    view! {
        <details>
            <summary class="link">"Remove this domain…"</summary>
            <form method="post" action=action class="stack mt-2">
                <p class="text-muted">{consequence}</p>
                <div><Submit label="Remove domain" kind="danger"/></div>
            </form>
        </details>
    }
    .into_any()
}
