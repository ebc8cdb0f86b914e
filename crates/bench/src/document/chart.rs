//! Charts: lines over the number of entries, and bars.

use super::data::size;
use super::svg::{OURS, Picture, WIDTH, width};

/// A name in a chart, and its classes.
pub(super) struct Name {
    pub(super) name: String,
    pub(super) class: String,
}

impl Name {
    fn is_ours(&self) -> bool {
        self.class.contains(OURS)
    }
}

/// A line: values at numbers of entries.
pub(super) struct Line {
    pub(super) name: Name,
    pub(super) points: Vec<(f64, f64)>,
}

/// Bars with a heading: values, and how they are written.
pub(super) struct Block {
    pub(super) title: String,
    pub(super) bars: Vec<(Name, f64, String)>,
}

/// The part of an axis for positive values; logarithmic.
struct Axis {
    values: (f64, f64),
    places: (f64, f64),
}

impl Axis {
    /// From the least to the greatest of `values`, and `room` times as far.
    fn new(values: impl Iterator<Item = f64> + Clone, room: f64, places: (f64, f64)) -> Self {
        let least = values.clone().fold(f64::INFINITY, f64::min);
        let greatest = values.fold(0.0, f64::max);
        let values = (least / room, greatest * room);
        Self { values, places }
    }

    fn place(&self, value: f64) -> f64 {
        let (least, greatest) = (self.values.0.ln(), self.values.1.ln());
        let part = (value.ln() - least) / (greatest - least);
        self.places.0 + part * (self.places.1 - self.places.0)
    }

    /// At most that many round numbers, unless there are more powers of ten.
    fn marks(&self, most: usize) -> Vec<f64> {
        let marks = |factors: &[f64]| -> Vec<f64> {
            let all = (-9..=12).flat_map(|power: i32| {
                // Division gives 0.1, where a power gives a neighbour of it.
                factors.iter().map(move |factor| match power {
                    0.. => factor * 10_f64.powi(power),
                    _ => factor / 10_f64.powi(-power),
                })
            });
            let (least, greatest) = self.values;
            all.filter(|mark| (least..=greatest).contains(mark))
                .collect()
        };
        let kinds = [&[1.0, 1.5, 2.0, 3.0, 5.0, 7.0][..], &[1.0, 2.0, 5.0]];
        let mut all = kinds.into_iter().map(marks);
        all.find(|marks| marks.len() <= most)
            .unwrap_or_else(|| marks(&[1.0]))
    }
}

const LEFT: f64 = 46.0;
const TOP: f64 = 32.0;
const BOTTOM: f64 = 232.0;
const HEIGHT: f64 = 258.0;
/// Between two texts below each other.
const LINE: f64 = 16.0;

/// Lines over the number of entries, both axes logarithmic. Where peers are compared with std, the
/// place of 1 is marked. Ours are drawn last, so that no other line hides them.
pub(super) fn lines(title: &str, suffix: &str, mut lines: Vec<Line>) -> String {
    lines.sort_by_key(|line| line.name.is_ours());
    let widths = lines.iter().map(|line| width(&line.name.name));
    let widest = widths.fold(0.0, f64::max);
    let right = WIDTH - widest - 24.0;
    let points = lines.iter().flat_map(|line| &line.points);
    let across = Axis::new(points.clone().map(|point| point.0), 1.3, (LEFT, right));
    let up = Axis::new(points.clone().map(|point| point.1), 1.25, (BOTTOM, TOP));
    let mut sizes: Vec<f64> = points.map(|point| point.0).collect();
    sizes.sort_by(f64::total_cmp);
    sizes.dedup();
    let mut picture = Picture::new(title, HEIGHT);
    draw_grid(&mut picture, (&across, &sizes), &up, suffix);
    for Line { name, points } in &lines {
        let places = points.iter().map(|&(x, y)| (across.place(x), up.place(y)));
        let places: Vec<(f64, f64)> = places.collect();
        picture.line(&places, &name.class);
        for place in places {
            let radius = if name.is_ours() { 4.0 } else { 2.5 };
            picture.dot(place, radius, &name.class);
        }
    }
    write_names(&mut picture, &lines, right, (&across, &up));
    picture.finish()
}

fn draw_grid(picture: &mut Picture, (across, sizes): (&Axis, &[f64]), up: &Axis, suffix: &str) {
    let right = across.places.1;
    for mark in up.marks(8) {
        let y = up.place(mark);
        let is_std = suffix == "x" && mark == 1.0;
        let class = if is_std { "quiet thin" } else { "grid thin" };
        picture.line(&[(LEFT, y), (right, y)], class);
        let text = format!("{}{suffix}", number(mark));
        picture.text(&text, (LEFT - 5.0, y), "end", "quiet");
    }
    let mut free = WIDTH;
    for &entries in sizes.iter().rev() {
        let (x, text) = (across.place(entries), size(entries as usize));
        picture.line(&[(x, TOP), (x, BOTTOM)], "grid thin");
        let half = width(&text) / 2.0;
        if x + half < free {
            picture.text(&text, (x, BOTTOM + 12.0), "middle", "quiet");
            free = x - half - 8.0;
        }
    }
}

/// A mark of an axis.
fn number(mark: f64) -> String {
    match mark {
        mark if mark >= 1000.0 => size(mark as usize),
        mark => mark.to_string(),
    }
}

/// The name of each line, beside its end.
fn write_names(picture: &mut Picture, lines: &[Line], right: f64, (across, up): (&Axis, &Axis)) {
    let mut ends: Vec<(&Name, (f64, f64))> = Vec::new();
    for line in lines {
        let end = line.points.last();
        let end = end.map(|&(x, y)| (across.place(x), up.place(y)));
        ends.extend(end.map(|end| (&line.name, end)));
    }
    ends.sort_by(|(_, one), (_, other)| one.1.total_cmp(&other.1));
    let heights = apart(ends.iter().map(|(_, end)| end.1).collect());
    for ((name, (x, y)), height) in ends.into_iter().zip(heights) {
        let leader = [(x, y), (right + 2.0, y), (right + 13.0, height)];
        picture.line(&leader, &format!("{} thin faint", name.class));
        picture.text(&name.name, (right + 15.0, height), "start", &name.class);
    }
}

/// Moves ascending heights so that each is at least a line below the one before, and none leaves
/// the chart.
fn apart(mut heights: Vec<f64>) -> Vec<f64> {
    for index in 1..heights.len() {
        heights[index] = heights[index].max(heights[index - 1] + LINE);
    }
    let mut lowest = HEIGHT - LINE / 2.0;
    for height in heights.iter_mut().rev() {
        *height = height.min(lowest);
        lowest = *height - LINE;
    }
    heights
}

/// How long bars are.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Scale {
    /// As their values.
    Linear,
    /// As the logarithm of their values, from half of the least on, with a line at each power of
    /// ten.
    Logarithmic,
}

/// Height of a bar with the space to the next.
const ROW: f64 = 17.0;

/// Blocks of bars below each other.
pub(super) fn bars(title: &str, scale: Scale, blocks: &[Block]) -> String {
    let all = blocks.iter().flat_map(|block| &block.bars);
    let names = all.clone().map(|(name, ..)| width(&name.name));
    let texts = all.clone().map(|(.., text)| width(text));
    let left = names.fold(0.0, f64::max) + 20.0;
    let right = WIDTH - texts.fold(0.0, f64::max) - 12.0;
    let mut axis = Axis::new(all.map(|bar| bar.1), 1.0, (left, right));
    axis.values.0 /= 2.0;
    let place = |value: f64| match scale {
        Scale::Linear => left + value / axis.values.1 * (right - left),
        Scale::Logarithmic => axis.place(value),
    };
    let rows: usize = blocks.iter().map(|block| block.bars.len()).sum();
    let height = 30.0 + (rows as f64 + 1.6 * blocks.len() as f64) * ROW;
    let mut picture = Picture::new(title, height);
    let mut y = 30.0;
    for block in blocks {
        picture.text(&block.title, (8.0, y + ROW * 0.7), "start", "quiet");
        y += 1.2 * ROW;
        let below = y + ROW * block.bars.len() as f64;
        if scale == Scale::Logarithmic {
            for x in axis.marks(0).into_iter().map(place) {
                picture.line(&[(x, y), (x, below)], "grid thin");
            }
        }
        for (Name { name, class }, value, text) in &block.bars {
            let (middle, end) = (y + ROW / 2.0, place(*value));
            picture.text(name, (left - 5.0, middle), "end", class);
            picture.bar((left, y + 2.0), ((end - left).max(1.0), ROW - 4.0), class);
            picture.text(text, (end + 5.0, middle), "start", "ink");
            y += ROW;
        }
        y += 0.4 * ROW;
    }
    picture.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_apart_and_inside() {
        assert_eq!(apart(vec![10.0, 12.0, 100.0]), [10.0, 26.0, 100.0]);
        let bottom = HEIGHT - LINE / 2.0;
        assert_eq!(apart(vec![bottom, bottom + 5.0]), [bottom - LINE, bottom]);
    }

    #[test]
    fn values_are_in_their_places() {
        let axis = Axis::new([1.0, 100.0].into_iter(), 1.0, (200.0, 0.0));
        assert_eq!(
            [1.0, 10.0, 100.0].map(|value| axis.place(value)),
            [200.0, 100.0, 0.0]
        );
        assert_eq!(axis.marks(7), [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]);
        assert_eq!(axis.marks(6), [1.0, 10.0, 100.0]);
        let single = Axis::new([0.1].into_iter(), 2.0, (0.0, 10.0));
        assert_eq!(single.place(0.1).round(), 5.0);
        assert_eq!(single.marks(6), [0.05, 0.07, 0.1, 0.15, 0.2]);
    }
}
