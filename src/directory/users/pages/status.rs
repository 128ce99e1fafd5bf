//! The two facts behind access, in words.

use leptos::prelude::*;

use crate::directory::users::Status;
use crate::ui::components::Badge;

/// "Active", "Deactivated by Acme Okta", "Suspended by Ada", with the shape that goes with it. `origin` is the connection's
/// name for managed people.
pub(super) fn words(status: &Status, suspended_by: Option<&str>, origin: Option<&str>) -> (&'static str, String) {
    let by = |what: &str, who: Option<&str>| who.map_or_else(|| what.to_string(), |who| format!("{what} by {who}"));
    match status {
        Status::Active => ("good", "Active".to_string()),
        Status::Deactivated => ("muted", by("Deactivated", origin)),
        Status::Suspended => ("bad", by("Suspended", suspended_by)),
    }
}

/// The words with their shape.
pub fn status_badge(status: &Status, suspended_by: Option<&str>, origin: Option<&str>) -> AnyView {
    let (kind, label) = words(status, suspended_by, origin);
    view! { <Badge kind=kind label=label/> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_says_who_did_it() {
        let said = |status| words(&status, Some("Ada"), Some("Acme Okta")).1;
        assert_eq!(said(Status::Active), "Active");
        assert_eq!(said(Status::Deactivated), "Deactivated by Acme Okta");
        assert_eq!(said(Status::Suspended), "Suspended by Ada");
        assert_eq!(words(&Status::Deactivated, None, None).1, "Deactivated");
    }
}
