import type { BiotClient } from './biot.ts';
import type { Config } from './config.ts';
import type { Log } from './configureLogger.ts';
import type { LambdaEvent } from './event.ts';
import type { LambdaResponse } from './response.ts';

/** What `extractDataFromEvent` finds: typed data, and the token if the event carries one. */
export type Extracted<Data> = {
  data: Data;
  token?: string;
  /** The event cannot have come over HTTP, so there is nobody to authenticate. */
  isFromAccount?: boolean;
};

/** What a plugin author's `perform` receives. */
export type PerformInput<Data> = {
  data: Data;
  /** Calls BioT as the plugin's service user, within the trace and the deadline of this event. */
  biot: BiotClient;
  /** Writes lines that carry the trace id of this event. */
  log: Log;
};

/** One kind of call from the platform, from event to answer. Each hook folder assembles one in its `index.ts`. */
export type Hook<Data, Result> = {
  name: string;
  /** The scope that the token must hold; undefined when any valid BioT token will do. */
  requiredScope(config: Config): string | undefined;
  /** @throws PluginError NO_DATA, NO_METADATA or INVALID_BODY */
  extractDataFromEvent(event: LambdaEvent): Extracted<Data>;
  perform(input: PerformInput<Data>): Promise<Result>;
  /** The answer that the platform expects. `data` is what `perform` received, for all it left unchanged. */
  response(result: Result, data: Data, traceId: string): LambdaResponse;
};

/** A BioT entity: any attributes by their JSON names. Which are there depends on the entity type and its template. */
export type Entity = Record<string, unknown>;
