import { BiotError } from '../biotError.ts';
import { type Api, apis } from './apis.ts';

/** Which API a call is for; `apiId` is like `GET/organization/v1/users/patients/{id}`. */
export type ApiMatch = { api: Api; apiId: string; pathVariables: { name: string; value: string }[] };

/** A place in the tree of all paths: what may follow, by its text or whatever it is, and the APIs that end here. */
type Node = { texts: Map<string, Node>; variable?: Node; byMethod: Map<string, Leaf> };

type Leaf = { api: Api; apiId: string; names: string[] };

const newNode = (): Node => ({ texts: new Map(), byMethod: new Map() });

const VARIABLE = /^\{(\w+)\}$/;

function toTree(all: Api[]): Node {
  const root = newNode();
  for (const api of all) {
    const segments = api.path.split('/');
    const names = segments.flatMap((segment) => VARIABLE.exec(segment)?.[1] ?? []);
    const leaf = segments.reduce(grow, root);
    leaf.byMethod.set(api.method, { api, apiId: api.method + api.path, names });
  }
  return root;
}

function grow(node: Node, segment: string): Node {
  const isVariable = VARIABLE.test(segment);
  const next = (isVariable ? node.variable : node.texts.get(segment)) ?? newNode();
  if (isVariable) node.variable = next;
  else node.texts.set(segment, next);
  return next;
}

const tree = toTree(apis);

/** @throws BiotError 404 for a path that the local BioT does not have, 405 for one that has other methods */
export function matchApi({ method, path }: { method: string; path: string }): ApiMatch {
  const found = find({ node: tree, values: [] }, path.split('/'));
  if (!found) throw unknownPath(`${method} ${path}`);
  const leaf = found.node.byMethod.get(method);
  if (!leaf) throw wrongMethod(method, [...found.node.byMethod.keys()]);
  const { api, apiId, names } = leaf;
  const pathVariables = names.map((name, index) => ({ name, value: found.values[index] ?? '' }));
  return { api, apiId, pathVariables };
}

type Found = { node: Node; values: string[] };

/** A text in the path goes before a variable, also when only the variable leads to the end. */
function find({ node, values }: Found, [segment, ...rest]: string[]): Found | undefined {
  if (segment === undefined) return node.byMethod.size > 0 ? { node, values } : undefined;
  const exact = node.texts.get(segment);
  const found = exact && find({ node: exact, values }, rest);
  if (found) return found;
  if (!node.variable || segment === '') return undefined;
  return find({ node: node.variable, values: [...values, decode(segment)] }, rest);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

const unknownPath = (call: string) =>
  new BiotError({
    status: 404,
    code: 'NOT_FOUND',
    message: `The local BioT does not have ${call}. It has the rows of apis in emulator/entities/apis.ts: add one, and to entityTypes.ts if the entity type is new`,
  });

const wrongMethod = (method: string, methods: string[]) =>
  new BiotError({
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
    message: `${method} is not supported here; ${methods.join(', ')} is`,
    details: { allowedMethods: methods },
  });
