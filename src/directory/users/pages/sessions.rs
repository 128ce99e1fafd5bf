//! What one person is signed in with: a part of their page.

use leptos::prelude::*;

use super::user::UserPage;
use crate::sessions::list::{session_list, terminal_list};
use crate::ui::components::Submit;

pub(super) fn sessions(model: &UserPage) -> AnyView {
    let (base, may_end) = (model.path(), model.has_power());
    let sessions = session_list(&base, &model.sessions, &model.now, may_end);
    let terminals = terminal_list(&base, &model.terminals, &model.now, may_end);
    let any = !model.sessions.is_empty() || !model.terminals.is_empty();
    let all = (any && may_end).then(|| {
        let action = format!("{base}/sessions/end-all");
        view! { <form class="pt-4" method="post" action=action><Submit label="End all" kind="danger"/></form> }
    });
    let only = (!may_end).then(|| view! { <p class="text-muted">"Only owners end an owner's sessions."</p> });
    view! { {sessions} {terminals} {all} {only} }.into_any()
}
