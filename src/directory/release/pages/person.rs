//! Releasing one person.

use leptos::prelude::*;

use super::super::{People, PersonPreview};
use super::{count, refusal};
use crate::directory::users::User;
use crate::error::Problems;
use crate::ui::components::{Card, Choice, Choices, Notice, PageHeader, Submit};

#[derive(Debug, Clone)]
pub(in crate::directory::release) struct PersonPage {
    /// `/o/acme/users/{id}`
    pub base: String,
    /// The connection's name.
    pub from: String,
    pub may_be_released: bool,
    pub user: User,
    pub preview: PersonPreview,
    pub chosen: String,
    pub problems: Problems,
}

pub(in crate::directory::release) fn person_page(model: &PersonPage) -> AnyView {
    let refusal = refusal(&model.problems);
    let body = match (model.user.source.is_managed(), model.may_be_released) {
        (false, _) => view! { <Notice kind="info">"This person is local already."</Notice> }.into_any(),
        (true, false) => {
            let text = format!(
                "{} still looks after this person and would take them back at once. Unassign them there first; or turn off how the connection syncs people.",
                model.from
            );
            view! { <Notice kind="info">{text}</Notice> }.into_any()
        }
        (true, true) => form(model),
    };
    view! {
        <PageHeader title=format!("Release {}", model.user.display_name) lead="What their provider left behind becomes yours, or goes."/>
        <div class="flex flex-col gap-4">{refusal} {body}</div>
    }
    .into_any()
}

fn form(model: &PersonPage) -> AnyView {
    let preview = &model.preview;
    let direct = count(preview.direct_roles, "direct role", "direct roles");
    let groups = count(preview.groups, "group", "groups");
    let sessions = count(preview.sessions, "session", "sessions");
    let links = count(preview.links, "sign-in link", "sign-in links");
    let scim = count(preview.scim_roles, "role", "roles");
    let local = match model.user.idp_active {
        true => {
            "The profile is yours to change, and they sign in with a password once they are invited, where single sign-on is not required."
        }
        false => {
            "The profile is yours to change. They were deactivated there and are suspended here until somebody lifts it."
        }
    };
    let option = |choice: People, label: &str, help: &str| Choice {
        value: choice.as_str().to_string(),
        label: label.to_string(),
        help: help.to_string(),
    };
    let options = vec![
        option(People::Local, "Make local", local),
        option(
            People::Suspended,
            "Make local and suspend",
            "They keep everything and hold no role until somebody lifts it.",
        ),
        option(People::Deleted, "Delete", &format!("They are gone, with {direct} and out of {groups}.")),
    ];
    let renamed = (preview.conflicts > 0).then(|| {
        let text = format!(
            "The userName \"{}\" is taken among the local people: theirs gets a number behind it.",
            model.user.user_name
        );
        view! { <Notice kind="warn">{text}</Notice> }
    });
    let text = format!(
        "Made local, the id, the level, {direct} and {groups} stay. That ends {sessions} and takes {links} and {scim} that SCIM gave."
    );
    let (action, chosen) = (format!("{}/release", model.base), model.chosen.clone());
    let error = model.problems.of("choice").map(str::to_string);
    view! {
        <Card title=format!("From {}", model.from)>
            <form class="flex flex-col gap-4" method="post" action=action>
                <p>{text}</p>
                {renamed}
                <Choices legend="This person" name="choice" value=chosen options=options error=error/>
                <div><Submit label="Release" kind="danger"/></div>
            </form>
        </Card>
    }
    .into_any()
}
