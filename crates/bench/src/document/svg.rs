//! Pictures as SVG, in pixels from the upper left corner.
//!
//! Elements have classes, which a style sheet gives the colours of light and of dark pages. The
//! background is part of the picture: a page may be light where the reader's system is dark.

use std::fmt::Write as _;

/// The width of all pictures: two beside each other on a page, and one on a telephone.
pub(super) const WIDTH: f64 = 400.0;

/// The size of letters.
const FONT: f64 = 13.0;

/// The class of what is drawn thick.
pub(super) const OURS: &str = "ours";

/// The class of lines that are dashed.
pub(super) const MACHINE: &str = "machine";

/// The classes of colours, and what they are on light and on dark pages.
const COLOURS: [(&str, &str, &str); 17] = [
    ("paper", "#FFFFFF", "#0D1117"),
    ("ink", "#1F2328", "#E6EDF3"),
    ("quiet", "#59636E", "#9198A1"),
    ("grid", "#D8DEE4", "#2F353D"),
    ("own0", "#0969DA", "#58A6FF"),
    ("own1", "#1A7F37", "#3FB950"),
    ("own2", "#8250DF", "#BC8CFF"),
    ("peer0", "#59636E", "#9198A1"),
    ("peer1", "#D9570A", "#FF9A4D"),
    ("peer2", "#BF3989", "#F778BA"),
    ("peer3", "#9A6B00", "#E3B341"),
    ("peer4", "#0E8A94", "#4FD6E0"),
    ("peer5", "#A40E26", "#FF6F66"),
    ("peer6", "#6B4A2F", "#C9A27E"),
    ("peer7", "#57690B", "#B5CC2E"),
    ("peer8", "#6E5BD6", "#A9A1FF"),
    ("peer9", "#2F7D5B", "#7FD1A8"),
];

/// How many classes there are for peers.
pub(super) const PEERS: usize = 10;

/// A picture that is being drawn.
pub(super) struct Picture {
    title: String,
    height: f64,
    elements: String,
}

impl Picture {
    /// `title` is written on top, and said to those who cannot see the picture.
    pub(super) fn new(title: &str, height: f64) -> Self {
        let mut picture = Self {
            title: title.replace('&', "&amp;").replace('<', "&lt;"),
            height,
            elements: String::new(),
        };
        picture.text(title, (8.0, 16.0), "start", "ink ours");
        picture
    }

    fn add(&mut self, element: std::fmt::Arguments<'_>) {
        // Writing to a string does not fail.
        let _ = writeln!(self.elements, "{element}");
    }

    /// `anchor` says which part of the text is at its place: its start, middle or end.
    pub(super) fn text(&mut self, text: &str, (x, y): (f64, f64), anchor: &str, class: &str) {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        let y = y + FONT * 0.35;
        self.add(format_args!(
            r#"<text class="{class}" x="{x:.1}" y="{y:.1}" text-anchor="{anchor}">{text}</text>"#
        ));
    }

    pub(super) fn line(&mut self, points: &[(f64, f64)], class: &str) {
        let points = points.iter().map(|(x, y)| format!("{x:.1},{y:.1} "));
        let points: String = points.collect();
        self.add(format_args!(
            r#"<polyline class="{class}" points="{points}"/>"#
        ));
    }

    pub(super) fn dot(&mut self, (x, y): (f64, f64), radius: f64, class: &str) {
        self.add(format_args!(
            r#"<circle class="{class}" cx="{x:.1}" cy="{y:.1}" r="{radius}"/>"#
        ));
    }

    pub(super) fn bar(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), class: &str) {
        self.add(format_args!(
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" \
             width=\"{width:.1}\" height=\"{height:.1}\"/>"
        ));
    }

    /// The SVG.
    pub(super) fn finish(self) -> String {
        let Self {
            title,
            height,
            elements,
        } = self;
        let (mut light, mut dark) = (String::new(), String::new());
        for (class, on_light, on_dark) in COLOURS {
            light += &format!(".{class}{{color:{on_light}}}");
            dark += &format!(".{class}{{color:{on_dark}}}");
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
             viewBox=\"0 0 {WIDTH} {height}\" role=\"img\">\n\
             <title>{title}</title>\n\
             <style>text,circle,rect{{fill:currentColor}}\
             polyline{{fill:none;stroke:currentColor;stroke-width:1.5}}\
             polyline.ours{{stroke-width:3}}polyline.machine{{stroke-dasharray:5 4}}\
             polyline.thin{{stroke-width:1}}polyline.faint{{opacity:.5}}\
             text{{font:{FONT}px system-ui,sans-serif}}text.ours{{font-weight:600}}{light}\
             @media (prefers-color-scheme:dark){{{dark}}}</style>\n\
             <rect class=\"paper\" width=\"{WIDTH}\" height=\"{height}\"/>\n\
             {elements}</svg>\n"
        )
    }
}

/// About the width of a text.
pub(super) fn width(text: &str) -> f64 {
    text.chars().count() as f64 * FONT * 0.56
}
