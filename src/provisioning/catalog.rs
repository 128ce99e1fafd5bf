//! The resource types that a directory serves: people, groups, an organization's own, and Okta's roles where they are
//! turned on.

use std::sync::{Arc, LazyLock};

use muster_scim::error::ScimError;
use muster_scim::schema::{Extension, ResourceType, Schema};

use crate::directory::users::aliases;

/// Where the resources of a type are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeper {
    Users,
    Groups,
    /// The organization's roles, read-only.
    Roles,
    Custom,
}

/// A resource type with its keeper.
#[derive(Debug, Clone)]
pub struct Kind {
    pub resource_type: ResourceType,
    pub keeper: Keeper,
}

/// Everything that is served below one base URL.
#[derive(Debug, Clone)]
pub struct Catalog {
    kinds: Vec<Kind>,
}

static CORE: LazyLock<Arc<Catalog>> = LazyLock::new(|| Arc::new(Catalog::new(Vec::new(), aliases::SCHEMA)));

/// The schema of Okta's entitlements flavour: what it reads to learn which roles it may assign.
static ROLE: LazyLock<Schema> = LazyLock::new(|| {
    let text = serde_json::from_str(include_str!("role_schema.json")).expect("the embedded schema is JSON");
    Schema::parse(&text).expect("the embedded schema is valid")
});

impl Catalog {
    /// Users and groups, as everybody has them.
    pub fn core() -> Arc<Self> {
        CORE.clone()
    }

    /// Users and groups, with an organization's own resource types in the place of those of the same name, or beside them;
    /// users with their aliases, under the URN that the directory has chosen.
    pub fn new(own: Vec<ResourceType>, alias_schema: &str) -> Self {
        let core = [(ResourceType::user(), Keeper::Users), (ResourceType::group(), Keeper::Groups)];
        let mut kinds: Vec<_> =
            core.into_iter().map(|(resource_type, keeper)| Kind { resource_type, keeper }).collect();
        for resource_type in own {
            match kinds.iter_mut().find(|kind| kind.resource_type.name.eq_ignore_ascii_case(&resource_type.name)) {
                Some(kind) => kind.resource_type = resource_type,
                None => kinds.push(Kind { resource_type, keeper: Keeper::Custom }),
            }
        }
        for kind in kinds.iter_mut().filter(|kind| kind.keeper == Keeper::Users) {
            let extension = Extension { schema: aliases::schema(alias_schema), required: false };
            kind.resource_type.extensions.push(extension);
        }
        Self { kinds }
    }

    /// The same with Okta's `/Roles`.
    pub fn with_roles(mut self) -> Self {
        let resource_type = ResourceType {
            id: "Role".into(),
            name: "Role".into(),
            endpoint: "/Roles".into(),
            description: "A role that the identity provider may assign".into(),
            schema: ROLE.clone(),
            extensions: Vec::new(),
        };
        self.kinds.push(Kind { resource_type, keeper: Keeper::Roles });
        self
    }

    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    /// The kind that is served at `Users`, `Groups`…: the spelling counts, as in every URL.
    ///
    /// # Errors
    /// 404 with the endpoints that there are.
    pub fn at(&self, endpoint: &str) -> Result<&Kind, ScimError> {
        let found = self.kinds.iter().find(|kind| kind.resource_type.endpoint.trim_start_matches('/') == endpoint);
        found.ok_or_else(|| {
            let endpoint = crate::text::shorten(endpoint, 64);
            let all: Vec<_> = self.kinds.iter().map(|kind| kind.resource_type.endpoint.as_str()).collect();
            ScimError::not_found(format!(
                "there is no \"/{endpoint}\" here: the endpoints below the base URL are {}, /ServiceProviderConfig, /ResourceTypes, /Schemas, /Bulk and /.search, in this spelling",
                all.join(", ")
            ))
        })
    }

    /// Every schema of the resource types, each once.
    pub fn schemas(&self) -> Vec<&Schema> {
        let mut schemas: Vec<&Schema> = Vec::new();
        for kind in &self.kinds {
            let extensions = kind.resource_type.extensions.iter().map(|extension| &extension.schema);
            for schema in std::iter::once(&kind.resource_type.schema).chain(extensions) {
                if !schemas.iter().any(|known| known.id.eq_ignore_ascii_case(&schema.id)) {
                    schemas.push(schema);
                }
            }
        }
        schemas
    }
}
