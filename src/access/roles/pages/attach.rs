//! A role at a group, as the pages of both show it: what it reaches, and the ways to taking it away and giving it.

use leptos::prelude::*;

use crate::access::roles::{AttachForm, Attached};
use crate::error::Problems;
use crate::time::Timestamp;
use crate::ui::components::{Field, Select, Submit, When};

/// The other side's name, which leads to its page, with the end of the grant.
pub fn attached_name(href: String, name: &str, attached: &Attached, now: &Timestamp) -> AnyView {
    let (name, now) = (name.to_string(), now.clone());
    let until = attached.grant.until.clone();
    let until = until.map(|until| view! { <span class="text-muted">", ends " <When at=until now=now/></span> });
    view! { <div><a class="link" href=href>{name}</a> {until}</div> }.into_any()
}

/// What taking the role away does in numbers, and the way to the page that says it by name and does it.
pub fn detach_link(href: String, attached: &Attached) -> AnyView {
    let consequence = attached.reach.consequence();
    let what = view! { <p class="text-muted">{consequence}</p> };
    view! { <div><a class="link" href=href>"Detach…"</a> {what}</div> }.into_any()
}

/// The form that leads to giving the role, past the page that says who gains it: `options` are the ids and names of what is free
/// on the other side.
pub fn attach_form(
    action: String,
    label: &'static str,
    name: &'static str,
    options: Vec<(String, String)>,
    typed: &AttachForm,
    problems: &Problems,
) -> AnyView {
    let problem = |field: &str| problems.of(field).map(str::to_string);
    let chosen = if name == "group_id" { typed.group_id.clone() } else { typed.role_id.clone() };
    let until = typed.until.clone();
    let (chosen_problem, until_problem) = (problem(name).or_else(|| problem("")), problem("until"));
    view! {
        <form class="field-row pt-4" method="get" action=action>
            <Select label=label name=name value=chosen options=options error=chosen_problem
                help="Everybody in the group, and in groups within it, holds the role at once."/>
            <Field label="Until (UTC)" name="until" kind="datetime-local" value=until error=until_problem autocomplete="off"
                help="Empty: for good."/>
            <Submit label="Attach" kind="secondary"/>
        </form>
    }
    .into_any()
}
