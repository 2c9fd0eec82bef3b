import * as vscode from 'vscode';
import { formatUs } from '../../model/format.ts';
import { createStore, type Disposable } from '../disposables.ts';
import { settingChanged, setting } from '../host.ts';
import type { LatestRun, RunList } from '../runList.ts';
import { heatBar, heatOf, heatText, hottestOf, type LineHeat } from './hotLineText.ts';
import { isStale } from './staleness.ts';

/** Marks hot lines in the visible editors: a faint bar and self time at the end of the line, and in the overview ruler. */
export function hotLines(runs: RunList): Disposable {
  const store = createStore();
  const style = store.add(
    vscode.window.createTextEditorDecorationType({
      before: { margin: '0 0 0 3ch', color: new vscode.ThemeColor('editorIndentGuide.activeBackground1') },
      after: { margin: '0 0 0 1ch', color: new vscode.ThemeColor('editorCodeLens.foreground') },
      overviewRulerColor: new vscode.ThemeColor('charts.orange'),
      overviewRulerLane: vscode.OverviewRulerLane.Center,
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    }),
  );
  /** Marks as they were drawn; while a file is edited the editor moves them, so they are only drawn anew when it is stored. */
  const drawn = new WeakMap<vscode.TextDocument, { stale: boolean; marks: number }>();

  async function draw(editor: vscode.TextEditor): Promise<void> {
    if (editor.document.uri.scheme !== 'file') return;
    const marks = setting('editorHints') ? await marksOf(editor.document, await runs.latest()) : { stale: false, options: [] };
    if (!vscode.window.visibleTextEditors.includes(editor)) return;
    drawn.set(editor.document, { stale: marks.stale, marks: marks.options.length });
    editor.setDecorations(style, marks.options);
  }
  const drawAll = () => {
    for (const editor of vscode.window.visibleTextEditors) void draw(editor);
  };

  store.add(vscode.window.onDidChangeVisibleTextEditors(drawAll));
  store.add(vscode.workspace.onDidSaveTextDocument(drawAll));
  store.add(
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      // without marks there is nothing to redraw; once stale, they need no more care until the file is stored, and undone
      // edits make them fresh again
      const before = drawn.get(document);
      if (before && before.marks > 0 && before.stale !== document.isDirty) drawAll();
    }),
  );
  store.add(vscode.workspace.onDidChangeConfiguration((e) => settingChanged(e, 'editorHints') && drawAll()));
  store.add(runs.onDidChange(drawAll));
  drawAll();
  return store;
}

async function marksOf(document: vscode.TextDocument, latest: LatestRun[]): Promise<{ stale: boolean; options: vscode.DecorationOptions[] }> {
  let anyStale = false;
  const options: vscode.DecorationOptions[] = [];
  for (const { run } of latest) {
    const heats = heatOf(run.hotLines, document.uri.fsPath);
    if (heats.length === 0) continue;
    const stale = await isStale(document, run);
    anyStale ||= stale;
    const hottest = hottestOf(run.hotLines);
    for (const heat of heats) {
      if (heat.line > document.lineCount) continue;
      const { end } = document.lineAt(heat.line - 1).range;
      options.push({
        range: new vscode.Range(end, end),
        hoverMessage: hover(heat, run.title, stale),
        renderOptions: { before: { contentText: heatBar(heat.selfUs / hottest) }, after: { contentText: heatText(heat, stale) } },
      });
    }
  }
  return { stale: anyStale, options };
}

/** Plain rows: VS Code reads the Markdown of every mark at once, and a table takes it twenty times as long. */
function hover(heat: LineHeat, title: string, stale: boolean): vscode.MarkdownString {
  const rows = (named: { name: string; selfUs: number }[]) => {
    const width = Math.max(...named.map(({ name }) => name.length));
    return named.map(({ name, selfUs }) => `${name.padEnd(width)}  ${formatUs(selfUs)}`);
  };
  const tools = heat.tools.map(({ tool, selfUs }) => ({ name: tool ?? 'start-up and other work', selfUs }));
  const callees = heat.callees.map(({ callee, selfUs }) => ({ name: callee === null ? 'the line itself' : `in ${callee}`, selfUs }));
  const text = new vscode.MarkdownString().appendText(`CPU time of this line in the run “${title}”`).appendCodeblock([...rows(tools), '', ...rows(callees)].join('\n'), 'text');
  return stale ? text.appendText('The file has changed since the run: the time may belong to another line.') : text;
}
