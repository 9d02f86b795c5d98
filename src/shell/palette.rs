//! The 256 colours of terminals. Their places on a page, light and dark, are `static/css/terminal.css`,
//! which a test makes from these.

/// The first sixteen; terminals differ in them, these are xterm's.
const BASIC: [[u8; 3]; 16] = [
    [0, 0, 0],
    [205, 0, 0],
    [0, 205, 0],
    [205, 205, 0],
    [0, 0, 238],
    [205, 0, 205],
    [0, 205, 205],
    [229, 229, 229],
    [127, 127, 127],
    [255, 0, 0],
    [0, 255, 0],
    [255, 255, 0],
    [92, 92, 255],
    [255, 0, 255],
    [0, 255, 255],
    [255, 255, 255],
];
/// The steps of the cube of 6 × 6 × 6 colours.
const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// Red, green and blue of a colour: 16 basic ones, the cube, and 24 greys.
#[must_use]
pub fn rgb(index: u8) -> [u8; 3] {
    let step = |at: u8| STEPS[usize::from(at % 6)];
    match index {
        0..16 => BASIC[usize::from(index)],
        16..232 => {
            let at = index - 16;
            [step(at / 36), step(at / 6), step(at)]
        }
        232.. => [8 + 10 * (index - 232); 3],
    }
}

/// The colour of the cube or the greys that is nearest to this one. The basic ones are left out: a
/// person may see them otherwise.
#[must_use]
pub fn nearest(wanted: [u8; 3]) -> u8 {
    let [red, green, blue] = wanted.map(nearest_step);
    let cube = 16 + 36 * red + 6 * green + blue;
    let mean = wanted.iter().map(|part| u32::from(*part)).sum::<u32>() / 3;
    let grey = 232
        + u8::try_from(mean.saturating_sub(3) / 10)
            .unwrap_or(23)
            .min(23);
    match distance(rgb(grey), wanted) < distance(rgb(cube), wanted) {
        true => grey,
        false => cube,
    }
}

fn nearest_step(part: u8) -> u8 {
    let between = [48, 115, 155, 195, 235];
    let passed = between.iter().filter(|limit| part >= **limit).count();
    u8::try_from(passed).unwrap_or(5)
}

fn distance(one: [u8; 3], other: [u8; 3]) -> u32 {
    let parts = one.iter().zip(other);
    parts
        .map(|(one, other)| u32::from(one.abs_diff(other)).pow(2))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_of_the_palette_is_the_nearest_to_itself() {
        for index in 16..=255 {
            assert_eq!(rgb(nearest(rgb(index))), rgb(index), "{index}");
        }
    }

    #[test]
    fn any_other_colour_finds_the_nearest_of_the_cube_and_the_greys() {
        for (red, green, blue) in [
            (1, 2, 3),
            (250, 128, 114),
            (30, 31, 29),
            (254, 254, 250),
            (47, 48, 116),
        ] {
            let wanted = [red, green, blue];
            let best = (16..=255).map(|index| distance(rgb(index), wanted)).min();
            assert_eq!(
                Some(distance(rgb(nearest(wanted)), wanted)),
                best,
                "{wanted:?}"
            );
        }
    }
}
