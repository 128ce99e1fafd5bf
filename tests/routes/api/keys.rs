//! Who is let in: good keys, and nothing else.

use axum::http::Method;

use super::{call, get, refused};
use crate::routes::o::pages::olive;
use crate::routes::o::service_accounts::{account, key};
use crate::support::{TestApp, on_both};

async fn only_a_whole_good_key_is_let_in(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let id = account(&mut browser, "/o/acme", "CI").await;
    let secret = key(&mut browser, "/o/acme", &id, &[]).await;
    let missing = call(app, Method::GET, "/me", &[]).await;
    refused(&missing, 401, "missing_key");
    assert_eq!(missing.headers["www-authenticate"], "Bearer");
    let scim = app.directory("okta").await;
    let other = if secret.ends_with('a') { "b" } else { "a" };
    for wrong in
        [String::new(), secret[..20].to_string(), format!("{}{other}", &secret[..secret.len() - 1]), scim.token]
    {
        let answer = get(app, "/me", &wrong).await;
        refused(&answer, 401, "invalid_key");
        assert_eq!(answer.headers["www-authenticate"], "Bearer error=\"invalid_token\"", "{wrong}");
    }
    let basic = call(app, Method::GET, "/me", &[("authorization", &format!("Basic {secret}"))]).await;
    refused(&basic, 401, "invalid_key");
    assert_eq!(call(app, Method::GET, "/me", &[("authorization", &format!("bearer {secret}"))]).await.status, 200);
    // Not in the address, and not by a browser's cookie.
    refused(&call(app, Method::GET, &format!("/me?access_token={secret}"), &[]).await, 401, "missing_key");
    let page = browser.get("/api/v1/me").await;
    assert_eq!(page.status, 401);
    assert!(!page.headers.contains_key("set-cookie"));
}

async fn what_is_not_there_is_json_too_and_told_to_keys_only(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let id = account(&mut browser, "/o/acme", "CI").await;
    let secret = key(&mut browser, "/o/acme", &id, &[]).await;
    let bearer = format!("Bearer {secret}");
    for path in ["", "/nothing", "/users", "/me/more"] {
        refused(&get(app, path, &secret).await, 404, "not_found");
        refused(&call(app, Method::GET, path, &[]).await, 401, "missing_key");
    }
    let wrong = call(app, Method::POST, "/me", &[("authorization", &bearer)]).await;
    refused(&wrong, 405, "method_not_allowed");
    // No other origin's page reads it.
    let foreign = [("authorization", bearer.as_str()), ("origin", "https://evil.example")];
    let answer = call(app, Method::GET, "/me", &foreign).await;
    assert_eq!(answer.status, 200);
    assert!(!answer.headers.contains_key("access-control-allow-origin"));
}

async fn what_came_in_the_open_is_not_looked_at(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let id = account(&mut browser, "/o/acme", "CI").await;
    let secret = key(&mut browser, "/o/acme", &id, &[]).await;
    let headers = [("authorization", format!("Bearer {secret}")), ("x-forwarded-proto", "http".to_string())];
    let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
    refused(&call(app, Method::GET, "/me", &headers).await, 403, "https_required");
    assert_eq!(app.count("SELECT COUNT(*) FROM api_keys WHERE last_used_at IS NOT NULL").await, 0);
}

async fn calls_without_a_good_key_are_slowed_and_good_ones_never(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let id = account(&mut browser, "/o/acme", "CI").await;
    let secret = key(&mut browser, "/o/acme", &id, &[]).await;
    let mut refusals = Vec::new();
    for _ in 0..301 {
        refusals.push(get(app, "/me", "muster_key_guess").await);
    }
    let last = refusals.pop().unwrap();
    refused(&last, 429, "too_many_attempts");
    assert!(last.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap() >= 1);
    assert!(refusals.iter().all(|answer| answer.status == 401));
    assert_eq!(get(app, "/me", &secret).await.status, 200);
}

async fn the_last_use_is_written_down_once_a_minute(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let id = account(&mut browser, "/o/acme", "CI").await;
    let secret = key(&mut browser, "/o/acme", &id, &[]).await;
    let used_now = async || {
        let query = format!("SELECT COUNT(*) FROM api_keys WHERE last_used_at = '{}'", app.clock.now());
        app.count(&query).await == 1
    };
    get(app, "/me", &secret).await;
    assert!(used_now().await);
    app.clock.advance(time::Duration::seconds(59));
    get(app, "/me", &secret).await;
    assert!(!used_now().await, "within a minute nothing is written");
    app.clock.advance(time::Duration::seconds(1));
    get(app, "/me", &secret).await;
    assert!(used_now().await);
}

on_both!(
    only_a_whole_good_key_is_let_in,
    what_is_not_there_is_json_too_and_told_to_keys_only,
    what_came_in_the_open_is_not_looked_at,
    calls_without_a_good_key_are_slowed_and_good_ones_never,
    the_last_use_is_written_down_once_a_minute,
);
