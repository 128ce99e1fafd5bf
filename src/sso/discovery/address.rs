//! From what an admin typed to the metadata's URL and the issuer that it implies.

use url::Url;
use uuid::Uuid;

use super::{DiscoveryInput, DiscoveryProblem, problem};
use crate::sso::Provider;

const WELL_KNOWN: &str = "/.well-known/";
const OPENID: &str = "/.well-known/openid-configuration";
const OAUTH: &str = "/.well-known/oauth-authorization-server";
const ENTRA: &str = "https://login.microsoftonline.com";

/// What is about to be fetched, and what the answer must say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    pub url: Url,
    /// The metadata's URL without its suffix and without a slash at the end.
    pub implied_issuer: String,
    /// Entra's directory (tenant) id, lower case.
    pub tenant_id: Option<String>,
}

pub(super) fn plan(input: &DiscoveryInput) -> Result<Plan, DiscoveryProblem> {
    let address = input.address.as_deref().map(str::trim).filter(|address| !address.is_empty());
    let tenant_id = tenant(input)?;
    let url = match (input.provider, address, &tenant_id) {
        (_, Some(address), _) => metadata_url(input.provider, address)?,
        (Provider::Entra, None, Some(tenant)) => metadata_url(input.provider, &format!("{ENTRA}/{tenant}/v2.0"))?,
        (Provider::Entra, None, None) => {
            return Err(problem(
                "discovery_tenant_missing",
                "The directory (tenant) ID is missing. It stands on the Overview page of the app registration in Entra.",
            ));
        }
        (Provider::Okta, None, _) => {
            return Err(problem("discovery_address_missing", "The Okta domain is missing, such as acme.okta.com."));
        }
        (Provider::Generic, None, _) => {
            return Err(problem(
                "discovery_address_missing",
                "The issuer or metadata URL is missing. It is in the provider's OpenID Connect settings.",
            ));
        }
    };
    let tenant_id = match input.provider {
        Provider::Entra => Some(tenant_id.or_else(|| tenant_in(&url)).ok_or_else(|| {
            problem(
                "discovery_tenant_missing",
                "The directory (tenant) ID is missing, and this metadata URL names no tenant either. It stands on the Overview page of the app registration in Entra.",
            )
        })?),
        Provider::Okta | Provider::Generic => None,
    };
    Ok(Plan { implied_issuer: implied_issuer(&url), url, tenant_id })
}

fn tenant(input: &DiscoveryInput) -> Result<Option<String>, DiscoveryProblem> {
    let given = input.tenant_id.as_deref().map(str::trim).filter(|tenant| !tenant.is_empty());
    match given.filter(|_| input.provider == Provider::Entra) {
        None => Ok(None),
        Some(given) => match Uuid::try_parse(given) {
            Ok(id) => Ok(Some(id.hyphenated().to_string())),
            Err(_) => Err(problem(
                "discovery_bad_tenant",
                format!(
                    "\"{given}\" is not a directory (tenant) ID. It looks like 8f1f6b1c-…: copy it from the Overview page of the app registration in Entra, not the domain name."
                ),
            )),
        },
    }
}

fn metadata_url(provider: Provider, typed: &str) -> Result<Url, DiscoveryProblem> {
    let bad = || {
        problem(
            "discovery_bad_address",
            format!(
                "\"{typed}\" is neither a domain nor a URL. Enter a domain, an issuer URL, or the URL of the metadata that ends in {OPENID}."
            ),
        )
    };
    let full = if typed.contains("://") { typed.to_string() } else { format!("https://{typed}") };
    let mut url = Url::parse(&full).map_err(|_| bad())?;
    if !matches!(url.scheme(), "https" | "http") || !url.has_host() || url.fragment().is_some() {
        return Err(bad());
    }
    if provider == Provider::Okta {
        leave_admin_console(&mut url);
    }
    if url.path().contains(WELL_KNOWN) {
        return if url.path().ends_with(OPENID) || url.path().ends_with(OAUTH) { Ok(url) } else { Err(bad()) };
    }
    // OpenID Connect Discovery 4.1: any terminating / MUST be removed before appending.
    let path = format!("{}{OPENID}", url.path().trim_end_matches('/'));
    url.set_path(&path);
    Ok(url)
}

/// `acme-admin.okta.com` is where admins work and what they copy; tokens come from `acme.okta.com`.
fn leave_admin_console(url: &mut Url) {
    let Some((name, domain)) = url.host_str().and_then(|host| host.split_once('.')) else { return };
    let known = ["okta.com", "oktapreview.com", "okta-emea.com"].contains(&domain);
    if let Some(name) = name.strip_suffix("-admin").filter(|_| known) {
        let host = format!("{name}.{domain}");
        // A host made of a host is a host.
        let _ = url.set_host(Some(&host));
    }
}

fn implied_issuer(metadata: &Url) -> String {
    let mut issuer = metadata.clone();
    issuer.set_query(None);
    let issuer = issuer.to_string();
    let end = issuer.rfind(WELL_KNOWN).unwrap_or(issuer.len());
    issuer[..end].trim_end_matches('/').to_string()
}

/// The first step of the path, where Entra names the tenant.
fn tenant_in(url: &Url) -> Option<String> {
    let first = url.path_segments()?.next()?;
    Uuid::try_parse(first).ok().map(|id| id.hyphenated().to_string())
}

/// `…/common/v2.0` with the tenant's id in the place of `common`: what stands there by name stands for the tenant.
pub(super) fn with_tenant(issuer: &str, tenant: &str) -> Option<String> {
    let url = Url::parse(issuer).ok()?;
    let mut steps: Vec<&str> = url.path_segments()?.collect();
    let first = steps.first_mut().filter(|first| !first.is_empty() && Uuid::try_parse(first).is_err())?;
    *first = tenant;
    let mut replaced = url.clone();
    replaced.set_path(&steps.join("/"));
    Some(replaced.to_string().trim_end_matches('/').to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: &str = "8f1f6b1c-0d43-4c1f-9a71-1f0a5b8f2c11";

    fn planned(provider: Provider, address: &str, tenant: &str) -> Result<(String, String), &'static str> {
        let input = DiscoveryInput { provider, address: Some(address.into()), tenant_id: Some(tenant.into()) };
        plan(&input).map(|plan| (plan.url.to_string(), plan.implied_issuer)).map_err(|problem| problem.code)
    }

    #[test]
    fn what_admins_type_becomes_a_metadata_url() {
        for (provider, typed, url, issuer) in [
            (
                Provider::Okta,
                "acme.okta.com",
                "https://acme.okta.com/.well-known/openid-configuration",
                "https://acme.okta.com",
            ),
            (
                Provider::Okta,
                " https://acme-admin.okta.com/ ",
                "https://acme.okta.com/.well-known/openid-configuration",
                "https://acme.okta.com",
            ),
            (
                Provider::Okta,
                "https://acme.okta.com/oauth2/default",
                "https://acme.okta.com/oauth2/default/.well-known/openid-configuration",
                "https://acme.okta.com/oauth2/default",
            ),
            (
                Provider::Okta,
                "https://acme.okta.com/oauth2/default/.well-known/oauth-authorization-server",
                "https://acme.okta.com/oauth2/default/.well-known/oauth-authorization-server",
                "https://acme.okta.com/oauth2/default",
            ),
            (
                Provider::Generic,
                "https://id.example.com/realms/acme/",
                "https://id.example.com/realms/acme/.well-known/openid-configuration",
                "https://id.example.com/realms/acme",
            ),
            (
                Provider::Entra,
                "https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration?appid=1",
                "https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration?appid=1",
                "https://login.microsoftonline.com/common/v2.0",
            ),
            (
                Provider::Entra,
                "",
                "https://login.microsoftonline.com/8f1f6b1c-0d43-4c1f-9a71-1f0a5b8f2c11/v2.0/.well-known/openid-configuration",
                "https://login.microsoftonline.com/8f1f6b1c-0d43-4c1f-9a71-1f0a5b8f2c11/v2.0",
            ),
        ] {
            assert_eq!(planned(provider, typed, TENANT), Ok((url.into(), issuer.into())), "{typed}");
        }
    }

    #[test]
    fn what_cannot_be_an_address_is_refused() {
        for (provider, typed, tenant, code) in [
            (Provider::Okta, " ", "", "discovery_address_missing"),
            (Provider::Okta, "acme okta", "", "discovery_bad_address"),
            (Provider::Generic, "ftp://example.com", "", "discovery_bad_address"),
            (Provider::Generic, "https://example.com/.well-known/webfinger", "", "discovery_bad_address"),
            (Provider::Entra, "", "", "discovery_tenant_missing"),
            (Provider::Entra, "https://login.microsoftonline.com/common/v2.0", "", "discovery_tenant_missing"),
            (Provider::Entra, "", "contoso.onmicrosoft.com", "discovery_bad_tenant"),
        ] {
            assert_eq!(planned(provider, typed, tenant), Err(code), "{typed}");
        }
    }

    #[test]
    fn a_tenants_name_gives_way_to_its_id() {
        let replaced = with_tenant("https://login.microsoftonline.com/common/v2.0", TENANT).unwrap();
        assert_eq!(replaced, format!("https://login.microsoftonline.com/{TENANT}/v2.0"));
        assert_eq!(with_tenant(&replaced, "another"), None);
    }
}
