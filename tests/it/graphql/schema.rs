//! The schema: the golden description, and that nothing in it goes without words.

use std::path::Path;

use coledger::graphql::schema::sdl;
use serde_json::Value;

use super::client::wait;
use super::ledgers::{data, empty, endpoint};

fn golden() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/schema.graphql")
}

/// Set `UPDATE_GOLDEN=1` to write the file anew, and read the difference before committing it.
#[test]
fn the_schema_file_is_what_the_program_serves() {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(golden(), sdl()).unwrap();
    }
    let golden = std::fs::read_to_string(golden()).unwrap_or_default();
    assert!(
        golden == sdl(),
        "schema/schema.graphql differs: run the test with UPDATE_GOLDEN=1 and read the difference"
    );
}

const EVERYTHING: &str = "{ __schema { types { kind name description
    fields { name description args { name description } }
    inputFields { name description } enumValues { name description } } } }";

/// The paths of all that has no description.
fn undescribed(types: &[Value]) -> Vec<String> {
    let mut bare = Vec::new();
    let silent = |value: &Value| value["description"].as_str().is_none_or(|text| text.trim().is_empty());
    for ty in types.iter().filter(|ty| !ty["name"].as_str().unwrap().starts_with("__")) {
        let name = ty["name"].as_str().unwrap();
        if silent(ty) {
            bare.push(name.to_owned());
        }
        for part in ["fields", "inputFields", "enumValues"] {
            for member in ty[part].as_array().into_iter().flatten() {
                let path = format!("{name}.{}", member["name"].as_str().unwrap());
                for argument in member["args"].as_array().into_iter().flatten().filter(|argument| silent(argument)) {
                    bare.push(format!("{path}({})", argument["name"].as_str().unwrap()));
                }
                if silent(member) {
                    bare.push(path);
                }
            }
        }
    }
    bare
}

#[test]
fn every_type_field_argument_and_word_has_a_description() {
    let ledger = empty();
    let found = wait(async { data(&endpoint(&ledger), EVERYTHING, Value::Null).await });
    let bare = undescribed(found["__schema"]["types"].as_array().unwrap());
    assert!(bare.is_empty(), "without a description: {}", bare.join(", "));
}

#[test]
fn the_questions_that_editors_ask_about_the_schema_stay_within_the_limits() {
    let ledger = empty();
    let found = wait(async { data(&endpoint(&ledger), INTROSPECTION, Value::Null).await });
    assert!(found["__schema"]["types"].as_array().unwrap().len() > 200);
}

/// What `GraphiQL` and code generators ask: the whole schema, with types nested nine deep.
const INTROSPECTION: &str = r"query IntrospectionQuery {
  __schema {
    description queryType { name kind } mutationType { name kind } subscriptionType { name kind }
    types { ...FullType }
    directives { name description locations args(includeDeprecated: true) { ...InputValue } }
  }
}
fragment FullType on __Type {
  kind name description specifiedByURL
  fields(includeDeprecated: true) {
    name description args(includeDeprecated: true) { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason
  }
  inputFields(includeDeprecated: true) { ...InputValue }
  interfaces { ...TypeRef }
  enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
  possibleTypes { ...TypeRef }
}
fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue isDeprecated deprecationReason }
fragment TypeRef on __Type {
  kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType {
    kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } }
}";
