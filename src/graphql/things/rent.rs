//! Premises let below the market rent.

use async_graphql::{ComplexObject, ID, SimpleObject};

use super::super::eye::Eye;
use super::super::fault::Fault;
use super::super::units::{Money, WindowInput};
use super::{Organisation, Project};
use crate::domain::ids::{AgreementId, Position};
use crate::domain::rent::Agreement;
use crate::domain::time::Day;
use std::sync::Arc;

/// A rent in kind agreement: premises let below the market rent.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct RentAgreement {
    /// Its id.
    pub id: ID,
    /// Its version, to be given as `expectedVersion` by whoever changes it.
    pub version: Position,
    /// The premises' name.
    pub premises: String,
    /// The premises' Unique Property Reference Number.
    pub uprn: Option<String>,
    /// The occupier's part of the premises, in basis points.
    pub share_bp: u32,
    /// The day it began.
    pub began_on: Day,
    /// The last day of its term.
    pub term_ends: Option<Day>,
    /// The day it ended, the last that counts; null while it runs.
    pub ended_on: Option<Day>,
    /// Its rents, from the first to the last review.
    pub rents: Vec<RentTerm>,
    /// Whether its figure comes from no document and is there to show how the ledger works.
    pub illustrative: bool,
    #[graphql(skip)]
    eye: Eye,
    #[graphql(skip)]
    agreement: Arc<Agreement>,
}

/// The rents from a day on, of the occupier's part of the premises.
#[derive(Clone, Debug, SimpleObject)]
pub struct RentTerm {
    /// The first day.
    pub from: Day,
    /// The market rent, a year.
    pub market_rent: Money,
    /// The rent that is charged, a year.
    pub charged_rent: Money,
}

impl RentAgreement {
    /// The agreement with this id.
    pub fn find(eye: &Eye, id: AgreementId) -> Option<Self> {
        let found = eye.books().rent.agreement(id)?;
        let terms = found.terms.iter().map(|term| RentTerm {
            from: term.from,
            market_rent: term.market.into(),
            charged_rent: term.charged.into(),
        });
        Some(Self {
            id: id.into(),
            version: eye.books().version(id.0),
            premises: found.premises.name.to_string(),
            uprn: found.premises.uprn.as_ref().map(ToString::to_string),
            share_bp: found.share_bp.0,
            began_on: found.began,
            term_ends: found.term_ends,
            ended_on: found.ended.map(|(day, _)| day),
            rents: terms.collect(),
            illustrative: eye.books().entry(id.0).is_some_and(|entry| entry.illustrative),
            eye: eye.clone(),
            agreement: Arc::clone(found),
        })
    }
}

#[ComplexObject]
impl RentAgreement {
    /// The public body that forgoes the rent.
    async fn landlord(&self) -> Option<Organisation> {
        Organisation::find(&self.eye, self.agreement.landlord?)
    }

    /// The occupier.
    async fn occupier(&self) -> Option<Organisation> {
        Organisation::find(&self.eye, self.agreement.occupier)
    }

    /// The project it supports.
    async fn project(&self) -> Option<Project> {
        Project::find(&self.eye, self.agreement.project)
    }

    /// The rent forgone over a window, accrued by day, before any grant is set against it.
    async fn forgone(
        &self,
        #[graphql(desc = "The days that the figure speaks of.")] window: WindowInput,
    ) -> Result<Money, Fault> {
        let window = window.on(self.eye.scope.today)?;
        Ok(self.agreement.forgone(window.from, window.end()).into())
    }
}
