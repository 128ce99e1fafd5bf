//! A role at a group, as the pages of both show it: what it reaches, taking it away, and giving it.

use leptos::prelude::*;

use crate::access::roles::Attached;
use crate::error::Problems;
use crate::time::Timestamp;
use crate::ui::components::{Select, Submit, When};

/// The other side's name, which leads to its page, with the end of the grant.
pub fn attached_name(href: String, name: &str, attached: &Attached, now: &Timestamp) -> AnyView {
    let (name, now) = (name.to_string(), now.clone());
    let until = attached.grant.until.clone();
    let until = until.map(|until| view! { <span class="text-muted">", ends " <When at=until now=now/></span> });
    view! { <div><a class="link" href=href>{name}</a> {until}</div> }.into_any()
}

/// The form that takes the role away, behind a word that opens it; it says what that does.
pub fn detach_form(action: String, attached: &Attached) -> AnyView {
    let consequence = attached.reach.consequence();
    view! {
        <details>
            <summary class="link">"Detach…"</summary>
            <form class="flex flex-col gap-2 pt-2" method="post" action=action>
                <p>{consequence}</p>
                <div><Submit label="Detach" kind="danger"/></div>
            </form>
        </details>
    }
    .into_any()
}

/// The form that gives the role: `options` are the ids and names of what is free on the other side.
pub fn attach_form(
    action: String,
    label: &'static str,
    name: &'static str,
    options: Vec<(String, String)>,
    problems: &Problems,
) -> AnyView {
    let problem = problems.0.first().map(|problem| problem.message.clone());
    view! {
        <form class="field-row pt-4" method="post" action=action>
            <Select label=label name=name value="" options=options error=problem
                help="Everybody in the group, and in groups within it, holds the role at once."/>
            <Submit label="Attach" kind="secondary"/>
        </form>
    }
    .into_any()
}
