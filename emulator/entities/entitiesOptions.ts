import type { Clock } from '../clock.ts';
import type { Entity, State } from '../state.ts';
import type { Traces } from '../traces.ts';
import type { Change, EntityState } from './operation.ts';

/** What a token says of whom it belongs to. */
export type Claims = { sub?: string; serviceUserId?: string; tenantId?: string; tokenType: string };

/** A call as hooks see and change it. */
export type HookedRequest = {
  path: string;
  queryParameters: Record<string, string[]>;
  headers: Record<string, string>;
  body: unknown;
  pathVariables: { name: string; value: string }[];
};

/** A call as the dispatcher knows it: which hook it was made in, if any. */
export type Origin = { traceId: string; apiId: string; call: string };

export type HookedCall = {
  origin: Origin;
  apiId: string;
  entityName: string;
  method: string;
  initiatorData: { subjectId?: string; ownerOrganizationId?: string; tokenType: string };
};

/** `entityCount` is how many entities there must be; absent for a search. */
export type AtResponse<Content> = {
  request: HookedRequest;
  status: number;
  content: Content;
  entityCount?: number;
};

/** A call as it comes, for the dispatcher. `spanId` is its own, `callerSpanId` of the `traceparent` it came with. */
export type Arrival = {
  traceId: string;
  spanId: string;
  apiId: string;
  call: string;
  callerSpanId?: string;
  callerPlugin?: string;
};

/** Who did it, and when it began. `sourceIpAddress` is `ip:port`. */
export type Announcement = Change & {
  origin: Origin;
  startedAt: Date;
  initiatorId?: string;
  sourceIpAddress: string;
};

/** What the entity APIs need of the rest. Interceptors throw an error with an `answer` when one refuses. */
export type EntitiesOptions = {
  state: EntityState & Pick<State, 'serviceUsers' | 'users'>;
  clock: Clock;
  traces: Traces;
  verifyToken(authorization: string | undefined): Claims;
  /** Every call begins with it. @throws BiotError when a plugin goes on calling itself */
  admit(arrival: Arrival): Origin;
  interceptRequest(call: HookedCall, request: HookedRequest): Promise<HookedRequest>;
  adaptEntities(call: HookedCall, at: AtResponse<Entity[]>): Promise<AtResponse<Entity[]>>;
  interceptResponse(call: HookedCall, at: AtResponse<unknown>): Promise<AtResponse<unknown>>;
  notify(announcement: Announcement): void;
};
