import type { ToPanel } from '../src/model/panel.ts';
import { useFallbackTheme } from './fallbackTheme.ts';
import { inEditor, post } from './host.ts';
import './page.css';
import { Panel } from './panel.ts';
import { embeddedRun } from './report.ts';
import { createStore } from './store.ts';
import { readTheme, watchTheme } from './theme.ts';

/** Starts the page: the panel in an editor, or a report that carries its run. */
function start(): void {
  useFallbackTheme();
  const store = createStore();
  const panel = new Panel();
  panel.store = store;
  document.body.append(panel);
  watchTheme(() => store.update({ theme: readTheme() }));

  const receive = (message: ToPanel): void => {
    switch (message.type) {
      case 'show':
        void store.show(message.content, message.at, message.key);
        return;
      case 'live':
        if (message.what === 'load') store.liveLoad(message);
        else store.live(message.title);
        return;
      case 'progress':
        store.progress(message.progress);
        return;
      case 'loadProgress':
        store.loadProgress(message.progress);
        return;
      case 'reveal':
        store.follow(message.at);
        return;
      default:
        unknownMessage(message);
    }
  };

  if (inEditor) {
    window.addEventListener('message', ({ data }: MessageEvent<ToPanel>) => receive(data));
    post({ type: 'ready' });
  } else {
    void embeddedRun().then((content) => (content ? store.show(content) : store.update({ problem: 'This report carries no run.' })));
  }
}

/** A newer extension may say what this page does not know; that is no reason to fail. */
function unknownMessage(message: never): void {
  post({ type: 'log', level: 'warning', message: `unknown message ${JSON.stringify(message).slice(0, 100)}` });
}

window.addEventListener('error', ({ message, filename, lineno }) => post({ type: 'log', level: 'error', message: `${message} (${filename}:${lineno})` }));
window.addEventListener('unhandledrejection', ({ reason }) => post({ type: 'log', level: 'error', message: String(reason) }));
start();
