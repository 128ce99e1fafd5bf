//! Why somebody holds a role: each reason in words.

use leptos::prelude::*;

use crate::access::roles::{GroupRef, Reach, Way, Why};
use crate::time::Timestamp;
use crate::ui::components::When;

/// One line for each reason; groups lead to their pages under `base` (`/o/acme`).
pub fn reasons(base: &str, via: &[Why], now: &Timestamp) -> AnyView {
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
    view! { <ul class="flex flex-col gap-1">{lines}</ul> }.into_any()
}

/// "Platform, which is in Engineering": the person is in the first group, the last one has the role.
fn groups(base: &str, path: &[GroupRef]) -> AnyView {
    let steps = path.iter().enumerate().map(|(n, group)| {
        let href = format!("{base}/groups/{}", group.id);
        let arrow = (n > 0).then_some(", which is in ");
        view! { {arrow} <a class="link" href=href>{group.name.clone()}</a> }
    });
    steps.collect::<Vec<_>>().into_any()
}

/// "1 person", "12 people".
pub fn with_number(n: i64, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}

impl Reach {
    /// What taking the grant away does, in numbers.
    pub fn consequence(&self) -> String {
        let lose = with_number(self.only_here, "person loses", "people lose");
        match self.people - self.only_here {
            0 => format!("{lose} the role."),
            keep => format!("{lose} the role; {} it through something else.", with_number(keep, "keeps", "keep")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn detaching_is_told_in_numbers() {
        let told = |people, only_here| Reach { people, only_here }.consequence();
        assert_eq!(told(0, 0), "0 people lose the role.");
        assert_eq!(told(3, 1), "1 person loses the role; 2 keep it through something else.");
        assert_eq!(told(1, 0), "0 people lose the role; 1 keeps it through something else.");
    }
}
