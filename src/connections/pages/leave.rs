//! What ends a connection, or takes its people elsewhere: a part of its Settings tab.

use leptos::prelude::*;

use crate::ui::components::{ButtonLink, Card};

pub(super) fn leave_card(base: &str) -> AnyView {
    let (moving, remove) = (format!("{base}/move"), format!("{base}/remove"));
    view! {
        <Card title="Another provider, or none".to_string()>
            <div class="stack">
                <p class="text-muted">
                    "When the organization changes its provider, its people move to the new connection under the same ids. A connection that is removed \
                     leaves its people and groups to you. Both show first what they would do."
                </p>
                <p class="flex flex-wrap gap-3">
                    <ButtonLink href=moving label="Move people to another connection" kind="secondary" />
                    <ButtonLink href=remove label="Remove this connection" kind="danger" />
                </p>
            </div>
        </Card>
    }
    .into_any()
}
