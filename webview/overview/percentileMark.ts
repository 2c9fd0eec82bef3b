import { svg, html, nothing, type TemplateResult } from 'lit';
import { formatUs } from '../../src/model/format.ts';

export interface MarkScale {
  /** Microseconds at the ends of the cell, on a log scale. */
  min: number;
  max: number;
}

export const markWidth = 168;
const height = 14;

/** p50, p95 and p99 as one mark: a dot, a thick line to p95, a thin one to p99, a faint one to the slowest. The budget is a thin line across. */
export function percentileMark(figures: { p50: number | null; p95: number | null; p99: number | null; max: number | null }, scale: MarkScale, colour: string, budgetUs: number | null, overColour: string): TemplateResult {
  const x = (us: number) => {
    const share = (Math.log(Math.max(us, scale.min)) - Math.log(scale.min)) / Math.max(1e-9, Math.log(scale.max) - Math.log(scale.min));
    return 4 + Math.min(1, Math.max(0, share)) * (markWidth - 8);
  };
  const { p50, p95, p99, max } = figures;
  const over = budgetUs !== null && p95 !== null && p95 > budgetUs;
  const label = `p50 ${formatUs(p50)}, p95 ${formatUs(p95)}, p99 ${formatUs(p99)}, slowest ${formatUs(max)}${budgetUs === null ? '' : `, budget ${formatUs(budgetUs)}${over ? ' (broken)' : ''}`}`;
  return html`<svg width=${markWidth} height=${height} role="img" aria-label=${label}><title>${label}</title>
    ${budgetUs === null || budgetUs < scale.min || budgetUs > scale.max ? nothing : svg`<line x1=${x(budgetUs)} x2=${x(budgetUs)} y1="0" y2=${height} stroke=${over ? overColour : 'currentColor'} stroke-opacity=${over ? 1 : 0.45} stroke-dasharray="2 2"></line>`}
    ${p50 !== null && max !== null ? svg`<line x1=${x(p50)} x2=${x(max)} y1="7" y2="7" stroke=${colour} stroke-opacity="0.45"></line>` : nothing}
    ${p50 !== null && p99 !== null ? svg`<line x1=${x(p50)} x2=${x(p99)} y1="7" y2="7" stroke=${colour} stroke-width="1.5"></line><line x1=${x(p99)} x2=${x(p99)} y1="4" y2="10" stroke=${colour} stroke-width="1.5"></line>` : nothing}
    ${p50 !== null && p95 !== null ? svg`<line x1=${x(p50)} x2=${x(p95)} y1="7" y2="7" stroke=${colour} stroke-width="5" stroke-opacity="0.75"></line>` : nothing}
    ${p50 !== null ? svg`<circle cx=${x(p50)} cy="7" r="4" fill=${colour}></circle>` : nothing}
  </svg>`;
}
