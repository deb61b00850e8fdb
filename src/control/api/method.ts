/**
 * What a row of the command table is. A surface only translates its transport to and from calls of rows; who may call what, and what a row
 * takes, is told here and checked in one place (api.ts).
 */
import type { Access } from '../exchange.ts';
import type { ControlPort } from '../port.ts';
import type { Outcome } from './faults.ts';
import type { Parameter, TypeName } from './parameters.ts';
import type { Session } from './session.ts';
import type { Waiting } from './waiting.ts';

export type Context = {
  readonly port: ControlPort;
  readonly waiting: Waiting;
  readonly session: Session;
};

export type Method = {
  /** `namespace.method`. */
  readonly name: string;
  readonly access: Access;
  readonly params: readonly Parameter<unknown>[];
  readonly returns: TypeName;
  readonly help: string;
  readonly run: (context: Context, args: readonly unknown[]) => Outcome | Promise<Outcome>;
};

type Arguments<Params extends readonly Parameter<unknown>[]> = {
  [Index in keyof Params]: Params[Index] extends Parameter<infer T> ? T : never;
};

type Row<Params extends readonly Parameter<unknown>[]> = Omit<Method, 'run' | 'params'> & {
  readonly params: Params;
  readonly run: (context: Context, ...args: Arguments<Params>) => Outcome | Promise<Outcome>;
};

/** A row whose function gets its arguments by their types. */
export const method = <const Params extends readonly Parameter<unknown>[]>(row: Row<Params>): Method => ({
  ...row,
  run: (context, args) => row.run(context, ...(args as Arguments<Params>)),
});

/** The same command by another name, older or clearer. */
export const alias = (name: string, row: Method): Method => ({ ...row, name });
