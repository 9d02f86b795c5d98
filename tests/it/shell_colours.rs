//! `static/css/terminal.css`: made from the palette, and readable on light and dark.

use crate::documents::in_step;
use kiwideck::shell::palette;
use std::fmt::Write;

/// `--surface` in tokens.css, on which outputs stand.
const LIGHT: [u8; 3] = [0xff, 0xff, 0xff];
const DARK: [u8; 3] = [0x15, 0x1a, 0x16];
const BLACK: [u8; 3] = [0; 3];
const WHITE: [u8; 3] = [255; 3];
/// WCAG's AA for text of ordinary size.
const READABLE: f64 = 4.5;

const HEAD: &str = "/* The looks of terminal output. Made from src/shell/palette.rs: UPDATE_DOCS=1 cargo test in_step.
   Text colours are darkened or lightened until they can be read (AA); on a coloured ground text is black or white.
   A colour beats dim, which could not be read on every ground. */
@layer pages {
:where(.entry-output) .bold { font-weight: 700; }
:where(.entry-output) .dim { color: var(--muted); }
:where(.entry-output) .italic { font-style: italic; }
:where(.entry-output) .underline { text-decoration: underline; }
:where(.entry-output) .reverse { background: var(--text); color: var(--surface); }
";

#[test]
fn the_colours_of_the_terminal_are_in_step() {
    let mut css = HEAD.to_owned();
    for index in 0..=255 {
        let colour = palette::rgb(index);
        let (light, dark) = (readable(colour, LIGHT), readable(colour, DARK));
        let (light, dark) = (hex(light), hex(dark));
        writeln!(css, ".fg{index}{{color:light-dark({light},{dark})}}").unwrap();
    }
    for index in 0..=255 {
        let colour = palette::rgb(index);
        let (ground, text) = (hex(colour), hex(text_on(colour)));
        writeln!(css, ".bg{index}{{background:{ground};color:{text}}}").unwrap();
    }
    css.push_str("}\n");
    in_step("static/css/terminal.css", &css);
}

#[test]
fn every_colour_can_be_read_on_its_ground() {
    let tokens = include_str!("../../static/css/tokens.css");
    let surface = format!("--surface: light-dark({}, {})", hex(LIGHT), hex(DARK));
    assert!(tokens.contains(&surface), "outputs stand on another ground");
    for index in 0..=255 {
        let colour = palette::rgb(index);
        for ground in [LIGHT, DARK] {
            assert!(contrast(readable(colour, ground), ground) >= READABLE);
        }
        assert!(contrast(text_on(colour), colour) >= READABLE, "{index}");
    }
}

/// The colour itself, or the nearest to it on the way to black or white that can be read here.
fn readable(colour: [u8; 3], ground: [u8; 3]) -> [u8; 3] {
    let end = if ground == LIGHT { BLACK } else { WHITE };
    let steps = (0..=100).map(|percent| mixed(colour, end, percent));
    let mut good = steps.filter(|step| contrast(*step, ground) >= READABLE);
    good.next().unwrap()
}

fn text_on(ground: [u8; 3]) -> [u8; 3] {
    if contrast(BLACK, ground) >= contrast(WHITE, ground) {
        BLACK
    } else {
        WHITE
    }
}

fn mixed(colour: [u8; 3], end: [u8; 3], percent: u32) -> [u8; 3] {
    [0, 1, 2].map(|part| {
        let (from, to) = (u32::from(colour[part]), u32::from(end[part]));
        u8::try_from((from * (100 - percent) + to * percent) / 100).unwrap()
    })
}

/// As WCAG 2 defines it, from 1 to 21.
fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(colour: [u8; 3]) -> f64 {
    let [red, green, blue] = colour.map(|part| {
        let part = f64::from(part) / 255.0;
        match part <= 0.040_45 {
            true => part / 12.92,
            false => ((part + 0.055) / 1.055).powf(2.4),
        }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn hex([red, green, blue]: [u8; 3]) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}
