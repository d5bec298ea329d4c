import Ajv2020, { type AnySchema } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const ajv = new Ajv2020.default({ allErrors: true, strict: false });
addFormats.default(ajv);

/** How a body differs from a schema of BioT's API, a line each; none when it fits. */
export function violationsOf(schema: AnySchema, body: unknown): string[] {
  ajv.validate(schema, body);
  return (ajv.errors ?? []).map(({ instancePath, message }) => `${instancePath || '/'} ${message}`);
}

/** BioT's error body. All of it is optional in the published schema; the local BioT leaves nothing out. */
export const errorSchema = {
  type: 'object',
  required: ['code', 'message', 'serviceName', 'traceId', 'environment', 'details'],
  additionalProperties: false,
  properties: {
    code: { type: 'string', pattern: '^[A-Z_]+$' },
    message: { type: 'string', minLength: 1 },
    serviceName: { type: 'string' },
    traceId: { type: 'string', pattern: '^[0-9a-f]{32}$' },
    environment: { type: 'string' },
    details: { type: 'object' },
  },
};
