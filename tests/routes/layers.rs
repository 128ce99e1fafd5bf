//! What holds for every page.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};

use crate::support::browser::Browser;
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

/// The addresses that stand in the sources: a new route is tested from the day on which it is written.
fn routes() -> Vec<String> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut folders, mut found) = (vec![root], Vec::new());
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let calls = text.split(".route(").skip(1);
            let literal = |call: &str| call.split('"').nth(1).map(str::to_string).unwrap_or_default();
            found.extend(calls.map(literal).filter(|path| path.starts_with('/') || path.starts_with("{one}")));
        }
    }
    found.retain(|path| !path.starts_with("/{label}") && path != "/scim");
    found.sort();
    found.dedup();
    found.iter().map(|path| path.replace("{one}", "/o/acme/connections/x").replace("{organization}", "acme")).collect()
}

/// The braces of an address filled in with what nothing has.
fn filled(path: &str) -> String {
    let mut filled = String::new();
    for part in path.split('/').skip(1) {
        filled.push('/');
        filled.push_str(if part.starts_with('{') { "x" } else { part });
    }
    filled
}

async fn every_answer_has_the_headers_that_keep_browsers_honest(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut olive) = super::o::pages::olive(app, &acme, "acme").await;
    let routes = routes();
    assert!(routes.len() > 40, "{routes:?}");
    let mut seen = std::collections::BTreeSet::new();
    for path in routes.iter().map(|path| filled(path)).chain(["/nothing".into(), "/o/other".into()]) {
        for signed_in in [false, true] {
            let page = match signed_in {
                true => olive.get(&path).await,
                false => Browser::new(app).get(&path).await,
            };
            seen.insert(page.status.as_u16());
            let header = |name: &str| page.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default();
            for (name, value) in [
                ("x-content-type-options", "nosniff"),
                ("x-frame-options", "DENY"),
                ("referrer-policy", "same-origin"),
                ("cross-origin-opener-policy", "same-origin"),
                ("x-permitted-cross-domain-policies", "none"),
                ("strict-transport-security", "max-age=31536000; includeSubDomains"),
            ] {
                assert_eq!(header(name), value, "{name} of {path}");
            }
            assert!(header("permissions-policy").contains("camera=()"), "{path}");
            let policy = header("content-security-policy");
            assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe-inline"), "{path}: {policy}");
            if page.body.contains("<html") {
                assert!(policy.contains("object-src 'none'; base-uri 'none'"), "{path}: {policy}");
                assert_eq!(header("cache-control"), "no-store", "{path}");
            }
        }
    }
    // Pages, redirects, what is not there, and what is only posted to.
    assert!([200, 303, 404, 405].iter().all(|status| seen.contains(status)), "{seen:?}");
}

async fn forms_of_other_sites_are_refused_everywhere(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, olive) = super::o::pages::olive(app, &acme, "acme").await;
    let cookie = format!("__Host-muster={}", olive.cookies["__Host-muster"]);
    for path in ["/setup", "/sign-in", "/sign-in/acme", "/sign-out", "/o/acme/roles/new", "/o/acme/connections/new"] {
        let request = |name: &'static str, value: &'static str| {
            let request = Request::post(path)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header(header::HOST, "muster.example.com")
                .header(header::COOKIE, &cookie)
                .header(name, value);
            request.body(Body::from("name=Evil")).unwrap()
        };
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
            ("origin", "null"),
        ] {
            assert_eq!(app.send(request(name, value)).await.status(), StatusCode::FORBIDDEN, "{path}: {name}: {value}");
        }
        let own = app.send(request("origin", "https://muster.example.com")).await.status();
        assert_ne!(own, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM roles").await, 0);
}

async fn forms_are_small(app: &TestApp) {
    app.organization("Acme").await;
    let request = |path: &str, bytes: usize| {
        Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(format!("email={}", "a".repeat(bytes))))
            .unwrap()
    };
    assert_eq!(app.send(request("/sign-in", 1000)).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(app.send(request("/sign-in", 65 * 1024)).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
}

async fn nobody_is_sent_to_another_site(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut olive) = super::o::pages::olive(app, &acme, "acme").await;
    for evil in [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "\\/evil.example",
        "https:evil.example",
        "https:/evil.example",
        "https://evil.example",
        "https://muster.example.com@evil.example",
        "//muster.example.com@evil.example",
        "/..//evil.example",
        "/./%2e//evil.example",
        "/x/..//evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\u{1}//evil.example",
        " //evil.example",
        "//evil%E3%80%82example",
        "javascript:alert(1)",
        "data:text/html,x",
        "evil.example",
        "?//evil.example",
    ] {
        let query = serde_urlencoded::to_string([("return_to", evil)]).unwrap();
        // Signed in, asked at once; and after a sign-in.
        let at_once = olive.get(&format!("/sign-in/acme?{query}")).await.location();
        let fields = [("email", "olive@example.com"), ("password", super::o::pages::PASSWORD), ("return_to", evil)];
        let mut browser = Browser::new(app);
        browser.forwarded_for = Some(format!("203.0.113.{}", evil.len()));
        app.clock.advance(time::Duration::minutes(2));
        let after = browser.post("/sign-in/acme", &fields).await;
        assert_eq!(after.status, 303, "{evil}");
        for location in [at_once, after.location()] {
            let there = url::Url::parse("https://muster.example.com/").unwrap().join(&location).unwrap();
            assert_eq!(there.host_str(), Some("muster.example.com"), "{evil} leads to {location}");
            assert!(!location.contains("evil.example"), "{evil} leads to {location}");
        }
    }
    // Twice encoded, it is a path of ours: harmless, and a browser takes it so.
    let page = olive.get("/sign-in/acme?return_to=%2F%252f%252fevil.example").await;
    assert_eq!(page.location(), "/%2f%2fevil.example");
}

on_both!(
    every_answer_has_the_headers_that_keep_browsers_honest,
    forms_of_other_sites_are_refused_everywhere,
    forms_are_small,
    nobody_is_sent_to_another_site,
    a_form_of_another_site_is_refused,
    another_host_name_leads_to_the_public_one,
    pages_run_only_scripts_of_their_own,
);
