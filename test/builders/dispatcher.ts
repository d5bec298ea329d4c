import { createClock } from '../../emulator/clock.ts';
import type { Arrival } from '../../emulator/dispatcher/chains.ts';
import {
  createDispatcher,
  type Dispatcher,
  type DispatcherOptions,
} from '../../emulator/dispatcher/dispatcher.ts';
import type { InterceptedCall, InterceptedRequest } from '../../emulator/dispatcher/interception.ts';
import { createFaults, type Faults } from '../../emulator/faults.ts';
import { createLogs, type Logs } from '../../emulator/logs.ts';
import type { Subscription } from '../../emulator/state.ts';
import { createTraces, type Traces } from '../../emulator/traces.ts';

export const TRACE_ID = '691d9a7ec2ebb8ad236b56d739c4c17f';
export const PATIENTS = '/organization/v1/users/patients';
export const CREATE_PATIENT = `POST${PATIENTS}`;

export type TestDispatcher = Dispatcher & {
  traces: Traces;
  logs: Logs;
  faults: Faults;
  logged: string[];
};

/** A dispatcher with these subscriptions, without the rest of the local BioT. */
export function createTestDispatcher(
  subscriptions: Subscription[],
  options: Partial<DispatcherOptions> = {},
): TestDispatcher {
  const [traces, logs, faults, logged] = [createTraces(), createLogs(), createFaults(), [] as string[]];
  const dispatcher = createDispatcher({
    state: { subscriptions: new Map(subscriptions.map((each) => [each.id, each])) },
    clock: createClock(new Map()),
    traces,
    logs,
    faults,
    hookToken: (hook) => `token-of-${hook}`,
    maxNested: 10,
    log: (line) => void logged.push(line),
    ...options,
  });
  return { ...dispatcher, traces, logs, faults, logged };
}

let count = 0;

const subscription = (endpoint: string) => {
  count += 1;
  const time = '2026-01-01T00:00:00.000Z';
  return { id: `subscription-${count}`, endpoint, creationTime: time, lastModifiedTime: time };
};

/** Of creating a patient, unless told otherwise. */
export const interception = (
  endpoint: string,
  overrides: Partial<Subscription & { kind: 'interception' }> = {},
): Subscription => ({
  ...subscription(endpoint),
  kind: 'interception',
  type: 'PRE_REQUEST',
  ...(overrides.type === 'ADAPT_ENTITY' ? { entityName: 'patient' } : { apiId: CREATE_PATIENT }),
  executionOrder: 1,
  ...overrides,
});

/** Of a new patient, unless told otherwise. */
export const notification = (
  endpoint: string,
  overrides: Partial<Subscription & { kind: 'notification' }> = {},
): Subscription => ({
  ...subscription(endpoint),
  kind: 'notification',
  entityTypeName: 'patient',
  actionName: '_create',
  ...overrides,
});

export const arrival = (overrides: Partial<Arrival> = {}): Arrival => ({
  traceId: TRACE_ID,
  apiId: CREATE_PATIENT,
  call: `POST ${PATIENTS}`,
  ...overrides,
});

/** The call of a person who creates a patient. */
export const interceptedCall = (overrides: Partial<InterceptedCall> = {}): InterceptedCall => ({
  origin: arrival(),
  apiId: CREATE_PATIENT,
  entityName: 'patient',
  method: 'POST',
  initiatorData: { subjectId: 'person-1', tokenType: 'USER' },
  ...overrides,
});

export const interceptedRequest = (overrides: Partial<InterceptedRequest> = {}): InterceptedRequest => ({
  path: PATIENTS,
  queryParameters: { one: ['1'] },
  headers: { 'x-own': 'mine' },
  body: { _description: 'before' },
  pathVariables: [],
  ...overrides,
});
