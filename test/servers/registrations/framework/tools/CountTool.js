import { z } from 'zod';
import { TextTool } from '../TextTool.js';

class CountTool extends TextTool {
  name = 'count_words';
  description = 'Counts words.';
  schema = { text: { type: z.string(), description: 'A text.' } };

  answer(text) {
    return text.split(' ').length;
  }
}

export default CountTool;
