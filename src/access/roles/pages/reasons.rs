//! Why somebody holds a role: each reason in words.

use leptos::prelude::*;

use crate::access::roles::{GroupRef, Way, Why};
use crate::time::Timestamp;
use crate::ui::components::When;

/// One line for each reason; groups lead to their pages under `base` (`/o/acme`).
pub fn reasons(base: &str, via: &[Why], now: &Timestamp) -> impl IntoView + use<> {
    let lines: Vec<_> = via
        .iter()
        .map(|why| {
            let way = match &why.way {
                Way::Direct => "given directly".into_any(),
                Way::Directory => "sent by the identity provider".into_any(),
                Way::Groups(path) => view! { "through " {groups(base, path)} }.into_any(),
            };
            let until = why.until.clone().map(|until| view! { ", ends " <When at=until now=now.clone()/> });
            view! { <li>{way}{until}</li> }
        })
        .collect();
    view! { <ul class="flex flex-col gap-1">{lines}</ul> }
}

/// "Platform, which is in Engineering": the person is in the first group, the last one has the role.
fn groups(base: &str, path: &[GroupRef]) -> impl IntoView + use<> {
    let steps = path.iter().enumerate().map(|(n, group)| {
        let href = format!("{base}/groups/{}", group.id);
        let arrow = (n > 0).then_some(", which is in ");
        view! { {arrow} <a class="link" href=href>{group.name.clone()}</a> }
    });
    steps.collect::<Vec<_>>()
}

/// "1 person", "12 people".
pub fn with_number(n: i64, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}
