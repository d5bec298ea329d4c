import { toScheduledEvent } from '../../../emulator/cron/scheduledEvent.ts';
import { UUID } from '../../builders/emulator.ts';

describe('toScheduledEvent', () => {
  it('has the time without fractions of a second', () => {
    const event = toScheduledEvent('nightly', new Date('2026-01-05T09:00:00.987Z'));

    expect(event).toEqual({
      version: '0',
      id: UUID,
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: '000000000000',
      time: '2026-01-05T09:00:00Z',
      region: 'us-east-1',
      resources: ['arn:aws:events:us-east-1:000000000000:rule/Plugin-nightly-Schedule'],
      detail: {},
    });
  });
});
