//! Queries: "look up a user by userName: none found", "list users, 100 of 2 000".

use muster_scim::filter::{CompareOp, Filter};
use muster_scim::list::ListRequest;
use serde_json::Value;
use url::form_urlencoded;

use super::{Facts, Kind};
use crate::text::grouped;

pub(super) fn list(kind: Kind, facts: &Facts<'_>) -> String {
    let (one, many) = kind.words();
    let pairs = form_urlencoded::parse(facts.query.as_bytes());
    let Ok(request) = ListRequest::from_pairs(pairs) else { return format!("search {many}") };
    let page = facts.response.filter(|_| facts.status < 300).and_then(Page::of);
    match &request.filter {
        None => format!("list {many}{}", page.map(|page| page.told(request.start_index)).unwrap_or_default()),
        Some(filter) => {
            let names = attributes(filter).join(" and ");
            let what = match is_lookup(filter) {
                true => format!("look up {one} by {names}"),
                false => format!("search {many} by {names}"),
            };
            what + &page.map(|page| page.found(kind)).unwrap_or_default()
        }
    }
}

/// What a list holds.
struct Page<'a> {
    total: u64,
    resources: &'a [Value],
}

impl<'a> Page<'a> {
    fn of(response: &'a Value) -> Option<Self> {
        Some(Self {
            total: response.get("totalResults")?.as_u64()?,
            resources: response.get("Resources").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default(),
        })
    }

    fn found(&self, kind: Kind) -> String {
        match (self.total, self.resources) {
            (0, _) => ": none found".to_string(),
            (1, [one]) if kind.name_in(one).is_some() => {
                format!(": found {}", kind.name_in(one).unwrap_or_default())
            }
            (total, _) => format!(": {} found", grouped(total)),
        }
    }

    fn told(&self, start: u64) -> String {
        if self.total == 0 {
            return ": there are none".to_string();
        }
        let from = if start > 1 { format!(" from number {}", grouped(start)) } else { String::new() };
        format!("{from}, {} of {}", self.resources.len(), grouped(self.total))
    }
}

/// One exact value is asked for.
fn is_lookup(filter: &Filter) -> bool {
    match filter {
        Filter::Compare { op, .. } => *op == CompareOp::Eq,
        Filter::ValuePath { .. } => true,
        _ => false,
    }
}

/// The attributes that the filter names, each once, in order.
fn attributes(filter: &Filter) -> Vec<&str> {
    let mut names = match filter {
        Filter::And(left, right) | Filter::Or(left, right) => [attributes(left), attributes(right)].concat(),
        Filter::Not(inner) => attributes(inner),
        Filter::Present(path) | Filter::Compare { path, .. } | Filter::ValuePath { path, .. } => {
            vec![path.attribute.as_str()]
        }
    };
    let mut seen = Vec::new();
    names.retain(|name| {
        let new = !seen.contains(name);
        seen.push(*name);
        new
    });
    names
}
