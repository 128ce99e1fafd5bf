//! Removing a connection.

use leptos::prelude::*;

use super::super::{Groups, People, Preview, RemovalForm, Renamed};
use super::{count, refusal};
use crate::actor::Level;
use crate::error::Problems;
use crate::ui::components::{Card, Choice, Choices, DataTable, Facts, Field, Notice, PageHeader, Submit};

#[derive(Debug, Clone)]
pub(in crate::directory::release) struct RemovalPage {
    /// `/o/acme/connections/{id}`
    pub base: String,
    pub name: String,
    pub viewer: Level,
    pub preview: Preview,
    pub form: RemovalForm,
    pub problems: Problems,
}

pub(in crate::directory::release) fn removal_page(model: &RemovalPage) -> AnyView {
    let (refusal, reach, names) = (refusal(&model.problems), reach(model), names(model));
    let form = match model.viewer {
        Level::Owner => form(model),
        Level::Admin | Level::Member => {
            view! { <Notice kind="info">"Only owners remove a connection. Ask one of them."</Notice> }.into_any()
        }
    };
    let title = format!("Remove {}", model.name);
    view! {
        <PageHeader title=title lead="Its tokens, sign-in links and requests go for good. You decide what becomes of people and groups."/>
        <div class="flex flex-col gap-4">
            {refusal}
            <Card title="What hangs on it">{reach}</Card>
            {names}
            {form}
        </div>
    }
    .into_any()
}

fn reach(model: &RemovalPage) -> AnyView {
    let numbers = &model.preview.numbers;
    let people = format!(
        "{}: {} active, {} deactivated, {} suspended",
        count(numbers.people(), "person", "people"),
        numbers.active,
        numbers.deactivated,
        numbers.suspended
    );
    let groups =
        format!("{}, giving {}", count(numbers.groups, "group", "groups"), count(numbers.group_roles, "role", "roles"));
    let mut rows = vec![
        ("People", people),
        ("Admins and owners among them", numbers.above.to_string()),
        ("Groups", groups),
        ("Roles given by SCIM", format!("{}, taken back", count(numbers.scim_roles, "role", "roles"))),
        ("Sessions", format!("{} through it, ended", count(numbers.sessions, "session", "sessions"))),
        ("Sign-in links", format!("{}, removed", count(numbers.links, "link", "links"))),
        ("Tokens", format!("{}, revoked", count(numbers.tokens, "token", "tokens"))),
    ];
    if numbers.resources > 0 {
        rows.push(("Custom resources", format!("{}, deleted", count(numbers.resources, "resource", "resources"))));
    }
    let rows = rows.into_iter().map(|(name, value)| (name.to_string(), value.into_any())).collect();
    view! { <Facts rows=rows/> }.into_any()
}

/// Who and what is called otherwise afterwards, because the name is taken here.
fn names(model: &RemovalPage) -> Option<AnyView> {
    let preview = &model.preview;
    let total = preview.people_renamed_in_all + preview.groups_renamed_in_all;
    if total == 0 {
        return None;
    }
    let row = |what: &'static str| {
        move |renamed: &Renamed| {
            let (from, to) = (renamed.from.clone(), renamed.to.clone());
            view! {
                <tr>
                    <td data-label="What">{what}</td>
                    <td data-label="Now"><span class="break-all">{from}</span></td>
                    <td data-label="Afterwards"><span class="break-all">{to}</span></td>
                </tr>
            }
            .into_any()
        }
    };
    let rows: Vec<AnyView> = preview
        .people_renamed
        .iter()
        .map(row("Person"))
        .chain(preview.groups_renamed.iter().map(row("Group")))
        .collect();
    let more = total.saturating_sub(rows.len() as u64);
    let more = (more > 0).then(|| view! { <p class="text-muted">{format!("And {more} more.")}</p> });
    let names = view! {
        <Card title="Names that are taken here">
            <p class="text-muted">"Made local, these get the next free name."</p>
            <DataTable head=vec!["What", "Now", "Afterwards"]>{rows}</DataTable>
            {more}
        </Card>
    };
    Some(names.into_any())
}

fn form(model: &RemovalPage) -> AnyView {
    let numbers = &model.preview.numbers;
    let keep = count(numbers.people(), "person keeps", "people keep");
    let explain = |choice: People| match choice {
        People::Local => (
            "Make them local",
            format!(
                "{keep} id, level, direct roles and groups, and sign in with a password once invited, where single sign-on is not required. The {} deactivated are suspended.",
                numbers.deactivated
            ),
        ),
        People::Suspended => (
            "Make them local and suspend them",
            format!("{keep} everything, and no role is held until somebody lifts the suspension."),
        ),
        People::Deleted => (
            "Delete them",
            format!("{} gone, with roles and memberships.", count(numbers.people(), "person is", "people are")),
        ),
    };
    let option = |value: &str, (label, help): (&str, String)| Choice {
        value: value.to_string(),
        label: label.to_string(),
        help,
    };
    let for_people = People::ALL.map(|choice| option(choice.as_str(), explain(choice))).to_vec();
    let for_groups = Groups::ALL.map(|choice| {
        let explained = match choice {
            Groups::Local => (
                "Make them local",
                format!(
                    "{} members and roles, to be changed by you from then on.",
                    count(numbers.groups, "group keeps its", "groups keep their")
                ),
            ),
            Groups::Deleted => (
                "Delete them",
                format!(
                    "{} gone, and with that {} for the people in it.",
                    count(numbers.groups, "group is", "groups are"),
                    count(numbers.group_roles, "role", "roles")
                ),
            ),
        };
        option(choice.as_str(), explained)
    });
    let problem = |field: &str| model.problems.of(field).map(str::to_string);
    let (action, typed, help) =
        (format!("{}/remove", model.base), model.form.name.clone(), format!("Type {} to confirm.", model.name));
    let (people, people_problem) = (model.form.people.clone(), problem("people"));
    let (groups, groups_problem) = (model.form.groups.clone(), problem("groups"));
    let name_problem = problem("name");
    view! {
        <Card title="Remove it">
            <form class="flex flex-col gap-4" method="post" action=action>
                <Choices legend="The people" name="people" value=people options=for_people error=people_problem/>
                <Choices legend="The groups" name="groups" value=groups options=for_groups.to_vec() error=groups_problem/>
                <Field label="Name of the connection" name="name" value=typed error=name_problem help=help autocomplete="off"/>
                <div><Submit label="Remove this connection" kind="danger"/></div>
            </form>
        </Card>
    }
    .into_any()
}
