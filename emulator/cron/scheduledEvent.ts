import { randomUUID } from 'node:crypto';

const ACCOUNT = '000000000000';

/** As a real one was captured: no headers, no body, no token. */
export function toScheduledEvent(pluginName: string, now: Date): object {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: ACCOUNT,
    time: now.toISOString().replace(/\.\d+Z$/, 'Z'),
    region: 'us-east-1',
    resources: [`arn:aws:events:us-east-1:${ACCOUNT}:rule/Plugin-${pluginName}-Schedule`],
    detail: {},
  };
}
