// Numbers as text: whole, with decimals, or as a fraction, so that 1/9 comes back as 1/9.

const DIGITS = 4; // of decimals, and of either half of a fraction
const FINEST = 256; // the largest denominator that is shown
const NOISE = 1e-9; // what is left of a sum that cancels

// The number of a text, or NaN.
/** @param {string} text */
export function readNumber(text) {
  if (/^-?\d{1,3}(\.\d{1,4})?$/.test(text)) return Number(text);
  const [, over, under] = /^(-?\d{1,4})\/(\d{1,4})$/.exec(text) ?? [];
  return Number(over) / Number(under);
}

/** @param {number} number @param {number} under */
const over = (number, under) => {
  const found = Math.round(number * under);
  return found / under === number ? found : null;
};

// The smallest denominator up to `most` of a number that has no more than so many decimals, or 1:
// it is among those of the number's continued fraction, each of which is near it by less than half
// its square's inverse.
/** @param {number} number @param {number} decimals @param {number} most */
function denominator(number, decimals, most) {
  if (over(number, 10 ** decimals) !== null) return 1;
  let [before, under, rest] = [0, 1, Math.abs(number) % 1];
  while (under <= most) {
    if (over(number, under) !== null) return under;
    const whole = Math.floor(1 / rest);
    [before, under, rest] = [under, whole * under + before, 1 / rest - whole];
  }
  return 1;
}

// The text from which readNumber gets the same number, of one that it once gave.
/** @param {number} number */
export function writeNumber(number) {
  const under = denominator(number, DIGITS, 10 ** DIGITS);
  return under === 1 ? String(number) : `${over(number, under)}/${under}`;
}

// The nearest number within bounds that has a text.
/** @param {number} number @param {number[]} bounds */
export function within(number, [least, most]) {
  const held = Math.max(least, Math.min(most, number));
  return readNumber(writeNumber(held)) === held ? held : Number(held.toFixed(DIGITS)) || 0;
}

/** @param {number} a @param {number} b @returns {number} */
const divisor = (a, b) => (b ? divisor(b, a % b) : a);

// One denominator for all that two decimals do not write: 16 for 1/16, 2/16 and 4/16. 1 if none.
/** @param {number[]} numbers */
export function commonDenominator(numbers) {
  let common = 1;
  for (const number of new Set(numbers)) {
    const under = denominator(number, 2, FINEST);
    common *= under / divisor(common, under);
  }
  return common <= FINEST ? common : 1;
}

// A number over a common denominator, where that says more than its decimals; or null.
/** @param {number} number @param {number} common */
export function fraction(number, common) {
  const found = common === 1 || Number.isInteger(number) ? null : over(number, common);
  return found === null ? null : `${found}/${common}`;
}

// A number as the cells show it: a true minus, and two decimals, or digits, where it is no integer.
/** @param {number | null} number @param {number} [common] A denominator. */
export function show(number, common = 1) {
  if (number === null) return "";
  if (Number.isNaN(number)) return "?"; // it is asked for
  const size = Math.abs(number);
  if (size < NOISE) return "0";
  const short = size < 0.1 ? Number(size.toPrecision(2)) : Math.round(size * 100) / 100;
  return (number < 0 ? "−" : "") + (size === Infinity ? "∞" : fraction(size, common) ?? short);
}
