//! Whose a group is, and what follows from it: a part of its page.

use leptos::prelude::*;

use super::group::GroupPage;
use crate::directory::no_longer_synced;
use crate::ui::components::{Icon, Notice};

/// Why name and members are read-only, with the way to where they change, or out of it; nothing for local groups.
pub(super) fn ownership(model: &GroupPage) -> Option<AnyView> {
    let source = &model.group.source;
    if !source.is_managed() {
        return None;
    }
    let name = model.origins.name(source).to_string();
    let href = model.origins.of(source).map(|origin| format!("{}/connections/{}", model.base, origin.connection));
    let name = match href {
        Some(href) => view! { <a class="link" href=href>{name}</a> }.into_any(),
        None => name.into_any(),
    };
    let release = format!("{}/release", model.path());
    let view = match no_longer_synced(&model.origins, source) {
        None => view! {
            <Notice kind="info">
                <p>{Icon::Lock.view()} " Managed by " {name} ": its name and members are read-only here and change there. Its roles are yours, and so is whom you add."</p>
                <p>"No longer pushed there? " <a class="link" href=release>"Release this group"</a></p>
            </Notice>
        }
        .into_any(),
        Some(mark) => view! {
            <Notice kind="warn">
                <p>{mark} " " {name} " sends nothing about this group any more: its name and members stay as they were. Its roles are yours."</p>
                <p><a class="link" href=release>"Release this group"</a> " to make it yours, or to remove it."</p>
            </Notice>
        }
        .into_any(),
    };
    Some(view)
}
