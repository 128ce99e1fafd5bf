//! Whose a person is, and what follows from it: a part of their page.

use leptos::prelude::*;

use super::user::UserPage;
use crate::directory::no_longer_synced;
use crate::ui::components::{Icon, Notice};

/// Why the profile is read-only, with the way to where it changes, or out of it; nothing for local people.
pub(super) fn ownership(model: &UserPage) -> Option<AnyView> {
    let source = &model.user.source;
    let name = model.origin()?.to_string();
    let href = model.origins.of(source).map(|origin| format!("{}/connections/{}", model.base, origin.connection));
    let name = match href {
        Some(href) => view! { <a class="link" href=href>{name}</a> }.into_any(),
        None => name.into_any(),
    };
    let release = format!("{}/release", model.path());
    let view = match no_longer_synced(&model.origins, source) {
        None => {
            // Whom a provider has deactivated, it may have left behind for good.
            let way_out = (!model.user.idp_active).then(|| {
                view! { <p>"Gone there for good? " <a class="link" href=release>"Release this person"</a></p> }
            });
            view! {
                <Notice kind="info">
                    <p>{Icon::Lock.view()} " Managed by " {name} ": the profile is read-only here and changes there."</p>
                    {way_out}
                </Notice>
            }
            .into_any()
        }
        Some(mark) => {
            view! {
                <Notice kind="warn">
                    <p>{mark} " " {name} " sends nothing about this person any more: the profile stays as it was and is read-only."</p>
                    <p><a class="link" href=release>"Release this person"</a> " to make the profile yours, or to remove the account."</p>
                </Notice>
            }
            .into_any()
        }
    };
    Some(view)
}
