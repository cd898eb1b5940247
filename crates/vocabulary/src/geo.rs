//! Distances in whole metres, equal on every machine.

/// Metres a millionth of a degree of latitude is long, times 10⁹ (mean radius of the earth).
const NANOMETRES_PER_MICRODEGREE: i64 = 111_194_927;
/// π/180 in units of 2⁻⁴⁰: degrees to radians.
const RADIAN_Q40: i128 = 19_190_088_512;

/// Metres between two points given in millionths of a degree, on a plane laid at their middle latitude.
///
/// Good to a few parts in a thousand over the size of a city; integers only.
pub fn distance_between(a: (i32, i32), b: (i32, i32)) -> i64 {
    let north = metres_thousandths(i64::from(a.0) - i64::from(b.0));
    let mut turn = (i64::from(a.1) - i64::from(b.1)).abs();
    if turn > 180_000_000 {
        turn = 360_000_000 - turn;
    }
    let middle = i64::midpoint(i64::from(a.0), i64::from(b.0));
    let east = (i128::from(metres_thousandths(turn)) * cosine_q30(middle)) >> 30;
    let square = i128::from(north) * i128::from(north) + east * east;
    // At most half round the earth, so that the root in millimetres fits easily.
    i64::try_from(square.isqrt() / 1_000).unwrap_or(i64::MAX)
}

fn metres_thousandths(micro: i64) -> i64 {
    micro * (NANOMETRES_PER_MICRODEGREE / 1_000) / 1_000
}

/// The cosine of an angle in millionths of a degree (at most 90 degrees), in units of 2⁻³⁰: its series up to x¹⁰.
fn cosine_q30(micro: i64) -> i128 {
    const ONE: i128 = 1 << 30;
    let x = (i128::from(micro) * RADIAN_Q40 / 1_000_000) >> 10;
    let square = (x * x) >> 30;
    let (mut term, mut sum) = (ONE, ONE);
    for n in [2, 4, 6, 8, 10] {
        term = -((term * square) >> 30) / (n * (n - 1));
        sum += term;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_degree_of_latitude_is_111_kilometres() {
        let metres = distance_between((31_000_000, 121_000_000), (32_000_000, 121_000_000));
        assert!((111_190..=111_200).contains(&metres), "{metres}");
    }

    #[test]
    fn a_degree_of_longitude_shrinks_with_the_cosine() {
        let metres = distance_between((60_000_000, 10_000_000), (60_000_000, 11_000_000));
        assert!((55_590..=55_600).contains(&metres), "{metres}");
    }

    #[test]
    fn the_cosine_agrees_with_known_values() {
        for (degrees, expected) in [(0, 1_073_741_824), (30, 929_887_697), (60, 536_870_912), (90, 0)] {
            let error = (cosine_q30(degrees * 1_000_000) - expected).abs();
            assert!(error < 2_000, "{degrees}: {error}");
        }
    }

    #[test]
    fn distance_is_symmetric_and_crosses_the_date_line() {
        let (a, b) = ((31_237_247, 121_491_586), (30_747_852, 121_348_480));
        assert_eq!(distance_between(a, b), distance_between(b, a));
        assert_eq!(distance_between(a, a), 0);
        assert!(distance_between((0, 179_900_000), (0, -179_900_000)) < 23_000);
    }
}
