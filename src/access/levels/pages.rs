//! How levels through groups look: on the group's page, and the page before such a level is given or taken.

use leptos::prelude::*;

use super::{Concerned, Mapping};
use crate::access::roles::pages::with_number;
use crate::actor::Level;
use crate::time::Timestamp;
use crate::ui::components::{ButtonLink, Card, DataTable, PageHeader, Submit, When};

/// What being in the group does to the level; `path` is the group's page.
pub fn level_of_group(path: &str, mapping: Option<&Mapping>, viewer: Level, now: &Timestamp) -> AnyView {
    let may = viewer == Level::Owner;
    let only = (!may).then(|| view! { <span class="text-muted">" Only an owner changes it."</span> });
    match mapping {
        Some(mapping) => {
            let (by, at) = (mapping.created_by.clone(), mapping.created_at.clone());
            let release = may.then(|| {
                let href = format!("{path}/level/release");
                view! { <p class="pt-2"><a class="link" href=href>"End this…"</a></p> }
            });
            view! {
                <p>
                    "Everybody in this group, and in groups within it, is an admin. " {by} " decided it, "
                    <When at=at now=now.clone()/> "." {only}
                </p>
                {release}
            }
            .into_any()
        }
        None => {
            let map = may.then(|| {
                let href = format!("{path}/level/map");
                view! { <p class="pt-2"><a class="link" href=href>"Make everybody in it an admin…"</a></p> }
            });
            view! { <p>"Being in this group makes nobody an admin." {only}</p> {map} }.into_any()
        }
    }
}

/// Before a group's people become admins, or are none any more.
#[derive(Debug, Clone)]
pub(super) struct LevelPage {
    /// `/o/acme`
    pub base: String,
    pub group: String,
    /// `/o/acme/groups/{id}`
    pub path: String,
    pub mapping: bool,
    /// Whether somebody else than us decides who is in the group.
    pub managed_by: Option<String>,
    pub concerned: Concerned,
}

pub(super) fn level_page(model: &LevelPage) -> AnyView {
    let (title, action, button, kind) = match model.mapping {
        true => (format!("Make everybody in {} an admin", model.group), "map", "Make them admins", "primary"),
        false => (format!("End that everybody in {} is an admin", model.group), "release", "End it", "danger"),
    };
    let people = &model.concerned;
    let text = match model.mapping {
        true => with_number(people.people, "person becomes an admin", "people become admins"),
        false => with_number(people.people, "person is no admin any more", "people are no admins any more"),
    };
    let more = people.people - people.first.len() as i64;
    let more = (more > 0).then(|| {
        let text = format!("And {}.", with_number(more, "more person", "more people"));
        view! { <p class="text-muted pt-2">{text}</p> }
    });
    let rows: Vec<_> = people
        .first
        .iter()
        .map(|(id, name)| {
            let href = format!("{}/users/{id}", model.base);
            view! { <tr><td data-label="Person"><a class="link" href=href>{name.clone()}</a></td></tr> }
        })
        .collect();
    let table = (!rows.is_empty()).then(|| view! { <DataTable head=vec!["Person"]>{rows}</DataTable> });
    let note = match (model.mapping, &model.managed_by) {
        (true, Some(origin)) => format!(
            "{origin} decides who is in this group: from now on whoever it puts there is an admin, and whoever it takes out is none \
             any more at their next click. Their sessions end, and they sign in again."
        ),
        (true, None) => {
            "From now on whoever is put into this group is an admin. Their sessions end, and they sign in again."
                .to_string()
        }
        (false, _) => {
            "Their sessions end, and they sign in again. Whoever is an admin otherwise stays one.".to_string()
        }
    };
    let (action, back) = (format!("{}/level/{action}", model.path), model.path.clone());
    view! {
        <PageHeader title=title/>
        <div class="flex flex-col gap-4">
            <Card title="Who it is about"><p>{text} "."</p> {table} {more}</Card>
            <Card>
                <form class="flex flex-col gap-4" method="post" action=action>
                    <p>{note}</p>
                    <div class="flex flex-wrap gap-2">
                        <Submit label=button kind=kind/>
                        <ButtonLink href=back label="Cancel" kind="secondary"/>
                    </div>
                </form>
            </Card>
        </div>
    }
    .into_any()
}
