import { withoutDirective } from '../../emulator/withoutDirective.ts';
import { configureLogger } from '../../src/runtime/configureLogger.ts';
import { startMetrics, writeMetrics } from '../../src/runtime/metrics.ts';
import { pluginConfig } from '../builders/config.ts';
import { captureLog } from '../builders/log.ts';

const IDS = { traceId: '1'.repeat(32), requestId: 'r-1' };

const linesOf = (write: () => void): string[] => {
  const captured = captureLog();
  write();
  captured.restore();
  return captured.text().trimEnd().split('\n');
};

describe('withoutDirective', () => {
  it('leaves of the line with an event’s metrics all but what is CloudWatch’s', () => {
    const [line = ''] = linesOf(() => writeMetrics(pluginConfig(''), IDS, startMetrics()));

    const shown = withoutDirective(line);

    const { _aws, ...rest } = JSON.parse(line);
    expect(_aws).toBeDefined();
    expect(shown).toBe(JSON.stringify(rest));
  });

  it.each(['text', '', '{"_aws":1}', '{"a":1,"_aws":{"Timestamp":1}}'])('leaves %j as it is', (line) => {
    const shown = withoutDirective(line);

    expect(shown).toBe(line);
  });

  it('leaves a line that quotes one as it is', () => {
    const quoted = ',"_aws":{"Timestamp":1,"CloudWatchMetrics":[]}}';
    const [line = ''] = linesOf(() => configureLogger(pluginConfig(''), IDS).info('A line', { quoted }));

    const shown = withoutDirective(line);

    expect(shown).toBe(line);
  });
});
