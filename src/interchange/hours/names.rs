//! Finds the groups and projects that a sheet names.
//!
//! Invariant: by identifier, else by exact name; a name that two things have is a complaint, never a guess.

use std::collections::HashMap;

use crate::domain::books::Books;
use crate::domain::ids::{OrganisationId, ProjectId};
use crate::domain::text::Reference;
use crate::interchange::known;

/// What a name was found to be, remembered for the next row with the same name.
pub struct Names<'a> {
    books: &'a Books,
    groups: HashMap<String, Result<OrganisationId, String>>,
    projects: HashMap<String, Result<ProjectId, String>>,
}

impl<'a> Names<'a> {
    /// Names as these books know them.
    pub fn of(books: &'a Books) -> Self {
        Self { books, groups: HashMap::new(), projects: HashMap::new() }
    }

    /// The organisation with this id, organisation identifier or name.
    ///
    /// # Errors
    /// A sentence where there is none, or more than one.
    pub fn group(&mut self, text: &str) -> Result<OrganisationId, String> {
        if let Some(found) = self.groups.get(text) {
            return found.clone();
        }
        let found = organisation(self.books, text);
        self.groups.insert(text.to_owned(), found.clone());
        found
    }

    /// The project with this id, reference or title.
    ///
    /// # Errors
    /// A sentence where there is none, or more than one.
    pub fn project(&mut self, text: &str) -> Result<ProjectId, String> {
        if let Some(found) = self.projects.get(text) {
            return found.clone();
        }
        let found = project(self.books, text);
        self.projects.insert(text.to_owned(), found.clone());
        found
    }
}

/// The organisation with this id, organisation identifier or name.
///
/// # Errors
/// A sentence where there is none, or more than one.
pub fn organisation(books: &Books, text: &str) -> Result<OrganisationId, String> {
    if let Some(id) = text.parse().ok().filter(|id| books.organisations.get(*id).is_some()) {
        return Ok(books.organisations.resolve(id));
    }
    if let Some(id) = known::organisation(books, [&Reference::from(text)]) {
        return Ok(id);
    }
    let mut named: Vec<OrganisationId> = books
        .organisations
        .iter()
        .filter(|known| known.name() == text || known.also_known_as().iter().any(|name| name.as_str() == text))
        .map(|known| books.organisations.resolve(known.id))
        .collect();
    named.sort_unstable();
    named.dedup();
    one_of(text, &named, "organisation")
}

/// The project with this id, reference or title.
///
/// # Errors
/// A sentence where there is none, or more than one.
pub fn project(books: &Books, text: &str) -> Result<ProjectId, String> {
    if let Some(id) = text.parse().ok().filter(|id| books.projects.get(*id).is_some()) {
        return Ok(id);
    }
    if let Some(id) = known::project(books, &Reference::from(text)) {
        return Ok(id);
    }
    let titled: Vec<ProjectId> =
        books.projects.iter().filter(|known| known.title() == text).map(|known| known.id).collect();
    one_of(text, &titled, "project")
}

fn one_of<Id: Copy>(text: &str, found: &[Id], thing: &str) -> Result<Id, String> {
    let shown: String = text.chars().take(80).collect();
    match found {
        [id] => Ok(*id),
        [] => Err(format!("no {thing} of the ledger is called '{shown}'. Write its name exactly, or its identifier.")),
        _ => Err(format!("{} {thing}s are called '{shown}'. Write the identifier of one.", found.len())),
    }
}
