//! The note: a part of the user's page.

use leptos::prelude::*;

use crate::error::Problems;
use crate::ui::components::{Submit, TextArea};

/// A form that was refused: what was typed, and what is wrong.
#[derive(Debug, Clone, Default)]
pub(in crate::directory::users) struct NotePart {
    pub typed: Option<String>,
    pub problems: Problems,
}

/// `path` is the user's page.
pub(in crate::directory::users) fn note_card(part: &NotePart, note: Option<&str>, path: &str) -> AnyView {
    let value = part.typed.clone().or(note.map(str::to_string)).unwrap_or_default();
    let (problem, action) = (part.problems.of("note").map(str::to_string), format!("{path}/note"));
    view! {
        <form class="flex flex-col gap-4" method="post" action=action>
            <TextArea label="Note" name="note" value=value error=problem autocomplete="off"
                help="For the admins here; no identity provider sees or changes it. At most 2000 characters."/>
            <div><Submit label="Save the note" kind="secondary"/></div>
        </form>
    }
    .into_any()
}
