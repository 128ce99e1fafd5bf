//! What a removal or release would do, and the forms that do it.

mod group;
mod person;
mod removal;

pub(super) use group::{GroupPage, group_page};
pub(super) use person::{PersonPage, person_page};
pub(super) use removal::{RemovalPage, removal_page};

use leptos::prelude::*;

use crate::access::roles::pages::with_number;
use crate::error::Problems;
use crate::ui::components::Notice;

/// What is wrong with the whole form.
fn refusal(problems: &Problems) -> Option<AnyView> {
    let text = problems.of("")?.to_string();
    Some(view! { <Notice kind="bad">{text}</Notice> }.into_any())
}

fn count(number: i64, one: &str, many: &str) -> String {
    with_number(number, one, many)
}
