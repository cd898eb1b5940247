// Credit codes (GB 32100) of organisations that do not exist: their administrative division is 310000, their body a count.
const SIGNS = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const WEIGHTS = Array.from({ length: 17 }, (_, at) => 3 ** at % 31);
// Stories run at the same time, each in a process of its own.
let counted = ((Date.now() / 1000 | 0) + process.pid * 1_000) % 10_000_000;

/** Nine digits of an organisation with its own check character (GB 11714). */
function body(number) {
  const digits = String(number).padStart(8, '0');
  const sum = [...digits].reduce((sum, digit, at) => sum + Number(digit) * [3, 7, 9, 10, 5, 8, 4, 2][at], 0);
  const check = 11 - (sum % 11);
  return digits + (check === 10 ? 'X' : check === 11 ? '0' : String(check));
}

/** A code that nobody has yet; `start` is 91 of an enterprise, 12 of a public institution. */
export function creditCode(start) {
  counted += 1;
  const code = `${start}310000${body(counted)}`;
  const sum = [...code].reduce((sum, sign, at) => sum + SIGNS.indexOf(sign) * WEIGHTS[at], 0);
  return code + SIGNS[(31 - (sum % 31)) % 31];
}
