//! Who somebody was before they were deleted and made anew: a part of their page.

use leptos::prelude::*;

use super::user::UserPage;
use crate::events::pages::timeline;
use crate::ui::components::{Card, When};

/// The former accounts, and what happened to the last of them; nothing for most people.
pub(super) fn formerly(model: &UserPage) -> Option<AnyView> {
    let history = timeline(model.former_timeline.as_ref()?);
    let items: Vec<_> = model
        .formerly
        .iter()
        .map(|former| {
            let href = format!("{}/activity?subject={}", model.base, former.id);
            let (deleted_at, now) = (former.deleted_at.clone(), model.now.clone());
            view! {
                <li>
                    <a class="link" href=href>{former.name.clone()}</a>
                    ", deleted "
                    <When at=deleted_at now=now/>
                    <code class="mono block text-muted break-all">{former.id.to_string()}</code>
                </li>
            }
        })
        .collect();
    let text = "The same person, as far as their provider told: nothing of the former account came back, and its id is never used again.";
    let formerly = view! {
        <Card title="Formerly">
            <div class="flex flex-col gap-3">
                <p class="text-muted">{text}</p>
                <ul class="flex flex-col gap-2">{items}</ul>
                {history}
            </div>
        </Card>
    };
    Some(formerly.into_any())
}
