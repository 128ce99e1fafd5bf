//! `/o/{organization}/settings/domains`: adding, proving, losing and removing domains.

use muster::actor::{Actor, Level};
use muster::error::Error;
use muster::id::{DomainId, OrganizationId};
use muster::organizations::domains::{self, Domain, DomainState};

use super::local;
use super::pages::{PASSWORD, assert_says, olive};
use crate::support::browser::Browser;
use crate::support::{TestApp, on_both};

const PAGE: &str = "/o/acme/settings/domains";

async fn only(app: &TestApp, organization: &OrganizationId) -> Domain {
    let mut all = domains::list(&mut app.db.read().await.unwrap(), organization).await.unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

/// The clock was moved further than a session lasts.
async fn sign_in_again(browser: &mut Browser<'_>) {
    let page = browser.sign_in("acme", "olive@example.com", PASSWORD).await;
    assert_eq!(page.location(), "/o/acme", "{}", page.body);
}

async fn an_admin_adds_a_domain_and_proves_it_by_a_record(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    assert_says(&browser.get(PAGE).await, "No domains yet");
    let page = browser.post(PAGE, &[("domain", " Acme.COM. ")]).await;
    assert_eq!((page.status.as_u16(), page.location().as_str()), (303, PAGE));
    let domain = only(app, &acme).await;
    assert_eq!((domain.name.as_str(), domain.state), ("acme.com", DomainState::Pending));
    let page = browser.get(PAGE).await;
    for shown in ["Waiting for its record", "TXT", "Name (Host)", &domain.record(), "@", "Check now"] {
        assert_says(&page, shown);
    }
    assert!(domain.record().starts_with("muster-verification=") && domain.record().len() >= 40);

    let check = format!("{PAGE}/{}/check", domain.id);
    let page = browser.post(&check, &[]).await;
    assert_eq!(page.status, 303);
    assert_says(&browser.get(PAGE).await, "acme.com is not verified. The DNS answers, but has no such record.");

    app.dns.says("acme.com", &["v=spf1 -all", &domain.record(), "other=1"]);
    browser.post(&check, &[]).await;
    let page = browser.get(PAGE).await;
    assert_says(&page, "The record is there: acme.com is verified.");
    assert_says(&page, "People with an address there 0");
    let kinds = app.kinds_since(0).await;
    assert_eq!(kinds, ["sign_in.succeeded", "domain.added", "domain.verified"]);
    // Once more changes nothing.
    browser.post(&check, &[]).await;
    assert_eq!(app.kinds_since(3).await, [] as [&str; 0]);
    let page = browser.get("/o/acme/activity").await;
    assert_says(&page, "Olive Owner verified the domain acme.com");
}

async fn what_is_no_domain_is_refused_at_its_field(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    app.domain(&acme, "acme.com").await;
    for (typed, said) in [
        ("ada@bücher.example", "Enter only what stands behind the @: bücher.example"),
        ("https://acme.com/", "without https://"),
        ("192.0.2.1", "This is an address."),
        ("com", "A domain has a dot"),
        ("ACME.com", "acme.com is in the list already."),
    ] {
        let page = browser.post(PAGE, &[("domain", typed)]).await;
        assert_eq!(page.status, 422, "{typed}");
        assert_says(&page, said);
        assert!(page.body.contains(&format!("value=\"{typed}\"")), "what was typed is kept: {}", page.body);
    }
    assert_eq!(app.kinds_since(1).await, ["domain.added"]);
    browser.post(PAGE, &[("domain", "Bücher.example")]).await;
    let page = browser.get(PAGE).await;
    assert_says(&page, "bücher.example");
    assert_says(&page, "xn--bcher-kva.example");
}

async fn anything_but_the_very_record_proves_nothing(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let domain = app.domain(&acme, "acme.com").await;
    let record = domain.record();
    for values in [vec![], vec!["v=spf1 -all"], vec!["muster-verification="], vec![&record[..record.len() - 1]]] {
        app.dns.says("acme.com", &values);
        assert_eq!(app.check_domain(&acme, &domain.id).await.state, DomainState::Pending, "{values:?}");
    }
    app.dns.says("acme.com", &[&record.to_lowercase()]);
    let checked = app.check_domain(&acme, &domain.id).await;
    assert_eq!(checked.state, DomainState::Pending);
    assert!(checked.problem.unwrap().contains("with another value"));
    app.dns.fails("acme.com", "SERVFAIL");
    let checked = app.check_domain(&acme, &domain.id).await;
    assert_eq!(checked.state, DomainState::Pending);
    assert!(checked.problem.unwrap().contains("did not answer (SERVFAIL)"));
    // A record that proved the domain once does not prove it to whoever adds it next.
    let mut tx = app.db.write().await.unwrap();
    domains::remove(&mut tx, &Actor::CommandLine, &acme, &domain.id).await.unwrap();
    tx.commit().await.unwrap();
    app.dns.says("acme.com", &[&record]);
    let again = app.domain(&acme, "acme.com").await;
    assert_eq!(app.check_domain(&acme, &again.id).await.state, DomainState::Pending);
}

async fn only_the_first_that_proves_a_domain_has_it(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let beta = app.organization("Beta Works").await;
    let (first, second) = (app.domain(&acme, "acme.com").await, app.domain(&beta, "acme.com").await);
    // Until the record is there, nothing is said about others.
    app.dns.says("acme.com", &[&first.record()]);
    assert_eq!(app.check_domain(&acme, &first.id).await.state, DomainState::Verified);
    let checked = app.check_domain(&beta, &second.id).await;
    assert!(!checked.problem.unwrap().contains("organization"));
    app.dns.says("acme.com", &[&first.record(), &second.record()]);
    let checked = app.check_domain(&beta, &second.id).await;
    let problem = checked.problem.unwrap();
    assert_eq!(checked.state, DomainState::Pending);
    assert!(problem.contains("another organization on this server has this domain"), "{problem}");
    assert!(!problem.contains("Acme") && !problem.contains(acme.as_str()), "it is not named: {problem}");

    let mut tx = app.db.write().await.unwrap();
    domains::remove(&mut tx, &Actor::CommandLine, &acme, &first.id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(app.check_domain(&beta, &second.id).await.state, DomainState::Verified);
}

async fn the_database_itself_keeps_a_domain_with_one_organization(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let beta = app.organization("Beta Works").await;
    app.verified_domain(&acme, "acme.com").await;
    app.domain(&beta, "acme.com").await;
    let mut tx = app.db.write().await.unwrap();
    let both = muster::db::sql("UPDATE domains SET state = 'verified'").run(&mut tx).await;
    assert!(matches!(both, Err(Error::Conflict(_))), "{both:?}");
}

async fn a_domain_is_lost_after_two_daily_checks_without_its_record(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let domain = app.verified_domain(&acme, "acme.com").await;
    app.next_daily_check().await;
    assert_eq!(only(app, &acme).await.misses, 0);

    app.dns.says("acme.com", &["v=spf1 -all"]);
    app.next_daily_check().await;
    assert_eq!((only(app, &acme).await.state, only(app, &acme).await.misses), (DomainState::Verified, 1));
    // A day's check counts once, and one that somebody asks for does not count.
    domains::check_due(&app.db, &*app.dns).await.unwrap();
    app.clock.advance(time::Duration::hours(23));
    domains::check_due(&app.db, &*app.dns).await.unwrap();
    app.check_domain(&acme, &domain.id).await;
    app.check_domain(&acme, &domain.id).await;
    assert_eq!(only(app, &acme).await.misses, 1);
    sign_in_again(&mut browser).await;
    let page = browser.get(PAGE).await;
    assert_says(&page, "Verified, record missing");
    assert_says(&page, "If the next daily check does not find it either, the domain is lost.");

    let seen = app.events().await.len();
    app.clock.advance(time::Duration::HOUR);
    domains::check_due(&app.db, &*app.dns).await.unwrap();
    assert_eq!(only(app, &acme).await.state, DomainState::Lost);
    assert_eq!(app.kinds_since(seen).await, ["domain.lost"]);
    app.next_daily_check().await;
    assert_eq!(app.kinds_since(seen).await, ["domain.lost"], "it is lost once");
    sign_in_again(&mut browser).await;
    assert_says(&browser.get("/o/acme").await, "The domain acme.com was lost: its DNS record is gone.");
    assert_says(&browser.get(PAGE).await, "Make the record again and check.");

    app.dns.says("acme.com", &[&domain.record()]);
    browser.post(&format!("{PAGE}/{}/check", domain.id), &[]).await;
    assert_eq!(only(app, &acme).await.state, DomainState::Verified);
    assert!(!browser.get("/o/acme").await.body.contains("was lost"));
}

async fn a_record_that_comes_back_starts_the_count_anew(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let domain = app.verified_domain(&acme, "acme.com").await;
    for values in [vec![], vec![domain.record()], vec![], vec![domain.record()]] {
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        app.dns.says("acme.com", &values);
        app.next_daily_check().await;
        assert_eq!(only(app, &acme).await.state, DomainState::Verified);
    }
    app.dns.says("acme.com", &[]);
    app.next_daily_check().await;
    app.dns.says("acme.com", &[&domain.record()]);
    app.check_domain(&acme, &domain.id).await;
    app.dns.says("acme.com", &[]);
    app.next_daily_check().await;
    assert_eq!(only(app, &acme).await.state, DomainState::Verified, "found in between, by hand");
}

async fn a_dns_that_does_not_answer_loses_nothing(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let domain = app.verified_domain(&acme, "acme.com").await;
    for reason in ["SERVFAIL", "no answer within 10 seconds", "SERVFAIL"] {
        app.dns.fails("acme.com", reason);
        app.next_daily_check().await;
        let domain = only(app, &acme).await;
        assert_eq!((domain.state, domain.misses), (DomainState::Verified, 0));
        assert!(domain.problem.unwrap().contains(reason), "it is shown");
    }
    // It is asked again within the hour, and the day's check is then done.
    app.dns.says("acme.com", &[&domain.record()]);
    app.clock.advance(time::Duration::HOUR);
    domains::check_due(&app.db, &*app.dns).await.unwrap();
    assert_eq!(only(app, &acme).await.problem, None);
    // Between two absences it says nothing either way: the two still follow one another.
    app.dns.says("acme.com", &[]);
    app.next_daily_check().await;
    app.dns.fails("acme.com", "SERVFAIL");
    app.next_daily_check().await;
    assert_eq!(only(app, &acme).await.misses, 1);
    app.dns.says("acme.com", &[]);
    app.next_daily_check().await;
    assert_eq!(only(app, &acme).await.state, DomainState::Lost);
}

async fn removing_a_domain_names_what_follows(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    local(app, &acme, "Ada", Level::Member).await;
    let domain = app.verified_domain(&acme, "example.com").await;
    let page = browser.get(PAGE).await;
    assert_says(&page, "the 2 people with an address there");
    assert_says(&page, "Whoever was linked stays so.");
    let page = browser.post(&format!("{PAGE}/{}/remove", domain.id), &[]).await;
    assert_eq!(page.location(), PAGE);
    assert_says(&browser.get(PAGE).await, "example.com is removed.");
    let event = app.events().await.pop().unwrap();
    assert_eq!((event.kind.as_str(), event.before.unwrap()["state"].as_str()), ("domain.removed", Some("verified")));
    assert_eq!(browser.post(&format!("{PAGE}/{}/remove", domain.id), &[]).await.status, 404);
}

async fn domains_are_their_admins_alone(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let beta = app.organization("Beta").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let foreign = app.domain(&beta, "beta.com").await;
    for id in [foreign.id.to_string(), DomainId::new().to_string(), "nonsense".into()] {
        for deed in ["check", "remove"] {
            assert_eq!(browser.post(&format!("{PAGE}/{id}/{deed}"), &[]).await.status, 404);
        }
    }
    assert_eq!(browser.get("/o/beta/settings/domains").await.status, 404);
    app.execute("UPDATE users SET level = 'member'").await;
    let page = browser.post(PAGE, &[("domain", "acme.com")]).await;
    assert_eq!((page.status.as_u16(), page.location().as_str()), (303, "/me"));
    assert_eq!(app.count("SELECT COUNT(*) FROM domains").await, 1);
}

on_both!(
    an_admin_adds_a_domain_and_proves_it_by_a_record,
    what_is_no_domain_is_refused_at_its_field,
    anything_but_the_very_record_proves_nothing,
    only_the_first_that_proves_a_domain_has_it,
    the_database_itself_keeps_a_domain_with_one_organization,
    a_domain_is_lost_after_two_daily_checks_without_its_record,
    a_record_that_comes_back_starts_the_count_anew,
    a_dns_that_does_not_answer_loses_nothing,
    removing_a_domain_names_what_follows,
    domains_are_their_admins_alone,
);
