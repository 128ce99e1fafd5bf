//! What stands in addresses and what they tell.

use muster::actor::Level;
use muster::db::sql;
use muster::id::UserId;

use crate::routes::o::local;
use crate::routes::o::pages::olive;
use crate::support::browser::{Browser, Page};
use crate::support::{TestApp, on_both};

async fn pages_live_where_they_are_said_to(app: &TestApp) {
    assert_eq!(Browser::new(app).get("/setup").await.status, 200);
    let acme = app.organization("Acme").await;
    app.organization("Beta").await;
    let mia = local(app, &acme, "Mia", Level::Member).await;
    for path in ["/sign-in", "/sign-in/acme"] {
        assert_eq!(Browser::new(app).get(path).await.status, 200, "{path}");
    }
    let (_, mut browser) = olive(app, &acme, "acme").await;
    for path in ["/me".to_string(), format!("/o/acme/users/{mia}")] {
        assert_eq!(browser.get(&path).await.status, 200, "{path}");
    }
    assert_eq!(browser.post("/sign-out", &[]).await.location(), "/sign-in/acme");
}

/// What a person sees of a page.
fn seen(page: &Page) -> (u16, &str) {
    let main = page.body.split("<main").nth(1).and_then(|rest| rest.split("</main>").next());
    (page.status.as_u16(), main.expect("a page"))
}

async fn a_foreign_and_an_unknown_organization_give_the_same_404(app: &TestApp) {
    let acme = app.organization("Acme").await;
    app.organization("Beta").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    for rest in ["", "/users", "/roles", "/settings/sign-in", "/activity"] {
        let (foreign, unknown) =
            (browser.get(&format!("/o/beta{rest}")).await, browser.get(&format!("/o/gamma{rest}")).await);
        assert_eq!(foreign.status, 404, "{rest}");
        assert_eq!(seen(&foreign), seen(&unknown), "{rest}");
    }
    let (foreign, unknown) =
        (browser.post("/o/beta/roles/new", &[("name", "X")]).await, browser.post("/o/gamma/roles/new", &[]).await);
    assert_eq!(foreign.status, 404);
    assert_eq!(seen(&foreign), seen(&unknown));
    // Nor do the two differ for whoever is signed in nowhere.
    let mut nobody = Browser::new(app);
    assert_eq!(nobody.get("/o/beta").await.location(), "/sign-in?return_to=%2Fo%2Fbeta");
    assert_eq!(nobody.get("/o/gamma").await.location(), "/sign-in?return_to=%2Fo%2Fgamma");
}

async fn events_carry_ids_and_pages_the_slug(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (id, mut browser) = olive(app, &acme, "acme").await;
    let made = browser.post("/o/acme/roles/new", &[("name", "Editor")]).await;
    let role = made.location().strip_prefix("/o/acme/roles/").expect("the slug leads").to_string();
    let mut tx = app.db.read().await.unwrap();
    let event: (String, String, String) =
        sql("SELECT organization_id, actor_id, subject_id FROM events WHERE kind = 'role.created'")
            .one(&mut tx)
            .await
            .unwrap();
    assert_eq!(event, (acme.to_string(), id.to_string(), role));
    assert!(UserId::parse(&event.1).is_some());
    assert_eq!(browser.get(&format!("/o/{acme}")).await.status, 404, "an organization's id is no address");
}

on_both!(
    pages_live_where_they_are_said_to,
    a_foreign_and_an_unknown_organization_give_the_same_404,
    events_carry_ids_and_pages_the_slug,
);
