//! Whether one person runs the installation: a part of their page in the home organization.

use leptos::prelude::*;

use super::user::UserPage;
use crate::actor::Level;
use crate::ui::components::{Card, Notice, Submit};

/// Whether a page speaks of operators, and what it offers whoever looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::directory::users) enum Operating {
    /// Operators belong to the home organization.
    Elsewhere,
    /// To those who make no operators.
    Shown,
    Offered,
}

pub(super) fn operator(model: &UserPage) -> Option<AnyView> {
    if model.operating == Operating::Elsewhere {
        return None;
    }
    let refusal = model.refused.operator.0.first().map(|problem| problem.message.clone());
    let refusal = refusal.map(|refusal| view! { <Notice kind="bad">{refusal}</Notice> });
    let name = &model.user.display_name;
    let state = match model.user.operator {
        true => format!("{name} is an operator: an admin in every organization, never an owner there."),
        false => format!("{name} is no operator."),
    };
    let form = form(model);
    Some(view! { <Card title="Operator">{refusal} <p>{state}</p> {form}</Card> }.into_any())
}

fn form(model: &UserPage) -> AnyView {
    let note = |text: &'static str| view! { <p class="text-muted">{text}</p> }.into_any();
    let path = format!("{}/operator", model.path());
    match (model.operating, model.user.operator) {
        (Operating::Offered, true) if model.is_self() => note("Only another operator changes this."),
        (Operating::Offered, true) => button(format!("{path}/end"), "Make an operator no more"),
        (Operating::Offered, false) if model.user.level < Level::Admin => {
            note("Only admins and owners can be made one.")
        }
        (Operating::Offered, false) => button(path, "Make an operator"),
        _ => note("Only an operator who is an owner here changes this."),
    }
}

fn button(action: String, label: &'static str) -> AnyView {
    view! {
        <form class="flex flex-col gap-4 pt-4" method="post" action=action>
            <p class="text-muted">"Ends the person's sessions: they sign in again."</p>
            <div><Submit label=label kind="secondary"/></div>
        </form>
    }
    .into_any()
}
