//! Applications for grants: made, and declined.
//!
//! Invariant: an application has one answer: declined, or one grant, by way of one proposal at most. Declining it
//! frees what its proposal held.

use std::sync::Arc;

use super::holds::change_proposal;
use super::state::Application;
use crate::domain::books::Books;
use crate::domain::checks;
use crate::domain::command::{ApplyForGrant, Context, DeclineGrant};
use crate::domain::decide::Decide;
use crate::domain::event::{Entry, Event, GrantApplied, GrantDeclined};
use crate::domain::evolve::Evolve;
use crate::domain::funds;
use crate::domain::ids::ApplicationId;
use crate::domain::refusal::{Refusal, RefusalCode};

/// An application that waits for its answer.
pub(super) fn waiting(books: &Books, id: ApplicationId) -> Result<&Application, Refusal> {
    let application = checks::found(books, id, books.grants.application(id), "application", "application")?;
    if let Some((day, _)) = application.declined {
        let message = format!("Choose another application: {id} was declined on {day}.");
        return Err(Refusal::of(RefusalCode::AlreadyRejected, "application", message));
    }
    if let Some(grant) = application.grant {
        let message = format!("Choose another application: {id} was awarded as {grant}.");
        return Err(checks::taken(books, grant, "application", message));
    }
    Ok(application)
}

/// Changes an application, where one is named and stands.
pub(super) fn change_application(books: &mut Books, id: Option<ApplicationId>, change: impl FnOnce(&mut Application)) {
    if let Some(application) = id.and_then(|id| books.grants.applications.get_mut(&id)) {
        change(Arc::make_mut(application));
    }
}

impl Decide for ApplyForGrant {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::positive(self.amount, "amount")?;
        checks::happened(context)?;
        checks::open_organisation(books, self.applicant, "applicant", context)?;
        if let Some(project) = self.project {
            checks::open_project(books, project, "project", context)?;
        }
        if let Some(fund) = self.fund {
            funds::fund(books, fund, "fund")?;
        }
        let owner = self.reference.as_ref().and_then(|reference| books.grants.application_by_reference(reference));
        checks::reference_free(books, owner)?;
        let Self { applicant, project, fund, amount, purpose, reference } = self.clone();
        Ok(vec![GrantApplied { applicant, project, fund, amount, purpose, reference }.into()])
    }
}

impl Evolve for GrantApplied {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        let id = ApplicationId(entry.position);
        let application = Application {
            id,
            applied_on: entry.effective,
            applicant: self.applicant,
            project: self.project,
            fund: self.fund,
            amount: self.amount,
            proposal: None,
            grant: None,
            declined: None,
        };
        books.grants.applications.insert(id, Arc::new(application));
        if let Some(reference) = &self.reference {
            books.grants.applications_by_reference.insert(reference.clone(), id);
        }
    }

    fn may_reverse(&self, books: &Books, entry: &Entry) -> Result<(), Refusal> {
        checks::nothing_rests(books, entry)
    }

    fn undo(&self, books: &mut Books, entry: &Entry) {
        books.grants.applications.remove(&ApplicationId(entry.position));
        if let Some(reference) = &self.reference {
            books.grants.applications_by_reference.remove(reference);
        }
    }
}

impl Decide for DeclineGrant {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::happened(context)?;
        let application = waiting(books, self.application)?;
        checks::not_before(context, application.applied_on, "the application was made")?;
        Ok(vec![GrantDeclined { application: self.application, reason: self.reason.clone() }.into()])
    }
}

impl GrantDeclined {
    fn mark(&self, books: &mut Books, entry: &Entry, declined: bool) {
        let proposal = books.grants.application(self.application).and_then(|application| application.proposal);
        change_application(books, Some(self.application), |application| {
            application.declined = declined.then_some((entry.effective, entry.position));
        });
        if let Some(proposal) = proposal {
            change_proposal(books, proposal, |proposal| proposal.declined = declined);
        }
    }
}

impl Evolve for GrantDeclined {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        self.mark(books, entry, true);
    }

    fn undo(&self, books: &mut Books, entry: &Entry) {
        self.mark(books, entry, false);
    }
}
