//! Charts as SVG, for a page that gives their colours other values where pages are dark.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::measure::Outcome;
use super::text::digits;

/// The colours of a chart, and what a dark page has instead.
pub(super) const INK: Colour = Colour("#1F2328", "#E6EDF3");
pub(super) const GRID: Colour = Colour("#D1D9E0", "#3D444D");
pub(super) const OURS: Colour = Colour("#0969DA", "#4493F8");
pub(super) const STD: Colour = Colour("#8C959F", "#848D97");
pub(super) const COLOURS: [Colour; 4] = [INK, GRID, OURS, STD];

/// Colours of light and of dark pages.
#[derive(Clone, Copy)]
pub(super) struct Colour(pub(super) &'static str, pub(super) &'static str);

impl Colour {
    fn light(self) -> RGBColor {
        let part = |from: usize| u8::from_str_radix(&self.0[from..from + 2], 16).unwrap_or(0);
        RGBColor(part(1), part(3), part(5))
    }

    fn of(outcome: &Outcome) -> Colour {
        if outcome.collection.is_std() {
            STD
        } else {
            OURS
        }
    }
}

/// Sizes in pixels, for a page of the width of a phone.
const WIDTH: i32 = 400;
const FONT: i32 = 15;
const ROW: i32 = 24;
/// Where bars begin, behind the names, and their greatest length, before the figures.
const BARS: i32 = 150;
const LENGTH: i32 = 180;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), Box<dyn std::error::Error>>;

/// A bar for each collection.
pub(super) fn bars(
    outcomes: &[&Outcome],
    figure: impl Fn(&Outcome) -> f64,
    label: impl Fn(&Outcome) -> String,
) -> Result<String, String> {
    let greatest = outcomes
        .iter()
        .map(|outcome| figure(outcome))
        .fold(0.0, f64::max);
    chart(outcomes.len() as i32 * ROW, |area| {
        for (row, outcome) in (0..).zip(outcomes) {
            let y = row * ROW + ROW / 2;
            name(area, outcome, y)?;
            let length = (figure(outcome) / greatest * f64::from(LENGTH)).round() as i32;
            let bar = [(BARS, y - 8), (BARS + length.max(1), y + 8)];
            area.draw(&Rectangle::new(bar, Colour::of(outcome).light().filled()))?;
            write(area, &label(outcome), (BARS + length + 6, y), HPos::Left)?;
        }
        Ok(())
    })
}

/// A line for each collection from the median to the longest call, with a logarithmic axis.
pub(super) fn latencies(outcomes: &[&Outcome]) -> Result<String, String> {
    let least = outcomes
        .iter()
        .map(|outcome| outcome.p50)
        .min()
        .unwrap_or(1)
        .max(1);
    let greatest = outcomes
        .iter()
        .map(|outcome| outcome.max)
        .max()
        .unwrap_or(1);
    let (first, last) = (least.ilog10(), greatest.max(2).ilog10() + 1);
    let scale = f64::from(LENGTH + 50) / f64::from(last - first);
    let place = |nanoseconds: u64| {
        let decades = (nanoseconds.max(1) as f64).log10() - f64::from(first);
        BARS + (decades * scale).round() as i32
    };
    let height = outcomes.len() as i32 * ROW;
    chart(height + ROW, |area| {
        for decade in first..=last {
            let nanoseconds = 10_u64.pow(decade);
            let x = place(nanoseconds);
            area.draw(&PathElement::new([(x, 0), (x, height)], GRID.light()))?;
            write(
                area,
                &unit(nanoseconds),
                (x, height + ROW / 2),
                HPos::Center,
            )?;
        }
        for (row, outcome) in (0..).zip(outcomes) {
            let y = row * ROW + ROW / 2;
            name(area, outcome, y)?;
            let colour = Colour::of(outcome).light();
            let [p50, p99, max] = [outcome.p50, outcome.p99, outcome.max].map(place);
            area.draw(&PathElement::new(
                [(p50, y), (p99, y)],
                colour.stroke_width(4),
            ))?;
            area.draw(&PathElement::new(
                [(p99, y), (max, y)],
                colour.stroke_width(1),
            ))?;
            area.draw(&Circle::new((p50, y), 6, colour.filled()))?;
            area.draw(&Circle::new((p99, y), 4, colour.filled()))?;
        }
        Ok(())
    })
}

/// A power of ten of nanoseconds.
fn unit(nanoseconds: u64) -> String {
    match nanoseconds {
        0..1_000 => format!("{nanoseconds} ns"),
        1_000..1_000_000 => format!("{} µs", nanoseconds / 1_000),
        1_000_000..1_000_000_000 => format!("{} ms", nanoseconds / 1_000_000),
        _ => format!("{} s", digits(nanoseconds as f64 / 1e9)),
    }
}

fn chart(height: i32, draw: impl Fn(&Area<'_>) -> Drawn) -> Result<String, String> {
    let mut svg = String::new();
    {
        let backend = SVGBackend::with_string(&mut svg, (WIDTH as u32, height as u32));
        let area = backend.into_drawing_area();
        draw(&area).map_err(|error| error.to_string())?;
        area.present().map_err(|error| error.to_string())?;
    }
    Ok(svg)
}

fn name(area: &Area<'_>, outcome: &Outcome, y: i32) -> Drawn {
    write(area, outcome.collection.name(), (BARS - 8, y), HPos::Right)
}

fn write(area: &Area<'_>, text: &str, place: (i32, i32), side: HPos) -> Drawn {
    let style = ("sans-serif", FONT).into_font().color(&INK.light());
    let style = style.pos(Pos::new(side, VPos::Center));
    Ok(area.draw(&Text::new(text.to_string(), place, style))?)
}
