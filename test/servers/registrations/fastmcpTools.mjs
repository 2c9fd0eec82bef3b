import { z } from 'zod';

const read = {
  name: 'read',
  description: 'Reads.',
  parameters: z.object({ path: z.string() }),
  async execute({ path }) {
    return path;
  },
};

export const fileTools = [read, { name: 'write', description: 'Writes.', parameters: z.object({ path: z.string() }), execute: async ({ path }) => path }];
