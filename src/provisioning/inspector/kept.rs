//! A call as it is kept: without its secrets, and understood.

use serde_json::{Map, Value};

use super::advice;
use super::record::Call;
use super::redact::{CleanBody, Redactor};
use super::tee::Heard;
use super::understood::{Facts, Understood, describe, resource_id};
use crate::id::{DirectoryId, OrganizationId, RequestId};
use crate::text;
use crate::time::Timestamp;

const LONGEST_AGENT: usize = 300;
const LONGEST_PATH: usize = 1_000;
const LONGEST_QUERY: usize = 8_000;

/// A call without its secrets.
pub(super) struct Clean {
    call: Call,
    redactor: Redactor,
    query: Option<String>,
    request: CleanBody,
    response: CleanBody,
}

/// A row of the record.
pub(super) struct Kept {
    pub id: RequestId,
    pub directory: DirectoryId,
    pub at: Timestamp,
    pub duration_us: i64,
    pub token_prefix: Option<String>,
    pub user_agent: String,
    pub method: String,
    pub path: String,
    pub query: Option<String>,
    pub status: u16,
    pub scim_type: Option<&'static str>,
    pub reason: Option<String>,
    pub advice: Option<String>,
    pub request: KeptBody,
    pub response: KeptBody,
    pub understood: Understood,
    pub resource_id: Option<String>,
}

pub(super) struct KeptBody {
    pub text: Option<String>,
    pub bytes: i64,
    pub truncated: bool,
}

impl Clean {
    pub fn of(call: Call) -> Self {
        let mut redactor = Redactor::default();
        let query = call.query.as_deref().map(|query| redactor.query(query));
        let request = redactor.body(&call.request.bytes, is_cut(&call.request));
        let response = redactor.body(&call.response.bytes, is_cut(&call.response));
        Self { call, redactor, query, request, response }
    }

    fn facts<'a>(&'a self, name: Option<&'a str>) -> Facts<'a> {
        Facts {
            method: self.call.method.as_str(),
            path: &self.call.path,
            query: self.query.as_deref().unwrap_or_default(),
            request: self.request.json.as_ref(),
            cut: is_cut(&self.call.request),
            status: self.call.status.as_u16(),
            response: self.response.json.as_ref(),
            name,
        }
    }

    /// Whose name would be good to know.
    pub fn nameless(&self) -> Option<(&OrganizationId, &str)> {
        self.facts(None).nameless().map(|id| (&self.call.of.organization, id))
    }

    /// The person whom a write of roles has left, with whose they are.
    pub fn with_roles(&self) -> Option<(&OrganizationId, &Map<String, Value>)> {
        let speaks_of_roles = self.request.text.as_ref().is_some_and(|text| text.to_lowercase().contains("roles"));
        let about_a_user = self.call.path.starts_with("/Users") && self.call.status.is_success();
        match &self.response.json {
            Some(Value::Object(user)) if speaks_of_roles && about_a_user => Some((&self.call.of.organization, user)),
            _ => None,
        }
    }

    /// Understands the call, given the name that [`Clean::nameless`] asked for.
    pub fn understand(self, name: Option<&str>) -> Kept {
        let facts = self.facts(name);
        let Understood { summary, ignored } = describe(&facts);
        let mask = |text: &str| self.redactor.mask(text);
        let short = |text: &str, limit| text::shorten(&mask(text), limit);
        let detail = self.call.error.as_ref().map(|error| mask(&error.detail));
        let (reason, advice) = detail.as_deref().map(advice::split).unzip();
        Kept {
            resource_id: resource_id(&facts).map(|id| short(id, 100)),
            understood: Understood {
                summary: short(&summary, 500),
                ignored: ignored.iter().map(|name| short(name, 200)).collect(),
            },
            duration_us: i64::try_from(self.call.duration.as_micros()).unwrap_or(i64::MAX),
            user_agent: short(&self.call.user_agent, LONGEST_AGENT),
            method: self.call.method.to_string(),
            path: short(&self.call.path, LONGEST_PATH),
            query: self.query.as_deref().map(|query| short(query, LONGEST_QUERY)),
            status: self.call.status.as_u16(),
            scim_type: self.call.error.as_ref().and_then(|error| error.scim_type).map(|kind| kind.as_str()),
            reason: reason.map(str::to_string),
            advice: advice.flatten().map(str::to_string),
            request: body(&self.redactor, &self.request, &self.call.request),
            response: body(&self.redactor, &self.response, &self.call.response),
            id: self.call.id,
            directory: self.call.of.directory,
            at: self.call.at,
            token_prefix: self.call.of.token.map(|(_, prefix)| prefix),
        }
    }
}

impl Kept {
    /// What the directory's page shows as its last error: not what strangers were told.
    pub fn last_error(&self) -> Option<String> {
        let reason = self.reason.as_ref().filter(|_| self.token_prefix.is_some())?;
        let kind = self.scim_type.map(|kind| format!(" {kind}")).unwrap_or_default();
        let advice = self.advice.as_ref().map(|advice| format!(": {advice}")).unwrap_or_default();
        Some(text::shorten(&format!("{}{kind}: {reason}{advice}", self.status), 500))
    }
}

fn body(redactor: &Redactor, clean: &CleanBody, heard: &Heard) -> KeptBody {
    KeptBody {
        text: clean.text.as_deref().map(|text| redactor.mask(text)),
        bytes: i64::try_from(heard.length).unwrap_or(i64::MAX),
        truncated: is_cut(heard),
    }
}

fn is_cut(heard: &Heard) -> bool {
    heard.length > heard.bytes.len() as u64
}
