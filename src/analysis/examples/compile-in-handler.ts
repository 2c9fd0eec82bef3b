import type { Example } from '../codeRule.ts';

export const compileInHandlerExamples: readonly Example[] = [
  {
    title: 'a schema and patterns',
    language: 'typescript',
    bad: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

const server = new McpServer({ name: 'orders', version: '1.0.0' });

/** Reads an order. */
function parseOrder(text: string) {
  const orderSchema = z.object({ // FINDS
    id: z.string(),
    lines: z.array(z.object({ sku: z.string(), count: z.number() })),
  });
  const words = new RegExp('\\\\w+', 'g');
  return { order: orderSchema.parse(JSON.parse(text)), words: text.match(words) };
}

server.tool('check', { text: z.string(), term: z.string() }, async ({ text, term }) => {
  if (!new RegExp('^\\\\{').test(text)) return { content: [] }; // FINDS
  const { order } = parseOrder(text);
  return { content: [{ type: 'text', text: String(order.lines.filter((l) => new RegExp(term).test(l.sku)).length) }] };
});
`,
    good: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import Ajv, { type ValidateFunction } from 'ajv';
import { z } from 'zod';

const server = new McpServer({ name: 'orders', version: '1.0.0' });
const orderSchema = z.object({ id: z.string() });
const ajv = new Ajv();
const validators = new Map<string, ValidateFunction>();

function validatorOf(name: string) {
  let validator = validators.get(name);
  if (!validator) {
    validator = ajv.compile({ type: 'object', required: ['id'] });
    validators.set(name, validator);
  }
  return validator;
}

server.tool('check', { text: z.string(), most: z.number() }, async ({ text, most }) => {
  const limited = z.object({ count: z.number().max(most) });
  await ask({ tools: { now: { parameters: z.object({}) } } });
  const order = orderSchema.parse(JSON.parse(text));
  const isFine = validatorOf('order')(order) && limited.safeParse(order).success && /^\\{/.test(text);
  return { content: [{ type: 'text', text: String(isFine) }] };
});
`,
    fixed: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

const server = new McpServer({ name: 'orders', version: '1.0.0' });

const orderSchema = z.object({
  id: z.string(),
  lines: z.array(z.object({ sku: z.string(), count: z.number() })),
});

/** Reads an order. */
function parseOrder(text: string) {
  const words = new RegExp('\\\\w+', 'g');
  return { order: orderSchema.parse(JSON.parse(text)), words: text.match(words) };
}

const pattern = new RegExp('^\\\\{');

server.tool('check', { text: z.string(), term: z.string() }, async ({ text, term }) => {
  if (!pattern.test(text)) return { content: [] };
  const { order } = parseOrder(text);
  return { content: [{ type: 'text', text: String(order.lines.filter((l) => new RegExp(term).test(l.sku)).length) }] };
});
`,
  },
  {
    title: 'Ajv',
    language: 'javascript',
    bad: `const { McpServer } = require('@modelcontextprotocol/sdk/server/mcp.js');
const Ajv = require('ajv');
const { z } = require('zod');

const server = new McpServer({ name: 'orders', version: '1.0.0' });
const schema = { type: 'object', required: ['id'] };

server.tool('check', { text: z.string() }, async ({ text }) => {
  const ajv = new Ajv({ allErrors: true }); // FINDS
  const validate = ajv.compile(schema); // FINDS
  return { content: [{ type: 'text', text: String(validate(JSON.parse(text))) }] };
});
`,
    good: `const { McpServer } = require('@modelcontextprotocol/sdk/server/mcp.js');
const Ajv = require('ajv');
const { z } = require('zod');

const server = new McpServer({ name: 'orders', version: '1.0.0' });
const ajv = new Ajv({ allErrors: true });

server.tool('check', { text: z.string(), schema: z.string() }, async ({ text, schema }) => {
  const validate = ajv.compile(JSON.parse(schema));
  return { content: [{ type: 'text', text: String(validate(JSON.parse(text))) }] };
});
`,
    fixed: `const { McpServer } = require('@modelcontextprotocol/sdk/server/mcp.js');
const Ajv = require('ajv');
const { z } = require('zod');

const server = new McpServer({ name: 'orders', version: '1.0.0' });
const schema = { type: 'object', required: ['id'] };

const ajv = new Ajv({ allErrors: true });

const validate = ajv.compile(schema);

server.tool('check', { text: z.string() }, async ({ text }) => {
  return { content: [{ type: 'text', text: String(validate(JSON.parse(text))) }] };
});
`,
  },
  {
    title: 'templates, adapters and schemas',
    language: 'python',
    bad: `import jsonschema
from jinja2 import Template
from mcp.server.fastmcp import FastMCP
from pydantic import BaseModel, TypeAdapter

mcp = FastMCP("orders")
SCHEMA = {"type": "object", "required": ["id"]}


class Line(BaseModel):
    sku: str


@mcp.tool()
def check(order: dict) -> str:
    jsonschema.validate(order, SCHEMA)  # FINDS
    adapter = TypeAdapter(list[Line])  # FINDS
    lines = adapter.validate_python(order["lines"])
    return Template("{{ lines | length }} lines").render(lines=lines)  # FINDS


@mcp.tool()
def parse(text: str) -> str:
    class Order(BaseModel):  # FINDS
        id: str

    return Order.model_validate_json(text).id
`,
    good: `import re

from jinja2 import Template
from jsonschema import Draft202012Validator
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("orders")
validator = Draft202012Validator({"type": "object", "required": ["id"]})
template = Template("{{ lines | length }} lines")


@mcp.tool()
def check(order: dict, pattern: str) -> str:
    validator.validate(order)
    words = re.compile(r"\\w+").findall(order["id"])
    return template.render(lines=words) + Template(pattern).render()
`,
    fixed: `import jsonschema
from jinja2 import Template
from mcp.server.fastmcp import FastMCP
from pydantic import BaseModel, TypeAdapter

mcp = FastMCP("orders")
SCHEMA = {"type": "object", "required": ["id"]}


class Line(BaseModel):
    sku: str


adapter = TypeAdapter(list[Line])


_TEMPLATE = Template("{{ lines | length }} lines")


@mcp.tool()
def check(order: dict) -> str:
    jsonschema.validate(order, SCHEMA)
    lines = adapter.validate_python(order["lines"])
    return _TEMPLATE.render(lines=lines)


@mcp.tool()
def parse(text: str) -> str:
    class Order(BaseModel):
        id: str

    return Order.model_validate_json(text).id
`,
  },
];
