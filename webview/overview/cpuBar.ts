import { css, html, type TemplateResult } from 'lit';
import { formatRatio, formatUs } from '../../src/model/format.ts';
import type { CpuSummary } from '../../src/model/run.ts';
import type { Store } from '../store.ts';

interface Part {
  name: string;
  us: number;
  colour: string;
  tool: boolean;
}

export const cpuBarStyles = css`
  .cpu { display: flex; height: 20px; border-radius: 3px; overflow: hidden; gap: 1px; background: var(--vscode-editorIndentGuide-background1); }
  .cpu button { all: unset; min-width: 2px; }
  .cpu button:not([disabled]) { cursor: pointer; }
  .cpu button:focus-visible { outline: 2px solid var(--vscode-focusBorder); outline-offset: -2px; }
  .legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin-top: 8px; padding: 0; list-style: none; font-size: 12px; }
  .legend li { display: flex; align-items: center; gap: 6px; }
  .legend .number { color: var(--vscode-descriptionForeground); }
`;

/** Where the main thread's time went: one bar over the whole run; what belongs to no tool is shown as that. */
export function cpuBar(cpu: CpuSummary, store: Store): TemplateResult {
  const parts = partsOf(cpu, store);
  const total = parts.reduce((sum, p) => sum + p.us, 0);
  if (total === 0) return html`<p class="muted">The main thread was not busy.</p>`;
  const share = (p: Part) => `${formatUs(p.us)}, ${formatRatio(p.us / total)}`;
  return html`<div class="cpu" role="group" aria-label="Main-thread time by owner">
      ${parts.map((p) => html`<button .style=${`flex:${p.us / total};background:${p.colour}`} title=${`${p.name}: ${share(p)}`} aria-label=${`${p.name}: ${share(p)}`} ?disabled=${!p.tool}
        @click=${() => store.follow({ to: 'tab', tab: 'flame', tool: p.name })}></button>`)}
    </div>
    <ul class="legend">
      ${parts.map((p) => html`<li><span class="swatch" .style=${`background:${p.colour}`}></span>${p.tool ? html`<button class="link" @click=${() => store.follow({ to: 'tab', tab: 'flame', tool: p.name })}>${p.name}</button>` : p.name}
        <span class="number">${formatUs(p.us)} · ${formatRatio(p.us / total)}</span></li>`)}
    </ul>`;
}

const shownTools = 10;

function partsOf(cpu: CpuSummary, store: Store): Part[] {
  const { theme } = store.state;
  const grey = (share: number) => `color-mix(in srgb, ${theme.muted} ${share}%, ${theme.background})`;
  const tools = Object.entries(cpu.byTool).filter(([, us]) => us > 0).sort((a, b) => b[1] - a[1]);
  const rest = tools.slice(shownTools).reduce((sum, [, us]) => sum + us, 0);
  const part = (name: string, us: number, colour: string): Part => ({ name, us, colour, tool: false });
  return [
    ...tools.slice(0, shownTools).map(([name, us]): Part => ({ name, us, colour: store.colour(name), tool: true })),
    part(`${tools.length - shownTools} more tools`, rest, grey(80)),
    part('Start-up', cpu.startupUs, grey(90)),
    part('Protocol', cpu.protocolUs, grey(70)),
    part('Garbage collection', cpu.gcUs, grey(55)),
    part('Other work', cpu.otherUs, grey(40)),
    part('Idle', cpu.idleUs, grey(15)),
  ].filter((p) => p.us > 0);
}
