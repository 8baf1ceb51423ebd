//! Parts of the schema that are made from the catalogue instead of being written out: how each is registered.
//!
//! Invariant: nothing gets into the schema without a description.

use async_graphql::CacheControl;
use async_graphql::indexmap::IndexMap;
use async_graphql::registry::{Deprecation, MetaEnumValue, MetaField, MetaInputValue, MetaType, Registry};

/// One input: an argument, or a field of an input object.
pub(crate) struct Input {
    /// Its wire name.
    pub(crate) name: String,
    /// What it is.
    pub(crate) description: String,
    /// Its GraphQL type, with `!` where it must be given.
    pub(crate) ty: String,
    /// The default, as GraphQL writes it.
    pub(crate) default: Option<&'static str>,
}

impl From<Input> for MetaInputValue {
    fn from(input: Input) -> Self {
        Self {
            name: input.name,
            description: Some(input.description),
            ty: input.ty,
            deprecation: Deprecation::NoDeprecated,
            default_value: input.default.map(str::to_owned),
            visible: None,
            inaccessible: false,
            tags: Vec::new(),
            is_secret: false,
            directive_invocations: Vec::new(),
        }
    }
}

fn inputs(fields: Vec<Input>) -> IndexMap<String, MetaInputValue> {
    fields.into_iter().map(|input| (input.name.clone(), input.into())).collect()
}

/// Registers an input object and answers its name.
pub(crate) fn input_object(registry: &mut Registry, name: &str, description: &str, fields: Vec<Input>) -> String {
    let object = MetaType::InputObject {
        name: name.to_owned(),
        description: Some(description.to_owned()),
        input_fields: inputs(fields),
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        rust_typename: None,
        oneof: false,
        directive_invocations: Vec::new(),
    };
    registry.types.insert(name.to_owned(), object);
    name.to_owned()
}

/// One word of a closed list.
pub(crate) struct Word {
    /// Its wire name.
    pub(crate) name: &'static str,
    /// What it means.
    pub(crate) description: String,
}

/// Registers a closed list of words and answers its name.
pub(crate) fn enumeration(registry: &mut Registry, name: &str, description: &str, words: Vec<Word>) -> String {
    let values = words.into_iter().map(|word| (word.name.to_owned(), enum_value(word)));
    let enumeration = MetaType::Enum {
        name: name.to_owned(),
        description: Some(description.to_owned()),
        enum_values: values.collect(),
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        rust_typename: None,
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    };
    registry.types.insert(name.to_owned(), enumeration);
    name.to_owned()
}

fn enum_value(word: Word) -> MetaEnumValue {
    MetaEnumValue {
        name: word.name.to_owned(),
        description: Some(word.description),
        deprecation: Deprecation::NoDeprecated,
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        directive_invocations: Vec::new(),
    }
}

/// Registers a scalar that any value passes, so that what is wrong with one can be said as data.
pub(crate) fn scalar(registry: &mut Registry, name: &str, description: &str) -> String {
    let scalar = MetaType::Scalar {
        name: name.to_owned(),
        description: Some(description.to_owned()),
        is_valid: None,
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        specified_by_url: None,
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    };
    registry.types.entry(name.to_owned()).or_insert(scalar);
    name.to_owned()
}

/// A field with arguments.
pub(crate) fn field(name: String, description: String, ty: String, args: Vec<Input>) -> MetaField {
    MetaField {
        name,
        description: Some(description),
        args: inputs(args),
        ty,
        deprecation: Deprecation::NoDeprecated,
        cache_control: CacheControl::default(),
        external: false,
        requires: None,
        provides: None,
        visible: None,
        shareable: false,
        inaccessible: false,
        tags: Vec::new(),
        override_from: None,
        compute_complexity: None,
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    }
}

/// An object type with these fields.
pub(crate) fn object(name: &str, description: &str, fields: Vec<MetaField>) -> MetaType {
    MetaType::Object {
        name: name.to_owned(),
        description: Some(description.to_owned()),
        fields: fields.into_iter().map(|field| (field.name.clone(), field)).collect(),
        cache_control: CacheControl::default(),
        extends: false,
        shareable: false,
        resolvable: true,
        keys: None,
        visible: None,
        inaccessible: false,
        interface_object: false,
        tags: Vec::new(),
        is_subscription: false,
        rust_typename: None,
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    }
}
