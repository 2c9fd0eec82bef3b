/** Letters as masks, drawn straight into pixels: a thousand labels cost a millisecond or two instead of a frame. */
export interface Glyphs {
  height: number;
  /** Can all letters be drawn? Text of other scripts needs shaping. */
  knows(text: string): boolean;
  /** Width of the text, device px. */
  width(text: string): number;
  /** The longest beginning of the text that fits, with an ellipsis when it is cut; '' when nothing does. */
  fit(text: string, width: number): string;
  /** Draws at the left edge `x` and upper edge `y`, all within the pixels. Colours as ABGR. */
  draw(pixels: Uint32Array, stride: number, text: string, x: number, y: number, colour: number): void;
}

const FIRST = 32;
const LAST = 255;
const ELLIPSIS = 256;
/** Letters stand at quarters of a pixel, so that spacing stays even. */
const PHASES = 4;

export function createGlyphs(font: string, height: number): Glyphs {
  const codes = [...Array.from({ length: LAST - FIRST + 1 }, (_, i) => FIRST + i), ELLIPSIS];
  const canvas = new OffscreenCanvas(1, 1);
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.font = font;
  const letter = (code: number) => (code === ELLIPSIS ? '…' : String.fromCharCode(code));
  const advance = new Float32Array(ELLIPSIS + 1);
  for (const code of codes) advance[code] = context.measureText(letter(code)).width;
  const cell = Math.ceil(Math.max(...advance)) + 2;
  canvas.width = cell * codes.length;
  canvas.height = height * PHASES;
  context.font = font;
  context.textBaseline = 'middle';
  context.fillStyle = '#000';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = '#fff';
  codes.forEach((code, i) => {
    for (let phase = 0; phase < PHASES; phase++) context.fillText(letter(code), i * cell + phase / PHASES, phase * height + height / 2 + 0.5);
  });
  const drawn = context.getImageData(0, 0, canvas.width, canvas.height).data;
  const mask = new Uint8Array(canvas.width * canvas.height);
  for (let i = 0; i < mask.length; i++) mask[i] = drawn[i * 4 + 1]!;
  const maskStride = canvas.width;
  const place = new Int32Array(ELLIPSIS + 1).fill(-1);
  codes.forEach((code, i) => (place[code] = i * cell));
  const codeAt = (text: string, i: number): number => {
    const code = text.charCodeAt(i);
    return code === 0x2026 ? ELLIPSIS : code;
  };

  function width(text: string): number {
    let sum = 0;
    for (let i = 0; i < text.length; i++) sum += advance[codeAt(text, i)] ?? 0;
    return sum;
  }

  return {
    height,
    width,
    knows(text) {
      for (let i = 0; i < text.length; i++) if ((place[codeAt(text, i)] ?? -1) < 0) return false;
      return true;
    },
    fit(text, room) {
      let sum = 0;
      let cut = 0;
      const dots = advance[ELLIPSIS]!;
      for (let i = 0; i < text.length; i++) {
        sum += advance[codeAt(text, i)] ?? 0;
        if (sum + dots <= room) cut = i + 1;
        if (sum > room) return cut > 1 ? `${text.slice(0, cut)}…` : '';
      }
      return text;
    },
    draw(pixels, stride, text, x, y, colour) {
      const red = colour & 255;
      const green = (colour >> 8) & 255;
      const blue = (colour >> 16) & 255;
      let pen = x;
      for (let i = 0; i < text.length; i++) {
        const code = codeAt(text, i);
        const whole = Math.floor(pen);
        const phase = Math.floor((pen - whole) * PHASES);
        const from = phase * height * maskStride + place[code]!;
        const columns = Math.min(Math.ceil(advance[code]!) + 1, cell);
        for (let row = 0; row < height; row++) {
          const source = from + row * maskStride;
          const target = (y + row) * stride + whole;
          for (let c = 0; c < columns; c++) {
            const a = mask[source + c]!;
            if (a === 0) continue;
            const under = pixels[target + c]!;
            const r = under & 255;
            const g = (under >> 8) & 255;
            const b = (under >> 16) & 255;
            pixels[target + c] = (0xff000000 | ((b + (((blue - b) * a) >> 8)) << 16) | ((g + (((green - g) * a) >> 8)) << 8) | (r + (((red - r) * a) >> 8))) >>> 0;
          }
        }
        pen += advance[code]!;
      }
    },
  };
}
