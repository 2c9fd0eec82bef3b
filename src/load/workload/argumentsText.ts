/** By JSON Schema `format`. The URL is the discard port of this machine: nothing leaves it and nothing answers. */
const byFormat: Record<string, string> = {
  'date-time': '2025-01-01T00:00:00Z',
  date: '2025-01-01',
  time: '00:00:00Z',
  duration: 'P1D',
  email: 'nobody@example.invalid',
  'idn-email': 'nobody@example.invalid',
  hostname: 'localhost',
  'idn-hostname': 'localhost',
  ipv4: '127.0.0.1',
  ipv6: '::1',
  uri: 'http://127.0.0.1:9/',
  url: 'http://127.0.0.1:9/',
  iri: 'http://127.0.0.1:9/',
  'uri-reference': '.',
  uuid: '00000000-0000-4000-8000-000000000000',
  regex: 'example',
  'json-pointer': '',
  byte: 'ZXhhbXBsZQ==',
};

/** By the last word of the property's name, first match. A path is `.`: it can be read and listed, but not written. */
const byName: [RegExp, string][] = [
  [/^(ur[il]|href|link|endpoint|webhook|website)$/, byFormat['uri']!],
  [/^(path|paths|file|files|filename|filepath|dir|directory|folder|cwd|root|repo|repository|workspace|source|destination|src|dest|target)$/, '.'],
  [/^(command|cmd|shell)$/, 'true'],
  [/^(code|script|expression|expr|formula)$/, '1'],
  [/^sql$/, 'SELECT 1'],
  [/^(email|mail)$/, byFormat['email']!],
  [/^(host|hostname|domain)$/, 'localhost'],
  [/^ip$/, '127.0.0.1'],
  [/^(date|day|since|until|from|before|after)$/, '2025-01-01'],
  [/^(timestamp|datetime)$/, byFormat['date-time']!],
  [/^time$/, '12:00'],
  [/^(timezone|tz)$/, 'UTC'],
  [/^(language|lang|locale)$/, 'en'],
  [/^country$/, 'GB'],
  [/^currency$/, 'EUR'],
  [/^city$/, 'London'],
  [/^uuid$/, byFormat['uuid']!],
  [/^(id|key)$/, '1'],
  [/^(branch|ref)$/, 'HEAD'],
  [/^json$/, '{}'],
];

/** A string that suits the format, or else the name of its property. */
export function sampleText(name: string, format: string | null): string {
  if (format !== null && Object.hasOwn(byFormat, format)) return byFormat[format]!;
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  // `filePath`, `base_url`: the last word says what it is; `pathToFile` has it in front
  for (const word of [words.at(-1), words.join(''), words[0]]) {
    const match = byName.find(([pattern]) => word !== undefined && pattern.test(word));
    if (match) return match[1];
  }
  return 'example';
}
