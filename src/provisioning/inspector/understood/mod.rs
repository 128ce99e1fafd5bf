//! What a call came to, in words: "add 3 members to Engineering; deactivate ada@example.com".
//!
//! It is told from what went over the wire, request and answer, so that the endpoints need not speak of themselves.

mod changes;
mod ignored;
mod lists;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use muster_scim::bulk::BulkRequest;
use muster_scim::schema::ResourceType;
use serde_json::Value;

static USER: LazyLock<ResourceType> = LazyLock::new(ResourceType::user);
static GROUP: LazyLock<ResourceType> = LazyLock::new(ResourceType::group);

/// What was understood of a call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Understood {
    /// Empty for what is no SCIM.
    pub summary: String,
    /// What was sent and not taken, by name.
    pub ignored: Vec<String>,
}

/// A call as it went over the wire, without its secrets.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Facts<'a> {
    pub method: &'a str,
    /// Below the base URL.
    pub path: &'a str,
    pub query: &'a str,
    pub request: Option<&'a Value>,
    /// Whether there was more of the request than is known.
    pub cut: bool,
    pub status: u16,
    pub response: Option<&'a Value>,
    /// The name of the resource in the path, where the answer does not tell it.
    pub name: Option<&'a str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    User,
    Group,
}

enum Endpoint<'a> {
    All(Kind),
    One(Kind, &'a str),
    Discovery(&'static str),
    /// A search, or a resource type of the organization's own.
    Other(&'a str),
    Bulk,
    Nothing,
}

/// How many operations of a bulk request are told one by one.
const TOLD: usize = 5;

pub(super) fn describe(facts: &Facts<'_>) -> Understood {
    let summary = match (endpoint(facts.path), facts.method) {
        (Endpoint::All(kind), "GET") => lists::list(kind, facts),
        (Endpoint::All(kind), "POST") => changes::create(kind, facts),
        (Endpoint::One(kind, _), "GET") => format!("read {}", facts.noun(kind)),
        (Endpoint::One(kind, _), "PUT") => changes::replace(kind, facts),
        (Endpoint::One(kind, _), "PATCH") => changes::patch(kind, facts),
        (Endpoint::One(kind, _), "DELETE") => format!("delete {}", facts.noun(kind)),
        (Endpoint::Discovery(what), "GET") => format!("read {what}"),
        (Endpoint::Bulk, "POST") => bulk(facts),
        (Endpoint::Other(at), method) if facts.status < 400 => other(at, method),
        _ => String::new(),
    };
    let ignored = match endpoint(facts.path) {
        Endpoint::All(kind) | Endpoint::One(kind, _) => ignored::ignored(kind, facts),
        _ => Vec::new(),
    };
    Understood { summary, ignored }
}

/// The user or group that the call is about: in the path, made by it, or the only one found.
pub(super) fn resource_id<'a>(facts: &Facts<'a>) -> Option<&'a str> {
    match endpoint(facts.path) {
        Endpoint::One(_, id) => Some(id),
        Endpoint::All(_) if facts.status < 300 => {
            let response = facts.response?;
            let only = match response.get("Resources").and_then(Value::as_array).map(Vec::as_slice) {
                Some([one]) => one,
                Some(_) => return None,
                None => response,
            };
            only.get("id")?.as_str()
        }
        _ => None,
    }
}

fn endpoint(path: &str) -> Endpoint<'_> {
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    match (parts.next(), parts.next(), parts.next()) {
        (Some("Users"), None, _) => Endpoint::All(Kind::User),
        (Some("Groups"), None, _) => Endpoint::All(Kind::Group),
        (Some(_), Some(".search"), None) => Endpoint::Other(".search"),
        (Some("Users"), Some(id), None) => Endpoint::One(Kind::User, id),
        (Some("Groups"), Some(id), None) => Endpoint::One(Kind::Group, id),
        (Some("Bulk"), None, _) => Endpoint::Bulk,
        (Some("ServiceProviderConfig"), None, _) => Endpoint::Discovery("what this service can do"),
        (Some("ResourceTypes"), ..) => Endpoint::Discovery("the resource types"),
        (Some("Schemas"), ..) => Endpoint::Discovery("the schemas"),
        (Some(at), _, None) => Endpoint::Other(at),
        _ => Endpoint::Nothing,
    }
}

/// What has no words of its own, by its endpoint.
fn other(at: &str, method: &str) -> String {
    let verb = match method {
        "GET" => "read",
        "POST" if at == ".search" => return "search all resources".to_string(),
        "POST" => "send to",
        "PUT" => "replace one of",
        "PATCH" => "change one of",
        "DELETE" => "delete one of",
        _ => return String::new(),
    };
    format!("{verb} /{at}")
}

impl Kind {
    fn resource_type(self) -> &'static ResourceType {
        match self {
            Self::User => &USER,
            Self::Group => &GROUP,
        }
    }

    /// The attribute by which people know one.
    fn naming(self) -> &'static str {
        match self {
            Self::User => "userName",
            Self::Group => "displayName",
        }
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::User => ("a user", "users"),
            Self::Group => ("a group", "groups"),
        }
    }

    fn name_in(self, resource: &Value) -> Option<&str> {
        let (_, name) = resource.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(self.naming()))?;
        name.as_str().filter(|name| !name.is_empty())
    }
}

impl<'a> Facts<'a> {
    /// The id in the path, where nothing that went over the wire tells its name.
    pub fn nameless(&self) -> Option<&'a str> {
        match endpoint(self.path) {
            Endpoint::One(kind, id) if self.name(kind).is_none() => Some(id),
            _ => None,
        }
    }

    /// The name of the one resource that this is about.
    fn name(&self, kind: Kind) -> Option<&'a str> {
        let answered = self.response.filter(|_| self.status < 300).and_then(|resource| kind.name_in(resource));
        answered.or(self.name).or_else(|| self.request.and_then(|resource| kind.name_in(resource)))
    }

    /// As it stands in a sentence: people by their name alone.
    fn noun(&self, kind: Kind) -> String {
        match (self.name(kind), kind) {
            (Some(name), Kind::User) => name.to_string(),
            (Some(name), Kind::Group) => format!("the group {name}"),
            (None, _) => kind.words().0.to_string(),
        }
    }
}

/// The operations one by one, as far as a sentence goes.
fn bulk(facts: &Facts<'_>) -> String {
    let Some(Ok(request)) = facts.request.map(|body| BulkRequest::parse(body, usize::MAX)) else {
        return String::new();
    };
    let told = request.operations.iter().take(TOLD).map(|operation| {
        let facts = Facts {
            method: operation.method.as_str(),
            path: &operation.path,
            request: operation.data.as_ref(),
            ..Facts::default()
        };
        describe(&facts).summary
    });
    let mut told: Vec<String> = told.filter(|summary| !summary.is_empty()).collect();
    let more = request.operations.len().saturating_sub(TOLD);
    if more > 0 {
        told.push(format!("and {more} more"));
    }
    told.join("; ")
}
