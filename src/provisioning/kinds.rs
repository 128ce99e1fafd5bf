//! The resource types that are served.

use std::sync::LazyLock;

use muster_scim::schema::ResourceType;

static USER: LazyLock<ResourceType> = LazyLock::new(ResourceType::user);
static GROUP: LazyLock<ResourceType> = LazyLock::new(ResourceType::group);

pub fn user() -> &'static ResourceType {
    &USER
}

pub fn group() -> &'static ResourceType {
    &GROUP
}

pub fn all() -> [&'static ResourceType; 2] {
    [user(), group()]
}
