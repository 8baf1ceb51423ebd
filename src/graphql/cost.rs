//! What a document asks for, before it is executed: one walk over its operation, with variables resolved and fragments
//! followed at every use.
//!
//! Invariant: the walk visits at most as many selections as are allowed, so that it is cheap whatever it is given; rows
//! are counted as they could come out, page size times page size down the tree, through interfaces and unions too.

use std::collections::{HashMap, HashSet};

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::{Name, Pos, Positioned, Value, Variables};

use super::fault::{Code, Fault};
use super::limits::{INTROSPECTION_LISTS, INTROSPECTIONS, LIST_ROWS, Limits};
use super::room;
use super::shape::{Shape, innermost};

/// The operation of a document that a request selects; `None` where it selects none, which validation reports.
pub fn selected<'a>(document: &'a ExecutableDocument, name: Option<&str>) -> Option<&'a OperationDefinition> {
    match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Some(&operation.node),
        (DocumentOperations::Multiple(operations), Some(name)) => {
            operations.iter().find_map(|(known, operation)| (known == name).then_some(&operation.node))
        }
        (DocumentOperations::Multiple(operations), None) if operations.len() == 1 => {
            operations.values().next().map(|operation| &operation.node)
        }
        _ => None,
    }
}

/// The name of the type that an operation selects from.
pub(crate) fn root(ty: OperationType) -> &'static str {
    match ty {
        OperationType::Query => "Query",
        OperationType::Mutation => "Mutation",
        OperationType::Subscription => "Subscription",
    }
}

/// What a request asks for, as far as it was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Selections, every use of a fragment counted.
    pub fields: usize,
    /// Aliases.
    pub aliases: usize,
    /// Directives.
    pub directives: usize,
    /// Rows that could come out.
    pub rows: u64,
    /// Values that could come out: every field of every row.
    pub values: u64,
    /// Questions about the schema.
    pub introspections: usize,
    /// Whether a variable says how many rows a page has. Where none does, what was counted holds for every request.
    pub varies: bool,
}

/// Checks every operation of a document, the selected and the others (validation walks them all).
///
/// # Errors
/// A fault with the first limit that the document passes.
pub fn check(
    document: &ExecutableDocument,
    variables: &Variables,
    shape: &Shape,
    limits: &Limits,
) -> Result<Cost, Fault> {
    let (defaults, open, seen) = (HashMap::new(), Vec::new(), HashSet::new());
    let mut walk = Walk { document, variables, shape, limits, defaults, open, seen, cost: Cost::default() };
    for (_, operation) in document.operations.iter() {
        walk.operation(&operation.node)?;
    }
    walk.unused()?;
    Ok(walk.cost)
}

struct Walk<'a> {
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    shape: &'a Shape,
    limits: &'a Limits,
    defaults: HashMap<&'a str, &'a Value>,
    open: Vec<&'a Name>,
    seen: HashSet<&'a Name>,
    cost: Cost,
}

/// Where the walk is: the type whose fields are selected, how deep, and how many rows of it there could be.
#[derive(Clone, Copy)]
struct Place<'a> {
    of: &'a str,
    depth: usize,
    rows: u64,
    about_schema: bool,
    lists: usize,
}

impl<'a> Place<'a> {
    fn root(of: &'a str) -> Self {
        Self { of, depth: 1, rows: 1, about_schema: false, lists: 0 }
    }
}

impl<'a> Walk<'a> {
    fn operation(&mut self, operation: &'a OperationDefinition) -> Result<(), Fault> {
        self.defaults = operation
            .variable_definitions
            .iter()
            .filter_map(|definition| {
                Some((definition.node.name.node.as_str(), &definition.node.default_value.as_ref()?.node))
            })
            .collect();
        self.directives(operation.directives.len(), operation.selection_set.pos)?;
        self.check_variables(operation)?;
        self.check_roots(operation)?;
        self.selections(&operation.selection_set, Place::root(root(operation.ty)))
    }

    /// Every variable is of a type that there is. The library would look into the default of one that is not, and panic.
    fn check_variables(&self, operation: &'a OperationDefinition) -> Result<(), Fault> {
        for definition in &operation.variable_definitions {
            let name = innermost(&definition.node.var_type.node);
            if !self.shape.knows(name) {
                let sentence = format!("Give ${} a type of the schema: it has no {name}.", definition.node.name.node);
                return Err(Fault::new(Code::ValidationFailed, sentence).at(definition.pos));
            }
        }
        Ok(())
    }

    /// A mutation has few roots, and a subscription exactly one. Fragments at the root count by what they hold.
    fn check_roots(&self, operation: &'a OperationDefinition) -> Result<(), Fault> {
        let (most, what) = match operation.ty {
            OperationType::Query => return Ok(()),
            OperationType::Mutation => (self.limits.mutations, "mutations"),
            OperationType::Subscription => (1, "subscription"),
        };
        let roots = self.roots(&operation.selection_set.node, most.saturating_add(1), 0);
        if roots > most {
            let sentence = format!("Ask for at most {most} {what} in one request.");
            return Err(Fault::limit(Code::TooManyOperations, sentence, most).at(operation.selection_set.pos));
        }
        Ok(())
    }

    /// Counts root fields, up to `enough`.
    fn roots(&self, set: &SelectionSet, enough: usize, depth: usize) -> usize {
        let mut found = 0_usize;
        for selection in &set.items {
            if found >= enough || depth > self.limits.depth {
                return enough;
            }
            let more = match &selection.node {
                Selection::Field(_) => 1,
                Selection::InlineFragment(inline) => {
                    self.roots(&inline.node.selection_set.node, enough - found, depth + 1)
                }
                Selection::FragmentSpread(spread) => match self.document.fragments.get(&spread.node.fragment_name.node)
                {
                    Some(fragment) => self.roots(&fragment.node.selection_set.node, enough - found, depth + 1).max(1),
                    None => 1,
                },
            };
            found = found.saturating_add(more);
        }
        found
    }

    fn selections(&mut self, set: &'a Positioned<SelectionSet>, place: Place<'a>) -> Result<(), Fault> {
        for selection in &set.node.items {
            self.count_field(selection.pos)?;
            self.directives(selection.node.directives().len(), selection.pos)?;
            match &selection.node {
                Selection::Field(field) => self.field(field, place)?,
                Selection::InlineFragment(inline) => {
                    let of = inline.node.type_condition.as_ref().map_or(place.of, |on| on.node.on.node.as_str());
                    self.selections(&inline.node.selection_set, Place { of, ..place })?;
                }
                Selection::FragmentSpread(spread) => self.spread(&spread.node.fragment_name, place)?,
            }
        }
        Ok(())
    }

    fn spread(&mut self, name: &'a Positioned<Name>, place: Place<'a>) -> Result<(), Fault> {
        if self.open.contains(&&name.node) {
            let sentence = format!("Write fragments that do not contain themselves; {} does.", name.node);
            return Err(Fault::new(Code::FragmentCycle, sentence).at(name.pos));
        }
        let Some(fragment) = self.document.fragments.get(&name.node) else { return Ok(()) };
        self.seen.insert(&name.node);
        self.open.push(&name.node);
        let of = fragment.node.type_condition.node.on.node.as_str();
        self.selections(&fragment.node.selection_set, Place { of, ..place })?;
        self.open.pop();
        Ok(())
    }

    fn field(&mut self, field: &'a Positioned<Field>, place: Place<'a>) -> Result<(), Fault> {
        if field.node.alias.is_some() {
            self.cost.aliases = self.cost.aliases.saturating_add(1);
            let most = self.limits.aliases;
            over(self.cost.aliases, most, Code::TooManyAliases, "aliases", field.pos)?;
        }
        let name = field.node.name.node.as_str();
        let below = if place.about_schema || name == "__schema" || name == "__type" {
            self.about_schema(name, place, field.pos)?
        } else {
            self.about_ledger(field, place)?
        };
        self.check_depth(below, field.pos)?;
        self.selections(&field.node.selection_set, Place { depth: place.depth.saturating_add(1), ..below })
    }

    fn check_depth(&self, place: Place<'_>, pos: Pos) -> Result<(), Fault> {
        let most = if place.about_schema { self.limits.introspection_depth } else { self.limits.depth };
        if place.depth > most {
            let sentence = format!("Nest fields at most {most} deep.");
            return Err(Fault::limit(Code::TooDeep, sentence, most).at(pos));
        }
        Ok(())
    }

    /// A question about the schema costs no rows, but lists of fields inside lists of fields grow without end.
    fn about_schema(&mut self, name: &str, place: Place<'a>, pos: Pos) -> Result<Place<'a>, Fault> {
        if !place.about_schema {
            self.cost.introspections = self.cost.introspections.saturating_add(1);
            let asked = self.cost.introspections;
            over(asked, INTROSPECTIONS, Code::TooManyOperations, "questions about the schema", pos)?;
        }
        let list = matches!(name, "fields" | "interfaces" | "possibleTypes" | "inputFields");
        let lists = place.lists.saturating_add(usize::from(list));
        if lists > INTROSPECTION_LISTS {
            let sentence = format!("Ask for at most {INTROSPECTION_LISTS} lists of fields inside one another.");
            return Err(Fault::limit(Code::TooDeep, sentence, INTROSPECTION_LISTS).at(pos));
        }
        Ok(Place { about_schema: true, lists, ..place })
    }

    fn about_ledger(&mut self, field: &'a Positioned<Field>, place: Place<'a>) -> Result<Place<'a>, Fault> {
        self.cost.values = self.cost.values.saturating_add(place.rows);
        room::check(self.cost.values, self.limits.values).map_err(|fault| fault.at(field.pos))?;
        let shape = self.shape;
        let Some(known) = shape.field(place.of, &field.node.name.node) else { return Ok(place) };
        if field.node.selection_set.node.items.is_empty() {
            return Ok(place);
        }
        let times = match (known.paged, known.list) {
            (true, _) => self.page(field)?,
            // The lists inside a page were counted with it.
            (false, true) if known.of.ends_with("Edge") => 1,
            (false, true) => LIST_ROWS,
            (false, false) => 1,
        };
        let rows = place.rows.saturating_mul(times);
        if times > 1 || known.paged {
            self.cost.rows = self.cost.rows.saturating_add(rows);
        }
        if self.cost.rows > self.limits.rows {
            let sentence = format!(
                "Ask for fewer rows: this could answer with {} rows and more; the limit is {}. Smaller pages help.",
                self.cost.rows, self.limits.rows
            );
            return Err(Fault::limit(Code::TooManyRows, sentence, self.limits.rows).at(field.pos));
        }
        Ok(Place { of: known.of.as_str(), rows, ..place })
    }

    /// How many rows a page can have, and that such a page can be.
    fn page(&mut self, field: &'a Positioned<Field>) -> Result<u64, Fault> {
        let (first, last) = (self.number(field, "first"), self.number(field, "last"));
        page_size(first, last, self.limits).map_err(|fault| fault.at(field.pos))
    }

    /// The whole number that an argument has; `None` where it is absent, null or no number.
    fn number(&mut self, field: &'a Positioned<Field>, name: &str) -> Option<i64> {
        let argument = field.node.get_argument(name)?.node.clone();
        self.cost.varies |= matches!(argument, async_graphql_value::Value::Variable(_));
        let known = |name: Name| self.variables.get(&name).or(self.defaults.get(name.as_str()).copied()).cloned();
        match argument.into_const_with(|name| known(name).ok_or(())) {
            Ok(Value::Number(number)) => Some(number.as_i64().unwrap_or(i64::MAX)),
            _ => None,
        }
    }

    /// A fragment that nothing uses is validated all the same: its selections count.
    fn unused(&mut self) -> Result<(), Fault> {
        for (name, fragment) in &self.document.fragments {
            if self.seen.insert(name) {
                self.open.push(name);
                let of = fragment.node.type_condition.node.on.node.as_str();
                self.selections(&fragment.node.selection_set, Place { of, ..Place::root("Query") })?;
                self.open.pop();
            }
        }
        Ok(())
    }

    fn count_field(&mut self, pos: Pos) -> Result<(), Fault> {
        self.cost.fields = self.cost.fields.saturating_add(1);
        over(self.cost.fields, self.limits.fields, Code::TooManyFields, "fields", pos)
    }

    fn directives(&mut self, more: usize, pos: Pos) -> Result<(), Fault> {
        self.cost.directives = self.cost.directives.saturating_add(more);
        over(self.cost.directives, self.limits.directives, Code::TooManyDirectives, "directives", pos)
    }
}

fn over(count: usize, most: usize, code: Code, what: &str, pos: Pos) -> Result<(), Fault> {
    if count <= most {
        return Ok(());
    }
    Err(Fault::limit(code, format!("Use at most {most} {what} in one request."), most).at(pos))
}

/// The size of the page that `first` and `last` ask for.
///
/// # Errors
/// A fault where both are given, one is negative, or more rows are wanted than a page may have.
pub fn page_size(first: Option<i64>, last: Option<i64>, limits: &Limits) -> Result<u64, Fault> {
    if first.is_some() && last.is_some() {
        let sentence = format!("Give first or last, not both; each is at most {}.", limits.page_max);
        return Err(Fault::limit(Code::BadPage, sentence, limits.page_max));
    }
    let name = if last.is_some() { "last" } else { "first" };
    let Some(asked) = first.or(last) else { return Ok(limits.page_default) };
    match u64::try_from(asked) {
        Ok(size) if size <= limits.page_max => Ok(size),
        _ => {
            let sentence = format!("Give {name} from 0 to {}; {asked} was asked for.", limits.page_max);
            Err(Fault::limit(Code::BadPage, sentence, limits.page_max))
        }
    }
}
