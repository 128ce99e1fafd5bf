//! Releasing one group.

use leptos::prelude::*;

use super::super::{GroupPreview, Groups};
use super::{count, refusal};
use crate::error::Problems;
use crate::ui::components::{Card, Choice, Choices, Notice, PageHeader, Submit};

#[derive(Debug, Clone)]
pub(in crate::directory::release) struct GroupPage {
    /// `/o/acme/groups/{id}`
    pub base: String,
    /// The connection's name.
    pub from: String,
    /// Whether the connection still pushes groups.
    pub synced: bool,
    pub preview: GroupPreview,
    pub chosen: String,
    pub problems: Problems,
}

pub(in crate::directory::release) fn group_page(model: &GroupPage) -> AnyView {
    let refusal = refusal(&model.problems);
    let body = match model.preview.group.source.is_managed() {
        false => view! { <Notice kind="info">"This group is local already."</Notice> }.into_any(),
        true => form(model),
    };
    view! {
        <PageHeader title=format!("Release {}", model.preview.group.name) lead="What a provider left behind becomes yours, or goes."/>
        <div class="flex flex-col gap-4">{refusal} {body}</div>
    }
    .into_any()
}

fn form(model: &GroupPage) -> AnyView {
    let preview = &model.preview;
    let (people, roles) = (count(preview.people, "person", "people"), count(preview.roles, "role", "roles"));
    let synced = model.synced.then(|| {
        let text = format!(
            "{} still syncs. Release this group only if it is no longer pushed there: a push that goes on finds it no more, and makes another.",
            model.from
        );
        view! { <Notice kind="warn">{text}</Notice> }
    });
    let together = (!preview.together.is_empty()).then(|| {
        let text = format!("Nested with it, and made local together with it: {}.", preview.together.join(", "));
        view! { <Notice kind="info">{text}</Notice> }
    });
    let option = |choice: Groups, label: &str, help: String| Choice {
        value: choice.as_str().to_string(),
        label: label.to_string(),
        help,
    };
    let options = vec![
        option(
            Groups::Local,
            "Make local",
            format!("{people} and {roles} stay. Name and members are yours to change."),
        ),
        option(
            Groups::Deleted,
            "Delete",
            format!("Takes {people} out of it, and {roles} from those who do not hold it otherwise."),
        ),
    ];
    let (action, chosen) = (format!("{}/release", model.base), model.chosen.clone());
    let error = model.problems.of("choice").map(str::to_string);
    view! {
        <Card title=format!("From {}", model.from)>
            <form class="flex flex-col gap-4" method="post" action=action>
                {synced}
                {together}
                <Choices legend="This group" name="choice" value=chosen options=options error=error/>
                <div><Submit label="Release" kind="danger"/></div>
            </form>
        </Card>
    }
    .into_any()
}
