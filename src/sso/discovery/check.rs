//! Whether the metadata that came back is the issuer's own, and enough to sign people in.

use serde_json::Value;
use url::Url;

use super::address::{Plan, with_tenant};
use super::{DiscoveryProblem, Metadata, problem};
use crate::http::client::{Client, FetchError};
use crate::sso::ClientAuthentication;

/// What Entra's multi-tenant metadata says in the place of the tenant.
const TEMPLATE: &str = "{tenantid}";
/// The signatures that we check.
const ALGORITHMS: [&str; 2] = ["RS256", "ES256"];

pub(super) fn check(client: &Client, plan: &Plan, document: &Value) -> Result<Metadata, DiscoveryProblem> {
    let issuer = issuer(plan, document)?;
    let endpoint = |name| required_endpoint(client, plan, document, name);
    let metadata = Metadata {
        authorization_endpoint: endpoint("authorization_endpoint")?,
        token_endpoint: endpoint("token_endpoint")?,
        jwks_uri: endpoint("jwks_uri")?,
        userinfo_endpoint: optional_endpoint(client, document, "userinfo_endpoint"),
        end_session_endpoint: optional_endpoint(client, document, "end_session_endpoint"),
        algorithms: algorithms(&issuer, document)?,
        code_challenge_methods: strings(document, "code_challenge_methods_supported").unwrap_or_default(),
        token_endpoint_auth_methods: client_authentication(&issuer, document)?,
        iss_parameter_supported: document["authorization_response_iss_parameter_supported"] == Value::Bool(true),
        tenant_id: plan.tenant_id.clone(),
        groups_scope: strings(document, "scopes_supported").is_some_and(|scopes| scopes.iter().any(|s| s == "groups")),
        good_until: None,
        issuer,
    };
    code_flow(&metadata.issuer, document)?;
    Ok(metadata)
}

/// OpenID Connect Discovery 4.3: the issuer MUST be identical to the URL that the metadata was found under.
fn issuer(plan: &Plan, document: &Value) -> Result<String, DiscoveryProblem> {
    let Some(found) = document["issuer"].as_str() else {
        return Err(problem(
            "discovery_not_metadata",
            format!(
                "{} answers with JSON, but it is not OpenID metadata: it names no issuer. Check the address.",
                plan.url
            ),
        ));
    };
    let (found, implied) = match &plan.tenant_id {
        Some(tenant) => {
            let implied = with_tenant(&plan.implied_issuer, tenant).unwrap_or_else(|| plan.implied_issuer.clone());
            (found.replace(TEMPLATE, tenant), implied)
        }
        None => (found.to_string(), plan.implied_issuer.clone()),
    };
    // 4.1 takes a slash at the end off before appending: the metadata's URL cannot tell whether the issuer has one.
    if found == implied || found.strip_suffix('/') == Some(&implied) {
        return Ok(found);
    }
    let advice = if found.starts_with("https://sts.windows.net/") {
        "This is Entra's version 1 metadata: use the address with /v2.0/ in it."
    } else {
        "Enter the issuer exactly as the provider names it, or the metadata URL that belongs to it; for Entra, check the tenant ID too."
    };
    Err(problem(
        "discovery_issuer_mismatch",
        format!("The metadata at {} names another issuer. Expected: {implied}. Found: {found}. {advice}", plan.url),
    ))
}

fn required_endpoint(
    client: &Client,
    plan: &Plan,
    document: &Value,
    name: &'static str,
) -> Result<String, DiscoveryProblem> {
    let Some(text) = document[name].as_str() else {
        return Err(problem(
            "discovery_endpoint_missing",
            format!(
                "The metadata at {} has no {name}. Check that it is an OpenID provider's, not another kind of server's.",
                plan.url
            ),
        ));
    };
    let permitted = Url::parse(text).map_err(|_| FetchError::BadUrl).and_then(|url| client.permits(&url));
    permitted.map(|()| text.to_string()).map_err(|error| {
        let code = match error {
            FetchError::NotHttps => "discovery_endpoint_not_https",
            FetchError::PrivateAddress => "discovery_endpoint_private",
            _ => "discovery_endpoint_bad",
        };
        problem(code, format!("The metadata's {name} ({text}) cannot be used: {error}. Change it at the provider."))
    })
}

/// What is not needed to sign in is left out where it cannot be used.
fn optional_endpoint(client: &Client, document: &Value, name: &str) -> Option<String> {
    let text = document[name].as_str()?;
    let url = Url::parse(text).ok()?;
    client.permits(&url).is_ok().then(|| text.to_string())
}

fn algorithms(issuer: &str, document: &Value) -> Result<Vec<String>, DiscoveryProblem> {
    let offered = strings(document, "id_token_signing_alg_values_supported").unwrap_or_default();
    let usable: Vec<String> = offered.iter().filter(|name| ALGORITHMS.contains(&name.as_str())).cloned().collect();
    if usable.is_empty() {
        return Err(problem(
            "discovery_no_algorithm",
            format!(
                "{issuer} signs ID tokens with {}, and Muster checks RS256 and ES256. Turn one of these on at the provider.",
                listed(&offered)
            ),
        ));
    }
    Ok(usable)
}

/// Without the field, the provider takes `client_secret_basic` (OpenID Connect Discovery 3).
fn client_authentication(issuer: &str, document: &Value) -> Result<Vec<String>, DiscoveryProblem> {
    let offered = strings(document, "token_endpoint_auth_methods_supported")
        .unwrap_or_else(|| vec![ClientAuthentication::Basic.as_str().to_string()]);
    if !offered.iter().any(|method| ClientAuthentication::parse(method).is_some()) {
        return Err(problem(
            "discovery_no_client_authentication",
            format!(
                "{issuer} takes {} at its token endpoint, and Muster signs in with client_secret_basic, client_secret_post or private_key_jwt. Allow one of these at the provider.",
                listed(&offered)
            ),
        ));
    }
    Ok(offered)
}

fn code_flow(issuer: &str, document: &Value) -> Result<(), DiscoveryProblem> {
    let offered = strings(document, "response_types_supported").unwrap_or_default();
    if offered.iter().any(|kind| kind == "code") {
        return Ok(());
    }
    Err(problem(
        "discovery_no_code_flow",
        format!(
            "{issuer} offers the response types {}, and Muster needs \"code\". Allow the authorization code flow at the provider.",
            listed(&offered)
        ),
    ))
}

fn strings(document: &Value, name: &str) -> Option<Vec<String>> {
    let values = document[name].as_array()?;
    Some(values.iter().filter_map(|value| value.as_str().map(str::to_string)).collect())
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "nothing that it names".to_string() } else { names.join(", ") }
}
