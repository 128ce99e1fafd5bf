//! Finding out how a provider signs people in: its metadata, fetched and compared by us.
//!
//! Not by a library's discover call: that appends the suffix to what may already be a metadata URL, and refuses Entra's
//! issuer, which is a template.

mod address;
mod check;
mod refresh;

use serde::{Deserialize, Serialize};

use super::Provider;
use crate::http::cached;
use crate::http::client::{Client, FetchError};
use crate::time::Timestamp;

pub(super) use refresh::refresh;

/// What an admin gave.
#[derive(Debug, Clone)]
pub struct DiscoveryInput {
    pub provider: Provider,
    /// An Okta domain, an issuer or a metadata URL.
    pub address: Option<String>,
    /// Entra's directory (tenant) id.
    pub tenant_id: Option<String>,
}

/// What discovery found, as it is kept in `connections.metadata`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// Exactly as tokens name it; Entra's template is filled in.
    pub issuer: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub jwks_uri: String,
    pub userinfo_endpoint: Option<String>,
    pub end_session_endpoint: Option<String>,
    /// Those of RS256 and ES256 that the provider signs with.
    pub algorithms: Vec<String>,
    pub code_challenge_methods: Vec<String>,
    pub token_endpoint_auth_methods: Vec<String>,
    /// RFC 9207: the provider names itself in every answer, so an answer without its name is refused.
    pub iss_parameter_supported: bool,
    /// Entra's alone: what the `tid` of every token must be.
    pub tenant_id: Option<String>,
    /// The scope by which the provider tells a person's groups, where it has one.
    #[serde(default)]
    pub groups_scope: bool,
    /// The end of the document's HTTP lifetime: the next sign-in after it asks again.
    #[serde(default)]
    pub good_until: Option<Timestamp>,
}

impl Metadata {
    /// Whether what was found may still be used without asking again.
    pub fn is_good(&self, now: &Timestamp) -> bool {
        self.good_until.as_ref().is_some_and(|end| now < end)
    }
}

/// Why a provider cannot be used yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscoveryProblem {
    /// Stable, `discovery_…`.
    pub code: &'static str,
    /// What exactly was wrong and what to change, for an admin.
    pub message: String,
}

fn problem(code: &'static str, message: impl Into<String>) -> DiscoveryProblem {
    DiscoveryProblem { code, message: message.into() }
}

/// Fetches a provider's metadata and checks it.
///
/// # Errors
/// [`DiscoveryProblem`]: a stable code and a sentence that says what to change.
pub async fn discover(client: &Client, input: &DiscoveryInput) -> Result<Metadata, DiscoveryProblem> {
    let plan = address::plan(input)?;
    let fetched = cached::fetch(client, plan.url.as_str()).await;
    let document = fetched.map_err(|error| fetch_problem(input.provider, plan.url.as_str(), &error))?;
    let metadata = check::check(client, &plan, &document.json)?;
    Ok(Metadata { good_until: Some(client.clock().now().plus(document.lifetime)), ..metadata })
}

fn fetch_problem(provider: Provider, url: &str, error: &FetchError) -> DiscoveryProblem {
    let (code, advice) = match error {
        FetchError::NotHttps => ("discovery_not_https", "Use the provider's https address."),
        FetchError::BadUrl => ("discovery_bad_address", "Check the address."),
        FetchError::Unreachable(_) => {
            ("discovery_unreachable", "Check the address for a typing error, and that this server can reach it.")
        }
        FetchError::PrivateAddress => (
            "discovery_private_address",
            "If the provider really lives in your own network, start Muster with MUSTER_ALLOW_PRIVATE_IDP=true.",
        ),
        FetchError::Status(_) => ("discovery_status", not_there(provider)),
        FetchError::NotJson => ("discovery_not_json", not_there(provider)),
        FetchError::TooLarge => ("discovery_too_large", "That is no metadata document; check the address."),
        FetchError::TimedOut => ("discovery_timed_out", "Try again; check that this server can reach it."),
        FetchError::Redirected(_) => {
            ("discovery_redirected", "Enter the address that it redirects to, if you trust it.")
        }
    };
    problem(code, format!("The metadata at {url} could not be read: {error}. {advice}"))
}

fn not_there(provider: Provider) -> &'static str {
    match provider {
        Provider::Okta => {
            "Check the Okta domain; a custom authorization server needs its issuer, such as https://acme.okta.com/oauth2/default."
        }
        Provider::Entra => "Check the tenant ID, and that the URL has /v2.0/ in it.",
        Provider::Generic => "Check the issuer: the provider's OpenID Connect settings name it.",
    }
}

#[cfg(test)]
mod tests {
    use axum::response::Redirect;
    use axum::routing::get;
    use axum::{Json, Router};
    use serde_json::{Value, json};

    use super::*;
    use crate::http::client::Networks;
    use crate::http::testing::serve;
    use crate::time::Clock;

    const TENANT: &str = "8f1f6b1c-0d43-4c1f-9a71-1f0a5b8f2c11";

    fn document(base: &str) -> Value {
        json!({
            "issuer": base,
            "authorization_endpoint": format!("{base}/authorize"),
            "token_endpoint": format!("{base}/token"),
            "jwks_uri": format!("{base}/keys"),
            "userinfo_endpoint": "http://8.8.8.8/userinfo",
            "response_types_supported": ["code", "code id_token"],
            "id_token_signing_alg_values_supported": ["HS256", "ES256", "RS256"],
            "authorization_response_iss_parameter_supported": true,
        })
    }

    /// Serves the document under any path and discovers it at `{base}{rest}`.
    async fn discovered(
        provider: Provider,
        rest: &str,
        change: impl FnOnce(&str, &mut Value),
    ) -> Result<Metadata, DiscoveryProblem> {
        let base = serve(|base| {
            let mut answer = document(base);
            change(base, &mut answer);
            let at = format!("{rest}/.well-known/openid-configuration");
            Router::new().route(&at, get(async move || Json(answer.clone())))
        })
        .await;
        let address = Some(format!("{base}{rest}"));
        let input = DiscoveryInput { provider, address, tenant_id: Some(TENANT.into()) };
        discover(&Client::new(Networks::all_private(), Clock::system()), &input).await
    }

    #[tokio::test]
    async fn good_metadata_is_kept_without_what_cannot_be_used() {
        let found = discovered(Provider::Generic, "", |_, _| ()).await.unwrap();
        assert_eq!(found.algorithms, ["ES256", "RS256"]);
        assert_eq!(found.token_endpoint_auth_methods, ["client_secret_basic"]);
        assert_eq!(found.userinfo_endpoint, None, "plain http to a public address");
        assert!(found.iss_parameter_supported);
        let kept: Metadata = serde_json::from_str(&serde_json::to_string(&found).unwrap()).unwrap();
        assert_eq!(kept, found);
    }

    #[tokio::test]
    async fn a_slash_at_the_end_belongs_to_the_issuer_and_to_nothing_else() {
        let with_slash = |base: &str, answer: &mut Value| answer["issuer"] = json!(format!("{base}/"));
        let found = discovered(Provider::Generic, "", with_slash).await.unwrap();
        assert!(found.issuer.ends_with('/'));
        let two = |base: &str, answer: &mut Value| answer["issuer"] = json!(format!("{base}//"));
        assert_eq!(discovered(Provider::Generic, "", two).await.unwrap_err().code, "discovery_issuer_mismatch");
    }

    #[tokio::test]
    async fn entras_template_becomes_the_tenants_issuer() {
        let template = |base: &str, answer: &mut Value| answer["issuer"] = json!(format!("{base}/{{tenantid}}/v2.0"));
        for rest in ["/common/v2.0", "/organizations/v2.0", &format!("/{TENANT}/v2.0")] {
            let found = discovered(Provider::Entra, rest, template).await.unwrap();
            assert!(found.issuer.ends_with(&format!("/{TENANT}/v2.0")), "{rest}: {}", found.issuer);
            assert_eq!(found.tenant_id.as_deref(), Some(TENANT));
        }
        let other = "/11111111-0d43-4c1f-9a71-1f0a5b8f2c11/v2.0";
        let problem = discovered(Provider::Entra, other, template).await.unwrap_err();
        assert_eq!(problem.code, "discovery_issuer_mismatch");
        // Elsewhere a template is no issuer.
        let problem = discovered(Provider::Generic, "/common/v2.0", template).await.unwrap_err();
        assert_eq!(problem.code, "discovery_issuer_mismatch");
    }

    #[tokio::test]
    async fn each_failure_has_its_code() {
        type Change = fn(&str, &mut Value);
        let table: [(&str, Change); 10] = [
            ("discovery_not_metadata", |_, answer| answer["issuer"] = Value::Null),
            ("discovery_issuer_mismatch", |_, answer| answer["issuer"] = json!("https://evil.example.com")),
            ("discovery_issuer_mismatch", |base, answer| answer["issuer"] = json!(base.to_uppercase())),
            ("discovery_endpoint_missing", |_, answer| answer["jwks_uri"] = Value::Null),
            ("discovery_endpoint_missing", |_, answer| answer["token_endpoint"] = json!(7)),
            ("discovery_endpoint_not_https", |_, answer| answer["token_endpoint"] = json!("http://8.8.8.8/")),
            ("discovery_endpoint_bad", |_, answer| answer["authorization_endpoint"] = json!("javascript:alert(1)")),
            ("discovery_no_algorithm", |_, answer| answer["id_token_signing_alg_values_supported"] = json!(["HS256"])),
            ("discovery_no_code_flow", |_, answer| answer["response_types_supported"] = json!(["id_token"])),
            ("discovery_no_client_authentication", |_, answer| {
                answer["token_endpoint_auth_methods_supported"] = json!(["tls_client_auth"]);
            }),
        ];
        for (code, change) in table {
            let problem = discovered(Provider::Generic, "", change).await.unwrap_err();
            assert_eq!(problem.code, code, "{}", problem.message);
        }
    }

    #[tokio::test]
    async fn a_mismatch_shows_both_issuers() {
        let other = |_: &str, answer: &mut Value| answer["issuer"] = json!("https://other.example.com");
        let message = discovered(Provider::Generic, "", other).await.unwrap_err().message;
        assert!(message.contains("Expected: http://127.0.0.1"), "{message}");
        assert!(message.contains("Found: https://other.example.com"), "{message}");
    }

    #[tokio::test]
    async fn what_cannot_be_fetched_is_said_exactly() {
        let strict = Client::new(Networks::none(), Clock::system());
        for (address, code) in [
            ("http://acme.example.com", "discovery_not_https"),
            ("https://127.0.0.1", "discovery_private_address"),
            ("https://localhost", "discovery_private_address"),
        ] {
            let input = DiscoveryInput { provider: Provider::Generic, address: Some(address.into()), tenant_id: None };
            let problem = discover(&strict, &input).await.unwrap_err();
            assert_eq!(problem.code, code, "{}", problem.message);
        }
        let away = || async { Redirect::permanent("https://elsewhere.example.com/") };
        let base = serve(|_| {
            Router::new()
                .route("/html/.well-known/openid-configuration", get("<html>Sign in</html>"))
                .route("/away/.well-known/openid-configuration", get(away))
        })
        .await;
        let lenient = Client::new(Networks::all_private(), Clock::system());
        for (rest, code) in
            [("/html", "discovery_not_json"), ("/none", "discovery_status"), ("/away", "discovery_redirected")]
        {
            let address = Some(format!("{base}{rest}"));
            let input = DiscoveryInput { provider: Provider::Okta, address, tenant_id: None };
            let problem = discover(&lenient, &input).await.unwrap_err();
            assert_eq!(problem.code, code, "{}", problem.message);
        }
        let input =
            DiscoveryInput { provider: Provider::Okta, address: Some("http://127.0.0.1:1".into()), tenant_id: None };
        assert_eq!(discover(&lenient, &input).await.unwrap_err().code, "discovery_unreachable");
    }
}
