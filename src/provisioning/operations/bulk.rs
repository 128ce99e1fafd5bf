//! `POST /Bulk` (RFC 7644 section 3.7): many operations in one request, each a transaction of its own.
//!
//! An operation that refers to what another one creates (`bulkId:ada`) waits for it. Where two wait for each other, one is
//! created without the reference, and completed by it afterwards (section 3.7.1).

use std::collections::{BTreeMap, BTreeSet};

use muster_scim::bulk::{BulkOperation, BulkRequest, Method, bulk_response, references, substitute, substitute_path};
use muster_scim::error::ScimError;
use serde_json::Value;
use time::{Duration, OffsetDateTime};

use super::change::{Change, carry_out};
use crate::app::App;
use crate::provisioning::answer::{Answer, ScimResult};
use crate::provisioning::auth::Caller;
use crate::provisioning::catalog::Kind;
use crate::provisioning::error::Failure;
use crate::provisioning::request::{Preconditions, Query};

/// What ServiceProviderConfig says as `bulk.maxOperations`.
pub const MAX_OPERATIONS: usize = 1000;
/// What ServiceProviderConfig says as `bulk.maxPayloadSize`, in MiB.
pub const MAX_MIB: usize = 8;
/// Identity providers give up after a minute; what was not begun by then is refused one by one.
const PATIENCE: Duration = Duration::seconds(40);

/// Carries the request out. The answer is 200 whatever becomes of the operations.
///
/// # Errors
/// `invalidSyntax`, `invalidValue` and 413 for a request that cannot be read as a whole; then nothing was done.
pub async fn bulk(app: &App, caller: &Caller, body: &Value) -> ScimResult {
    let request = BulkRequest::parse(body, MAX_OPERATIONS)?;
    let mut run = Run {
        app,
        caller,
        posts: request.operations.iter().filter_map(posted).map(str::to_string).collect(),
        ids: BTreeMap::new(),
        failed: BTreeSet::new(),
        until: app.db.clock().datetime() + PATIENCE,
    };
    let mut results: Vec<Option<Value>> = vec![None; request.operations.len()];
    let mut waiting: Vec<usize> = (0..request.operations.len()).collect();
    // Created without a reference to what was created after them.
    let mut halves = Vec::new();
    let mut errors = 0;
    while !waiting.is_empty() && request.fail_on_errors.is_none_or(|most| errors < most.max(1)) {
        let ready = waiting.iter().position(|number| run.is_ready(&request.operations[*number]));
        let number = waiting.remove(ready.unwrap_or(0));
        let operation = &request.operations[number];
        let outcome = match ready {
            Some(_) => run.carry_out(operation).await,
            // All that are left wait for each other.
            None => run.break_circle(operation).await,
        };
        if ready.is_none() && outcome.is_ok() {
            halves.push(number);
        }
        errors += u64::from(outcome.is_err());
        results[number] = Some(run.result(operation, outcome));
    }
    for number in halves {
        let operation = &request.operations[number];
        let outcome = run.complete(operation).await;
        results[number] = Some(run.result(operation, outcome));
    }
    Ok(Answer::ok(bulk_response(results.into_iter().flatten().collect())))
}

/// What one operation came to.
struct Done {
    status: u16,
    location: String,
    version: Option<String>,
}

struct Run<'a> {
    app: &'a App,
    caller: &'a Caller,
    /// The bulkIds that the request creates.
    posts: BTreeSet<String>,
    /// The ids of what was created.
    ids: BTreeMap<String, String>,
    /// The bulkIds whose creation failed.
    failed: BTreeSet<String>,
    until: OffsetDateTime,
}

impl Run<'_> {
    /// Whether nothing that the operation refers to is still to come.
    fn is_ready(&self, operation: &BulkOperation) -> bool {
        let pending = |id: &String| self.posts.contains(id) && !self.ids.contains_key(id) && !self.failed.contains(id);
        let itself = |id: &String| operation.method == Method::Post && operation.bulk_id.as_ref() == Some(id);
        !referred(operation).iter().any(|id| pending(id) || itself(id) && !self.ids.contains_key(id))
    }

    async fn carry_out(&self, operation: &BulkOperation) -> Result<Done, Failure> {
        if self.app.db.clock().datetime() >= self.until {
            let detail = "the request took too long, this operation was not begun: send it again";
            return Err(ScimError::status(503, detail).into());
        }
        if let Some(lost) = referred(operation).iter().find(|id| !self.ids.contains_key(*id)) {
            let detail = match self.failed.contains(lost) {
                true => format!("\"bulkId:{lost}\" was not created: mend that operation, then send this one again"),
                false => format!("no POST of this request has the bulkId \"{lost}\": correct the reference"),
            };
            return Err(ScimError::status(409, detail).into());
        }
        let mut data = operation.data.clone().unwrap_or_default();
        substitute(&mut data, &self.ids);
        self.perform(operation.method, &substitute_path(&operation.path, &self.ids), operation.version.as_deref(), data)
            .await
    }

    /// Creates what takes part in a circle without its open references, then puts them in.
    async fn break_circle(&self, operation: &BulkOperation) -> Result<Done, Failure> {
        if operation.method != Method::Post {
            let detail = "the operation refers to resources whose creation waits for it: refer in one direction only";
            return Err(ScimError::status(409, detail).into());
        }
        let mut data = operation.data.clone().unwrap_or_default();
        substitute(&mut data, &self.ids);
        let open = references(&data);
        self.perform(Method::Post, &operation.path, None, without(data, &open)).await
    }

    /// Puts the references of a circle in, now that all of it exists.
    async fn complete(&self, operation: &BulkOperation) -> Result<Done, Failure> {
        let id = posted(operation).and_then(|bulk_id| self.ids.get(bulk_id)).cloned().unwrap_or_default();
        let mut data = operation.data.clone().unwrap_or_default();
        substitute(&mut data, &self.ids);
        let open = references(&data);
        let path = format!("{}/{id}", operation.path.trim_end_matches('/'));
        let done = self.perform(Method::Put, &path, None, without(data, &open)).await?;
        Ok(Done { status: 201, ..done })
    }

    async fn perform(&self, method: Method, path: &str, version: Option<&str>, data: Value) -> Result<Done, Failure> {
        let (kind, id) = self.target(method, path)?;
        let (caller, query) = (self.caller, Query(Vec::new()));
        let preconditions = Preconditions::of_version(version);
        let change = Change { method, kind, id, query: &query, preconditions: &preconditions, body: &data };
        let answer = carry_out(&self.app.db, caller, &change).await?;
        let location = answer.id().map(str::to_string).unwrap_or_else(|| id.to_string());
        Ok(Done {
            status: answer.status(),
            location: caller.location(&kind.resource_type, &location),
            version: answer.etag().map(str::to_string),
        })
    }

    /// The kind and the id of a path; a POST has no id, everything else has one.
    fn target<'p>(&self, method: Method, path: &'p str) -> Result<(&Kind, &'p str), ScimError> {
        let path = path.split('?').next().unwrap_or_default().trim_matches('/');
        let (endpoint, id) = path.split_once('/').unwrap_or((path, ""));
        let kind = self.caller.catalog.at(endpoint)?;
        if (method == Method::Post) != id.is_empty() || id.contains('/') {
            return Err(ScimError::invalid_value(format!(
                "the path \"/{path}\" does not go with {}: a POST goes to an endpoint, all others to a resource",
                method.as_str()
            )));
        }
        Ok((kind, id))
    }

    /// Notes what became of the operation, and says it.
    fn result(&mut self, operation: &BulkOperation, outcome: Result<Done, Failure>) -> Value {
        match outcome {
            Ok(done) => {
                if let Some(bulk_id) = posted(operation) {
                    let id = done.location.rsplit('/').next().unwrap_or_default();
                    self.ids.insert(bulk_id.to_string(), id.to_string());
                }
                operation.succeeded(done.status, &done.location, done.version.as_deref())
            }
            Err(Failure(error, _)) => {
                self.failed.extend(posted(operation).map(str::to_string));
                let path = substitute_path(&operation.path, &self.ids);
                operation.failed(&error, Some(&format!("{}{path}", self.caller.base)))
            }
        }
    }
}

fn posted(operation: &BulkOperation) -> Option<&str> {
    operation.bulk_id.as_deref().filter(|_| operation.method == Method::Post)
}

/// The bulkIds that an operation refers to, in its body and its path.
fn referred(operation: &BulkOperation) -> BTreeSet<String> {
    let mut found = operation.data.as_ref().map(references).unwrap_or_default();
    found.extend(operation.path.split('/').filter_map(|part| part.strip_prefix("bulkId:")).map(str::to_string));
    found
}

/// The body without the values that refer to one of these: an element or a complex value goes as a whole.
fn without(data: Value, open: &BTreeSet<String>) -> Value {
    let is_open = |value: &Value| !references(value).is_disjoint(open);
    match data {
        Value::Object(map) => {
            let kept = map.into_iter().filter_map(|(key, value)| match value {
                value if !is_open(&value) => Some((key, value)),
                // An extension keeps what else it holds.
                value @ (Value::Array(_) | Value::Object(_)) if value.is_array() || key.starts_with("urn:") => {
                    Some((key, without(value, open)))
                }
                _ => None,
            });
            Value::Object(kept.collect())
        }
        Value::Array(items) => items.into_iter().filter(|item| !is_open(item)).collect(),
        other => other,
    }
}
