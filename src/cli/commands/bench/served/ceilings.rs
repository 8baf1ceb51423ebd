//! What HTTP and GraphQL take by themselves: the same documents answered from fixed values, and a fixed body.
//!
//! Invariant: plain use of the two libraries: every document is parsed and validated for its request, every value
//! resolved and written, and nothing is known of ledgers.

use async_graphql::{EmptySubscription, ID, InputObject, Object, Request, Schema, SimpleObject, Union};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::post;

use crate::domain::time::Day;
use crate::graphql::figures::DimensionName;
use crate::graphql::units::{PeriodName, WindowInput};

/// How many rows the town's totals have: three themes in twelve quarters.
pub(super) const ROWS: usize = 36;

#[derive(Clone, SimpleObject)]
struct Money {
    pence: String,
}

#[derive(Clone, SimpleObject)]
struct Time {
    minutes: String,
}

#[derive(Clone, SimpleObject)]
struct Ratio {
    decimal: String,
}

#[derive(Clone, SimpleObject)]
struct Invested {
    grants: Money,
    contracts: Money,
    rent_in_kind: Money,
    total: Money,
}

#[derive(Clone, SimpleObject)]
struct Returned {
    volunteering: Money,
    pledges: Money,
    match_funding: Money,
    total: Money,
}

#[derive(Clone, SimpleObject)]
struct Awaiting {
    time: Time,
}

#[derive(Clone, SimpleObject)]
struct Figure {
    invested: Invested,
    returned: Returned,
    volunteer_time: Time,
    awaiting: Awaiting,
    contractual: Money,
    per_pound: Option<Ratio>,
    cash_leverage: Option<Ratio>,
}

#[derive(Clone, SimpleObject)]
struct Row {
    key: String,
    label: String,
    time: Option<Day>,
    shared_dividend: Figure,
}

#[derive(Clone, SimpleObject)]
struct Totals {
    rows: Vec<Row>,
}

struct Project(Figure);

#[Object]
impl Project {
    async fn shared_dividend(&self, window: WindowInput) -> &Figure {
        let _ = window;
        &self.0
    }
}

struct Query {
    project: Project,
    totals: Totals,
}

#[Object]
impl Query {
    async fn project(&self, id: ID) -> Option<&Project> {
        let _ = id;
        Some(&self.project)
    }

    async fn shared_dividends(&self, window: WindowInput, group_by: DimensionName, per: Option<PeriodName>) -> &Totals {
        let _ = (window, group_by, per);
        &self.totals
    }
}

#[derive(InputObject)]
struct LogHoursInput {
    idempotency_key: String,
    effective: Day,
    project: ID,
    group: ID,
    role: String,
    people: u32,
    minutes_each: u32,
    captured: String,
    meant: bool,
}

#[derive(SimpleObject)]
struct HoursAccepted {
    position: String,
    replayed: bool,
}

#[derive(SimpleObject)]
struct Refused {
    code: String,
    message: String,
}

#[derive(Union)]
enum HoursResult {
    Accepted(HoursAccepted),
    Refused(Refused),
}

struct Mutation;

#[Object]
impl Mutation {
    async fn log_hours(&self, input: Vec<LogHoursInput>) -> HoursResult {
        let _ = input;
        HoursResult::Accepted(HoursAccepted { position: "1000000".to_owned(), replayed: false })
    }
}

type Static = Schema<Query, Mutation, EmptySubscription>;

fn figure() -> Figure {
    let money = || Money { pence: "123456".to_owned() };
    let time = || Time { minutes: "10535".to_owned() };
    let ratio = || Some(Ratio { decimal: "1.7357".to_owned() });
    Figure {
        invested: Invested { grants: money(), contracts: money(), rent_in_kind: money(), total: money() },
        returned: Returned { volunteering: money(), pledges: money(), match_funding: money(), total: money() },
        volunteer_time: time(),
        awaiting: Awaiting { time: time() },
        contractual: money(),
        per_pound: ratio(),
        cash_leverage: ratio(),
    }
}

/// The documents of the measurements, answered from fixed values.
pub(super) fn resolvers() -> Router {
    let row = |number: usize| Row {
        key: format!("theme-{number}"),
        label: format!("Theme {number}"),
        time: Some(crate::views::load::FIRST),
        shared_dividend: figure(),
    };
    let query = Query { project: Project(figure()), totals: Totals { rows: (0..ROWS).map(row).collect() } };
    let schema = Schema::build(query, Mutation, EmptySubscription).finish();
    Router::new().route("/graphql", post(answer)).with_state(schema)
}

async fn answer(State(schema): State<Static>, body: Bytes) -> Response {
    let Ok(request) = serde_json::from_slice::<Request>(&body) else { return "no request".into_response() };
    let answer = schema.execute(request).await;
    let body = serde_json::to_vec(&answer).unwrap_or_default();
    ([(CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response()
}

/// A body that is always the same, as long as the answer to a project's figure.
pub(super) fn fixed() -> Router {
    let body = format!("{{\"data\":{{\"project\":\"{}\"}}}}", "0".repeat(380));
    let answer = async |State(body): State<Bytes>| ([(CONTENT_TYPE, "application/json; charset=utf-8")], body);
    Router::new().route("/graphql", post(answer)).with_state(Bytes::from(body))
}
