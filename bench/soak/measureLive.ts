import { execFileSync } from 'node:child_process';
import { openDevTools } from '../../test/builders/devTools.ts';
import { MB } from '../statistics.ts';

/**
 * What Node of the container still uses right after all garbage was collected, in MB: V8's heap, and what belongs to it
 * outside. It is made to listen for a debugger on `port`, which NODE_OPTIONS has told it.
 */
export async function measureLive(container: string, port: number): Promise<number> {
  execFileSync('docker', ['kill', '--signal', 'USR1', container], { stdio: 'ignore' });
  const { send, close } = await openDevTools(port);
  // The second one takes what the first has let finalizers release.
  for (const _round of [1, 2]) await send('HeapProfiler.collectGarbage');
  const asked = await send('Runtime.evaluate', { expression: 'process.memoryUsage()', returnByValue: true });
  close();
  const { heapUsed, external } = (asked.result as { value: NodeJS.MemoryUsage }).value;
  return (heapUsed + external) / MB;
}
