//! A browser: it keeps cookies, follows nothing by itself, and shows what it got.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt as _;

use super::{PUBLIC_URL, TestApp, sign_in};

/// One browser with its cookies.
pub struct Browser<'a> {
    app: &'a TestApp,
    pub cookies: BTreeMap<String, String>,
    /// What the proxy says of the address; none, and it is the proxy's own.
    pub forwarded_for: Option<String>,
}

/// An answer.
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Page {
    /// Where a redirect leads: an address of ours as a path, another one in full.
    pub fn location(&self) -> String {
        let to = self.headers.get(header::LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default();
        to.strip_prefix(PUBLIC_URL).unwrap_or(to).to_string()
    }
}

impl<'a> Browser<'a> {
    pub fn new(app: &'a TestApp) -> Self {
        Self { app, cookies: BTreeMap::new(), forwarded_for: None }
    }

    pub async fn get(&mut self, path: &str) -> Page {
        self.send(Request::get(path).body(Body::empty()).expect("a request")).await
    }

    /// What a script of an open page asks for.
    pub async fn poll(&mut self, path: &str) -> Page {
        self.send(Request::get(path).header("sec-fetch-dest", "empty").body(Body::empty()).expect("a request")).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let form = serde_urlencoded::to_string(fields).expect("a form");
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(form));
        self.send(request.expect("a request")).await
    }

    /// Signs in with a password and, where one is asked for, a code of the app with [`sign_in::APP`]. Returns the last answer.
    pub async fn sign_in(&mut self, slug: &str, email: &str, password: &str) -> Page {
        let page = self.post(&format!("/sign-in/{slug}"), &[("email", email), ("password", password)]).await;
        if page.location() != format!("/sign-in/{slug}/code") {
            return page;
        }
        // As if the last code had been used long ago: tests' clocks stand still.
        self.app.execute("UPDATE second_factors SET last_step = 0").await;
        let code = sign_in::code(self.app);
        self.post(&format!("/sign-in/{slug}/code"), &[("code", &code)]).await
    }

    async fn send(&mut self, mut request: Request<Body>) -> Page {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request.headers_mut().insert(header::COOKIE, cookies.join("; ").parse().expect("a header"));
        }
        let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
        request.headers_mut().insert(header::USER_AGENT, agent.parse().expect("a header"));
        if let Some(address) = &self.forwarded_for {
            request.headers_mut().insert("x-forwarded-for", address.parse().expect("a header"));
        }
        let response = self.app.send(request).await;
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            self.keep(cookie.to_str().expect("a cookie is ASCII"));
        }
        let body = body.collect().await.expect("the body arrives").to_bytes();
        Page { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    fn keep(&mut self, cookie: &str) {
        let (name, rest) = cookie.split_once('=').expect("a cookie has a name");
        let value = rest.split(';').next().unwrap_or_default();
        if value.is_empty() || cookie.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_string(), value.to_string());
        }
    }
}
