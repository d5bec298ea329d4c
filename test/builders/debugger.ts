import { SourceMap, type SourceMapPayload } from 'node:module';
import { pathToFileURL } from 'node:url';
import { openDevTools } from './devTools.ts';

type Json = Record<string, unknown>;
type Location = { scriptId: string; lineNumber: number; columnNumber: number };
type Script = { scriptId: string; url: string; sourceMapURL: string };

/** A place in a source file; lines count from 1. */
export type Place = { file: string; line: number };

/** An IDE's part of a debugging session, over the Chrome DevTools protocol. */
export type Debugger = {
  /** Finds the place in what runs by the source map. @throws Error when the source map does not have it */
  setBreakpoint(place: Place): Promise<void>;
  /** Resolves when the function stands still, with where: what the source map says of it. */
  paused(): Promise<{ url: string; line: number }>;
  resume(): Promise<void>;
  /** Resolves when the function has ended. */
  closed: Promise<void>;
  close(): void;
};

/** With the process on that port, as soon as it can be attached to. @throws Error when it cannot */
export async function attachDebugger(port: number): Promise<Debugger> {
  const { send, on, closed, close } = await openDevTools(port);
  const scripts = new Map<string, Script>();
  const maps = new Map<string, SourceMap>();
  const bundle = new Promise<Script>((resolve) => {
    on('Debugger.scriptParsed', (parsed) => {
      const script = parsed as Script;
      scripts.set(script.scriptId, script);
      if (script.url.endsWith('/plugin.js')) resolve(script);
    });
  });
  await send('Debugger.enable');

  const mapOf = (scriptId: string): SourceMap => {
    const known = maps.get(scriptId) ?? readSourceMap(scripts.get(scriptId)?.sourceMapURL ?? '');
    maps.set(scriptId, known);
    return known;
  };
  return {
    async setBreakpoint({ file, line }) {
      const script = await bundle;
      const { scriptSource } = await send('Debugger.getScriptSource', { scriptId: script.scriptId });
      const place = { url: pathToFileURL(file).href, line };
      const generated = toGenerated(mapOf(script.scriptId), String(scriptSource), place);
      await send('Debugger.setBreakpointByUrl', {
        urlRegex: script.url.replace(/[^\w/]/g, '\\$&'),
        ...generated,
      });
    },
    async paused() {
      const { callFrames } = await new Promise<Json>((resolve) => on('Debugger.paused', resolve));
      const { location } = (callFrames as { location: Location }[])[0] as { location: Location };
      return toOriginal(mapOf(location.scriptId), location);
    },
    resume: async () => void (await send('Debugger.resume')),
    closed,
    close,
  };
}

function readSourceMap(url: string): SourceMap {
  const text = Buffer.from(url.slice(url.indexOf(',') + 1), 'base64').toString();
  return new SourceMap(JSON.parse(text) as SourceMapPayload);
}

type Origin = { originalSource: string; originalLine: number };

/** Where a line of the source begins in what runs: of the lines there, the first that comes from it. */
function toGenerated(map: SourceMap, code: string, { url, line }: { url: string; line: number }) {
  for (const [lineNumber, text] of code.split('\n').entries()) {
    const columnNumber = text.search(/\S/);
    const origin = map.findEntry(lineNumber, Math.max(0, columnNumber)) as Partial<Origin>;
    const isThere = origin.originalLine === line - 1 && toUrl(map, origin.originalSource) === url;
    if (isThere) return { lineNumber, columnNumber };
  }
  throw new Error(`The source map does not have line ${line} of ${url}`);
}

function toOriginal(map: SourceMap, { lineNumber, columnNumber }: Location): { url: string; line: number } {
  const origin = map.findEntry(lineNumber, columnNumber) as Origin;
  return { url: toUrl(map, origin.originalSource), line: origin.originalLine + 1 };
}

/** A map's sources count from its `sourceRoot`, as the format has it; Node leaves that to whoever reads it. */
function toUrl({ payload }: SourceMap, source = ''): string {
  const { sourceRoot = '' } = payload as { sourceRoot?: string };
  return new URL(source, sourceRoot || undefined).href;
}
