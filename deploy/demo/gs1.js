'use strict';
// Numbers of GS1's example prefix 9506000134, with real check digits. The companies are invented.

const PREFIX = '9506000134';

/** Adds the GS1 check digit (GS1 General Specifications §7.9). */
function withCheckDigit(digits) {
  const sum = [...digits].reverse().reduce((total, digit, i) => total + Number(digit) * (i % 2 === 0 ? 3 : 1), 0);
  return digits + ((10 - (sum % 10)) % 10);
}

module.exports = {
  gtin: (item) => `0${withCheckDigit(PREFIX + item)}`,
  gln: (place) => withCheckDigit(PREFIX + place),
  /** URI of a pallet. */
  pallet: (serial) => `https://id.gs1.org/00/${withCheckDigit(`0${PREFIX}${serial}`)}`,
};
