//! Charts as SVG, in the colours of light and dark pages.
//!
//! Every colour of a light chart has one of a dark one, by a style that overrides the attributes of
//! the elements: so the drawing library needs to know nothing of styles.

use anyhow::Result;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::data::{Point, Series};

const WIDTH: u32 = 480;
const HEIGHT: u32 = 340;
/// Room for the names at the ends of lines.
const NAMES: u32 = 116;
const FONT: u32 = 17;
/// The least distance of two names.
const LINE: i32 = 16;

/// Colours on light and on dark pages. Text, then grid, then lines.
const INK: Colour = Colour("#1F2328", "#E6EDF3");
const GRID: Colour = Colour("#D1D9E0", "#3D444D");
const OTHER: Colour = Colour("#6E7781", "#9198A1");
const PEERS: [(&str, Colour); 8] = [
    ("leafwise", Colour("#0969DA", "#4493F8")),
    ("oblivious", Colour("#1A7F37", "#3FB950")),
    ("static", Colour("#8250DF", "#AB7DF8")),
    ("brie", Colour("#BC4C00", "#F0883E")),
    ("bbtree", Colour("#9A6700", "#D29922")),
    ("indexset", Colour("#BF3989", "#DB61A2")),
    ("sweep", Colour("#CF222E", "#F85149")),
    ("pstd", Colour("#57606A", "#B1BAC4")),
];

struct Colour(&'static str, &'static str);

impl Colour {
    fn light(&self) -> RGBColor {
        let part = |from: usize| u8::from_str_radix(&self.0[from..from + 2], 16).unwrap_or(0);
        RGBColor(part(1), part(3), part(5))
    }
}

fn colour(peer: &str) -> RGBColor {
    let known = PEERS.iter().find(|(known, _)| *known == peer);
    known.map_or(&OTHER, |(_, colour)| colour).light()
}

/// A short form of a number of entries.
pub(super) fn size(entries: usize) -> String {
    match entries {
        entries if entries >= 1_000_000 && entries.is_multiple_of(1_000_000) => {
            format!("{}m", entries / 1_000_000)
        }
        entries if entries >= 1000 && entries.is_multiple_of(1000) => {
            format!("{}k", entries / 1000)
        }
        entries => entries.to_string(),
    }
}

/// How many times as fast as std each peer is, over the number of entries; both logarithmic.
pub(super) fn lines(title: &str, series: &Series) -> Result<String> {
    let peers = peers(series);
    let sizes: Vec<f64> = series
        .points
        .iter()
        .map(|point| point.entries as f64)
        .collect();
    let (least, greatest) = bounds(&sizes);
    let ratios = peers
        .iter()
        .flat_map(|(_, points)| points.iter().map(|point| point.1));
    let (slowest, fastest) = bounds(&ratios.collect::<Vec<_>>());
    let (slowest, fastest) = ((slowest / 1.15).min(0.5), (fastest * 1.15).max(2.0));
    let (x_end, x_start) = (greatest.max(2.0 * least), least);
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (WIDTH, HEIGHT)).into_drawing_area();
        let text = ("sans-serif", FONT).into_font().color(&INK.light());
        let x = (x_start..x_end).log_scale().with_key_points(sizes.clone());
        let y = (slowest..fastest).log_scale();
        let y = y.with_key_points(steps(slowest, fastest));
        let mut chart = ChartBuilder::on(&area)
            .caption(title, text.clone())
            .margin(6)
            .margin_right(NAMES)
            .x_label_area_size(28)
            .y_label_area_size(46)
            .build_cartesian_2d(x, y)?;
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID.light())
            .axis_style(GRID.light())
            .label_style(text.clone())
            .x_label_formatter(&|entries| size(entries.round() as usize))
            .y_label_formatter(&|ratio| format!("{ratio}x"))
            .draw()?;
        let mut ends = Vec::new();
        for (peer, points) in &peers {
            let style = colour(peer).stroke_width(if *peer == "leafwise" { 3 } else { 2 });
            chart.draw_series(LineSeries::new(points.iter().copied(), style))?;
            let dots = points
                .iter()
                .map(|&point| Circle::new(point, 3, colour(peer).filled()));
            chart.draw_series(dots)?;
            if let Some(last) = points.last() {
                ends.push((chart.backend_coord(last), *peer));
            }
        }
        ends.sort_by_key(|&((_, y), peer)| (y, peer));
        let heights = apart(ends.iter().map(|&((_, y), _)| y).collect());
        let x = (WIDTH - NAMES + 6) as i32;
        for ((_, peer), y) in ends.into_iter().zip(heights) {
            let anchor = Pos::new(HPos::Left, VPos::Center);
            let colour = colour(peer);
            let style = text.color(&colour).pos(anchor);
            area.draw(&Text::new(peer.to_owned(), (x, y), style))?;
        }
        area.present()?;
    }
    Ok(styled(&svg))
}

/// The points of each peer.
fn peers(series: &Series) -> Vec<(&str, Vec<(f64, f64)>)> {
    let mut peers: Vec<(&str, Vec<(f64, f64)>)> = Vec::new();
    for point in &series.points {
        for time in &point.times {
            let value = (point.entries as f64, time.ratio());
            match peers.iter_mut().find(|(peer, _)| *peer == time.peer) {
                Some((_, points)) => points.push(value),
                None => peers.push((&time.peer, vec![value])),
            }
        }
    }
    peers
}

fn bounds(numbers: &[f64]) -> (f64, f64) {
    let numbers = numbers.iter().copied();
    (
        numbers.clone().fold(f64::INFINITY, f64::min),
        numbers.fold(0.0, f64::max),
    )
}

/// Round numbers of a logarithmic axis: 1, 2 and 5 of each power of ten, or only the powers.
fn steps(from: f64, to: f64) -> Vec<f64> {
    let factors: &[f64] = if to / from > 200.0 {
        &[1.0]
    } else {
        &[1.0, 2.0, 5.0]
    };
    let powers = -4..7;
    let all = powers.flat_map(|power: i32| {
        // Division gives 0.1, where a power gives a neighbour of it.
        factors.iter().map(move |factor| match power {
            0.. => factor * 10_f64.powi(power),
            _ => factor / 10_f64.powi(-power),
        })
    });
    all.filter(|step| (from..=to).contains(step)).collect()
}

/// Moves ascending heights so that each is at least a line below the one before, and none leaves
/// the chart.
fn apart(mut heights: Vec<i32>) -> Vec<i32> {
    for index in 1..heights.len() {
        heights[index] = heights[index].max(heights[index - 1] + LINE);
    }
    let mut lowest = HEIGHT as i32 - LINE;
    for height in heights.iter_mut().rev() {
        *height = (*height).min(lowest);
        lowest = *height - LINE;
    }
    heights
}

/// Bars of each operation: how many times as fast as std.
pub(super) fn bars(title: &str, operations: &[(&str, &Point)]) -> Result<String> {
    let rows: usize = operations
        .iter()
        .map(|(_, point)| point.times.len() + 2)
        .sum();
    let height = (rows as i32 + 1) * 20;
    let times = operations.iter().flat_map(|(_, point)| &point.times);
    let (_, greatest) = bounds(&times.map(|time| time.ratio()).collect::<Vec<_>>());
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (WIDTH, height as u32)).into_drawing_area();
        let text = ("sans-serif", FONT).into_font().color(&INK.light());
        let text = text.pos(Pos::new(HPos::Left, VPos::Center));
        area.draw(&Text::new(title.to_owned(), (8, 14), text.clone()))?;
        let mut y = 20;
        for (operation, point) in operations {
            y += 20;
            area.draw(&Text::new((*operation).to_owned(), (8, y), text.clone()))?;
            let mut times: Vec<_> = point.times.iter().collect();
            times.sort_by(|one, other| other.ratio().total_cmp(&one.ratio()));
            for time in times {
                y += 20;
                let length = (time.ratio() / greatest * 280.0).round() as i32;
                let bar = [(110, y - 7), (110 + length.max(1), y + 7)];
                let colour = colour(&time.peer);
                area.draw(&Rectangle::new(bar, colour.filled()))?;
                let name = text.color(&colour);
                area.draw(&Text::new(time.peer.clone(), (20, y), name))?;
                let value = format!("{:.2}x", time.ratio());
                area.draw(&Text::new(value, (116 + length, y), text.clone()))?;
            }
            y += 20;
        }
        area.present()?;
    }
    Ok(styled(&svg))
}

/// Adds the colours of dark pages.
fn styled(svg: &str) -> String {
    let peers = PEERS.iter().map(|(_, colour)| colour);
    let rules = [&INK, &GRID, &OTHER].into_iter().chain(peers);
    let rules = rules.map(|Colour(light, dark)| {
        format!("[fill=\"{light}\"]{{fill:{dark}}}[stroke=\"{light}\"]{{stroke:{dark}}}")
    });
    let rules: String = rules.collect();
    let style = format!("<style>@media (prefers-color-scheme:dark){{{rules}}}</style>");
    match svg
        .split_once("<svg")
        .and_then(|(before, rest)| Some((before, rest.split_once('>')?)))
    {
        Some((before, (attributes, rest))) => format!("{before}<svg{attributes}>\n{style}{rest}"),
        None => svg.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_apart_and_inside() {
        assert_eq!(apart(vec![10, 12, 100]), [10, 26, 100]);
        let bottom = HEIGHT as i32 - LINE;
        assert_eq!(apart(vec![bottom, bottom + 5]), [bottom - LINE, bottom]);
    }

    #[test]
    fn steps_are_round() {
        assert_eq!(steps(0.1, 3.0), [0.1, 0.2, 0.5, 1.0, 2.0]);
        assert_eq!(steps(0.05, 300.0), [0.1, 1.0, 10.0, 100.0]);
    }

    #[test]
    fn sizes_are_short() {
        assert_eq!(
            [1, 1500, 2000, 10_000_000].map(size),
            ["1", "1500", "2k", "10m"]
        );
    }
}
