//! What a terminal would show, and what it must never do to a page.

use super::*;

/// Pieces that do not look plain, with their looks.
fn looks(text: &str) -> Vec<(String, Style)> {
    let output = Output::read(text);
    let pieces = output.head.pieces().chain(output.tail.pieces());
    pieces
        .filter(|(_, style)| *style != Style::default())
        .map(|(text, style)| (text.to_owned(), style))
        .collect()
}

/// The look of an `x` after these codes.
fn after(codes: &str) -> Style {
    let found = looks(&format!("\u{1b}[{codes}mx"));
    found.first().map_or(Style::default(), |(_, style)| *style)
}

fn text(output: &Output) -> String {
    format!("{}{}", output.head.text(), output.tail.text())
}

#[test]
fn a_directory_that_steers_or_is_no_path_does_not_travel() {
    assert!(travels("/a b/é"));
    let long = format!("/{}", "x".repeat(4096));
    for directory in [
        "",
        "a",
        "-",
        "/a\nb",
        "/a\u{1b}b",
        "/a\u{202e}b",
        "/a\0",
        &long,
    ] {
        assert!(!travels(directory), "{directory:?}");
    }
}

#[test]
fn looks_are_followed() {
    let plain = Style::default();
    let foreground = |colour| Style {
        foreground: Some(colour),
        ..plain
    };
    let background = |colour| Style {
        background: Some(colour),
        ..plain
    };
    let cases = [
        ("31", foreground(1)),
        ("97", foreground(15)),
        ("42", background(2)),
        ("100", background(8)),
        ("38;5;208", foreground(208)),
        ("38:5:208", foreground(208)),
        ("48;5;17", background(17)),
        ("38;2;255;0;0", foreground(196)),
        ("38:2::255:0:0", foreground(196)),
        ("38:2:255:0:0", foreground(196)),
        ("48;2;8;8;8", background(232)),
        ("31;39", plain),
        ("41;49", plain),
        ("1;22", plain),
        ("2;3;4;7;0", plain),
        ("4:3;4:0", plain),
        ("58;5;1", plain),
        ("58;2;1;3;4", plain),
        ("38;5", plain),
        ("38;5;300", plain),
        ("38;2;1;2", plain),
        (
            "38;9;1",
            Style {
                bold: true,
                ..plain
            },
        ),
        ("5;8;9;53;77;65535;99999999999", plain),
        ("", plain),
    ];
    for (codes, style) in cases {
        assert_eq!(after(codes), style, "{codes}");
    }
    let all = Style {
        foreground: Some(3),
        background: Some(4),
        bold: true,
        dim: true,
        italic: true,
        underline: true,
        reverse: true,
    };
    assert_eq!(after("33;44;1;2;3;4;7"), all);
    assert_eq!(after("33;44;1;2;3;4;7;22;23;24;27;39;49"), plain);
}

#[test]
fn a_look_goes_on_over_lines_and_ends_where_it_ends() {
    let red = Style {
        foreground: Some(1),
        ..Style::default()
    };
    let found = looks("a\u{1b}[31mb\nc\nd\u{1b}[0me");
    assert_eq!(found, [("b\nc\nd".to_owned(), red)]);
}

#[test]
fn lines_that_are_overwritten_stand_as_they_were_left() {
    let cases = [
        ("10%\r50%\r100%\ndone\r\n", "100%\ndone\n"),
        ("100%\r5", "500%"),
        ("100%\r\u{1b}[K5%\n", "5%\n"),
        ("100%\u{1b}[2K\u{1b}[1G5%", "5%"),
        ("100%\r\u{1b}[2K5%", "5%"),
        ("abc\u{8}\u{8}\u{1b}[1Kx", " xc"),
        ("50%\r", "50%"),
        ("ab\u{8}c", "ac"),
        ("\u{8}\u{8}a", "a"),
        ("N\u{8}NA\u{8}A", "NA"),
        ("a\tb", "a\tb"),
        ("é\r中文", "中文"),
        ("no end", "no end"),
        ("", ""),
        ("\n\n", "\n\n"),
    ];
    for (written, shown) in cases {
        assert_eq!(plain(written), shown, "{written:?}");
    }
}

#[test]
fn t_ansi_no_control_sequence_survives() {
    let cases = [
        ("\u{1b}[31mred\u{1b}[0m", "red"),
        // A title, by BEL and by ST; a link; the clipboard.
        ("\u{1b}]0;title\u{7}text", "text"),
        ("\u{1b}]2;title\u{1b}\\text", "text"),
        (
            "\u{1b}]8;;https://x.example/\u{1b}\\link\u{1b}]8;;\u{1b}\\",
            "link",
        ),
        ("\u{1b}]52;c;cm0gLXJmIC8=\u{7}text", "text"),
        // DCS, APC, PM, SOS.
        ("\u{1b}P1$r0m\u{1b}\\a\u{1b}_Gf=1;x\u{1b}\\b", "ab"),
        ("\u{1b}^private\u{1b}\\a\u{1b}Xstart\u{1b}\\b", "ab"),
        // The same as C1 characters.
        (
            "\u{9b}31mred\u{9d}0;title\u{9c}a\u{90}q\u{9c}b\u{85}c",
            "redabc",
        ),
        // Moving, clearing, asking, other screens, mouse, keys, character sets, reset.
        ("a\u{1b}[2J\u{1b}[H\u{1b}[99;99Hb\u{1b}[6n\u{1b}[c", "ab"),
        (
            "\u{1b}[?1049h\u{1b}[?1000;1006h\u{1b}[?25la\u{1b}[>4;1m",
            "a",
        ),
        (
            "\u{1b}(0lqk\u{1b}(B\u{1b}ca\u{1b}7\u{1b}8\u{1b}#8\u{1b}=b",
            "lqkab",
        ),
        ("a\u{0}\u{7}\u{b}\u{c}\u{e}\u{f}\u{7f}b", "ab"),
        (
            "a\u{202a}\u{202e}\u{2066}\u{2069}\u{200e}\u{200f}\u{61c}\u{feff}b",
            "ab",
        ),
        // More parameters, larger ones and more marks than anybody keeps.
        ("\u{1b}[999999999999999999999ma", "a"),
        ("\u{1b}[!\"#$%&'()*+,-./pa", "a"),
    ];
    for (written, shown) in cases {
        assert_eq!(plain(written), shown, "{written:?}");
    }
    assert_eq!(plain(&format!("\u{1b}[{}ma", "1;".repeat(100_000))), "a");
    assert_eq!(
        plain(&format!("\u{1b}]0;{}\u{7}a", "t".repeat(1_000_000))),
        "a"
    );
}

#[test]
fn t_ansi_a_sequence_that_nobody_ends_hides_no_more_than_its_line() {
    for start in [
        "\u{1b}",
        "\u{1b}[",
        "\u{1b}[31",
        "\u{1b}]0;",
        "\u{1b}P",
        "\u{1b}_",
        "\u{1b}X",
        "\u{9d}",
    ] {
        let shown = plain(&format!("a{start}\nmessage\u{1b}\\"));
        assert_eq!(shown, "a\nmessage", "{start:?}");
    }
}

#[test]
fn t_ansi_no_sequence_is_cut_in_two_where_the_middle_is_left_out() {
    for length in 0..24 {
        let filler = "y".repeat(128 * 1024 - length);
        let hostile = "\u{1b}[38;5;196m\u{1b}]8;;x\u{7}";
        let output = Output::read(&format!(
            "{filler}{hostile}{}{hostile}{filler}",
            "z".repeat(300_000)
        ));
        assert!(output.is_folded());
        let ends = text(&output);
        assert!(ends.chars().all(|letter| "yz".contains(letter)), "{length}");
    }
}

#[test]
fn t_ansi_a_million_changes_of_colour_stay_small() {
    let hostile = "\u{1b}[31mx\u{1b}[32my".repeat(500_000);
    let output = Output::read(&hostile);
    assert_eq!(output.head.text().len(), 128 * 1024);
    assert_eq!(output.tail.text().len(), 128 * 1024);
    assert_eq!(output.left_out_bytes, 1_000_000 - 256 * 1024);
    assert!(output.head.pieces().count() <= 8 * 1024 + 1);
    assert!(output.tail.pieces().count() <= 8 * 1024 + 1);
    assert!(output.size_bytes() < 2 * 1024 * 1024);
    // The ends themselves are coloured, the first of the head and the last of the tail.
    assert!(output.head.pieces().next().unwrap().1.foreground.is_some());
    assert!(output.tail.pieces().last().unwrap().1.foreground.is_some());
}

#[test]
fn an_output_that_fits_is_whole_and_a_longer_one_says_what_is_missing() {
    let fits = "é\n".repeat(80_000);
    let output = Output::read(&fits);
    assert!(!output.is_folded());
    assert_eq!(text(&output), fits);
    let long = format!("begin{}end", "é".repeat(300_000));
    let output = Output::read(&long);
    assert!(output.head.text().starts_with("begin") && output.tail.text().ends_with("end"));
    assert_eq!(text(&output).len() + output.left_out_bytes, long.len());
    assert!(Output::read("\u{1b}[31m").is_empty());
}

#[test]
fn the_styled_text_says_what_the_plain_text_says() {
    let pieces = [
        "a",
        "é",
        "\u{1b}[31m",
        "\u{1b}[0m",
        "\n",
        "\r",
        "\u{8}",
        "\t",
        "\u{1b}[K",
        "\u{1b}]0;",
        "\u{7}",
        "\u{9b}1m",
        "\u{1b}",
        "[",
        "m",
        "\u{202e}",
        "\u{1b}P",
        "中",
    ];
    for seed in 0..2000_usize {
        let written: String = (0..12)
            .map(|place| pieces[(seed * 31 + place * place * 7 + seed / 5 * place) % pieces.len()])
            .collect();
        assert_eq!(
            text(&Output::read(&written)),
            plain(&written),
            "{written:?}"
        );
    }
}
