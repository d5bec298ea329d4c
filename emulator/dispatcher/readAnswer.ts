import type { Entity } from '../state.ts';
import { parseHttpStatusCode } from './httpStatusCode.ts';
import type { AtResponse, InterceptedRequest } from './interception.ts';

/** An interceptor answered 2xx, but not what BioT's schema wants. The message goes on after "the plugin answered". */
export class MalformedAnswer extends Error {}

type Fields = Record<string, unknown>;

/** @throws MalformedAnswer when it is no JSON object */
export function parseAnswer(body: Buffer): Fields {
  if (body.length === 0) throw new MalformedAnswer('with an empty body');
  const answer = parse(body.toString());
  if (isObject(answer)) return answer;
  throw new MalformedAnswer(answer === undefined ? 'with text that is not JSON' : 'without a JSON object');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The request as a PRE answer wants it. Whether a field that is absent or null is kept or cleared is not published: kept
 * here, but for a body of null.
 * @throws MalformedAnswer
 */
export function toChangedRequest(answer: Fields, current: InterceptedRequest): InterceptedRequest {
  const changed = toPart(answer, 'request', 'path');
  const { queryParameters, headers, body } = changed;
  return {
    ...current,
    path: toPath(changed.path, current.path),
    ...(hasValue(queryParameters) && { queryParameters: toQuery(queryParameters) }),
    ...(hasValue(headers) && { headers: toTexts(headers, 'request.headers') }),
    ...(body !== undefined && { body }),
  };
}

/** @throws MalformedAnswer */
export function toChangedResponse<Content>(
  answer: Fields,
  field: 'entities' | 'body',
  current: AtResponse<Content>,
): AtResponse<Content> {
  const changed = toPart(answer, 'response', 'httpStatusCode');
  const status = parseHttpStatusCode(changed.httpStatusCode);
  if (status === undefined)
    throw new MalformedAnswer(
      `with a response.httpStatusCode that is no status: ${show(changed.httpStatusCode)}`,
    );
  const content = changed[field];
  if (field === 'entities' && hasValue(content)) checkEntities(content, current.entityCount);
  const isKept = content === undefined || (field === 'entities' && content === null);
  return { ...current, status, ...(!isKept && { content: content as Content }) };
}

/** `request` or `response`, with the one field that BioT's schema wants in it. */
function toPart(answer: Fields, name: 'request' | 'response', mandatory: string): Fields {
  const part = answer[name];
  const looksBare = part === undefined && answer[mandatory] !== undefined;
  if (looksBare) throw new MalformedAnswer(`without { "${name}": … } around it`);
  if (!isObject(part)) throw new MalformedAnswer(`without an object named ${name}`);
  if (!hasValue(part[mandatory]))
    throw new MalformedAnswer(`without ${name}.${mandatory}, which is mandatory`);
  return part;
}

function toPath(path: unknown, current: string): string {
  if (typeof path !== 'string' || !path.startsWith('/'))
    throw new MalformedAnswer(`with a request.path that is no path: ${show(path)}`);
  const service = (of: string) => of.split('/')[1];
  if (service(path) === service(current)) return path;
  throw new MalformedAnswer(
    `with a request.path of another service: ${path} instead of /${service(current)}/…`,
  );
}

function toQuery(value: unknown): Record<string, string[]> {
  if (!isObject(value)) throw new MalformedAnswer('with request.queryParameters that are no object');
  const lists = Object.entries(value).map(([name, list]) => {
    if (Array.isArray(list))
      return [name, list.map((item) => toText(item, `request.queryParameters.${name}`))];
    throw new MalformedAnswer(`with a request.queryParameters.${name} that is no list of texts`);
  });
  return Object.fromEntries(lists);
}

function toTexts(value: unknown, field: string): Record<string, string> {
  if (!isObject(value)) throw new MalformedAnswer(`with ${field} that are no object`);
  const texts = Object.entries(value).filter(([, text]) => hasValue(text));
  return Object.fromEntries(texts.map(([name, text]) => [name, toText(text, `${field}.${name}`)]));
}

/** Numbers and booleans become text, as they do in Java. */
function toText(value: unknown, field: string): string {
  if (['string', 'number', 'boolean'].includes(typeof value)) return String(value);
  throw new MalformedAnswer(`with a ${field} that is no text`);
}

function checkEntities(entities: unknown, count: number | undefined): asserts entities is Entity[] {
  if (!Array.isArray(entities) || !entities.every(isObject))
    throw new MalformedAnswer('with response.entities that are no list of objects');
  if (count === undefined || entities.length === count) return;
  throw new MalformedAnswer(`with ${entities.length} response.entities, where this API has ${count}`);
}

const hasValue = (value: unknown): boolean => value !== undefined && value !== null;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const show = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 80);
