//! The first page of an organization: is everything arriving, what needs attention, what comes next.

mod pages;
pub mod routes;
mod store;

use time::Duration;

use super::domains::{Domain, DomainState};
use crate::directory::users::adoption;
use crate::directory::users::break_glass::BreakGlassOwner;
use crate::directory::users::service;
use crate::id::ConnectionId;
use crate::provisioning::brake::Held;
use crate::time::Timestamp;

/// How many there are of each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Counts {
    active: i64,
    deactivated: i64,
    suspended: i64,
    /// People whom an identity provider sent, among all of these.
    managed: i64,
    groups: i64,
    roles: i64,
    /// Grants of a role to a group.
    attached: i64,
}

/// A connection and how it is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Health {
    id: ConnectionId,
    provider: String,
    name: String,
    /// `off`, `draft` or `on`.
    sign_in: String,
    /// Why the sign-in half is a draft.
    problem: Option<String>,
    /// `off`, `on` or `paused`; `None` without a directory.
    directory: Option<String>,
    last_request_at: Option<Timestamp>,
    last_error_at: Option<Timestamp>,
    last_error: Option<String>,
}

impl Health {
    fn provider_label(&self) -> &'static str {
        match self.provider.as_str() {
            "okta" => "Okta",
            "entra" => "Microsoft Entra ID",
            _ => "OpenID Connect / SCIM",
        }
    }

    fn receives(&self) -> bool {
        self.directory.as_deref() == Some("on")
    }

    /// Whether the newest request failed. A failed request leaves both moments the same.
    fn is_failing(&self) -> bool {
        self.last_error_at.is_some() && self.last_error_at >= self.last_request_at
    }
}

/// Something that wants a person, with the one thing to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Concern {
    text: String,
    action: &'static str,
    /// Behind `/o/{organization}`.
    path: String,
}

/// Domains that were proven and are so no more.
fn lost(domains: &[Domain]) -> Vec<Concern> {
    let lost = domains.iter().filter(|domain| domain.state == DomainState::Lost);
    let concern = |domain: &Domain| Concern {
        text: format!("The domain {} was lost: its DNS record is gone.", domain.name.unicode()),
        action: "See the domains",
        path: "/settings/domains".to_string(),
    };
    lost.map(concern).collect()
}

/// Service accounts whose person has lost the access.
fn unanswered(accounts: &[service::Listed]) -> Vec<Concern> {
    let concern = |account: &service::Listed| Concern {
        text: format!("Nobody answers for the service account {} any more.", account.name),
        action: "See who may take it",
        path: "/service-accounts".to_string(),
    };
    accounts.iter().map(concern).collect()
}

/// Local people whom a provider asked for, and who wait for an admin's word.
fn pending(waiting: &[adoption::Count]) -> Vec<Concern> {
    let concern = |waiting: &adoption::Count| Concern {
        text: match waiting.people {
            1 => format!("{} asks to take over 1 local person.", waiting.name),
            n => format!("{} asks to take over {n} local people.", waiting.name),
        },
        action: "Confirm or decline",
        path: format!("/connections/{}/pending", waiting.connection),
    };
    waiting.iter().map(concern).collect()
}

/// What needs attention, the most urgent first.
fn concerns(
    counts: &Counts,
    health: &[Health],
    brakes: &[Held],
    owners: &[BreakGlassOwner],
    now: &Timestamp,
) -> Vec<Concern> {
    let mut concerns = Vec::new();
    let connection = |health: &Health| format!("/connections/{}", health.id);
    // What a closed brake refuses, by a 403, is said by the brake.
    let is_held = |health: &Health| {
        let forbidden = health.last_error.as_deref().is_some_and(|error| error.starts_with("403"));
        forbidden && brakes.iter().any(|held| held.closed_at.is_some() && held.connection == health.id)
    };
    for failing in health.iter().filter(|health| health.receives() && health.is_failing() && !is_held(health)) {
        let reason = failing.last_error.as_deref().unwrap_or("the reason was not recorded");
        let text = format!("The last request from {} failed: {reason}", failing.name);
        concerns.push(Concern { text, action: "See the connection", path: connection(failing) });
    }
    for draft in health.iter().filter(|health| health.sign_in == "draft") {
        let text = match &draft.problem {
            Some(problem) => format!("Sign-in through {} is not set up: {problem}", draft.name),
            None => format!("Sign-in through {} is half done.", draft.name),
        };
        concerns.push(Concern { text, action: "Take it up again", path: connection(draft) });
    }
    for paused in health.iter().filter(|health| health.directory.as_deref() == Some("paused")) {
        let text = format!("Provisioning from {} is paused: its requests are refused.", paused.name);
        concerns.push(Concern { text, action: "See the connection", path: connection(paused) });
    }
    for silent in health.iter().filter(|health| health.receives() && health.last_request_at.is_none()) {
        let text = format!("{} has not called yet.", silent.name);
        concerns.push(Concern { text, action: "See what to enter there", path: connection(silent) });
    }
    if counts.groups > 0 && counts.roles == 0 {
        let text = "There are groups and no roles: being in a group gives nothing yet.".to_string();
        concerns.push(Concern { text, action: "Create a role", path: "/roles/new".to_string() });
    }
    for owner in owners {
        if owner.untested_for(now).is_some_and(|since| since <= DRILL) {
            continue;
        }
        let text = format!("The break-glass owner {} was {}.", owner.name, owner.tested(now));
        concerns.push(Concern { text, action: "See who gets in", path: "/settings/sign-in".to_string() });
    }
    concerns
}

/// How long ago a break-glass owner may have signed in with the password before somebody is reminded.
const DRILL: Duration = Duration::days(90);

/// A step towards the first group with a role.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Step {
    label: &'static str,
    help: &'static str,
    path: &'static str,
    done: bool,
}

/// The steps; none once a group has a role.
fn checklist(counts: &Counts, health: &[Health]) -> Vec<Step> {
    if counts.attached > 0 {
        return Vec::new();
    }
    let step = |label, help, path, done| Step { label, help, path, done };
    vec![
        step("Connect an identity provider", "Okta, Entra ID or any other.", "/connections/new", !health.is_empty()),
        step(
            "Receive the first person",
            "Assign somebody in the provider's console.",
            "/connections",
            counts.managed > 0,
        ),
        step("Receive the first group", "Push a group there.", "/groups", counts.groups > 0),
        step("Create a role", "A name with a key that your product asks for.", "/roles/new", counts.roles > 0),
        step("Attach the role to a group", "From then on its people hold the role.", "/roles", false),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn health() -> Health {
        Health {
            id: ConnectionId::new(),
            provider: "okta".into(),
            name: "Acme Okta".into(),
            sign_in: "on".into(),
            problem: None,
            directory: Some("on".into()),
            last_request_at: Timestamp::parse("2026-11-22T12:00:00.000Z"),
            last_error_at: None,
            last_error: None,
        }
    }

    fn now() -> Timestamp {
        Timestamp::parse("2026-11-22T12:00:00.000Z").unwrap()
    }

    fn texts(counts: &Counts, health: Health) -> Vec<String> {
        concerns(counts, &[health], &[], &[], &now()).into_iter().map(|concern| concern.text).collect()
    }

    #[test]
    fn a_healthy_connection_is_no_concern() {
        assert_eq!(texts(&Counts::default(), health()), [] as [&str; 0]);
        let recovered = Health {
            last_error_at: Timestamp::parse("2026-11-22T11:59:59.999Z"),
            last_error: Some("409 uniqueness".into()),
            ..health()
        };
        assert_eq!(texts(&Counts::default(), recovered), [] as [&str; 0]);
    }

    #[test]
    fn what_a_closed_brake_refuses_is_the_brakes_to_say() {
        let refused = Health {
            last_error_at: health().last_request_at,
            last_error: Some("403: the brake is closed".into()),
            ..health()
        };
        let held = |closed_at| Held {
            connection: refused.id.clone(),
            name: refused.name.clone(),
            closed_at,
            changes: 1,
            people: 1,
        };
        let told =
            |held: Held| concerns(&Counts::default(), std::slice::from_ref(&refused), &[held], &[], &now()).len();
        assert_eq!((told(held(Some(now()))), told(held(None))), (0, 1));
    }

    #[test]
    fn what_fails_or_is_half_done_is_named() {
        let failing = Health {
            last_error_at: health().last_request_at,
            last_error: Some("401 wrong token".into()),
            sign_in: "draft".into(),
            ..health()
        };
        let counts = Counts { groups: 1, ..Counts::default() };
        assert_eq!(
            texts(&counts, failing),
            [
                "The last request from Acme Okta failed: 401 wrong token",
                "Sign-in through Acme Okta is half done.",
                "There are groups and no roles: being in a group gives nothing yet.",
            ]
        );
        let silent = Health { last_request_at: None, ..health() };
        assert_eq!(texts(&Counts::default(), silent), ["Acme Okta has not called yet."]);
    }

    #[test]
    fn a_break_glass_owner_is_to_be_tested_every_90_days() {
        let tested = |days: Option<i64>| {
            let owner = BreakGlassOwner {
                id: crate::id::UserId::new(),
                name: "Olive".into(),
                user_name: "olive@example.com".into(),
                has_second_factor: true,
                drilled_at: days.map(|days| now().plus(Duration::days(-days))),
            };
            concerns(&Counts::default(), &[], &[], &[owner], &now()).pop().map(|concern| concern.text)
        };
        assert_eq!(tested(Some(90)), None);
        assert_eq!(tested(Some(91)).unwrap(), "The break-glass owner Olive was last tested 91 days ago.");
        assert_eq!(tested(None).unwrap(), "The break-glass owner Olive was never tested.");
    }

    #[test]
    fn the_checklist_goes_with_the_first_attached_role() {
        let counts = Counts { managed: 1, ..Counts::default() };
        let done: Vec<bool> = checklist(&counts, &[health()]).into_iter().map(|step| step.done).collect();
        assert_eq!(done, [true, true, false, false, false]);
        assert_eq!(checklist(&Counts { attached: 1, ..counts }, &[]), []);
    }
}
