//! The numbers of a running server, in the text form that Prometheus reads.
//!
//! Invariant: nothing is counted here. Every number is read where it is kept, at the moment it is asked for; names and
//! units follow Prometheus's conventions, and `docs/OPERATING.md` lists them all (a test compares).

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric, MetricEncoder, NoLabelSet, text};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

use super::operating::{Operating, Readiness};
use crate::app::ledger::Ledger;
use crate::domain::refusal::RefusalCode;
use crate::log::folder;
use crate::log::measures::Histogram;

/// The media type of the text.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// What every name begins with.
const PREFIX: &str = "coledger";

/// The numbers of a server and its ledger at this moment.
///
/// # Errors
/// Where they cannot be written as text.
pub fn text(ledger: &Arc<Ledger>, operating: &Arc<Operating>) -> Result<String, fmt::Error> {
    let mut registry = Registry::with_prefix(PREFIX);
    let numbers = Numbers { ledger: Arc::clone(ledger), operating: Arc::clone(operating) };
    registry.register_collector(Box::new(numbers));
    let mut written = String::new();
    text::encode(&mut written, &registry).map(|()| written)
}

struct Numbers {
    ledger: Arc<Ledger>,
    operating: Arc<Operating>,
}

impl fmt::Debug for Numbers {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Numbers")
    }
}

impl Collector for Numbers {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut sheet = Sheet(encoder);
        self.program(&mut sheet)?;
        self.log(&mut sheet)?;
        self.views(&mut sheet)?;
        self.requests(&mut sheet)?;
        self.connections(&mut sheet)?;
        self.archive(&mut sheet)?;
        self.operating.folder.as_deref().map_or(Ok(()), |folder| room(folder, &mut sheet))
    }
}

impl Numbers {
    fn program(&self, sheet: &mut Sheet<'_>) -> fmt::Result {
        let ready = Readiness::of(&self.ledger, self.operating.standing()).code == "READY";
        sheet.info("build", "The program that runs.", &[("version", env!("CARGO_PKG_VERSION"))])?;
        sheet.gauge("ready", "Whether commands are taken: 1 if so.", u64::from(ready))
    }

    fn log(&self, sheet: &mut Sheet<'_>) -> fmt::Result {
        let measures = self.ledger.measures();
        let position = self.ledger.checkpoint().position.0;
        sheet.gauge("log_position", "The position of the last durable entry.", position)?;
        let help = "From the moment a command was handed in until its answer was durable.";
        sheet.times("append_seconds", help, &measures.acknowledged)?;
        sheet.times("commit_seconds", "How long it took to make a group durable.", &measures.committed)?;
        sheet.sizes("group_entries", "The entries of a group that shared one sync.", &measures.group_entries)?;
        sheet.sizes("group_commands", "The commands of such a group.", &measures.group_commands)?;
        if let Some(syncs) = self.ledger.log().syncs() {
            sheet.times("sync_seconds", "How long the disk took to sync the log.", syncs)?;
        }
        sheet.gauge("queue_commands", "Commands that wait for their answer.", measures.waiting.read())?;
        let refusals = self.ledger.refusals_so_far();
        let refusals = RefusalCode::ALL.iter().zip(refusals).filter(|(_, count)| *count > 0);
        let refusals = refusals.map(|(code, count)| ([("code", code.wire().to_owned())], count));
        sheet.counters("refusals", "Commands that a rule refused.", refusals)
    }

    fn views(&self, sheet: &mut Sheet<'_>) -> fmt::Result {
        // The view first: read the other way round, it could be ahead.
        let published = self.ledger.view().position.0;
        let lag = self.ledger.checkpoint().position.0.saturating_sub(published);
        sheet.gauge("view_position", "The position that questions are answered at.", published)?;
        sheet.gauge("view_lag_entries", "Durable entries that no answer shows yet.", lag)
    }

    fn requests(&self, sheet: &mut Sheet<'_>) -> fmt::Result {
        let traffic = &self.operating.traffic;
        let kinds = traffic.requests().into_iter().map(|(kind, count)| {
            let labels = [
                ("route", kind.route.to_owned()),
                ("operation", kind.operation.to_owned()),
                ("status", kind.status.to_string()),
            ];
            (labels, count)
        });
        sheet.counters("requests", "Requests that were answered.", kinds)?;
        let errors = traffic.errors().into_iter().map(|(code, count)| ([("code", code)], count));
        sheet.counters("errors", "Errors in answers.", errors)?;
        sheet.times("request_seconds", "Until an answer began, streams left out.", &traffic.answered)?;
        sheet.gauge("requests_in_flight", "Requests that are being answered.", traffic.under_way.read())
    }

    fn connections(&self, sheet: &mut Sheet<'_>) -> fmt::Result {
        let traffic = &self.operating.traffic;
        let (away, failed) = (&traffic.turned_away, &traffic.not_accepted);
        sheet.gauge("connections", "Connections that are open.", traffic.connections.read())?;
        sheet.gauge("subscribers", "Subscriptions that are open.", traffic.subscribers.read())?;
        sheet.counter("connections_turned_away", "Connections beyond the most.", away.load(Ordering::Relaxed))?;
        let help = "Times that no connection could be accepted.";
        sheet.counter("connections_not_accepted", help, failed.load(Ordering::Relaxed))
    }

    fn archive(&self, sheet: &mut Sheet<'_>) -> fmt::Result {
        let Some(archiving) = self.ledger.archiving() else { return Ok(()) };
        let lag = archiving.lag();
        sheet.gauge("archive_position", "The position of the archive's last entry.", lag.position.0)?;
        sheet.gauge("archive_lag_entries", "Durable entries that the archive does not hold yet.", lag.entries)?;
        let help = "For how long the archive has not held all that is durable.";
        sheet.gauge("archive_lag_seconds", help, lag.time.as_secs())?;
        let fault = u64::from(lag.fault.is_some());
        sheet.gauge("archive_faulty", "Whether the archive cannot be written: 1 if so.", fault)
    }
}

/// What the ledger's folder takes. A disk that does not say is left out.
fn room(path: &Path, sheet: &mut Sheet<'_>) -> fmt::Result {
    let Ok(room) = folder::room(path) else { return Ok(()) };
    sheet.gauge("log_bytes", "What the log takes on its disk.", room.log)?;
    sheet.gauge("views_bytes", "What saved views take on their disk.", room.views)?;
    sheet.gauge("disk_free_bytes", "What is free on the disk of the ledger.", room.free)
}

/// The text as it is written, number by number.
struct Sheet<'a>(DescriptorEncoder<'a>);

impl Sheet<'_> {
    fn begin(&mut self, name: &'static str, help: &str, kind: MetricType) -> Result<MetricEncoder<'_>, fmt::Error> {
        self.0.encode_descriptor(name, help, None, kind)
    }

    fn gauge(&mut self, name: &'static str, help: &str, value: u64) -> fmt::Result {
        let value = i64::try_from(value).unwrap_or(i64::MAX);
        ConstGauge::new(value).encode(self.begin(name, help, MetricType::Gauge)?)
    }

    fn counter(&mut self, name: &'static str, help: &str, value: u64) -> fmt::Result {
        ConstCounter::new(value).encode(self.begin(name, help, MetricType::Counter)?)
    }

    fn counters<L: EncodeLabelSet>(
        &mut self,
        name: &'static str,
        help: &str,
        values: impl Iterator<Item = (L, u64)>,
    ) -> fmt::Result {
        let mut family = self.begin(name, help, MetricType::Counter)?;
        for (labels, value) in values {
            ConstCounter::new(value).encode(family.encode_family(&labels)?)?;
        }
        Ok(())
    }

    fn info(&mut self, name: &'static str, help: &str, labels: &[(&str, &str)]) -> fmt::Result {
        self.begin(name, help, MetricType::Info)?.encode_info(&labels)
    }

    /// Times, kept in microseconds and shown in seconds.
    fn times(&mut self, name: &'static str, help: &str, times: &Histogram) -> fmt::Result {
        self.histogram(name, help, times, 1e-6)
    }

    fn sizes(&mut self, name: &'static str, help: &str, sizes: &Histogram) -> fmt::Result {
        self.histogram(name, help, sizes, 1.0)
    }

    #[expect(clippy::cast_precision_loss, reason = "the text form has floats only")]
    fn histogram(&mut self, name: &'static str, help: &str, of: &Histogram, unit: f64) -> fmt::Result {
        let reading = of.read();
        let bucket = |(bound, count): &(Option<u64>, u64)| (bound.map_or(f64::INFINITY, |it| it as f64 * unit), *count);
        let buckets: Vec<(f64, u64)> = reading.counts.iter().map(bucket).collect();
        let mut metric = self.begin(name, help, MetricType::Histogram)?;
        metric.encode_histogram::<NoLabelSet>(reading.sum as f64 * unit, reading.count(), &buckets, None)
    }
}
