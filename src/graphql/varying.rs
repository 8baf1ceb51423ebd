//! What of a document depends on a request's variables: the arguments that hold some.
//!
//! Invariant: of all that the library validates, only whether these arguments fit their types can differ between two
//! requests of one text. So a document that was valid once, and whose varying arguments fit now, is valid now. Where
//! that cannot be said of a document (several operations, directives that are not the two known ones, questions about
//! the schema with variables), it is validated whole every time.

use async_graphql::parser::types::{BaseType, Directive, ExecutableDocument, Field, Selection, SelectionSet, Type};
use async_graphql::{Name, Positioned, Variables};
use async_graphql_value::Value;

use super::cost::root;
use super::shape::Shape;

/// An argument that holds a variable, and what it takes.
#[derive(Clone, Debug)]
struct Argument {
    ty: Type,
    value: Value,
}

/// The arguments of a document that hold variables.
#[derive(Clone, Debug)]
pub(crate) struct Varying(Vec<Argument>);

impl Varying {
    /// The varying arguments of a document; `None` where it is to be validated whole every time.
    pub(crate) fn of(document: &ExecutableDocument, shape: &Shape) -> Option<Self> {
        let mut operations = document.operations.iter();
        let (Some((_, operation)), None) = (operations.next(), operations.next()) else { return None };
        let mut walk = Walk { shape, found: Vec::new() };
        walk.directives(&operation.node.directives)?;
        walk.selections(root(operation.node.ty), &operation.node.selection_set.node)?;
        for fragment in document.fragments.values() {
            walk.directives(&fragment.node.directives)?;
            walk.selections(&fragment.node.type_condition.node.on.node, &fragment.node.selection_set.node)?;
        }
        Some(Self(walk.found))
    }

    /// Whether the arguments certainly fit, with these variables. As in the library, an argument is not looked at while
    /// one of its variables is not given: what it comes to is found when it is executed.
    pub(crate) fn fits(&self, variables: &Variables, shape: &Shape) -> bool {
        self.0.iter().all(|argument| match &argument.value {
            Value::Variable(name) => variables.get(name).is_none_or(|value| shape.fits(&argument.ty, value)),
            value => {
                let given = |name: Name| variables.get(&name).cloned().ok_or(());
                value.clone().into_const_with(given).map_or(true, |value| shape.fits(&argument.ty, &value))
            }
        })
    }
}

struct Walk<'a> {
    shape: &'a Shape,
    found: Vec<Argument>,
}

impl Walk<'_> {
    fn selections(&mut self, of: &str, set: &SelectionSet) -> Option<()> {
        for selection in &set.items {
            self.directives(selection.node.directives())?;
            match &selection.node {
                Selection::Field(field) => self.field(of, &field.node)?,
                Selection::InlineFragment(inline) => {
                    let of = inline.node.type_condition.as_ref().map_or(of, |on| on.node.on.node.as_str());
                    self.selections(of, &inline.node.selection_set.node)?;
                }
                Selection::FragmentSpread(_) => {}
            }
        }
        Some(())
    }

    fn field(&mut self, of: &str, field: &Field) -> Option<()> {
        let shape = self.shape;
        let known = shape.field(of, &field.name.node);
        for (name, value) in field.arguments.iter().filter(|(_, value)| varies(&value.node)) {
            let ty = known?.argument(&name.node)?.clone();
            self.found.push(Argument { ty, value: value.node.clone() });
        }
        self.selections(known.map_or("", |known| known.of.as_str()), &field.selection_set.node)
    }

    fn directives(&mut self, directives: &[Positioned<Directive>]) -> Option<()> {
        for directive in directives {
            let known = matches!(directive.node.name.node.as_str(), "skip" | "include");
            for (_, value) in directive.node.arguments.iter().filter(|(_, value)| varies(&value.node)) {
                let ty = Type { base: BaseType::Named(Name::new("Boolean")), nullable: false };
                self.found.push(known.then(|| Argument { ty, value: value.node.clone() })?);
            }
        }
        Some(())
    }
}

/// Whether a value holds a variable.
fn varies(value: &Value) -> bool {
    match value {
        Value::Variable(_) => true,
        Value::List(values) => values.iter().any(varies),
        Value::Object(values) => values.values().any(varies),
        _ => false,
    }
}
