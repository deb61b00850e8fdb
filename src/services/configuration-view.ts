/** What operators may see of a process's configuration: the fields of supervisord's getAllConfigInfo, typed. */
export type StreamView = {
  /** Path, `auto` while no automatic one has been made, or null. */
  readonly logFile: string | null;
  readonly maxBytes: number;
  readonly backups: number;
  readonly captureMaxBytes: number;
  readonly eventsEnabled: boolean;
  readonly syslog: boolean;
};

export type ConfigurationView = {
  readonly group: string;
  readonly name: string;
  /** The group counts at present. */
  readonly isInUse: boolean;
  readonly groupPriority: number;
  readonly processPriority: number;
  readonly command: string;
  readonly directory: string | null;
  readonly uid: number | null;
  readonly autostart: boolean;
  readonly autorestart: 'always' | 'unexpected' | 'never';
  readonly startSeconds: number;
  readonly startRetries: number;
  readonly exitCodes: readonly number[];
  readonly stopSignal: number;
  readonly stopWaitSeconds: number;
  readonly killAsGroup: boolean;
  readonly redirectStderr: boolean;
  readonly serverUrl: string | null;
  readonly stdout: StreamView;
  readonly stderr: StreamView;
};
