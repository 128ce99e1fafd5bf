//! A table that becomes cards on a phone.

use leptos::prelude::*;

/// The children are `<tr>` with `<td data-label="…">`: the label names the cell where the head cannot be seen. What a cell holds
/// is one element or one text: a card puts the label on the left and each part that it finds beside it.
/// A link with the class `row-link` in the first cell makes the whole row lead there.
#[component]
pub fn DataTable(head: Vec<&'static str>, children: Children) -> impl IntoView {
    let head: Vec<_> = head.into_iter().map(|name| view! { <th scope="col">{name}</th> }).collect();
    view! {
        <div class="table-frame">
            <table class="table">
                <thead><tr>{head}</tr></thead>
                <tbody>{children()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
