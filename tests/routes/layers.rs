//! What holds for every page.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};

use crate::support::{PUBLIC_URL, TestApp, on_both};

async fn a_form_of_another_site_is_refused(app: &TestApp) {
    let request = |site: &str| {
        Request::post("/sign-out")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", site)
            .body(Body::empty())
            .unwrap()
    };
    assert_eq!(app.send(request("cross-site")).await.status(), StatusCode::FORBIDDEN);
    assert!(app.send(request("same-origin")).await.status().is_redirection());
}

async fn another_host_name_leads_to_the_public_one(app: &TestApp) {
    let request = Request::get("/sign-in?return_to=/me").header(header::HOST, "203.0.113.9:3000").body(Body::empty());
    let response = app.send(request.unwrap()).await;
    assert_eq!(response.headers()[header::LOCATION], format!("{PUBLIC_URL}/sign-in?return_to=/me"));
}

async fn pages_run_only_scripts_of_their_own(app: &TestApp) {
    let response = app.send(Request::get("/setup").body(Body::empty()).unwrap()).await;
    let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("script-src 'self' 'nonce-") && !policy.contains("unsafe-inline"), "{policy}");
    assert!(response.headers()[header::STRICT_TRANSPORT_SECURITY].to_str().unwrap().contains("max-age=31536000"));
}

on_both!(
    a_form_of_another_site_is_refused,
    another_host_name_leads_to_the_public_one,
    pages_run_only_scripts_of_their_own,
);
