// Does the same work again for calls that come while it is under way.
import { serve, sleep } from './serve.mjs';

serve('duplicates', [['forecast', 'Asks a slow service.', () => sleep(80).then(() => 'clear')]]);
