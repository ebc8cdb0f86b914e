//! `leafwise advise`: measures collections with the keys of a column, and recommends one.
//!
//! [`mod@column`] loads the keys, and says in a [`sketch`] what they are like. [`collection`] knows
//! what fits them; [`measure`] lets all that fit, behind the trait of [`peers`], do the same
//! operations, which [`mix`] draws. [`mod@recommend`] takes one, and [`text`] and [`page`] show
//! all.

mod charts;
mod collection;
mod column;
mod key;
mod measure;
mod mix;
mod page;
mod peers;
mod recommend;
mod sketch;
mod text;

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use serde_json::{Value, json};

use crate::args::{Advise, AdviseFormat};
use crate::error::{self, Error};
use collection::{Collection, Misfits};
use column::Column;
use key::Key;
use measure::{Course, Measured, Outcome};
use mix::{Mix, Rows};
use page::Page;
use recommend::{Recommendation, recommend};
use sketch::Sketch;

/// What is shown.
struct Advice {
    sketch: Sketch,
    mix: Mix,
    /// The time of each collection.
    time: Duration,
    measured: Measured,
    recommendation: Option<Recommendation>,
    /// What does not fit, and why.
    others: Vec<Misfits>,
}

/// Loads, measures, and shows.
pub(crate) fn run(arguments: &Advise) -> Result<(), Error> {
    let mix = Mix::of(arguments);
    if mix.is_empty() {
        return Err(Error::NoOperations);
    }
    if cfg!(debug_assertions) {
        error::tell("note: this program was built without optimisation, so its figures say little");
    }
    let page = arguments.html.as_deref().map(Page::create).transpose()?;
    let (column, sketch) = column::load(arguments)?;
    let (fitting, others) = collection::choose(&sketch, &mix);
    let stop = interruptions().map_err(Error::Signals)?;
    let measure = Measure {
        mix: &mix,
        time: arguments.seconds,
        stop: &stop,
        fitting: &fitting,
    };
    let measured = match &column {
        Column::U32(rows) => measure.with(rows),
        Column::U64(rows) => measure.with(rows),
        Column::I64(rows) => measure.with(rows),
        Column::String(rows) => measure.with(rows),
    }?;
    let is_complete = measured.is_complete;
    // Collections that were measured and others that were not cannot be compared.
    let can_compare = measured.outcomes.len() == fitting.len();
    let advice = Advice {
        recommendation: recommend(&measured.outcomes).filter(|_| can_compare),
        sketch,
        mix,
        time: arguments.seconds,
        measured,
        others,
    };
    let text = match arguments.format {
        AdviseFormat::Table => advice.text(),
        AdviseFormat::Json => format!("{:#}\n", advice.json()),
    };
    io::stdout()
        .write_all(text.as_bytes())
        .map_err(Error::Write)?;
    if let Some(page) = page {
        page.write(&advice)?;
    }
    match is_complete {
        true => Ok(()),
        false => Err(Error::Interrupted),
    }
}

/// What is the same for all types of keys.
struct Measure<'m> {
    mix: &'m Mix,
    time: Duration,
    stop: &'m AtomicBool,
    fitting: &'m [Collection],
}

impl Measure<'_> {
    fn with<K: Key>(&self, rows: &Rows<K>) -> Result<Measured, Error> {
        let course = Course {
            rows,
            mix: self.mix,
            time: self.time,
            stop: self.stop,
        };
        course.measure(self.fitting)
    }
}

/// What Ctrl-C sets from now on. The second time it ends the program.
fn interruptions() -> io::Result<Arc<AtomicBool>> {
    use signal_hook::consts::SIGINT;
    use signal_hook::flag;
    let stop = Arc::new(AtomicBool::new(false));
    flag::register_conditional_shutdown(SIGINT, Error::INTERRUPTED.into(), Arc::clone(&stop))?;
    flag::register(SIGINT, Arc::clone(&stop))?;
    Ok(stop)
}

impl Advice {
    /// For programs.
    fn json(&self) -> Value {
        let outcomes = self.measured.outcomes.iter().map(|outcome| {
            json!({
                "collection": outcome.collection.name(),
                "is_std": outcome.collection.is_std(),
                "million_operations_per_second": outcome.throughput,
                "million_operations_per_second_by_round": outcome.rounds,
                "nanoseconds_p50": outcome.p50,
                "nanoseconds_p99": outcome.p99,
                "nanoseconds_max": outcome.max,
                "bytes_per_entry": outcome.bytes_per_entry,
                "bytes_are_estimated": outcome.collection.is_estimated(),
                "build_seconds": outcome.build_seconds,
            })
        });
        let others = self.others.iter().flat_map(|misfits| {
            let pairs = misfits.collections.iter().map(|it| (it, &misfits.why));
            pairs.map(|(it, why)| json!({"collection": it.name(), "why": why}))
        });
        json!({
            "sketch": self.sketch.json(),
            "mix": {
                "reads": self.mix.reads,
                "writes": self.mix.writes,
                "scans": self.mix.scans,
                "scan_length": self.mix.scan_length,
                "batch": self.mix.batch,
                "misses_percent": self.mix.misses,
                "seed": self.mix.seed,
            },
            "seconds": self.time.as_secs_f64(),
            "is_complete": self.measured.is_complete,
            "nanoseconds_of_the_clock": self.measured.clock,
            "collections": outcomes.collect::<Vec<_>>(),
            "not_measured": others.collect::<Vec<_>>(),
            "recommendation": self.recommendation.as_ref().map(|recommendation| json!({
                "collection": recommendation.collection.name(),
                "reason": recommendation.reason,
                "code": self.code(recommendation),
            })),
        })
    }

    fn code(&self, recommendation: &Recommendation) -> String {
        recommendation.collection.code(self.sketch.rust_type.name())
    }

    /// What a reader of the figures has to know.
    fn notes(&self) -> Vec<String> {
        let (outcomes, clock) = (&self.measured.outcomes, self.measured.clock);
        let call = if self.mix.batch > 1 {
            "batches"
        } else {
            "single calls"
        };
        let mut notes = vec![format!(
            "p50, p99, max: {call}, with the {clock} ns of reading the clock; B/entry: once built."
        )];
        if outcomes
            .iter()
            .any(|outcome| outcome.collection.is_estimated())
        {
            notes.push("~: an estimate, as std's trees do not report their memory.".to_string());
        }
        if outcomes.iter().any(Outcome::is_unsteady) {
            notes.push(
                "The rounds differ much: other programs were running, or the time is too short. \
                 Measure again, or longer with --seconds."
                    .to_string(),
            );
        }
        notes
    }
}
