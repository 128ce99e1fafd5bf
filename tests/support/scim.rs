//! An identity provider, as far as HTTP goes.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, header};
use http_body_util::BodyExt as _;
use muster::id::{DirectoryId, OrganizationId};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::{PUBLIC_URL, TestApp};

#[derive(Clone)]
pub struct ScimClient {
    router: Router,
    pub label: String,
    pub token: String,
    pub directory: DirectoryId,
    pub organization: OrganizationId,
}

/// What came back. Every answer with a body is checked to be SCIM.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl ScimClient {
    pub fn new(
        router: Router,
        label: &str,
        token: String,
        directory: DirectoryId,
        organization: OrganizationId,
    ) -> Self {
        Self { router, label: label.into(), token, directory, organization }
    }

    /// The same directory with another token.
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: token.into(), ..self.clone() }
    }

    /// The same token on another label.
    pub fn with_label(&self, label: &str) -> Self {
        Self { label: label.into(), ..self.clone() }
    }

    /// The same at another process.
    pub fn at(&self, app: &TestApp) -> Self {
        Self { router: app.router.clone(), ..self.clone() }
    }

    pub fn base(&self) -> String {
        format!("{PUBLIC_URL}/scim/v2/{}", self.label)
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, &[]).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body.to_string()), &[]).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body.to_string()), &[]).await
    }

    pub async fn patch(&self, path: &str, operations: Value) -> Answer {
        let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations });
        self.send(Method::PATCH, path, Some(body.to_string()), &[]).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None, &[]).await
    }

    /// A query by filter.
    pub async fn find(&self, endpoint: &str, filter: &str) -> Answer {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("filter", filter).finish();
        self.get(&format!("{endpoint}?{query}")).await
    }

    /// Any request; a header given here takes the place of the usual one, and an empty one leaves it out.
    pub async fn send(&self, method: Method, path: &str, body: Option<String>, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().method(method).uri(format!("/scim/v2/{}{path}", self.label));
        let authorization = format!("Bearer {}", self.token);
        let usual = [
            (header::AUTHORIZATION.as_str(), authorization.as_str()),
            (header::ACCEPT.as_str(), "application/scim+json"),
            ("x-forwarded-proto", "https"),
        ];
        let usual_type =
            body.is_some().then_some((header::CONTENT_TYPE.as_str(), "application/scim+json; charset=utf-8"));
        let given = |name: &str| headers.iter().any(|(given, _)| given.eq_ignore_ascii_case(name));
        for (name, value) in usual.into_iter().chain(usual_type).filter(|(name, _)| !given(name)) {
            request = request.header(name, value);
        }
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            request = request.header(*name, *value);
        }
        let request = request.body(body.map_or_else(Body::empty, Body::from)).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("a router always answers");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a whole body").to_bytes();
        let body = match bytes.is_empty() {
            true => Value::Null,
            false => {
                assert_eq!(parts.headers[header::CONTENT_TYPE], "application/scim+json", "{path}");
                serde_json::from_slice(&bytes).expect("a SCIM answer is JSON")
            }
        };
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    /// Adds a user by name only; returns the id.
    pub async fn user(&self, user_name: &str) -> String {
        self.post("/Users", json!({ "userName": user_name })).await.expect(201).id()
    }

    /// Adds a group; returns the id.
    pub async fn group(&self, name: &str, members: &[&str]) -> String {
        let members: Vec<_> = members.iter().map(|id| json!({ "value": id })).collect();
        self.post("/Groups", json!({ "displayName": name, "members": members })).await.expect(201).id()
    }

    /// The ids of a group's members, sorted.
    pub async fn members(&self, group: &str) -> Vec<String> {
        self.get(&format!("/Groups/{group}")).await.expect(200).member_ids()
    }
}

impl Answer {
    /// The answer, if it has that status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{:#}", self.body);
        self
    }

    /// An error of that status and keyword (empty for none); returns its detail.
    #[track_caller]
    pub fn refused(&self, status: u16, scim_type: &str) -> String {
        assert_eq!(self.status, status, "{:#}", self.body);
        assert_eq!(self.body["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:Error"]));
        assert_eq!(self.body["status"], json!(status.to_string()));
        assert_eq!(self.body["scimType"].as_str().unwrap_or_default(), scim_type, "{:#}", self.body);
        let detail = self.body["detail"].as_str().unwrap_or_default();
        assert!(!detail.is_empty(), "an error says what to change");
        detail.to_string()
    }

    #[track_caller]
    pub fn id(&self) -> String {
        self.body["id"].as_str().expect("a resource has an id").to_string()
    }

    pub fn etag(&self) -> String {
        self.headers[header::ETAG].to_str().unwrap().to_string()
    }

    pub fn total(&self) -> u64 {
        self.body["totalResults"].as_u64().expect("totalResults is a number")
    }

    pub fn resources(&self) -> &[Value] {
        self.body["Resources"].as_array().expect("Resources is an array")
    }

    /// The ids of the resources on the page.
    pub fn ids(&self) -> Vec<String> {
        self.resources().iter().map(|resource| resource["id"].as_str().unwrap().to_string()).collect()
    }

    pub fn member_ids(&self) -> Vec<String> {
        let members = self.body["members"].as_array().cloned().unwrap_or_default();
        let mut ids: Vec<_> = members.iter().map(|member| member["value"].as_str().unwrap().to_string()).collect();
        ids.sort();
        ids
    }
}
