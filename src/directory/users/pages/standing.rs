//! What we decide about one person, the level and the suspension: parts of their page.

use leptos::prelude::*;

use super::user::UserPage;
use crate::access::roles::pages::with_number;
use crate::actor::Level;
use crate::ui::components::{Choice, Choices, Field, Notice, Submit, When};

pub(super) fn level(model: &UserPage) -> AnyView {
    let refusal = model.refused.level.0.first().map(|problem| problem.message.clone());
    let raised = raised(model);
    if model.viewer.level < Level::Owner || model.is_self() {
        let (label, why) = (model.user.level.label(), if model.is_self() { "another owner" } else { "an owner" });
        let refusal = refusal.map(|refusal| view! { <Notice kind="bad">{refusal}</Notice> });
        return view! { {refusal} {raised} <p>{label} ". " <span class="text-muted">"Only " {why} " changes it."</span></p> }
            .into_any();
    }
    let choice = |level: Level, help: &str| Choice {
        value: level.as_str().to_string(),
        label: level.label().to_string(),
        help: help.to_string(),
    };
    let options = vec![
        choice(Level::Member, "Sees their own account only."),
        choice(Level::Admin, "Reads and changes people, groups, roles and connections."),
        choice(Level::Owner, "Also makes admins and owners, and deletes connections."),
    ];
    let (action, value) = (format!("{}/level", model.path()), model.user.own_level.as_str());
    view! {
        {raised}
        <form class="flex flex-col gap-4" method="post" action=action>
            <Choices legend="What this person may do in Muster" name="level" value=value options=options error=refusal/>
            <div><Submit label="Change level" kind="secondary"/></div>
        </form>
    }
    .into_any()
}

/// "Admin, through Platform": what groups make of the person, whatever their own level is.
fn raised(model: &UserPage) -> Option<AnyView> {
    if model.raised_by.is_empty() || model.user.own_level > Level::Member {
        return None;
    }
    let groups = model.raised_by.iter().enumerate().map(|(n, group)| {
        let (href, name) = (format!("{}/groups/{}", model.base, group.id), group.name.clone());
        let comma = (n > 0).then_some(", ");
        view! { {comma} <a class="link" href=href>{name}</a> }
    });
    let groups: Vec<_> = groups.collect();
    Some(view! { <p>"Admin, through " {groups} ". It ends when the person leaves it."</p> }.into_any())
}

pub(super) fn suspension(model: &UserPage) -> AnyView {
    let problem = |field: &str| model.refused.suspension.of(field).map(str::to_string);
    let refusal = problem("").map(|refusal| view! { <Notice kind="bad">{refusal}</Notice> });
    let suspension = model.user.suspension.clone().map(|suspension| {
        let now = model.now.clone();
        let reason = suspension.reason.map(|reason| view! { <p>"Reason: " {reason}</p> });
        view! { <p>"Suspended by " {suspension.by} ", " <When at=suspension.at now=now/> "."</p> {reason} }
    });
    let form = match (model.has_power() && !model.is_self(), suspension.is_some()) {
        (true, true) => lift_form(model).into_any(),
        (true, false) => suspend_form(model, problem("reason")).into_any(),
        (false, _) if model.is_self() => view! { <p class="text-muted">"Nobody suspends themselves."</p> }.into_any(),
        (false, _) => view! { <p class="text-muted">"Only owners suspend an owner."</p> }.into_any(),
    };
    view! { {refusal} {suspension} {form} }.into_any()
}

fn suspend_form(model: &UserPage, problem: Option<String>) -> AnyView {
    let sessions = with_number((model.sessions.len() + model.terminals.len()) as i64, "session", "sessions");
    let roles = match model.user.may_sign_in() {
        true => with_number(model.roles.len() as i64, "role", "roles"),
        false => "no roles".to_string(),
    };
    let live = model.keys.iter().filter(|key| key.is_live(&model.now)).count();
    let ends = match model.user.is_service() {
        true => with_number(live as i64, "API key", "API keys"),
        false => sessions,
    };
    let text = format!(
        "Ends {ends} now and takes away {roles} until it is lifted. Grants and groups are kept. No identity provider lifts it."
    );
    let (action, reason) = (format!("{}/suspend", model.path()), model.refused.reason.clone());
    view! {
        <form class="flex flex-col gap-4" method="post" action=action>
            <p>{text}</p>
            <Field label="Reason" name="reason" value=reason error=problem autocomplete="off"
                help="For the other admins and the log. May be empty."/>
            <div><Submit label="Suspend" kind="danger"/></div>
        </form>
    }
    .into_any()
}

fn lift_form(model: &UserPage) -> AnyView {
    let action = format!("{}/lift", model.path());
    view! {
        <form class="pt-4" method="post" action=action><Submit label="Lift suspension" kind="secondary"/></form>
    }
    .into_any()
}
