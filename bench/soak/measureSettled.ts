import { execFileSync } from 'node:child_process';
import { openDevTools } from '../../test/builders/devTools.ts';
import { MB } from '../statistics.ts';

const OWN_FIGURES =
  "({ ...process.memoryUsage(), files: require('fs').readdirSync('/proc/self/fd').length })";

type Figures = NodeJS.MemoryUsage & { files: number };

/**
 * What Node of the container still uses right after all garbage was collected: MB of V8's heap and what belongs to it
 * outside, and open files. It is made to listen for a debugger on `port`, which NODE_OPTIONS has told it.
 */
export async function measureSettled(
  container: string,
  port: number,
): Promise<{ liveMb: number; files: number }> {
  execFileSync('docker', ['kill', '--signal', 'USR1', container], { stdio: 'ignore' });
  const { send, close } = await openDevTools(port);
  // The second one takes what the first has let finalizers release.
  for (const _round of [1, 2]) await send('HeapProfiler.collectGarbage');
  const asking = { expression: OWN_FIGURES, includeCommandLineAPI: true, returnByValue: true };
  const { result } = await send('Runtime.evaluate', asking);
  close();
  const { heapUsed, external, files } = (result as { value: Figures }).value;
  return { liveMb: (heapUsed + external) / MB, files };
}
