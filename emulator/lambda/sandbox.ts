/**
 * How a started function ended. `reason` is Lambda's own words, like `exit status 1` or `signal: killed`, '' for exit
 * code 0; or, where `errorType` says that it could not be started, why (`fork/exec /x: exec format error`).
 */
export type Exit = {
  reason: string;
  errorType?:
    | 'Runtime.InvalidEntrypoint'
    | 'Runtime.InvalidWorkingDir'
    | 'Runtime.InvalidTaskConfig'
    | 'Runtime.OutOfMemory';
};

/** A started process or container with the function in it. */
export type Launched = {
  /** Never rejects. By then all that was written has been told. */
  exited: Promise<Exit>;
  /** Told once, when the function has initialised: from then on it has only its share of the processor. */
  onInitialised(): Promise<void>;
  /** Stops it where it stands, as Lambda does between events. Does nothing to one that has ended. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** Also after its end, as far as it was known then; undefined where it cannot be measured. In MB, rounded up. */
  peakMemoryMb(): Promise<number | undefined>;
  /** SIGKILL: Lambda gives no warning. */
  kill(): void;
};

/** What stays of an execution environment while the function in it is ended and started again: /tmp, above all. */
export type Sandbox = {
  /** Starts the function, which then calls the Runtime API at this port. Rejects when nothing could be started. */
  launch(runtimeApiPort: number): Promise<Launched>;
  /** Removes what is left, /tmp too, when the function has ended. */
  dispose(): Promise<void>;
};

/** What a sandbox is made from. */
export type SandboxSpec = {
  /** MB both. */
  limits: { memorySize: number; ephemeralStorage: number };
  /** All variables of the function; `runtimeApi` is `host:port` as seen from inside. The same for each launch else. */
  variables(runtimeApi: string): Record<string, string>;
  /** Each whole line that it writes, without its line break. */
  onLine(text: string): void;
};

/** A function's code, ready to be started any number of times. */
export type Code = {
  /** The address of this machine on which sandboxes reach the Runtime API. */
  listenAddress: string;
  createSandbox(spec: SandboxSpec): Sandbox;
  /** Frees what `createSandbox` needs; all sandboxes are disposed of by then. */
  dispose(): Promise<void>;
};
