import type { Origin } from './chains.ts';

/** What the events of one intercepted API call have in common. */
export type InterceptedCall = {
  origin: Origin;
  apiId: string;
  entityName: string;
  method: string;
  initiatorData: { subjectId?: string; ownerOrganizationId?: string; tokenType: string };
};

export type InterceptedRequest = {
  path: string;
  queryParameters: Record<string, string[]>;
  headers: Record<string, string>;
  body: unknown;
  pathVariables: { name: string; value: string }[];
};

/** The API's answer on its way back; `content` is its body, or its entities. */
export type AtResponse<Content> = {
  request: InterceptedRequest;
  status: number;
  content: Content;
  /** How many entities there are and must be; absent for a search, which may have any number. */
  entityCount?: number;
};
