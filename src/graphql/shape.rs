//! What has to be known of a schema before a document is executed, read from the schema's own description: where its
//! lists are, and what its arguments take.
//!
//! Invariant: what is not known here is never taken to be right. A value that fits by `Shape::fits` passes the
//! library's validation too; of any other the library is asked.

use std::collections::{HashMap, HashSet};

use async_graphql::Value;
use async_graphql::parser::types::{
    BaseType, FieldDefinition, InputObjectType, InputValueDefinition, Type, TypeDefinition, TypeKind,
    TypeSystemDefinition,
};

/// What is known of a schema.
#[derive(Clone, Debug, Default)]
pub struct Shape {
    types: HashMap<String, HashMap<String, FieldShape>>,
    inputs: HashMap<String, Input>,
    names: HashSet<String>,
}

/// What a field multiplies rows by, where it leads, and what its arguments take.
#[derive(Clone, Debug)]
pub(crate) struct FieldShape {
    pub(crate) of: String,
    pub(crate) paged: bool,
    pub(crate) list: bool,
    arguments: HashMap<String, Type>,
}

impl FieldShape {
    /// What an argument takes.
    pub(crate) fn argument(&self, name: &str) -> Option<&Type> {
        self.arguments.get(name)
    }
}

/// A type that values are given in.
#[derive(Clone, Debug)]
enum Input {
    Scalar,
    Words(HashSet<String>),
    Object(HashMap<String, InputField>),
}

#[derive(Clone, Debug)]
struct InputField {
    ty: Type,
    needed: bool,
}

impl Shape {
    /// Reads a schema description; what cannot be read is taken to have no lists and to take nothing.
    pub fn of(sdl: &str) -> Self {
        let Ok(document) = async_graphql::parser::parse_schema(sdl) else { return Self::default() };
        let definitions = document.definitions.into_iter().filter_map(|definition| match definition {
            TypeSystemDefinition::Type(definition) => Some(definition.node),
            _ => None,
        });
        let mut shape = Self::default();
        definitions.for_each(|definition| shape.learn(definition));
        shape
    }

    fn learn(&mut self, definition: TypeDefinition) {
        let name = definition.name.node.to_string();
        self.names.insert(name.clone());
        let input = match definition.kind {
            TypeKind::Object(object) => return self.learn_fields(name, &object.fields),
            TypeKind::Interface(interface) => return self.learn_fields(name, &interface.fields),
            TypeKind::Union(_) => return,
            TypeKind::Scalar => Input::Scalar,
            TypeKind::Enum(words) => {
                Input::Words(words.values.iter().map(|word| word.node.value.node.to_string()).collect())
            }
            // Of an object with directives (that one field of it be given, say) the library is asked.
            TypeKind::InputObject(_) if !definition.directives.is_empty() => return,
            TypeKind::InputObject(object) => Input::Object(input_fields(&object)),
        };
        self.inputs.insert(name, input);
    }

    fn learn_fields(&mut self, name: String, fields: &[async_graphql::Positioned<FieldDefinition>]) {
        self.types.insert(name, fields.iter().map(|field| field_shape(&field.node)).collect());
    }

    /// Whether the schema has a type of this name.
    pub(crate) fn knows(&self, name: &str) -> bool {
        let built_in = matches!(name, "Int" | "Float" | "String" | "Boolean" | "ID");
        built_in || name.starts_with("__") || self.names.contains(name)
    }

    /// A field of a type.
    pub(crate) fn field(&self, of: &str, name: &str) -> Option<&FieldShape> {
        self.types.get(of)?.get(name)
    }

    /// Whether a value is certainly one of a type; where it is not, it may be one all the same.
    pub(crate) fn fits(&self, ty: &Type, value: &Value) -> bool {
        match (&ty.base, value) {
            (_, Value::Null) => ty.nullable,
            (BaseType::List(of), Value::List(values)) => values.iter().all(|value| self.fits(of, value)),
            (BaseType::List(of), one) => self.fits(of, one),
            (BaseType::Named(name), value) => self.fits_named(name, value),
        }
    }

    fn fits_named(&self, name: &str, value: &Value) -> bool {
        match (name, value) {
            ("Int", Value::Number(number)) => {
                number.as_i64().is_some_and(|number| (0..=i64::from(i32::MAX)).contains(&number))
            }
            ("Float", Value::Number(_)) | ("Boolean", Value::Boolean(_)) | ("String" | "ID", Value::String(_)) => true,
            ("Int" | "Float" | "Boolean" | "String" | "ID", _) => false,
            (name, value) => self.inputs.get(name).is_some_and(|input| self.fits_input(input, value)),
        }
    }

    fn fits_input(&self, input: &Input, value: &Value) -> bool {
        match (input, value) {
            (Input::Scalar, Value::String(_)) => true,
            (Input::Words(words), Value::Enum(word)) => words.contains(word.as_str()),
            (Input::Words(words), Value::String(word)) => words.contains(word),
            (Input::Object(fields), Value::Object(values)) => {
                let known = |(name, value): (&async_graphql::Name, &Value)| {
                    fields.get(name.as_str()).is_some_and(|field| self.fits(&field.ty, value))
                };
                values.iter().all(known)
                    && fields.iter().all(|(name, field)| !field.needed || values.contains_key(name.as_str()))
            }
            _ => false,
        }
    }
}

fn input_fields(object: &InputObjectType) -> HashMap<String, InputField> {
    let field = |field: &InputValueDefinition| {
        let needed = !field.ty.node.nullable && field.default_value.is_none();
        (field.name.node.to_string(), InputField { ty: field.ty.node.clone(), needed })
    };
    object.fields.iter().map(|it| field(&it.node)).collect()
}

fn field_shape(field: &FieldDefinition) -> (String, FieldShape) {
    let argument = |argument: &InputValueDefinition| (argument.name.node.to_string(), argument.ty.node.clone());
    let arguments: HashMap<String, Type> = field.arguments.iter().map(|it| argument(&it.node)).collect();
    let ty = &field.ty.node;
    let shape = FieldShape {
        of: innermost(ty).to_owned(),
        paged: arguments.contains_key("first"),
        list: matches!(ty.base, BaseType::List(_)),
        arguments,
    };
    (field.name.node.to_string(), shape)
}

/// The name of the type that a type is, or is a list of.
pub(crate) fn innermost(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(of) => innermost(of),
    }
}
