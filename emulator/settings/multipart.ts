import type { FastifyRequest } from 'fastify';
import { BiotError } from '../biotError.ts';

/** The two parts of a create or update request: the JSON `config` and, for a ZIP, the `code`. */
export type PluginParts = { config: Record<string, unknown>; code?: Buffer };

const badRequest = (message: string) => new BiotError({ status: 400, code: 'BAD_REQUEST', message });

/**
 * The JSON part is called `config`, or `configuration` as in BioT's first version of this API; it may come with or
 * without a file name and a content type: clients differ. @throws BiotError 400
 */
export async function readPluginParts(request: FastifyRequest): Promise<PluginParts> {
  if (!request.isMultipart()) throw badRequest('The request must be multipart/form-data');
  const parts = await readParts(request);
  const config = parts.get('config') ?? parts.get('configuration');
  const code = parts.get('code');
  if (config === undefined) throw badRequest('The part config is missing');
  return { config: parse(config.toString()), ...(code && { code }) };
}

async function readParts(request: FastifyRequest): Promise<Map<string, Buffer>> {
  const parts = new Map<string, Buffer>();
  try {
    for await (const part of request.parts()) {
      const bytes = part.type === 'file' ? await part.toBuffer() : Buffer.from(toText(part.value));
      parts.set(part.fieldname, bytes);
    }
    return parts;
  } catch (error) {
    const { code, statusCode } = error as { code?: string; statusCode?: number };
    if (code === 'FST_INVALID_JSON_FIELD_ERROR') throw notJson();
    if (statusCode === undefined) throw badRequest('The multipart body cannot be read');
    throw error;
  }
}

// A part with the type application/json comes parsed.
const toText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Told below, without the text: it holds the plugin's variables.
  }
  throw notJson();
}

const notJson = () => badRequest('The part config is not a JSON object');
