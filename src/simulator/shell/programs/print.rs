//! `echo` and `printf`, and the escapes they know.

use crate::simulator::shell::run::Shell;

pub(super) fn echo(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let is_flag = |argument: &&String| {
        argument.len() > 1
            && argument.starts_with('-')
            && argument[1..].chars().all(|letter| "neE".contains(letter))
    };
    let flags: Vec<&String> = arguments.iter().take_while(is_flag).collect();
    let text = arguments[flags.len()..].join(" ");
    let mut bytes = if flags.iter().any(|flag| flag.contains('e')) {
        unescaped(&text)
    } else {
        text.into_bytes()
    };
    if !flags.iter().any(|flag| flag.contains('n')) {
        bytes.push(b'\n');
    }
    shell.print_bytes(&bytes);
    0
}

/// The text with `\n`, `\t`, `\033`, `\x1b` and the like made into what they stand for.
pub(in crate::simulator::shell) fn unescaped(text: &str) -> Vec<u8> {
    let characters: Vec<char> = text.chars().collect();
    let (mut bytes, mut at) = (Vec::new(), 0);
    while let Some(character) = characters.get(at) {
        at += 1;
        match (character, characters.get(at)) {
            ('\\', Some(letter)) => {
                at += 1;
                escape(*letter, &characters, (&mut at, &mut bytes));
            }
            _ => bytes.extend(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    bytes
}

fn escape(letter: char, characters: &[char], (at, bytes): (&mut usize, &mut Vec<u8>)) {
    let plain = match letter {
        'n' => b'\n',
        't' => b'\t',
        'r' => b'\r',
        'a' => 7,
        'b' => 8,
        'f' => 12,
        'v' => 11,
        'e' => 27,
        '\\' => b'\\',
        'x' => number(characters, at, (16, 2)),
        '0'..='7' => {
            *at -= 1;
            let limit = if letter == '0' { 4 } else { 3 };
            number(characters, at, (8, limit))
        }
        other => {
            bytes.push(b'\\');
            bytes.extend(other.encode_utf8(&mut [0; 4]).as_bytes());
            return;
        }
    };
    bytes.push(plain);
}

/// The number of at most `limit` digits that comes next.
fn number(characters: &[char], at: &mut usize, (radix, limit): (u32, usize)) -> u8 {
    let digits = characters[*at..]
        .iter()
        .map_while(|digit| digit.to_digit(radix));
    let digits: Vec<u32> = digits.take(limit).collect();
    *at += digits.len();
    let value = digits.iter().fold(0, |value, digit| value * radix + digit);
    (value & 255) as u8
}

pub(super) fn printf(shell: &mut Shell<'_>, arguments: &[String]) -> i32 {
    let arguments = arguments
        .strip_prefix(&["--".to_owned()])
        .unwrap_or(arguments);
    let Some((format, values)) = arguments.split_first() else {
        shell.complain("bash: printf: usage: printf format [arguments]");
        return 2;
    };
    let mut values = values.iter();
    loop {
        let before = values.len();
        let bytes = formatted(format, &mut values);
        shell.print_bytes(&bytes);
        if values.len() == 0 || values.len() == before {
            return 0;
        }
    }
}

fn formatted<'text>(format: &str, values: &mut impl Iterator<Item = &'text String>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut pieces = format.split('%');
    bytes.extend(unescaped(pieces.next().unwrap_or_default()));
    while let Some(piece) = pieces.next() {
        if piece.is_empty() {
            bytes.push(b'%');
            bytes.extend(unescaped(pieces.next().unwrap_or_default()));
            continue;
        }
        let Some(end) = piece.find(|letter: char| letter.is_ascii_alphabetic()) else {
            bytes.extend(unescaped(piece));
            continue;
        };
        let (layout, rest) = piece.split_at(end);
        let kind = rest.chars().next().unwrap_or('s');
        let value = values.next().map_or("", String::as_str);
        bytes.extend(padded(directive(kind, value), layout));
        bytes.extend(unescaped(&rest[kind.len_utf8()..]));
    }
    bytes
}

fn directive(kind: char, value: &str) -> Vec<u8> {
    let whole = || value.trim().parse::<i64>().unwrap_or(0);
    match kind {
        'd' | 'i' | 'u' => whole().to_string().into_bytes(),
        'x' => format!("{:x}", whole()).into_bytes(),
        'o' => format!("{:o}", whole()).into_bytes(),
        'c' => value.chars().take(1).collect::<String>().into_bytes(),
        'b' => unescaped(value),
        'f' => format!("{:.6}", value.parse::<f64>().unwrap_or(0.0)).into_bytes(),
        'q' => format!("'{}'", value.replace('\'', "'\\''")).into_bytes(),
        _ => value.as_bytes().to_vec(),
    }
}

/// `-8`, `08`, `8`, `.3`: how wide, on which side, with what.
fn padded(mut text: Vec<u8>, layout: &str) -> Vec<u8> {
    let (width, precision) = layout.split_once('.').unwrap_or((layout, ""));
    if let Ok(limit) = precision.parse::<usize>() {
        text.truncate(limit);
    }
    let wide = width
        .trim_start_matches(['-', '0'])
        .parse::<usize>()
        .unwrap_or(0)
        .min(1000);
    let missing = wide.saturating_sub(text.len());
    if width.starts_with('-') {
        text.extend(std::iter::repeat_n(b' ', missing));
        return text;
    }
    let filler = if width.starts_with('0') { b'0' } else { b' ' };
    let mut whole = vec![filler; missing];
    whole.extend(text);
    whole
}
