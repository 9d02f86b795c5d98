//! Draws the console of a simulated VPS as a small PNG, one bit a pixel, uncompressed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const WIDTH: usize = 240;
const HEIGHT: usize = 96;
const ROW_BYTES: usize = WIDTH / 8;
const LETTER_WIDTH: usize = 4;
const LINE_HEIGHT: usize = 7;

/// Letters of 3 by 5 pixels, row by row from the top.
const LETTERS: &[(char, u16)] = &[
    ('a', 0b010_101_111_101_101),
    ('b', 0b110_101_110_101_110),
    ('c', 0b011_100_100_100_011),
    ('d', 0b110_101_101_101_110),
    ('e', 0b111_100_110_100_111),
    ('f', 0b111_100_110_100_100),
    ('g', 0b011_100_101_101_011),
    ('h', 0b101_101_111_101_101),
    ('i', 0b111_010_010_010_111),
    ('j', 0b001_001_001_101_010),
    ('k', 0b101_101_110_101_101),
    ('l', 0b100_100_100_100_111),
    ('m', 0b101_111_111_101_101),
    ('n', 0b110_101_101_101_101),
    ('o', 0b010_101_101_101_010),
    ('p', 0b110_101_110_100_100),
    ('q', 0b010_101_101_110_011),
    ('r', 0b110_101_110_101_101),
    ('s', 0b011_100_010_001_110),
    ('t', 0b111_010_010_010_010),
    ('u', 0b101_101_101_101_111),
    ('v', 0b101_101_101_101_010),
    ('w', 0b101_101_111_111_101),
    ('x', 0b101_101_010_101_101),
    ('y', 0b101_101_010_010_010),
    ('z', 0b111_001_010_100_111),
    ('0', 0b111_101_101_101_111),
    ('1', 0b010_110_010_010_111),
    ('2', 0b110_001_010_100_111),
    ('3', 0b110_001_010_001_110),
    ('4', 0b101_101_111_001_001),
    ('5', 0b111_100_110_001_110),
    ('6', 0b011_100_111_101_111),
    ('7', 0b111_001_010_010_010),
    ('8', 0b111_101_111_101_111),
    ('9', 0b111_101_111_001_110),
    ('.', 0b000_000_000_000_010),
    (':', 0b000_010_000_010_000),
    ('-', 0b000_000_111_000_000),
    ('_', 0b000_000_000_000_111),
];

/// These lines on a black screen, as a PNG in base64.
pub(super) fn console(lines: &[&str]) -> String {
    let mut screen = Screen::blank();
    for (row, line) in lines.iter().enumerate() {
        for (column, character) in line.chars().enumerate() {
            screen.draw(character.to_ascii_lowercase(), column, row);
        }
    }
    STANDARD.encode(screen.png())
}

/// Rows of pixels, each with the byte in front that says "not filtered".
struct Screen(Vec<u8>);

impl Screen {
    fn blank() -> Screen {
        Screen(vec![0; (ROW_BYTES + 1) * HEIGHT])
    }

    fn draw(&mut self, character: char, column: usize, row: usize) {
        let Some((_, shape)) = LETTERS.iter().find(|(letter, _)| *letter == character) else {
            return;
        };
        for pixel in 0..15 {
            if shape >> (14 - pixel) & 1 == 1 {
                let x = 2 + column * LETTER_WIDTH + pixel % 3;
                let y = 2 + row * LINE_HEIGHT + pixel / 3;
                self.light(x, y);
            }
        }
    }

    fn light(&mut self, x: usize, y: usize) {
        if x < WIDTH && y < HEIGHT {
            self.0[y * (ROW_BYTES + 1) + 1 + x / 8] |= 128 >> (x % 8);
        }
    }

    fn png(&self) -> Vec<u8> {
        let mut header = Vec::new();
        header.extend((WIDTH as u32).to_be_bytes());
        header.extend((HEIGHT as u32).to_be_bytes());
        header.extend([1, 0, 0, 0, 0]);
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        chunk(&mut png, b"IHDR", &header);
        chunk(&mut png, b"IDAT", &stored(&self.0));
        chunk(&mut png, b"IEND", &[]);
        png
    }
}

fn chunk(png: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    png.extend((data.len() as u32).to_be_bytes());
    let start = png.len();
    png.extend(kind);
    png.extend(data);
    let checksum = crc32(&png[start..]);
    png.extend(checksum.to_be_bytes());
}

/// A zlib stream of one stored block; a screen is far below its limit of 65 535 bytes.
fn stored(data: &[u8]) -> Vec<u8> {
    let length = data.len() as u16;
    let mut stream = vec![0x78, 0x01, 0x01];
    stream.extend(length.to_le_bytes());
    stream.extend((!length).to_le_bytes());
    stream.extend(data);
    stream.extend(adler32(data).to_be_bytes());
    stream
}

fn crc32(data: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in data {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = (sum >> 1) ^ (0xedb8_8320 * (sum & 1));
        }
    }
    !sum
}

fn adler32(data: &[u8]) -> u32 {
    let (mut low, mut high) = (1_u32, 0_u32);
    for byte in data {
        low = (low + u32::from(*byte)) % 65_521;
        high = (high + low) % 65_521;
    }
    high << 16 | low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksums_are_those_of_the_standards() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn a_console_is_a_png_with_something_on_it() {
        let png = STANDARD.decode(console(&["debian login:"])).unwrap();
        assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
        assert!(png.ends_with(b"IEND\xae\x42\x60\x82"));
        assert_ne!(console(&["a"]), console(&["b"]));
    }
}
