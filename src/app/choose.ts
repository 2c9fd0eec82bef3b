import { UserError } from '../model/errors.ts';
import type { Choice, ToolOffer } from '../model/engine.ts';

/** Why a tool was left out when others were named: nothing that the user need be told. */
export const notChosen = 'not chosen';

export interface Selection {
  /** What to call, in the server's order, with the arguments for each. */
  calls: { tool: string; args: Record<string, unknown>; generated: boolean }[];
  skipped: { tool: string; reason: string }[];
}

/**
 * Applies the consent rules: read-only tools unasked; a tool by name unless it is destructive; all that are not
 * destructive with `includeWrites`; the rest with `includeDestructive`.
 *
 * @throws UserError `unknown-tool` for names that the server does not list, `nothing-to-call` when no tool is left.
 */
export function selectTools(offers: ToolOffer[], choice: Choice): Selection {
  const known = new Set(offers.map((o) => o.name));
  const missing = [...(choice.tools ?? []), ...Object.keys(choice.args ?? {}).filter((name) => name !== '*')].filter((name) => !known.has(name));
  if (missing.length > 0) {
    throw new UserError('unknown-tool', `The server has no tool named ${quoteAll(missing)}.`, `It lists: ${offers.map((o) => o.name).join(', ') || 'none'}.`);
  }

  const selection: Selection = { calls: [], skipped: [] };
  for (const offer of offers) {
    const refusal = refuse(offer, choice);
    if (refusal !== null) {
      selection.skipped.push({ tool: offer.name, reason: refusal });
      continue;
    }
    const given = choice.args?.[offer.name] ?? choice.args?.['*'];
    selection.calls.push({ tool: offer.name, args: given ?? offer.sampleArgs, generated: given === undefined });
  }
  if (selection.calls.length === 0) {
    throw new UserError(
      'nothing-to-call',
      offers.length === 0 ? 'The server lists no tools.' : 'None of the tools may be called without your consent.',
      offers.length === 0
        ? 'Check that the server registers its tools before it is connected.'
        : `Name the tools to call with --tool, or allow writing ones with --include-writes. The server has: ${offers.map(describe).join(', ')}.`,
    );
  }
  return selection;
}

/** Why a tool is not called; null when it is. */
function refuse(offer: ToolOffer, choice: Choice): string | null {
  if (choice.tools && !choice.tools.includes(offer.name)) return notChosen;
  if (offer.destructive) return choice.includeDestructive ? null : 'destructive: needs --include-destructive';
  if (choice.tools || choice.includeWrites || offer.readOnly) return null;
  return 'not marked read-only: needs --tool or --include-writes';
}

const describe = (o: ToolOffer) => `${o.name}${o.readOnly ? '' : o.destructive ? ' (destructive)' : ' (not marked read-only)'}`;
const quoteAll = (names: string[]) => names.map((n) => `"${n}"`).join(', ');
