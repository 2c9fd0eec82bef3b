import { drawPattern, readPattern, type Pattern } from './argumentsPattern.ts';
import { sampleText } from './argumentsText.ts';
import { drawText, drawUuid, drawWord } from './drawText.ts';
import type { Random } from './random.ts';
import { asNumber, type Schema } from './schema.ts';

export type Make = (random: Random) => unknown;

const longest = 100_000;

/** Numbers of a schema; null when there are none. Without bounds small ones, which are counts, pages and ids. */
export function numbersOf(schema: Schema, integer: boolean, name: string): Make | null {
  const step = asNumber(schema['multipleOf']) ?? (integer ? 1 : 0);
  const above = asNumber(schema['exclusiveMinimum']) ?? -Infinity;
  const below = asNumber(schema['exclusiveMaximum']) ?? Infinity;
  const least = Math.max(asNumber(schema['minimum']) ?? -Infinity, above);
  const most = Math.min(asNumber(schema['maximum']) ?? Infinity, below);
  if (least > most) return null;
  // 9 is the discard port: nothing listens there
  if (/port$/i.test(name) && 9 > above && 9 < below && least <= 9 && most >= 9 && (step === 0 || Number.isInteger(9 / step))) return () => 9;
  // sizes and times are kept low, so that no call asks for much
  const usual = /(limit|count|size|num|max|depth|page|timeout|delay|sleep|wait|duration|seconds|minutes|ms)/i.test(name) ? 10 : 100;
  const low = least > -Infinity ? least : most < 1 ? most - usual : 1;
  const high = Math.min(most < Infinity ? most : Math.max(low, 0) + usual * Math.max(1, step), Number.MAX_SAFE_INTEGER);
  const valid = (value: number) => value >= least && value <= most && value > above && value < below;

  if (step <= 0) {
    const middle = (low + high) / 2;
    return (random) => {
      const drawn = low + random.next() * (high - low);
      const short = Math.round(drawn * 1000) / 1000;
      return valid(short) ? short : valid(drawn) ? drawn : middle;
    };
  }
  let first = Math.ceil(low / step);
  let last = Math.floor(high / step);
  if (!valid(first * step)) first++;
  if (!valid(last * step)) last--;
  if (first > last) {
    // none among the usual ones: the next multiple beyond
    if (most < Infinity && least > -Infinity) return null;
    last = first = most < Infinity ? last : first;
  }
  const fallback = first + 1 > last ? first : first + 1;
  return (random) => {
    // a multiple of a fraction is not always one in binary numbers
    for (let i = 0; i < 20; i++) {
      const value = Number((random.integer(first, last) * step).toPrecision(15));
      if (Number.isInteger(value / step) && (!integer || Number.isInteger(value)) && valid(value)) return value + 0;
    }
    return fallback * step;
  };
}

/** Strings of a schema: of its pattern, of its format, of what its name says, or else words. */
export function stringsOf(schema: Schema, name: string): Make {
  const { pattern, format } = schema;
  const least = Math.min(asNumber(schema['minLength']) ?? 0, longest);
  const most = asNumber(schema['maxLength']) ?? Infinity;
  const read = typeof pattern === 'string' ? readPattern(pattern) : null;
  if (read) return patternStrings(read, least, most);
  const draw = textOf(name, typeof format === 'string' ? format : null, most);
  if (least === 0 && most === Infinity) return draw;
  return (random) => {
    const text = draw(random);
    if (text.length < least) return `${text}${drawText(random, least - text.length)}`;
    return text.length > most ? text.slice(0, most) : text;
  };
}

function patternStrings(pattern: Pattern, least: number, most: number): Make {
  return (random) => {
    let text = '';
    // longer ones are drawn until the length is right
    for (let extra = 4; extra <= Math.max(16, 2 * least); extra *= 2) {
      for (let i = 0; i < 40; i++) {
        text = drawPattern(pattern, random, extra);
        if (text.length >= least && text.length <= most) return text;
      }
    }
    if (text.length > most) text = drawPattern(pattern, random, 0);
    return text.length < least ? text.padEnd(least, text.at(-1) ?? 'x') : text.slice(0, most);
  };
}

const cities = ['London', 'Paris', 'Tokyo', 'Cairo', 'Lima', 'Oslo', 'Rome', 'Sydney'];
const two = (value: number) => String(value).padStart(2, '0');
const drawDate = (random: Random) => `2025-${two(random.integer(1, 12))}-${two(random.integer(1, 28))}`;
const drawTime = (random: Random) => `${two(random.integer(0, 23))}:${two(random.integer(0, 59))}:${two(random.integer(0, 59))}Z`;

/** Other ones of a kind, known by its sample. What is not here could do harm or would not be valid: it stays the sample. */
const varied: Record<string, (random: Random) => string> = {
  [sampleText('', 'date-time')]: (random) => `${drawDate(random)}T${drawTime(random)}`,
  [sampleText('', 'date')]: drawDate,
  [sampleText('', 'time')]: drawTime,
  [sampleText('', 'duration')]: (random) => `P${random.integer(1, 30)}D`,
  [sampleText('', 'email')]: (random) => `nobody+${random.integer(1, 9999)}@example.invalid`,
  [sampleText('', 'uri')]: (random) => `${sampleText('', 'uri')}${drawWord(random)}/${random.integer(1, 999)}`,
  [sampleText('', 'uuid')]: drawUuid,
  [sampleText('', 'byte')]: (random) => Buffer.from(drawText(random, random.integer(6, 24))).toString('base64'),
  [sampleText('city', null)]: (random) => cities[random.integer(0, cities.length - 1)]!,
};

function textOf(name: string, format: string | null, most: number): (random: Random) => string {
  const sample = sampleText(name, format);
  const kind = Object.hasOwn(varied, sample) ? varied[sample] : undefined;
  if (kind) return kind;
  if (/(^|[^a-z])id$|[a-z]Id$/.test(name) && format === null) return (random) => String(random.integer(1, 1000));
  if (sample !== 'example' || format === 'regex') return () => sample;
  return (random) => {
    let text = drawWord(random);
    for (let more = random.integer(0, 2); more > 0 && text.length < most - 10; more--) text += ` ${drawWord(random)}`;
    return text;
  };
}
