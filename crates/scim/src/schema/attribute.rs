//! One attribute and its characteristics (RFC 7643 sections 2.2, 2.3 and 7).

use serde_json::{Value, json};

macro_rules! keyword {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant),* }

        impl $name {
            pub(super) const ALL: &'static [(&'static str, Self)] = &[$(($text, Self::$variant)),*];

            /// The keyword as a schema writes it (RFC 7643 section 7).
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }
        }
    };
}

keyword! {
    /// The data types of RFC 7643 section 2.3.
    AttributeType {
        /// Unicode text.
        String = "string",
        /// True or false.
        Boolean = "boolean",
        /// A number with a fraction.
        Decimal = "decimal",
        /// A number without a fraction.
        Integer = "integer",
        /// An `xsd:dateTime`.
        DateTime = "dateTime",
        /// Base64.
        Binary = "binary",
        /// A URI.
        Reference = "reference",
        /// An object of sub-attributes.
        Complex = "complex",
    }
}

keyword! {
    /// When a value may be changed (RFC 7643 section 7).
    Mutability {
        /// Never by a client.
        ReadOnly = "readOnly",
        /// At any time.
        ReadWrite = "readWrite",
        /// Once.
        Immutable = "immutable",
        /// At any time, and never read.
        WriteOnly = "writeOnly",
    }
}

keyword! {
    /// When a value is returned (RFC 7643 section 7).
    Returned {
        /// Whatever the request says.
        Always = "always",
        /// In no answer.
        Never = "never",
        /// Unless the request says otherwise.
        Default = "default",
        /// Only when the request names it.
        Request = "request",
    }
}

keyword! {
    /// How unique values are (RFC 7643 section 7).
    Uniqueness {
        /// Not at all.
        None = "none",
        /// Within this server.
        Server = "server",
        /// Everywhere.
        Global = "global",
    }
}

/// The definition of an attribute or a sub-attribute (RFC 7643 section 7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// The name, in the case in which it is stored and shown.
    pub name: String,
    /// The data type, `type` in JSON.
    pub kind: AttributeType,
    /// Whether it holds several values.
    pub multi_valued: bool,
    /// What it is for.
    pub description: String,
    /// Whether a resource must have it.
    pub required: bool,
    /// Suggested values, such as "work" and "home".
    pub canonical_values: Vec<String>,
    /// Whether strings are compared exactly.
    pub case_exact: bool,
    /// When it may be changed.
    pub mutability: Mutability,
    /// When it is returned.
    pub returned: Returned,
    /// How unique its values are.
    pub uniqueness: Uniqueness,
    /// What a reference may refer to.
    pub reference_types: Vec<String>,
    /// The sub-attributes of a complex attribute.
    pub sub_attributes: Vec<Attribute>,
}

impl Attribute {
    /// The sub-attribute of that name, in any case (RFC 7643 section 2.1).
    #[must_use]
    pub fn sub_attribute(&self, name: &str) -> Option<&Attribute> {
        self.sub_attributes.iter().find(|sub| sub.name.eq_ignore_ascii_case(name))
    }

    /// Whether the type is complex (RFC 7643 section 2.3.8).
    #[must_use]
    pub fn is_complex(&self) -> bool {
        self.kind == AttributeType::Complex
    }

    /// The representation in a schema (RFC 7643 section 7); characteristics that do not apply are left out.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut json = json!({ "name": self.name, "type": self.kind.as_str(), "multiValued": self.multi_valued });
        if !self.description.is_empty() {
            json["description"] = self.description.as_str().into();
        }
        json["required"] = self.required.into();
        if !self.canonical_values.is_empty() {
            json["canonicalValues"] = self.canonical_values.clone().into();
        }
        if matches!(self.kind, AttributeType::String | AttributeType::Reference | AttributeType::Binary) {
            json["caseExact"] = self.case_exact.into();
        }
        json["mutability"] = self.mutability.as_str().into();
        json["returned"] = self.returned.as_str().into();
        json["uniqueness"] = self.uniqueness.as_str().into();
        if !self.reference_types.is_empty() {
            json["referenceTypes"] = self.reference_types.clone().into();
        }
        if self.is_complex() {
            json["subAttributes"] = self.sub_attributes.iter().map(Attribute::to_json).collect();
        }
        json
    }
}
