//! `/o/{organization}/connections/{id}`: what has arrived, and what the last call said.

use leptos::prelude::*;

use super::super::live::Progress;
use super::super::model::{Connection, Directory, SyncMode};
use super::{sign_in_badge, sync_badge, tabs};
use crate::islands::LiveCheck;
use crate::provisioning::brake::Held;
use crate::time::Timestamp;
use crate::ui::components::{Card, Facts, Notice, PageHeader, When};

#[derive(Clone)]
pub struct OverviewPage {
    /// `/o/acme/connections/{id}`
    pub base: String,
    pub connection: Connection,
    pub directory: Directory,
    pub progress: Progress,
    /// What waits at the brake.
    pub held: Option<Held>,
    pub now: Timestamp,
}

pub fn overview_page(model: &OverviewPage) -> impl IntoView + use<> {
    let connection = &model.connection;
    let live = format!("{}/live", model.base);
    let version = model.progress.version();
    let badges = (sign_in_badge(connection.sign_in), sync_badge(connection));
    let (checklist, health) = (checklist(model), health(model));
    let held = model.held.as_ref().map(|held| {
        let (text, href) = (held.in_words(), format!("{}/brake", model.base));
        view! { <Notice kind="bad"><p>{text} " " <a class="link" href=href>"See what waits"</a></p></Notice> }
    });
    view! {
        <PageHeader title=connection.name.clone() lead=connection.provider.label()>
            <span class="flex gap-2">{badges}</span>
        </PageHeader>
        {tabs(&model.base, "")}
        {held}
        <div class="two-columns">
            <Card title="What has arrived".to_string()>
                {checklist}
                <LiveCheck url=live version=version />
            </Card>
            <Card title="Health".to_string()>{health}</Card>
        </div>
    }
}

fn checklist(model: &OverviewPage) -> impl IntoView + use<> {
    let progress = &model.progress;
    let counted = |count: i64, one: &str, many: &str| match count {
        0 => String::new(),
        1 => format!("1 {one}"),
        n => format!("{n} {many}"),
    };
    let scim = model.connection.sync_mode == SyncMode::Scim;
    let items = [
        (scim, progress.test_call, "Test call received", String::new()),
        (scim, progress.users > 0, "First user", counted(progress.users, "person", "people")),
        (scim, progress.groups > 0, "First group", counted(progress.groups, "group", "groups")),
        (true, progress.sign_ins > 0, "First sign-in", counted(progress.sign_ins, "person", "people")),
    ];
    let items = items.into_iter().filter(|(shown, ..)| *shown).map(|(_, done, label, count)| {
        let (mark, state) = if done { ("✓", "done") } else { ("○", "waiting") };
        view! {
            <li class="check" data-done=done.to_string()>
                <span aria-hidden="true">{mark}</span>
                <span>{label}<span class="sr-only">{format!(": {state}")}</span></span>
                <span class="text-muted ml-auto">{count}</span>
            </li>
        }
    });
    view! { <ul class="checklist">{items.collect_view()}</ul> }
}

fn health(model: &OverviewPage) -> impl IntoView + use<> {
    let directory = &model.directory;
    let when = |at: &Option<Timestamp>| match at.clone() {
        Some(at) => view! { <When at=at now=model.now.clone() /> }.into_any(),
        None => view! { <span class="text-muted">"none yet"</span> }.into_any(),
    };
    let rows = vec![
        ("Last request".to_string(), when(&directory.last_request_at)),
        ("Last refused".to_string(), when(&directory.last_error_at)),
    ];
    let error = directory.last_error.clone().map(|text| view! { <Notice kind="warn">{text}</Notice> });
    let requests = format!("{}/requests", model.base);
    view! {
        <Facts rows=rows />
        {error}
        <p><a class="link" href=requests>"All requests"</a></p>
    }
}
