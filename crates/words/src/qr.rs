//! An address or a code for the camera of a telephone.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};
use serde::Serialize;

/// So many modules around the symbol stay empty (ISO/IEC 18004): without them cameras do not find it.
const QUIET: usize = 4;

/// A QR code as one line that is drawn: small enough to stand in a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Qr {
    /// Width and height in modules, the empty edge included.
    pub size: usize,
    /// The `d` of a path to be stroked one module wide.
    pub path: String,
    /// The same in numbers, line by line from the left.
    #[serde(skip)]
    pub dark: Vec<Dark>,
}

/// Dark modules that follow each other in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dark {
    /// Modules left of them.
    pub x: usize,
    /// Lines above them.
    pub y: usize,
    /// How many they are.
    pub length: usize,
}

impl Qr {
    /// `text` as a QR code that bears a seventh of it being damaged; none when it is longer than any address.
    pub fn of(text: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let width = code.width();
        let (mut path, mut all) = (String::new(), Vec::new());
        for y in 0..width {
            let dark = |x: usize| code[(x, y)] == Color::Dark;
            let (mut x, mut pen) = (0, None);
            while x < width {
                let run = (x..width).take_while(|x| dark(*x)).count();
                if run > 0 {
                    all.push(Dark {
                        x: x + QUIET,
                        y: y + QUIET,
                        length: run,
                    });
                    // The first run of a line says where it is, the others how far they are from the one before.
                    let _ = match pen {
                        None => write!(path, "M{} {}.5h{run}", x + QUIET, y + QUIET),
                        Some(pen) => write!(path, "m{} 0h{run}", x - pen),
                    };
                    pen = Some(x + run);
                }
                x += run.max(1);
            }
        }
        Some(Self {
            size: width + 2 * QUIET,
            path,
            dark: all,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The modules that the path draws.
    fn drawn(qr: &Qr) -> Vec<Vec<bool>> {
        let mut dark = vec![vec![false; qr.size]; qr.size];
        let (mut x, mut y) = (0, 0);
        let number = |text: &str| -> usize { text.trim().trim_end_matches(".5").parse().unwrap() };
        for piece in qr.path.replace('M', "\nM").replace('m', "\nm").lines().skip(1) {
            let (to, run) = piece[1..].split_once('h').unwrap();
            let (across, down) = to.split_once(' ').unwrap();
            if piece.starts_with('M') {
                (x, y) = (number(across), number(down));
            } else {
                x += number(across);
            }
            for _ in 0..number(run) {
                dark[y][x] = true;
                x += 1;
            }
        }
        dark
    }

    #[test]
    fn the_line_draws_exactly_the_dark_modules() {
        let text = "https://qixiao.example/sign/K7M2Q-4XWPA";
        let qr = Qr::of(text).unwrap();
        let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
        let drawn = drawn(&qr);
        assert_eq!(qr.size, code.width() + 8);
        for (y, line) in drawn.iter().enumerate() {
            for (x, dark) in line.iter().enumerate() {
                let inside = (QUIET..QUIET + code.width()).contains(&x) && (QUIET..QUIET + code.width()).contains(&y);
                let expected = inside && code[(x - QUIET, y - QUIET)] == Color::Dark;
                assert_eq!(*dark, expected, "module {x} {y}");
            }
        }
        assert!(qr.path.len() < 3_000, "{}", qr.path.len());
    }

    #[test]
    fn what_is_too_long_for_a_camera_is_none() {
        assert_eq!(Qr::of(&"x".repeat(4_000)), None);
        assert_eq!(Qr::of("7K3MP9QX4RTW"), Qr::of("7K3MP9QX4RTW"));
    }
}
